DELETE FROM counters WHERE name = 'retained';
