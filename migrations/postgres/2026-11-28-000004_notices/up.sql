-- how subscribers are told of what left about them, and up to where they were; none for who chose nothing and of whom nothing left
CREATE TABLE tellings (
    subscriber_id BYTEA NOT NULL CHECK (length(subscriber_id) = 16) PRIMARY KEY,
    rhythm TEXT, -- null is what his country has for who chose nothing
    quiet TEXT, -- hours in which nothing is sent, such as 22:00-07:00
    told_seq BIGINT NOT NULL, -- number of the first entry that he was not told of
    waiting BIGINT NOT NULL, -- answers that he was not told of
    oldest_at BIGINT, -- us; when the oldest of them was given
    due_at BIGINT -- us; when they are told; null is nothing to tell
);
CREATE INDEX tellings_due ON tellings (due_at) WHERE due_at IS NOT NULL;

-- up to which entry was looked for what is to be told; what was recorded before this is not told
INSERT INTO counters (name, value) SELECT 'told', value FROM counters WHERE name = 'entries';
