ALTER TABLE consent_events DROP COLUMN provenance;
