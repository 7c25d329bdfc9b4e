-- secrets that a recipient's messages are signed with
CREATE TABLE webhook_secrets (
    recipient_id BLOB NOT NULL CHECK (length(recipient_id) = 16),
    made_at INTEGER NOT NULL, -- us
    ends_at INTEGER, -- us; signs no more from then on; null for the newest
    sealed BLOB NOT NULL, -- the secret, sealed
    PRIMARY KEY (recipient_id, made_at)
) STRICT, WITHOUT ROWID;

-- what recipients are told when a consent changes: a line per subscriber, recipient and epoch, in order
CREATE TABLE outbox (
    subscriber_id BLOB NOT NULL CHECK (length(subscriber_id) = 16),
    recipient_id BLOB NOT NULL CHECK (length(recipient_id) = 16),
    epoch INTEGER NOT NULL, -- pseudonym epoch: a new name begins a new line, or the numbers would join it to the old one
    seq INTEGER NOT NULL, -- dense per line, from 1; counts only what that recipient is told
    id BLOB NOT NULL CHECK (length(id) = 16), -- message id, immutable
    document TEXT NOT NULL, -- JSON of what is told; names the subscriber by the recipient's pseudonym only
    state TEXT NOT NULL, -- waiting, delivered or dead
    attempts INTEGER NOT NULL, -- failed ones
    due_at INTEGER NOT NULL, -- us, when it is tried next; of a later message never before an earlier one's
    at INTEGER NOT NULL, -- us, immutable
    PRIMARY KEY (subscriber_id, recipient_id, epoch, seq)
) STRICT;

-- what recipients are asked to delete when a consent ends
CREATE TABLE purges (
    id BLOB NOT NULL CHECK (length(id) = 16) PRIMARY KEY, -- immutable
    subscriber_id BLOB NOT NULL CHECK (length(subscriber_id) = 16),
    recipient_id BLOB NOT NULL CHECK (length(recipient_id) = 16),
    purpose TEXT NOT NULL, -- dpv term
    category TEXT NOT NULL,
    asked_at INTEGER NOT NULL, -- us, when the consent ended
    deadline_at INTEGER NOT NULL, -- us
    statement TEXT, -- done, nothing_held or refused; null until the recipient answers
    cause TEXT, -- why it refused
    answered_at INTEGER -- us
) STRICT, WITHOUT ROWID;

CREATE INDEX outbox_due ON outbox (recipient_id, due_at) WHERE state = 'waiting';
CREATE INDEX purges_open ON purges (deadline_at) WHERE statement IS NULL;
CREATE INDEX purges_by_subscriber ON purges (subscriber_id);
