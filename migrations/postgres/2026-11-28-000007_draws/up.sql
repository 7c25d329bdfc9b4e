-- a day is counted whole and once
DROP TABLE counts;
-- days that were counted
CREATE TABLE draws (
    day BIGINT NOT NULL PRIMARY KEY, -- us; when the window begins
    eps_milli BIGINT NOT NULL, -- what whoever is counted was charged, thousandths
    at BIGINT NOT NULL -- us; as whose consents stood then
);
-- what is told of their zones; a zone that is not here is not told of
CREATE TABLE counts (
    day BIGINT NOT NULL, -- us
    zone BIGINT NOT NULL, -- H3 index
    persons BIGINT NOT NULL, -- as told, noise and all
    PRIMARY KEY (day, zone)
);
