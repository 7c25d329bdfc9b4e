-- up to which entry every record that ends by itself has ended
INSERT INTO counters (name, value) VALUES ('retained', 0);
