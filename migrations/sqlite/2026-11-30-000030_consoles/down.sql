DROP TABLE console_visits;
