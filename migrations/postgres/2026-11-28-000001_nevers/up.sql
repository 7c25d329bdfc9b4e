-- what subscribers never share, whatever they allowed
CREATE TABLE nevers (
    subscriber_id BYTEA NOT NULL CHECK (length(subscriber_id) = 16) PRIMARY KEY,
    sealed BYTEA NOT NULL, -- areas, kinds of place and hours, JSON inside
    at BIGINT NOT NULL -- us
);
