-- incidents at recipients; reference table, small
CREATE TABLE breaches (
    id BLOB NOT NULL CHECK (length(id) = 16) PRIMARY KEY, -- immutable
    recipient_id BLOB NOT NULL, -- immutable
    from_at INTEGER NOT NULL, -- us, immutable; what left from then on is touched
    to_at INTEGER NOT NULL, -- us, immutable; until before then
    known_at INTEGER NOT NULL, -- us, immutable; clocks run from here
    ground TEXT NOT NULL, -- number of a case
    at INTEGER NOT NULL, -- us, immutable
    possible_at INTEGER, -- us, set once
    confirmed_at INTEGER, -- us, set once
    confirmed_from INTEGER, -- us
    confirmed_to INTEGER, -- us
    cleared_at INTEGER, -- us, set once
    reported TEXT NOT NULL, -- JSON: authorities that were told, and when
    first_seq INTEGER NOT NULL, -- entries of the period: first
    end_seq INTEGER NOT NULL, -- and one past the last
    counted_seq INTEGER NOT NULL, -- up to where whom it touches is counted
    sorted_seq INTEGER, -- up to where whom what was confirmed touches; null until something is
    unnamed INTEGER NOT NULL -- answers whose records are erased
) STRICT, WITHOUT ROWID;

-- whom they touch
CREATE TABLE touched (
    subscriber_id BLOB NOT NULL,
    breach_id BLOB NOT NULL,
    home TEXT NOT NULL, -- when he was counted
    answers INTEGER NOT NULL,
    first_at INTEGER NOT NULL, -- us
    last_at INTEGER NOT NULL, -- us
    what TEXT NOT NULL, -- categories
    found INTEGER NOT NULL DEFAULT 0, -- answers that were still there when something was confirmed
    inside INTEGER NOT NULL CHECK (inside IN (0, 1)), -- whether what was confirmed touches him
    told TEXT NOT NULL, -- what he was told last
    told_at INTEGER, -- us
    due_at INTEGER NOT NULL, -- us; not told before then
    tries INTEGER NOT NULL DEFAULT 0, -- how often messaging did not take it
    PRIMARY KEY (subscriber_id, breach_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX touched_due ON touched (breach_id, told, due_at);
