-- what left about subscribers since they were last told of a year
CREATE TABLE digests (
    subscriber_id BLOB NOT NULL CHECK (length(subscriber_id) = 16) PRIMARY KEY,
    since_at INTEGER NOT NULL, -- us
    counts TEXT NOT NULL, -- JSON: answers by recipient
    due_at INTEGER, -- us; null is nothing to tell
    off INTEGER NOT NULL CHECK (off IN (0, 1)) -- he does not want it
) STRICT;
CREATE INDEX digests_due ON digests (due_at) WHERE due_at IS NOT NULL;
