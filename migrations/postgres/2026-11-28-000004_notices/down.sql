DELETE FROM counters WHERE name = 'told';
DROP TABLE tellings;
