DROP INDEX withdrawn_key_due;
ALTER TABLE withdrawn DROP COLUMN key_due;
