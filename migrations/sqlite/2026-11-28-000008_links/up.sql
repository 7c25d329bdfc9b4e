ALTER TABLE clients ADD COLUMN redirect_uris TEXT NOT NULL DEFAULT '[]'; -- where browsers are sent back to, JSON

-- subscribers whom a recipient's client was linked with in a browser; no token is in it
CREATE TABLE links (
    subscriber_id BLOB NOT NULL CHECK (length(subscriber_id) = 16),
    client_id TEXT NOT NULL,
    purpose TEXT NOT NULL, -- dpv term
    id BLOB NOT NULL CHECK (length(id) = 16), -- grant_id of its tokens
    version INTEGER NOT NULL, -- the subscriber's how-manieth yes; a new one ends the tokens of the one before
    epoch INTEGER NOT NULL, -- pseudonym epoch in which he said it
    wanted TEXT NOT NULL, -- what was asked for, canonical JSON
    serial INTEGER NOT NULL, -- of the refresh token in force; 0 until the code is redeemed
    jkt TEXT, -- key that its tokens are bound to; none until the code is redeemed
    linked_at INTEGER NOT NULL, -- us
    used_at INTEGER NOT NULL, -- us, when it last gave a token
    ended_at INTEGER, -- us
    PRIMARY KEY (subscriber_id, client_id, purpose)
) STRICT, WITHOUT ROWID;

CREATE INDEX links_by_use ON links (used_at);
