DROP TABLE counts;
DROP TABLE draws;
CREATE TABLE counts (
    day INTEGER NOT NULL, -- us; when the window begins
    zone INTEGER NOT NULL, -- H3 index
    persons INTEGER, -- as told, noise and all; null is not told
    eps_milli INTEGER NOT NULL, -- what was charged for it
    at INTEGER NOT NULL, -- us
    PRIMARY KEY (day, zone)
) STRICT, WITHOUT ROWID;
