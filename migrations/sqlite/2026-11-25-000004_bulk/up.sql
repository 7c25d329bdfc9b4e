ALTER TABLE consent_events ADD COLUMN provenance TEXT NOT NULL DEFAULT 'explicit'; -- explicit, or inferred: an inferred yes counts for nothing until it is said
