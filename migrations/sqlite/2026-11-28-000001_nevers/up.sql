-- what subscribers never share, whatever they allowed
CREATE TABLE nevers (
    subscriber_id BLOB NOT NULL CHECK (length(subscriber_id) = 16) PRIMARY KEY,
    sealed BLOB NOT NULL, -- areas, kinds of place and hours, JSON inside
    at INTEGER NOT NULL -- us
) STRICT;
