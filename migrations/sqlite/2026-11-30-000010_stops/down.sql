DELETE FROM counters WHERE name = 'stops';
DROP TABLE stops;
