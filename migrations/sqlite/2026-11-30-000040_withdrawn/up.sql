-- subscribers who ended a consent: when the records that rest on it are looked at, and what became of them
CREATE TABLE withdrawn (
    subscriber_id BLOB NOT NULL CHECK (length(subscriber_id) = 16) PRIMARY KEY,
    look_at INTEGER, -- us; null is not again
    destroyed INTEGER NOT NULL DEFAULT 0, -- records that are gone
    destroyed_at INTEGER, -- us, the last time
    mixed INTEGER NOT NULL DEFAULT 0, -- records that stay since they also tell of what is still allowed
    kept INTEGER NOT NULL DEFAULT 0 -- records that a law has stay
) STRICT, WITHOUT ROWID;
CREATE INDEX withdrawn_due ON withdrawn (look_at) WHERE look_at IS NOT NULL;

-- whoever said stop or no before there was this table
INSERT INTO withdrawn (subscriber_id, look_at)
    SELECT DISTINCT subscriber_id, 0 FROM consent_events WHERE act IN ('withdraw', 'refuse');
