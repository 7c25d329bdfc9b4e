-- what an authority or the operator has stopped, whatever subscribers allowed; reference table, small
CREATE TABLE stops (
    id BLOB NOT NULL CHECK (length(id) = 16) PRIMARY KEY, -- immutable
    recipient_id BLOB, -- null is every recipient
    home TEXT, -- home country of subscribers; null is each
    country TEXT, -- where recipients process data; null is anywhere
    ground TEXT NOT NULL, -- citation or number of a case
    at INTEGER NOT NULL, -- us, immutable
    lifted_at INTEGER -- us, set once
) STRICT, WITHOUT ROWID;

-- version of the stops: an answer that was decided on another one is decided anew
INSERT INTO counters (name, value) VALUES ('stops', 0);
