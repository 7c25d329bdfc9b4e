-- what is forgotten in its time is found by its age
CREATE INDEX outbox_settled ON outbox (at) WHERE state <> 'waiting';
CREATE INDEX uses_by_age ON uses (at);
CREATE INDEX presentations_by_age ON presentations (at) WHERE substr(token, 1, 7) <> 'sha256:';
