DROP TABLE pins;
DROP TABLE codes;
DROP TABLE sessions;
