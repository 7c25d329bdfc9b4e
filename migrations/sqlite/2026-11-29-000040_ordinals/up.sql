-- where an entry stands among those about its subscriber and those with its recipient; given by the sequencer, committed to by a tally
CREATE TABLE ordinals (
    seq INTEGER NOT NULL PRIMARY KEY, -- leaf index
    subscriber_id BLOB,
    subscriber_number INTEGER, -- 1 for the first
    subscriber_before INTEGER, -- leaf index of the one before
    recipient_id BLOB,
    recipient_number INTEGER, -- 1 for the first
    recipient_before INTEGER -- leaf index of the one before
) STRICT;

CREATE INDEX ordinals_by_subscriber ON ordinals (subscriber_id, subscriber_number) WHERE subscriber_id IS NOT NULL;
CREATE INDEX ordinals_by_recipient ON ordinals (recipient_id, recipient_number) WHERE recipient_id IS NOT NULL;
INSERT INTO counters (name, value) VALUES ('ordinals', 0);
