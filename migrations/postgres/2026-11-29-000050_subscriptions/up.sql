ALTER TABLE outbox ADD COLUMN subscription_id BYTEA; -- whose line it is in; null: that of the registered address
ALTER TABLE outbox ADD COLUMN number BIGINT; -- its place in its line, from 1; null: seq
-- what clients of recipients subscribed to, one person and purpose each
CREATE TABLE event_subscriptions (
    subscriber_id BYTEA NOT NULL CHECK (length(subscriber_id) = 16),
    id BYTEA NOT NULL CHECK (length(id) = 16),
    recipient_id BYTEA NOT NULL CHECK (length(recipient_id) = 16),
    client_id TEXT NOT NULL,
    purpose TEXT NOT NULL, -- dpv term
    epoch BIGINT NOT NULL, -- pseudonym epoch: under a new name nothing is told
    subject TEXT NOT NULL, -- the recipient's pseudonym
    document TEXT NOT NULL, -- JSON of what was asked for
    credential BYTEA, -- what the sink wants to see, sealed
    token_until BIGINT, -- us, how long it takes that
    made_at BIGINT NOT NULL, -- us
    ends_at BIGINT NOT NULL, -- us: asked for, with the credential, or with the last consent
    told BIGINT NOT NULL, -- events written so far
    ended_at BIGINT, -- us
    ending TEXT, -- why
    PRIMARY KEY (subscriber_id, id)
);

CREATE INDEX event_subscriptions_of_client ON event_subscriptions (client_id, id);
CREATE INDEX event_subscriptions_live ON event_subscriptions (ends_at) WHERE ended_at IS NULL;
CREATE INDEX event_subscriptions_ended ON event_subscriptions (ended_at) WHERE ended_at IS NOT NULL;
