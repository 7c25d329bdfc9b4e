ALTER TABLE clients DROP COLUMN audience_profile;
