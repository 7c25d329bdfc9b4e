ALTER TABLE outbox ADD COLUMN subscription_id BLOB; -- whose line it is in; null: that of the registered address
ALTER TABLE outbox ADD COLUMN number INTEGER; -- its place in its line, from 1; null: seq
-- what clients of recipients subscribed to, one person and purpose each
CREATE TABLE event_subscriptions (
    subscriber_id BLOB NOT NULL CHECK (length(subscriber_id) = 16),
    id BLOB NOT NULL CHECK (length(id) = 16),
    recipient_id BLOB NOT NULL CHECK (length(recipient_id) = 16),
    client_id TEXT NOT NULL,
    purpose TEXT NOT NULL, -- dpv term
    epoch INTEGER NOT NULL, -- pseudonym epoch: under a new name nothing is told
    subject TEXT NOT NULL, -- the recipient's pseudonym
    document TEXT NOT NULL, -- JSON of what was asked for
    credential BLOB, -- what the sink wants to see, sealed
    token_until INTEGER, -- us, how long it takes that
    made_at INTEGER NOT NULL, -- us
    ends_at INTEGER NOT NULL, -- us: asked for, with the credential, or with the last consent
    told INTEGER NOT NULL, -- events written so far
    ended_at INTEGER, -- us
    ending TEXT, -- why
    PRIMARY KEY (subscriber_id, id)
) STRICT;

CREATE INDEX event_subscriptions_of_client ON event_subscriptions (client_id, id);
CREATE INDEX event_subscriptions_live ON event_subscriptions (ends_at) WHERE ended_at IS NULL;
CREATE INDEX event_subscriptions_ended ON event_subscriptions (ended_at) WHERE ended_at IS NOT NULL;
