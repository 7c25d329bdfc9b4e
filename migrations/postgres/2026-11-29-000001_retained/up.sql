-- what has left counts for a week and is then forgotten: found by its day
CREATE INDEX releases_by_epoch ON releases (epoch);
