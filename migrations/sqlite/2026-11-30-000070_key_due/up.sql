-- 1: records that the subscriber's key sealed were destroyed, and it is to be replaced; else 0
ALTER TABLE withdrawn ADD COLUMN key_due INTEGER NOT NULL DEFAULT 0;
CREATE INDEX withdrawn_key_due ON withdrawn (subscriber_id) WHERE key_due = 1;
