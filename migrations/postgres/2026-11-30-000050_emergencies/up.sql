-- whom rescue agencies asked about, and whether he was told of it
CREATE TABLE emergencies (
    subscriber_id BYTEA NOT NULL CHECK (length(subscriber_id) = 16),
    entry_id BYTEA NOT NULL CHECK (length(entry_id) = 16), -- what is recorded of it
    client_id TEXT NOT NULL, -- of the agency
    found BOOLEAN NOT NULL, -- it was told a place
    at BIGINT NOT NULL, -- us
    from_at BIGINT NOT NULL, -- us; before then he is not told
    due_at BIGINT, -- us; null is told, or gone
    PRIMARY KEY (subscriber_id, entry_id)
);
CREATE INDEX emergencies_due ON emergencies (due_at) WHERE due_at IS NOT NULL;
