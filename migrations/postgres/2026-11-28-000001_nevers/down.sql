DROP TABLE nevers;
