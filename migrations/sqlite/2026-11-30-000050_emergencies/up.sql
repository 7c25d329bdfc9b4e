-- whom rescue agencies asked about, and whether he was told of it
CREATE TABLE emergencies (
    subscriber_id BLOB NOT NULL CHECK (length(subscriber_id) = 16),
    entry_id BLOB NOT NULL CHECK (length(entry_id) = 16), -- what is recorded of it
    client_id TEXT NOT NULL, -- of the agency
    found INTEGER NOT NULL CHECK (found IN (0, 1)), -- it was told a place
    at INTEGER NOT NULL, -- us
    from_at INTEGER NOT NULL, -- us; before then he is not told
    due_at INTEGER, -- us; null is told, or gone
    PRIMARY KEY (subscriber_id, entry_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX emergencies_due ON emergencies (due_at) WHERE due_at IS NOT NULL;
