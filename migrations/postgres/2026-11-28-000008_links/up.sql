ALTER TABLE clients ADD COLUMN redirect_uris TEXT NOT NULL DEFAULT '[]'; -- where browsers are sent back to, JSON

-- subscribers whom a recipient's client was linked with in a browser; no token is in it
CREATE TABLE links (
    subscriber_id BYTEA NOT NULL CHECK (length(subscriber_id) = 16),
    client_id TEXT NOT NULL,
    purpose TEXT NOT NULL, -- dpv term
    id BYTEA NOT NULL CHECK (length(id) = 16), -- grant_id of its tokens
    version BIGINT NOT NULL, -- the subscriber's how-manieth yes; a new one ends the tokens of the one before
    epoch BIGINT NOT NULL, -- pseudonym epoch in which he said it
    wanted TEXT NOT NULL, -- what was asked for, canonical JSON
    serial BIGINT NOT NULL, -- of the refresh token in force; 0 until the code is redeemed
    jkt TEXT, -- key that its tokens are bound to; none until the code is redeemed
    linked_at BIGINT NOT NULL, -- us
    used_at BIGINT NOT NULL, -- us, when it last gave a token
    ended_at BIGINT, -- us
    PRIMARY KEY (subscriber_id, client_id, purpose)
);

CREATE INDEX links_by_use ON links (used_at);
