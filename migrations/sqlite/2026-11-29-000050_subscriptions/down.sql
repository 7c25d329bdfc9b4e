DROP TABLE event_subscriptions;
DELETE FROM outbox WHERE subscription_id IS NOT NULL;
ALTER TABLE outbox DROP COLUMN number;
ALTER TABLE outbox DROP COLUMN subscription_id;
