DROP TABLE purges;
DROP TABLE outbox;
DROP TABLE webhook_secrets;
