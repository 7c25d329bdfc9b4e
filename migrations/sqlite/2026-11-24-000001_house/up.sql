-- one row per subscription (SIM); version is bumped by every story about it
CREATE TABLE subscribers (
    id BLOB NOT NULL CHECK (length(id) = 16) PRIMARY KEY, -- immutable
    person_id BLOB NOT NULL CHECK (length(person_id) = 16), -- several SIMs, one person
    reference_index BLOB NOT NULL CHECK (length(reference_index) = 32) UNIQUE, -- HMAC of the phone number; the number itself is nowhere in the clear
    reference_sealed BLOB NOT NULL, -- phone number, sealed
    country TEXT NOT NULL, -- ISO 3166-1 alpha-2
    age TEXT NOT NULL, -- minor or adult
    number INTEGER NOT NULL UNIQUE, -- dense number of the person in crowd bitmaps
    version INTEGER NOT NULL, -- bumped by every story
    epoch INTEGER NOT NULL, -- pseudonym epoch; bumped by withdrawal of everything
    created_at INTEGER NOT NULL -- us, immutable
) STRICT, WITHOUT ROWID;

-- AI providers; reference table, small
CREATE TABLE recipients (
    id BLOB NOT NULL CHECK (length(id) = 16) PRIMARY KEY, -- immutable
    document TEXT NOT NULL, -- canonical JSON of the registration
    created_at INTEGER NOT NULL -- us
) STRICT, WITHOUT ROWID;

-- OAuth clients of every role
CREATE TABLE clients (
    client_id TEXT NOT NULL PRIMARY KEY, -- immutable
    role TEXT NOT NULL, -- operator, feed, regulator or recipient
    recipient_id BLOB, -- set for recipients
    jwks TEXT NOT NULL -- public keys, JSON
) STRICT, WITHOUT ROWID;

-- content-addressed texts
CREATE TABLE notices (
    hash TEXT NOT NULL PRIMARY KEY, -- SHA-256 of the canonical notice, hex
    locale TEXT NOT NULL, -- BCP 47
    body TEXT NOT NULL -- the words
) STRICT, WITHOUT ROWID;

-- projection of consent_events: at most one row per cell
CREATE TABLE grants (
    subscriber_id BLOB NOT NULL CHECK (length(subscriber_id) = 16),
    recipient_id BLOB NOT NULL CHECK (length(recipient_id) = 16),
    purpose TEXT NOT NULL, -- dpv term
    category TEXT NOT NULL,
    id BLOB NOT NULL CHECK (length(id) = 16), -- grant id
    precision TEXT NOT NULL,
    state TEXT NOT NULL, -- active, paused, withdrawn or refused; expiry is computed
    notice TEXT NOT NULL, -- hash of what was shown
    granted_at INTEGER NOT NULL, -- us
    until_at INTEGER NOT NULL, -- us
    changed_at INTEGER NOT NULL, -- us
    PRIMARY KEY (subscriber_id, recipient_id, purpose, category)
) STRICT, WITHOUT ROWID;

-- append-only
CREATE TABLE consent_events (
    subscriber_id BLOB NOT NULL CHECK (length(subscriber_id) = 16),
    seq INTEGER NOT NULL, -- dense per subscriber, from 1
    grant_id BLOB NOT NULL CHECK (length(grant_id) = 16),
    recipient_id BLOB NOT NULL CHECK (length(recipient_id) = 16),
    purpose TEXT NOT NULL,
    category TEXT NOT NULL,
    act TEXT NOT NULL,
    precision TEXT NOT NULL,
    notice TEXT NOT NULL,
    channel TEXT NOT NULL, -- how the subscriber acted
    at INTEGER NOT NULL, -- us, immutable
    PRIMARY KEY (subscriber_id, seq)
) STRICT, WITHOUT ROWID;

-- one sealed blob per subscriber, at most 8 KiB inside
CREATE TABLE profiles (
    subscriber_id BLOB NOT NULL CHECK (length(subscriber_id) = 16) PRIMARY KEY,
    sealed BLOB NOT NULL,
    at INTEGER NOT NULL -- us
) STRICT, WITHOUT ROWID;

-- base stations
CREATE TABLE cells (
    id TEXT NOT NULL PRIMARY KEY,
    zone INTEGER NOT NULL, -- H3 r7 cell
    range_m INTEGER NOT NULL,
    sensitive INTEGER NOT NULL CHECK (sensitive IN (0, 1)) -- the point lies near a sensitive place
) STRICT, WITHOUT ROWID;

-- app or host to topic of the closed taxonomy
CREATE TABLE topics (
    source TEXT NOT NULL, -- app or web
    key TEXT NOT NULL,
    topic INTEGER NOT NULL, -- taxonomy id
    PRIMARY KEY (source, key)
) STRICT, WITHOUT ROWID;

-- persons per zone and hour, kept for the epoch
CREATE TABLE crowd (
    zone INTEGER NOT NULL, -- H3 cell, any released resolution
    bucket INTEGER NOT NULL, -- us, start of the hour
    persons BLOB NOT NULL, -- roaring bitmap of subscriber numbers
    PRIMARY KEY (zone, bucket)
) STRICT, WITHOUT ROWID;

-- what has left, per subscriber and epoch: the ground of joint k
CREATE TABLE releases (
    subscriber_id BLOB NOT NULL CHECK (length(subscriber_id) = 16),
    epoch INTEGER NOT NULL, -- us, start of the day
    fact BLOB NOT NULL CHECK (length(fact) = 32), -- SHA-256 of what was released
    recipient_id BLOB NOT NULL CHECK (length(recipient_id) = 16),
    purpose TEXT NOT NULL,
    category TEXT NOT NULL,
    precision TEXT NOT NULL,
    crowd INTEGER NOT NULL, -- persons alike at release
    at INTEGER NOT NULL, -- us
    PRIMARY KEY (subscriber_id, epoch, fact, recipient_id)
) STRICT, WITHOUT ROWID;

-- pairwise; the way back from a pseudonym
CREATE TABLE pseudonyms (
    recipient_id BLOB NOT NULL CHECK (length(recipient_id) = 16),
    pseudonym TEXT NOT NULL,
    subscriber_id BLOB NOT NULL CHECK (length(subscriber_id) = 16),
    epoch INTEGER NOT NULL,
    PRIMARY KEY (recipient_id, pseudonym)
) STRICT, WITHOUT ROWID;

-- ledger entries; seq is given by the sequencer
CREATE TABLE entries (
    id BLOB NOT NULL CHECK (length(id) = 16) PRIMARY KEY, -- immutable
    seq INTEGER UNIQUE, -- leaf index, set once
    leaf TEXT NOT NULL, -- canonical JSON, immutable
    at INTEGER NOT NULL -- us
) STRICT, WITHOUT ROWID;

-- sealed record and salt behind each leaf; deleting erases the content and leaves the proof
CREATE TABLE records (
    entry_id BLOB NOT NULL CHECK (length(entry_id) = 16) PRIMARY KEY,
    subscriber_id BLOB,
    sealed BLOB NOT NULL, -- salt and canonical record, sealed
    at INTEGER NOT NULL -- us
) STRICT, WITHOUT ROWID;

-- used tokens, links and proofs
CREATE TABLE replay (
    kind TEXT NOT NULL,
    jti TEXT NOT NULL,
    expires_at INTEGER NOT NULL, -- us
    PRIMARY KEY (kind, jti)
) STRICT, WITHOUT ROWID;

-- feed chunks already folded; a replay answers as the first time
CREATE TABLE batches (
    id TEXT NOT NULL PRIMARY KEY,
    answer TEXT NOT NULL, -- JSON counts
    at INTEGER NOT NULL -- us
) STRICT, WITHOUT ROWID;

-- one row
CREATE TABLE log_state (
    id INTEGER NOT NULL PRIMARY KEY, -- 1
    size INTEGER NOT NULL -- entries numbered so far
) STRICT, WITHOUT ROWID;

CREATE INDEX pseudonyms_by_subscriber ON pseudonyms (subscriber_id);
CREATE INDEX entries_unnumbered ON entries (id) WHERE seq IS NULL;
CREATE INDEX records_by_subscriber ON records (subscriber_id, at);
CREATE INDEX replay_by_expiry ON replay (expires_at);
CREATE INDEX subscribers_by_person ON subscribers (person_id);
INSERT INTO log_state (id, size) VALUES (1, 0);
