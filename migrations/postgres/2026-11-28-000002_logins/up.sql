-- who is on a subscriber's page; a session that is not here has ended
CREATE TABLE sessions (
    subscriber_id BYTEA NOT NULL CHECK (length(subscriber_id) = 16),
    id BYTEA NOT NULL CHECK (length(id) = 16),
    begun_at BIGINT NOT NULL, -- us
    seen_at BIGINT NOT NULL, -- us, the last request, to the minute
    ends_at BIGINT NOT NULL, -- us, however often he comes
    proven BIGINT NOT NULL, -- 1 where a second factor was shown at entry
    opened BIGINT NOT NULL, -- 1 where the PIN was said
    PRIMARY KEY (subscriber_id, id)
);

CREATE INDEX sessions_by_end ON sessions (ends_at);

-- codes that a link wants beside itself; kept until the link ends, so that no link has two
CREATE TABLE codes (
    subscriber_id BYTEA NOT NULL CHECK (length(subscriber_id) = 16),
    link_id BYTEA NOT NULL CHECK (length(link_id) = 16),
    mac BYTEA NOT NULL CHECK (length(mac) = 32), -- of link and code
    tries BIGINT NOT NULL, -- begun so far
    until_at BIGINT NOT NULL, -- us, when the code ends
    ends_at BIGINT NOT NULL, -- us, when the link ends
    PRIMARY KEY (subscriber_id, link_id)
);

CREATE INDEX codes_by_end ON codes (ends_at);

-- PINs that subscribers put before what is told of them
CREATE TABLE pins (
    subscriber_id BYTEA NOT NULL CHECK (length(subscriber_id) = 16) PRIMARY KEY,
    sealed BYTEA NOT NULL, -- salted hash, sealed
    tries BIGINT NOT NULL, -- wrong ones since the last right one
    locked_until BIGINT NOT NULL -- us; 0 is not locked
);
