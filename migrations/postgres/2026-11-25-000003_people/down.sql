DROP TABLE blocks;
DROP TABLE relations;
ALTER TABLE consent_events DROP COLUMN relation_id;
ALTER TABLE grants DROP COLUMN relation_id;
ALTER TABLE grants DROP COLUMN actor;
DROP TABLE ages;
DROP INDEX subscribers_by_former_index;
ALTER TABLE subscribers DROP COLUMN since_at;
ALTER TABLE subscribers DROP COLUMN former_index;
ALTER TABLE subscribers DROP COLUMN ended_at;
ALTER TABLE subscribers DROP COLUMN related;
ALTER TABLE subscribers ADD COLUMN age TEXT NOT NULL DEFAULT 'minor'; -- minor or adult
UPDATE subscribers SET age = 'adult' WHERE of_age_at = 0;
ALTER TABLE subscribers DROP COLUMN of_age_at;
