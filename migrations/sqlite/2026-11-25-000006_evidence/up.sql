-- what subscribers were shown, signed; kept when one of its questions was answered
CREATE TABLE presentations (
    id BLOB NOT NULL CHECK (length(id) = 16) PRIMARY KEY, -- immutable; begins with the time, so that new ones lie together
    subscriber_id BLOB NOT NULL CHECK (length(subscriber_id) = 16),
    token TEXT NOT NULL, -- JWS, immutable
    at INTEGER NOT NULL -- us, when it was shown
) STRICT;

ALTER TABLE consent_events ADD COLUMN presentation_id BLOB; -- what was shown; null where nothing needs to be
ALTER TABLE consent_events ADD COLUMN edition INTEGER NOT NULL DEFAULT 0; -- material edition of the recipient's words that were shown
ALTER TABLE grants ADD COLUMN closed_at INTEGER; -- us, when it was ended, refused or put off; null is never
ALTER TABLE grants ADD COLUMN edition INTEGER NOT NULL DEFAULT 0; -- material edition of the recipient's words that were agreed to
UPDATE grants SET closed_at = changed_at WHERE state IN ('deferred', 'withdrawn', 'refused', 'revoked', 'invalidated', 'superseded');

-- what wants the word of two people before it holds
CREATE TABLE drafts (
    hash TEXT NOT NULL PRIMARY KEY, -- SHA-256 of kind and document, hex
    kind TEXT NOT NULL, -- notice or policies
    document TEXT NOT NULL, -- canonical JSON
    at INTEGER NOT NULL -- us
) STRICT;

-- who stands for it
CREATE TABLE approvals (
    hash TEXT NOT NULL,
    client_id TEXT NOT NULL,
    at INTEGER NOT NULL, -- us
    PRIMARY KEY (hash, client_id)
) STRICT, WITHOUT ROWID;

-- requests that were sent under a key of the caller's, and what was answered: sent again they are answered the same
CREATE TABLE answers (
    id BLOB NOT NULL CHECK (length(id) = 32) PRIMARY KEY, -- SHA-256 of client and key
    body BLOB NOT NULL CHECK (length(body) = 32), -- SHA-256 of the request
    answer TEXT NOT NULL, -- JSON of what became of it
    expires_at INTEGER NOT NULL -- us
) STRICT;

CREATE INDEX answers_by_end ON answers (expires_at);
