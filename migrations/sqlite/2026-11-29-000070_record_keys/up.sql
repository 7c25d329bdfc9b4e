-- one per subscriber of whom something was recorded: the key of his records; another one takes its place when records of his are erased
CREATE TABLE record_keys (
    subscriber_id BLOB NOT NULL CHECK (length(subscriber_id) = 16) PRIMARY KEY,
    sealed BLOB NOT NULL, -- 32 bytes, sealed
    last_number INTEGER, -- of his chain when records of his were erased; null where none were
    last_seq INTEGER -- leaf index of that entry
) STRICT, WITHOUT ROWID;
