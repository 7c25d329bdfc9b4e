ALTER TABLE clients ADD COLUMN assurance TEXT NOT NULL DEFAULT 'server'; -- hosted: may be without keys, and its tokens without a proof
