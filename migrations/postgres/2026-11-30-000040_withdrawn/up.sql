-- subscribers who ended a consent: when the records that rest on it are looked at, and what became of them
CREATE TABLE withdrawn (
    subscriber_id BYTEA NOT NULL CHECK (length(subscriber_id) = 16) PRIMARY KEY,
    look_at BIGINT, -- us; null is not again
    destroyed BIGINT NOT NULL DEFAULT 0, -- records that are gone
    destroyed_at BIGINT, -- us, the last time
    mixed BIGINT NOT NULL DEFAULT 0, -- records that stay since they also tell of what is still allowed
    kept BIGINT NOT NULL DEFAULT 0 -- records that a law has stay
);
CREATE INDEX withdrawn_due ON withdrawn (look_at) WHERE look_at IS NOT NULL;

-- whoever said stop or no before there was this table
INSERT INTO withdrawn (subscriber_id, look_at)
    SELECT DISTINCT subscriber_id, 0 FROM consent_events WHERE act IN ('withdraw', 'refuse');
