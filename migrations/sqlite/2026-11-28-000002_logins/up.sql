-- who is on a subscriber's page; a session that is not here has ended
CREATE TABLE sessions (
    subscriber_id BLOB NOT NULL CHECK (length(subscriber_id) = 16),
    id BLOB NOT NULL CHECK (length(id) = 16),
    begun_at INTEGER NOT NULL, -- us
    seen_at INTEGER NOT NULL, -- us, the last request, to the minute
    ends_at INTEGER NOT NULL, -- us, however often he comes
    proven INTEGER NOT NULL, -- 1 where a second factor was shown at entry
    opened INTEGER NOT NULL, -- 1 where the PIN was said
    PRIMARY KEY (subscriber_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_end ON sessions (ends_at);

-- codes that a link wants beside itself; kept until the link ends, so that no link has two
CREATE TABLE codes (
    subscriber_id BLOB NOT NULL CHECK (length(subscriber_id) = 16),
    link_id BLOB NOT NULL CHECK (length(link_id) = 16),
    mac BLOB NOT NULL CHECK (length(mac) = 32), -- of link and code
    tries INTEGER NOT NULL, -- begun so far
    until_at INTEGER NOT NULL, -- us, when the code ends
    ends_at INTEGER NOT NULL, -- us, when the link ends
    PRIMARY KEY (subscriber_id, link_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX codes_by_end ON codes (ends_at);

-- PINs that subscribers put before what is told of them
CREATE TABLE pins (
    subscriber_id BLOB NOT NULL CHECK (length(subscriber_id) = 16) PRIMARY KEY,
    sealed BLOB NOT NULL, -- salted hash, sealed
    tries INTEGER NOT NULL, -- wrong ones since the last right one
    locked_until INTEGER NOT NULL -- us; 0 is not locked
) STRICT, WITHOUT ROWID;
