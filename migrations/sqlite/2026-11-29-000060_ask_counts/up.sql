-- how often a client asked out of band, in all and by each name: names that lead to nobody are counted like others
CREATE TABLE ask_counts (
    client_id TEXT NOT NULL,
    name BLOB NOT NULL CHECK (length(name) = 32), -- MAC of the name, or of none for all together
    asks INTEGER NOT NULL,
    until_at INTEGER NOT NULL, -- us
    PRIMARY KEY (client_id, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX ask_counts_by_end ON ask_counts (until_at);
