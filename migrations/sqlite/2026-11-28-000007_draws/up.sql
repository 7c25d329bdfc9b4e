-- a day is counted whole and once
DROP TABLE counts;
-- days that were counted
CREATE TABLE draws (
    day INTEGER NOT NULL PRIMARY KEY, -- us; when the window begins
    eps_milli INTEGER NOT NULL, -- what whoever is counted was charged, thousandths
    at INTEGER NOT NULL -- us; as whose consents stood then
) STRICT, WITHOUT ROWID;
-- what is told of their zones; a zone that is not here is not told of
CREATE TABLE counts (
    day INTEGER NOT NULL, -- us
    zone INTEGER NOT NULL, -- H3 index
    persons INTEGER NOT NULL, -- as told, noise and all
    PRIMARY KEY (day, zone)
) STRICT, WITHOUT ROWID;
