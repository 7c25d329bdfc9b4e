-- what a consent is bound to beside its cell, precision and end
ALTER TABLE grants ADD COLUMN limits TEXT NOT NULL DEFAULT '{}'; -- JSON: hours of the day, quota
ALTER TABLE grants ADD COLUMN paused_until INTEGER; -- us; null is until resumed
ALTER TABLE grants ADD COLUMN renewed_at INTEGER; -- us; null is never

-- what an event needs so that events alone say what held when
ALTER TABLE consent_events ADD COLUMN actor TEXT NOT NULL DEFAULT 'subscriber'; -- subscriber, guardian, staff, operator or authority
ALTER TABLE consent_events ADD COLUMN valid_at INTEGER NOT NULL DEFAULT 0; -- us, from when it counts; at is when it was recorded
ALTER TABLE consent_events ADD COLUMN until_at INTEGER; -- us, end of the grant, renewal or pause; null is none
ALTER TABLE consent_events ADD COLUMN limits TEXT NOT NULL DEFAULT '{}'; -- JSON: hours of the day, quota
UPDATE consent_events SET valid_at = at;
-- an older grant, whose end was written over, counts as ended at once
UPDATE consent_events SET until_at = COALESCE((SELECT g.until_at FROM grants g WHERE g.subscriber_id = consent_events.subscriber_id AND g.id = consent_events.grant_id), at) WHERE act = 'grant';

-- answers given under a grant with a quota
CREATE TABLE uses (
    subscriber_id BLOB NOT NULL CHECK (length(subscriber_id) = 16),
    grant_id BLOB NOT NULL CHECK (length(grant_id) = 16),
    at INTEGER NOT NULL, -- us
    entry_id BLOB NOT NULL CHECK (length(entry_id) = 16), -- the ledger's entry of the answer
    PRIMARY KEY (subscriber_id, grant_id, at, entry_id)
) STRICT, WITHOUT ROWID;
