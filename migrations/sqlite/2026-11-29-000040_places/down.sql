DROP TABLE places;
DELETE FROM counters WHERE name = 'placed';
