DROP TABLE link_asks;
