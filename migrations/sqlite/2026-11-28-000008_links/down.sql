DROP TABLE links;
ALTER TABLE clients DROP COLUMN redirect_uris;
