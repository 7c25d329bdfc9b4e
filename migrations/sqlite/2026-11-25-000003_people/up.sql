-- from when a subscriber consents alone takes the place of a band that would have to be changed on a birthday
ALTER TABLE subscribers ADD COLUMN of_age_at INTEGER; -- us; null is a minor until somebody says otherwise
UPDATE subscribers SET of_age_at = 0 WHERE age = 'adult';
ALTER TABLE subscribers DROP COLUMN age;
ALTER TABLE subscribers ADD COLUMN related INTEGER NOT NULL DEFAULT 0; -- relations ever made; 0 spares every request a look at them
ALTER TABLE subscribers ADD COLUMN ended_at INTEGER; -- us; the number went to somebody else, or left; null is never
ALTER TABLE subscribers ADD COLUMN former_index BLOB; -- of one that has ended: the index that its reference had, which is free again
ALTER TABLE subscribers ADD COLUMN since_at INTEGER NOT NULL DEFAULT 0; -- us; what a feed says of before belongs to a former holder of the number

-- what had been taken for the age before it was set right
CREATE TABLE ages (
    subscriber_id BLOB NOT NULL CHECK (length(subscriber_id) = 16),
    at INTEGER NOT NULL, -- us, when it was set right
    was_of_age_at INTEGER, -- us; null is a minor until somebody says otherwise
    PRIMARY KEY (subscriber_id, at)
) STRICT, WITHOUT ROWID;

-- whose word a yes is
ALTER TABLE grants ADD COLUMN actor TEXT NOT NULL DEFAULT 'subscriber'; -- who said the last yes
ALTER TABLE grants ADD COLUMN relation_id BLOB; -- by which relation; null is the subscriber's own
ALTER TABLE consent_events ADD COLUMN relation_id BLOB; -- by which relation the actor spoke; null is none
UPDATE grants SET actor = COALESCE((SELECT MAX(e.actor) FROM consent_events e WHERE e.subscriber_id = grants.subscriber_id AND e.grant_id = grants.id AND e.act IN ('grant', 'renew')), 'subscriber');

-- who may speak for a subscriber or forbid on his line
CREATE TABLE relations (
    id BLOB NOT NULL CHECK (length(id) = 16) PRIMARY KEY, -- immutable
    subscriber_id BLOB NOT NULL CHECK (length(subscriber_id) = 16),
    kind TEXT NOT NULL, -- guardian, delegate or owner
    verified TEXT NOT NULL, -- document, register, court, in-store or contract
    scope TEXT NOT NULL, -- of a delegate: all, or stop
    holder_id BLOB, -- the holder, where he is a subscriber
    holder_sealed BLOB, -- the operator's reference to him where he is none, sealed
    from_at INTEGER NOT NULL, -- us
    until_at INTEGER, -- us; null is until it is ended
    ended_at INTEGER, -- us, set once
    recorded_at INTEGER NOT NULL -- us, immutable
) STRICT;

-- what the owners of lines forbid
CREATE TABLE blocks (
    id BLOB NOT NULL CHECK (length(id) = 16) PRIMARY KEY, -- immutable
    subscriber_id BLOB NOT NULL CHECK (length(subscriber_id) = 16),
    relation_id BLOB NOT NULL CHECK (length(relation_id) = 16),
    recipient_id BLOB, -- null is every recipient
    category TEXT, -- null is every category
    finest TEXT, -- how fine at most; null is nothing at all
    at INTEGER NOT NULL, -- us, immutable
    lifted_at INTEGER -- us, set once
) STRICT, WITHOUT ROWID;

CREATE INDEX subscribers_by_former_index ON subscribers (former_index) WHERE former_index IS NOT NULL;
CREATE INDEX relations_by_subscriber ON relations (subscriber_id);
CREATE INDEX relations_by_holder ON relations (holder_id) WHERE holder_id IS NOT NULL;
CREATE INDEX blocks_by_subscriber ON blocks (subscriber_id);
