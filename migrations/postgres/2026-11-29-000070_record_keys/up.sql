-- one per subscriber of whom something was recorded: the key of his records; another one takes its place when records of his are erased
CREATE TABLE record_keys (
    subscriber_id BYTEA NOT NULL CHECK (length(subscriber_id) = 16) PRIMARY KEY,
    sealed BYTEA NOT NULL, -- 32 bytes, sealed
    last_number BIGINT, -- of his chain when records of his were erased; null where none were
    last_seq BIGINT -- leaf index of that entry
);
