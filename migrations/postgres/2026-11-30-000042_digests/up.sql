-- what left about subscribers since they were last told of a year
CREATE TABLE digests (
    subscriber_id BYTEA NOT NULL CHECK (length(subscriber_id) = 16) PRIMARY KEY,
    since_at BIGINT NOT NULL, -- us
    counts TEXT NOT NULL, -- JSON: answers by recipient
    due_at BIGINT, -- us; null is nothing to tell
    off BOOLEAN NOT NULL -- he does not want it
);
CREATE INDEX digests_due ON digests (due_at) WHERE due_at IS NOT NULL;
