-- one row per subscription (SIM); version is bumped by every story about it
CREATE TABLE subscribers (
    id BYTEA NOT NULL CHECK (length(id) = 16) PRIMARY KEY, -- immutable
    person_id BYTEA NOT NULL CHECK (length(person_id) = 16), -- several SIMs, one person
    reference_index BYTEA NOT NULL CHECK (length(reference_index) = 32) UNIQUE, -- HMAC of the phone number; the number itself is nowhere in the clear
    reference_sealed BYTEA NOT NULL, -- phone number, sealed
    country TEXT NOT NULL, -- ISO 3166-1 alpha-2
    age TEXT NOT NULL, -- minor or adult
    number BIGINT NOT NULL UNIQUE, -- dense number of the person in crowd bitmaps
    version BIGINT NOT NULL, -- bumped by every story
    epoch BIGINT NOT NULL, -- pseudonym epoch; bumped by withdrawal of everything
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
    at BIGINT NOT NULL -- us
);

-- base stations
CREATE TABLE cells (
    id TEXT NOT NULL PRIMARY KEY,
    zone BIGINT NOT NULL, -- H3 r7 cell
    range_m BIGINT NOT NULL,
    sensitive BOOLEAN NOT NULL -- the point lies near a sensitive place
);

-- app or host to topic of the closed taxonomy
CREATE TABLE topics (
    source TEXT NOT NULL, -- app or web
    key TEXT NOT NULL,
    topic BIGINT NOT NULL, -- taxonomy id
    PRIMARY KEY (source, key)
);

-- persons per zone and hour, kept for the epoch
CREATE TABLE crowd (
    zone BIGINT NOT NULL, -- H3 cell, any released resolution
    bucket BIGINT NOT NULL, -- us, start of the hour
    persons BYTEA NOT NULL, -- roaring bitmap of subscriber numbers
    PRIMARY KEY (zone, bucket)
);

-- what has left, per subscriber and epoch: the ground of joint k
CREATE TABLE releases (
    subscriber_id BYTEA NOT NULL CHECK (length(subscriber_id) = 16),
    epoch BIGINT NOT NULL, -- us, start of the day
    fact BYTEA NOT NULL CHECK (length(fact) = 32), -- SHA-256 of what was released
    recipient_id BYTEA NOT NULL CHECK (length(recipient_id) = 16),
    purpose TEXT NOT NULL,
    category TEXT NOT NULL,
    precision TEXT NOT NULL,
    crowd BIGINT NOT NULL, -- persons alike at release
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
    seq BIGINT UNIQUE, -- leaf index, set once
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

-- used tokens, links and proofs
CREATE TABLE replay (
    kind TEXT NOT NULL,
    jti TEXT NOT NULL,
    expires_at BIGINT NOT NULL, -- us
    PRIMARY KEY (kind, jti)
);

-- feed chunks already folded; a replay answers as the first time
CREATE TABLE batches (
    id TEXT NOT NULL PRIMARY KEY,
    answer TEXT NOT NULL, -- JSON counts
    at BIGINT NOT NULL -- us
);

-- one row
CREATE TABLE log_state (
    id BIGINT NOT NULL PRIMARY KEY, -- 1
    size BIGINT NOT NULL -- entries numbered so far
);

CREATE INDEX pseudonyms_by_subscriber ON pseudonyms (subscriber_id);
CREATE INDEX entries_unnumbered ON entries (id) WHERE seq IS NULL;
CREATE INDEX records_by_subscriber ON records (subscriber_id, at);
CREATE INDEX replay_by_expiry ON replay (expires_at);
CREATE INDEX subscribers_by_person ON subscribers (person_id);
INSERT INTO log_state (id, size) VALUES (1, 0);
