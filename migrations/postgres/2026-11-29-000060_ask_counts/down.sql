DROP TABLE ask_counts;
