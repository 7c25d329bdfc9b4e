UPDATE grants SET actor = 'subscriber', relation_id = NULL WHERE state = 'requested';
DROP INDEX subscribers_of_age;
DROP INDEX relations_ended;
DROP INDEX relations_run_out;
ALTER TABLE relations DROP COLUMN told_at;
