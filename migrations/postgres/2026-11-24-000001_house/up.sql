-- one row per subscription (SIM); version is bumped by every story about it
CREATE TABLE subscribers (
    id BYTEA NOT NULL CHECK (length(id) = 16) PRIMARY KEY, -- immutable
    person_id BYTEA NOT NULL CHECK (length(person_id) = 16), -- several SIMs, one person
    reference_index BYTEA NOT NULL CHECK (length(reference_index) = 32) UNIQUE, -- HMAC of the reference; the reference itself is nowhere in the clear
    reference_sealed BYTEA NOT NULL, -- reference, sealed
    home TEXT NOT NULL, -- ISO 3166-1 alpha-2
    age TEXT NOT NULL, -- minor or adult
    person_number BIGINT NOT NULL, -- dense number of the person in crowd bitmaps
    version BIGINT NOT NULL, -- bumped by every story
    epoch BIGINT NOT NULL, -- pseudonym epoch; bumped when everything is forgotten
    created_at BIGINT NOT NULL -- us, immutable
);

-- AI providers; reference table, small
CREATE TABLE recipients (
    id BYTEA NOT NULL CHECK (length(id) = 16) PRIMARY KEY, -- immutable
    document TEXT NOT NULL, -- canonical JSON of the registration
    created_at BIGINT NOT NULL -- us
);

-- OAuth clients of every role
CREATE TABLE clients (
    client_id TEXT NOT NULL PRIMARY KEY, -- immutable
    role TEXT NOT NULL, -- operator, feed, regulator or recipient
    recipient_id BYTEA, -- set for recipients
    jwks TEXT NOT NULL -- public keys, JSON
);

-- content-addressed texts
CREATE TABLE notices (
    hash TEXT NOT NULL PRIMARY KEY, -- SHA-256 of the canonical notice, hex
    locale TEXT NOT NULL, -- BCP 47
    body TEXT NOT NULL -- the words
);

-- projection of consent_events: at most one row per cell
CREATE TABLE grants (
    subscriber_id BYTEA NOT NULL CHECK (length(subscriber_id) = 16),
    recipient_id BYTEA NOT NULL CHECK (length(recipient_id) = 16),
    purpose TEXT NOT NULL, -- dpv term
    category TEXT NOT NULL,
    id BYTEA NOT NULL CHECK (length(id) = 16), -- grant id
    precision TEXT NOT NULL,
    state TEXT NOT NULL, -- active, paused, withdrawn or refused; expiry is computed
    notice TEXT NOT NULL, -- hash of what was shown
    granted_at BIGINT NOT NULL, -- us
    until_at BIGINT NOT NULL, -- us
    changed_at BIGINT NOT NULL, -- us
    PRIMARY KEY (subscriber_id, recipient_id, purpose, category)
);

-- append-only
CREATE TABLE consent_events (
    subscriber_id BYTEA NOT NULL CHECK (length(subscriber_id) = 16),
    seq BIGINT NOT NULL, -- dense per subscriber, from 1
    grant_id BYTEA NOT NULL CHECK (length(grant_id) = 16),
    recipient_id BYTEA NOT NULL CHECK (length(recipient_id) = 16),
    purpose TEXT NOT NULL,
    category TEXT NOT NULL,
    act TEXT NOT NULL,
    precision TEXT NOT NULL,
    notice TEXT NOT NULL,
    channel TEXT NOT NULL, -- how the subscriber acted
    at BIGINT NOT NULL, -- us, immutable
    PRIMARY KEY (subscriber_id, seq)
);

-- one sealed blob per subscriber, at most 8 KiB inside
CREATE TABLE profiles (
    subscriber_id BYTEA NOT NULL CHECK (length(subscriber_id) = 16) PRIMARY KEY,
    sealed BYTEA NOT NULL,
    revision BIGINT NOT NULL, -- bumped by every fold
    at BIGINT NOT NULL -- us
);

-- base stations
CREATE TABLE cells (
    id TEXT NOT NULL PRIMARY KEY,
    lat_e7 BIGINT NOT NULL, -- degrees x 10^7
    lon_e7 BIGINT NOT NULL, -- degrees x 10^7
    range_m BIGINT NOT NULL
);

-- app or host to topic of the closed taxonomy
CREATE TABLE topics (
    source TEXT NOT NULL, -- app or web
    key TEXT NOT NULL,
    topic BIGINT NOT NULL, -- taxonomy id; -1 is never
    PRIMARY KEY (source, key)
);

-- sensitive places; reference table
CREATE TABLE places (
    id BYTEA NOT NULL CHECK (length(id) = 16) PRIMARY KEY, -- SHA-256 of the row, cut
    kind TEXT NOT NULL, -- health, worship, ...
    lat_e7 BIGINT NOT NULL, -- degrees x 10^7
    lon_e7 BIGINT NOT NULL, -- degrees x 10^7
    radius_m BIGINT NOT NULL
);

-- persons alike, kept for the epoch only
CREATE TABLE crowd (
    kind TEXT NOT NULL, -- zone, app or web
    key BIGINT NOT NULL, -- H3 cell of any released resolution, or topic
    bucket BIGINT NOT NULL, -- us, start of the hour or of the week
    size BIGINT NOT NULL, -- how many they are; before the bitmap, so that reading it does not walk through it
    persons BYTEA NOT NULL, -- roaring bitmap of person numbers
    PRIMARY KEY (kind, key, bucket)
);

-- what has left, per subscriber and epoch: the ground of joint k
CREATE TABLE releases (
    subscriber_id BYTEA NOT NULL CHECK (length(subscriber_id) = 16),
    epoch BIGINT NOT NULL, -- us, start of the day
    fact BYTEA NOT NULL CHECK (length(fact) = 32), -- SHA-256 of what was released
    recipient_id BYTEA NOT NULL CHECK (length(recipient_id) = 16),
    document TEXT NOT NULL, -- canonical JSON: category, purpose, precision, persons alike, surprisal, crowd sets; no value
    at BIGINT NOT NULL, -- us
    PRIMARY KEY (subscriber_id, epoch, fact, recipient_id)
);

-- pairwise; the way back from a pseudonym
CREATE TABLE pseudonyms (
    recipient_id BYTEA NOT NULL CHECK (length(recipient_id) = 16),
    pseudonym TEXT NOT NULL,
    subscriber_id BYTEA NOT NULL CHECK (length(subscriber_id) = 16),
    epoch BIGINT NOT NULL,
    PRIMARY KEY (recipient_id, pseudonym)
);

-- ledger entries; seq is given by the sequencer
CREATE TABLE entries (
    id BYTEA NOT NULL CHECK (length(id) = 16) PRIMARY KEY, -- immutable
    seq BIGINT, -- leaf index, set once
    leaf TEXT NOT NULL, -- canonical JSON, immutable
    at BIGINT NOT NULL -- us
);

-- sealed record and salt behind each leaf; deleting erases the content and leaves the proof
CREATE TABLE records (
    entry_id BYTEA NOT NULL CHECK (length(entry_id) = 16) PRIMARY KEY,
    subscriber_id BYTEA,
    sealed BYTEA NOT NULL, -- salt and canonical record, sealed
    at BIGINT NOT NULL -- us
);

-- used tokens, links and proofs; a bucket is swept when it has passed
CREATE TABLE replay (
    expires_at BIGINT NOT NULL, -- us
    id BYTEA NOT NULL CHECK (length(id) = 16), -- SHA-256 of kind, issuer and jti, cut
    PRIMARY KEY (expires_at, id)
);

-- feed chunks already folded; a replay answers as the first time
CREATE TABLE batches (
    id TEXT NOT NULL PRIMARY KEY,
    answer TEXT NOT NULL, -- JSON counts
    at BIGINT NOT NULL -- us
);

-- what is counted once for all
CREATE TABLE counters (
    name TEXT NOT NULL PRIMARY KEY, -- entries: numbered so far; persons: enrolled so far; the others: version of tables
    value BIGINT NOT NULL
);

CREATE INDEX pseudonyms_by_subscriber ON pseudonyms (subscriber_id);
CREATE INDEX entries_unnumbered ON entries (id) WHERE seq IS NULL;
CREATE UNIQUE INDEX entries_numbered ON entries (seq) WHERE seq IS NOT NULL;
CREATE INDEX records_by_subscriber ON records (subscriber_id, at);
CREATE INDEX subscribers_by_person ON subscribers (person_id);
INSERT INTO counters (name, value) VALUES ('entries', 0), ('persons', 0), ('reference', 0), ('registrations', 0), ('crowds', 0);
