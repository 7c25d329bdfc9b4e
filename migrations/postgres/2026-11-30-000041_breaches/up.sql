-- incidents at recipients; reference table, small
CREATE TABLE breaches (
    id BYTEA NOT NULL CHECK (length(id) = 16) PRIMARY KEY, -- immutable
    recipient_id BYTEA NOT NULL, -- immutable
    from_at BIGINT NOT NULL, -- us, immutable; what left from then on is touched
    to_at BIGINT NOT NULL, -- us, immutable; until before then
    known_at BIGINT NOT NULL, -- us, immutable; clocks run from here
    ground TEXT NOT NULL, -- number of a case
    at BIGINT NOT NULL, -- us, immutable
    possible_at BIGINT, -- us, set once
    confirmed_at BIGINT, -- us, set once
    confirmed_from BIGINT, -- us
    confirmed_to BIGINT, -- us
    cleared_at BIGINT, -- us, set once
    reported TEXT NOT NULL, -- JSON: authorities that were told, and when
    first_seq BIGINT NOT NULL, -- entries of the period: first
    end_seq BIGINT NOT NULL, -- and one past the last
    counted_seq BIGINT NOT NULL, -- up to where whom it touches is counted
    sorted_seq BIGINT, -- up to where whom what was confirmed touches; null until something is
    unnamed BIGINT NOT NULL -- answers whose records are erased
);

-- whom they touch
CREATE TABLE touched (
    subscriber_id BYTEA NOT NULL,
    breach_id BYTEA NOT NULL,
    home TEXT NOT NULL, -- when he was counted
    answers BIGINT NOT NULL,
    first_at BIGINT NOT NULL, -- us
    last_at BIGINT NOT NULL, -- us
    what TEXT NOT NULL, -- categories
    found BIGINT NOT NULL DEFAULT 0, -- answers that were still there when something was confirmed
    inside BOOLEAN NOT NULL, -- whether what was confirmed touches him
    told TEXT NOT NULL, -- what he was told last
    told_at BIGINT, -- us
    due_at BIGINT NOT NULL, -- us; not told before then
    tries BIGINT NOT NULL DEFAULT 0, -- how often messaging did not take it
    PRIMARY KEY (subscriber_id, breach_id)
);
CREATE INDEX touched_due ON touched (breach_id, told, due_at);
