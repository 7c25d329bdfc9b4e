DROP INDEX releases_by_epoch;
