DROP TABLE uses;
ALTER TABLE consent_events DROP COLUMN limits;
ALTER TABLE consent_events DROP COLUMN until_at;
ALTER TABLE consent_events DROP COLUMN valid_at;
ALTER TABLE consent_events DROP COLUMN actor;
ALTER TABLE grants DROP COLUMN renewed_at;
ALTER TABLE grants DROP COLUMN paused_until;
ALTER TABLE grants DROP COLUMN limits;
