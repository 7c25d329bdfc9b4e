DROP TABLE ordinals;
DELETE FROM counters WHERE name = 'ordinals';
