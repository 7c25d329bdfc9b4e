DROP TABLE touched;
DROP TABLE breaches;
