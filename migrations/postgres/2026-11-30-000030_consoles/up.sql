-- links into a console that wait to be used, and sessions in one; a link that was used is gone, so it is good once
CREATE TABLE console_visits (
    id BYTEA NOT NULL CHECK (length(id) = 16) PRIMARY KEY, -- immutable
    client_id TEXT NOT NULL, -- for which client of a regulator or the operator, immutable
    ground TEXT NOT NULL, -- citation or number of a case, immutable
    entered BIGINT NOT NULL, -- 0 for a link, 1 for a session; immutable
    ends_at BIGINT NOT NULL -- us, immutable
);
