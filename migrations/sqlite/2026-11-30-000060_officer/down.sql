ALTER TABLE console_visits DROP COLUMN acts;
