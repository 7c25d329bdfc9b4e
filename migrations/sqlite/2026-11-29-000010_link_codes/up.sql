ALTER TABLE links ADD COLUMN shut INTEGER NOT NULL DEFAULT 0; -- 1: the subscriber ended it himself

-- codes that subscribers were shown to be linked without a browser; of a code a MAC is kept
CREATE TABLE link_codes (
    recipient_id BLOB NOT NULL CHECK (length(recipient_id) = 16),
    mac BLOB NOT NULL CHECK (length(mac) = 32), -- of recipient and code
    subscriber_id BLOB NOT NULL CHECK (length(subscriber_id) = 16),
    purpose TEXT NOT NULL, -- dpv term
    epoch INTEGER NOT NULL, -- pseudonym epoch in which he was shown it
    wanted TEXT NOT NULL, -- what the link is to reach, canonical JSON
    until_at INTEGER NOT NULL, -- us
    PRIMARY KEY (recipient_id, mac)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX link_codes_by_subscriber ON link_codes (subscriber_id, recipient_id, purpose);
CREATE INDEX link_codes_by_end ON link_codes (until_at);

-- wrong codes that a client sent, by their first half: codes that nobody was shown are counted like others
CREATE TABLE link_tries (
    client_id TEXT NOT NULL,
    class BLOB NOT NULL CHECK (length(class) = 32), -- MAC of the first half
    tries INTEGER NOT NULL,
    until_at INTEGER NOT NULL, -- us
    PRIMARY KEY (client_id, class)
) STRICT, WITHOUT ROWID;

CREATE INDEX link_tries_by_end ON link_tries (until_at);
