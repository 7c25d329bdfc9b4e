ALTER TABLE clients DROP COLUMN assurance;
