DROP TABLE withdrawn;
