-- crowds hold shuffled numbers from now on; those of before are not to be compared with them, and fill again from the next feed on
DELETE FROM crowd;
UPDATE counters SET value = value + 1 WHERE name = 'crowds';
