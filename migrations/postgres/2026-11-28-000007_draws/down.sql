DROP TABLE counts;
DROP TABLE draws;
CREATE TABLE counts (
    day BIGINT NOT NULL, -- us; when the window begins
    zone BIGINT NOT NULL, -- H3 index
    persons BIGINT, -- as told, noise and all; null is not told
    eps_milli BIGINT NOT NULL, -- what was charged for it
    at BIGINT NOT NULL, -- us
    PRIMARY KEY (day, zone)
);
