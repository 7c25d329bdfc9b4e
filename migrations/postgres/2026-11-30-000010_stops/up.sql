-- what an authority or the operator has stopped, whatever subscribers allowed; reference table, small
CREATE TABLE stops (
    id BYTEA NOT NULL CHECK (length(id) = 16) PRIMARY KEY, -- immutable
    recipient_id BYTEA, -- null is every recipient
    home TEXT, -- home country of subscribers; null is each
    country TEXT, -- where recipients process data; null is anywhere
    ground TEXT NOT NULL, -- citation or number of a case
    at BIGINT NOT NULL, -- us, immutable
    lifted_at BIGINT -- us, set once
);

-- version of the stops: an answer that was decided on another one is decided anew
INSERT INTO counters (name, value) VALUES ('stops', 0);
