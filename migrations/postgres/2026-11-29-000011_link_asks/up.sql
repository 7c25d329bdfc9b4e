-- what clients ask subscribers on their pages, out of band; requests that lead to nobody are kept alike, as somebody's who does not exist
CREATE TABLE link_asks (
    subscriber_id BYTEA NOT NULL CHECK (length(subscriber_id) = 16),
    id BYTEA NOT NULL CHECK (length(id) = 16),
    client_id TEXT NOT NULL,
    epoch BIGINT NOT NULL, -- pseudonym epoch in which it was asked
    wanted TEXT NOT NULL, -- what the link is to reach, canonical JSON
    message TEXT, -- what the assistant shows too
    jkt TEXT, -- key that was shown with it
    state TEXT NOT NULL, -- pending, allowed, refused
    version BIGINT NOT NULL, -- of the link, once it is allowed
    told BIGINT NOT NULL, -- 1: messaging has taken it, or is not to
    interval_s BIGINT NOT NULL, -- between two polls, at least
    polled_at BIGINT NOT NULL, -- us
    until_at BIGINT NOT NULL, -- us; a refusal is kept for longer
    PRIMARY KEY (subscriber_id, id)
);

CREATE INDEX link_asks_by_end ON link_asks (until_at);
