DROP TABLE link_tries;
DROP TABLE link_codes;
ALTER TABLE links DROP COLUMN shut;
