-- Keys of the HTTP interface. They are made by us, of 160 random bits, so that one quick hash keeps them and finds them.
CREATE TABLE bearer_key (
    key_id              INTEGER PRIMARY KEY,
    key_hash            TEXT NOT NULL UNIQUE,            -- SHA-256 of the key, hex
    customer_key        INTEGER NOT NULL REFERENCES customer,
    scope               TEXT NOT NULL CHECK (scope IN ('send', 'operator')),
    name                TEXT NOT NULL,                   -- what the customer calls it
    created_at          INTEGER NOT NULL
) STRICT;
CREATE INDEX bearer_key_of_customer ON bearer_key (customer_key);

-- A customer's own messages, newest first.
CREATE INDEX message_of_customer ON message (customer_key, message_id);

-- What a request was answered that may come again (Idempotency-Key); written with the submission.
CREATE TABLE request_claim (
    customer_key        INTEGER NOT NULL,
    request_key         TEXT NOT NULL,
    fingerprint         BLOB NOT NULL,                   -- of what was asked
    answer              TEXT NOT NULL,                   -- JSON
    expires_at          INTEGER NOT NULL,
    PRIMARY KEY (customer_key, request_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX request_claim_expiring ON request_claim (expires_at);

-- The receipt of a submission as it was mailed, the last one when it was corrected.
CREATE TABLE receipt_body (
    submission_id       INTEGER PRIMARY KEY REFERENCES submission,
    body_hash           BLOB NOT NULL,
    recipient           TEXT NOT NULL,
    written_at          INTEGER NOT NULL
) STRICT;
CREATE INDEX receipt_body_of_body ON receipt_body (body_hash);

-- Who is told of events over HTTP, and what is still to be told.
CREATE TABLE webhook (
    webhook_id          INTEGER PRIMARY KEY,
    customer_key        INTEGER REFERENCES customer,     -- null: the operator's, told of all customers' events
    url                 TEXT NOT NULL,
    events              TEXT NOT NULL,                   -- codes of events, space between
    description         TEXT NOT NULL,
    secret              TEXT NOT NULL,                   -- signs what is sent
    created_at          INTEGER NOT NULL,
    since_event         INTEGER NOT NULL,                -- only events after this one
    failing_since       INTEGER,                         -- null: the last delivery went well
    disabled_at         INTEGER,
    disabled_reason     TEXT,
    CHECK ((disabled_at IS NULL) = (disabled_reason IS NULL))
) STRICT;

CREATE TABLE webhook_delivery (
    webhook_id          INTEGER NOT NULL REFERENCES webhook,
    event_id            INTEGER NOT NULL,
    due                 INTEGER NOT NULL,
    attempts            INTEGER NOT NULL DEFAULT 0,
    created_at          INTEGER NOT NULL,
    last_error          TEXT,
    PRIMARY KEY (webhook_id, event_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_delivery_due ON webhook_delivery (webhook_id, due, event_id);

-- Up to which event they were handed out.
CREATE TABLE webhook_cursor (id INTEGER PRIMARY KEY CHECK (id = 1), event_id INTEGER NOT NULL) STRICT;
INSERT INTO webhook_cursor (id, event_id) VALUES (1, 0);
