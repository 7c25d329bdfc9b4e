-- a relation that ran out by itself is told to recipients once
ALTER TABLE relations ADD COLUMN told_at INTEGER; -- us; when recipients were told that what its holder allowed is over; null is not yet
UPDATE relations SET told_at = ended_at WHERE ended_at IS NOT NULL;
CREATE INDEX relations_run_out ON relations (until_at) WHERE told_at IS NULL AND until_at IS NOT NULL;
CREATE INDEX relations_ended ON relations (ended_at) WHERE told_at IS NULL AND ended_at IS NOT NULL;
CREATE INDEX subscribers_of_age ON subscribers (of_age_at) WHERE related > 0;

-- a yes that waits says who wrote it down: staff, so far
UPDATE grants SET actor = 'staff' WHERE state = 'requested' AND until_at > granted_at;
