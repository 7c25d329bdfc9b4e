ALTER TABLE clients ADD COLUMN audience_profile TEXT NOT NULL DEFAULT 'fapi'; -- what its assertions name: fapi the issuer, camara the endpoint
