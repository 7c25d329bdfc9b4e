-- one row per subscription (SIM); version is bumped by every story about it
CREATE TABLE subscribers (
    id BLOB NOT NULL CHECK (length(id) = 16) PRIMARY KEY, -- immutable
    person_id BLOB NOT NULL CHECK (length(person_id) = 16), -- several SIMs, one person
    reference_index BLOB NOT NULL CHECK (length(reference_index) = 32) UNIQUE, -- HMAC of the reference; the reference itself is nowhere in the clear
    reference_sealed BLOB NOT NULL, -- reference, sealed
    home TEXT NOT NULL, -- ISO 3166-1 alpha-2
    age TEXT NOT NULL, -- minor or adult
    person_number INTEGER NOT NULL, -- dense number of the person in crowd bitmaps
    version INTEGER NOT NULL, -- bumped by every story
    epoch INTEGER NOT NULL, -- pseudonym epoch; bumped when everything is forgotten
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
) STRICT;

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
    revision INTEGER NOT NULL, -- bumped by every fold
    at INTEGER NOT NULL -- us
) STRICT;

-- base stations
CREATE TABLE cells (
    id TEXT NOT NULL PRIMARY KEY,
    lat_e7 INTEGER NOT NULL, -- degrees x 10^7
    lon_e7 INTEGER NOT NULL, -- degrees x 10^7
    range_m INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- app or host to topic of the closed taxonomy
CREATE TABLE topics (
    source TEXT NOT NULL, -- app or web
    key TEXT NOT NULL,
    topic INTEGER NOT NULL, -- taxonomy id; -1 is never
    PRIMARY KEY (source, key)
) STRICT, WITHOUT ROWID;

-- sensitive places; reference table
CREATE TABLE places (
    id BLOB NOT NULL CHECK (length(id) = 16) PRIMARY KEY, -- SHA-256 of the row, cut
    kind TEXT NOT NULL, -- health, worship, ...
    lat_e7 INTEGER NOT NULL, -- degrees x 10^7
    lon_e7 INTEGER NOT NULL, -- degrees x 10^7
    radius_m INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- persons alike, kept for the epoch only
CREATE TABLE crowd (
    kind TEXT NOT NULL, -- zone, app or web
    key INTEGER NOT NULL, -- H3 cell of any released resolution, or topic
    bucket INTEGER NOT NULL, -- us, start of the hour or of the week
    size INTEGER NOT NULL, -- how many they are; before the bitmap, so that reading it does not walk through it
    persons BLOB NOT NULL, -- roaring bitmap of person numbers
    PRIMARY KEY (kind, key, bucket)
) STRICT;

-- what has left, per subscriber and epoch: the ground of joint k
CREATE TABLE releases (
    subscriber_id BLOB NOT NULL CHECK (length(subscriber_id) = 16),
    epoch INTEGER NOT NULL, -- us, start of the day
    fact BLOB NOT NULL CHECK (length(fact) = 32), -- SHA-256 of what was released
    recipient_id BLOB NOT NULL CHECK (length(recipient_id) = 16),
    document TEXT NOT NULL, -- canonical JSON: category, purpose, precision, persons alike, surprisal, crowd sets; no value
    at INTEGER NOT NULL, -- us
    PRIMARY KEY (subscriber_id, epoch, fact, recipient_id)
) STRICT;

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
    seq INTEGER, -- leaf index, set once
    leaf TEXT NOT NULL, -- canonical JSON, immutable
    at INTEGER NOT NULL -- us
) STRICT, WITHOUT ROWID;

-- sealed record and salt behind each leaf; deleting erases the content and leaves the proof
CREATE TABLE records (
    entry_id BLOB NOT NULL CHECK (length(entry_id) = 16) PRIMARY KEY,
    subscriber_id BLOB,
    sealed BLOB NOT NULL, -- salt and canonical record, sealed
    at INTEGER NOT NULL -- us
) STRICT;

-- used tokens, links and proofs; a bucket is swept when it has passed
CREATE TABLE replay (
    expires_at INTEGER NOT NULL, -- us
    id BLOB NOT NULL CHECK (length(id) = 16), -- SHA-256 of kind, issuer and jti, cut
    PRIMARY KEY (expires_at, id)
) STRICT, WITHOUT ROWID;

-- feed chunks already folded; a replay answers as the first time
CREATE TABLE batches (
    id TEXT NOT NULL PRIMARY KEY,
    answer TEXT NOT NULL, -- JSON counts
    at INTEGER NOT NULL -- us
) STRICT;

-- what is counted once for all
CREATE TABLE counters (
    name TEXT NOT NULL PRIMARY KEY, -- entries: numbered so far; persons: enrolled so far; the others: version of tables
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX pseudonyms_by_subscriber ON pseudonyms (subscriber_id);
CREATE INDEX entries_unnumbered ON entries (id) WHERE seq IS NULL;
CREATE UNIQUE INDEX entries_numbered ON entries (seq) WHERE seq IS NOT NULL;
CREATE INDEX records_by_subscriber ON records (subscriber_id, at);
CREATE INDEX subscribers_by_person ON subscribers (person_id);
INSERT INTO counters (name, value) VALUES ('entries', 0), ('persons', 0), ('reference', 0), ('registrations', 0), ('crowds', 0);
