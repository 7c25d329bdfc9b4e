DROP INDEX presentations_by_age;
DROP INDEX uses_by_age;
DROP INDEX outbox_settled;
