DROP TABLE answers;
DROP TABLE approvals;
DROP TABLE drafts;
ALTER TABLE grants DROP COLUMN edition;
ALTER TABLE grants DROP COLUMN closed_at;
ALTER TABLE consent_events DROP COLUMN edition;
ALTER TABLE consent_events DROP COLUMN presentation_id;
DROP TABLE presentations;
