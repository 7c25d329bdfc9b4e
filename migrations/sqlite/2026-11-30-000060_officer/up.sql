-- whether somebody may act on incidents in the console, 1, or only looks, 0: the token that asked for the link could; immutable
ALTER TABLE console_visits ADD COLUMN acts INTEGER NOT NULL DEFAULT 0;
