-- Cover pages. A message names its cover and what is on it; the rendered cover has a key of its own, so that a broadcast stores its document once.
CREATE TABLE cover_page (
    coverpage_id        INTEGER PRIMARY KEY,             -- COVERPAGE_ID of Table 1
    customer_key        INTEGER,                         -- null: for everybody
    name                TEXT NOT NULL COLLATE NOCASE,
    template            TEXT,                            -- HTML with {{fields}}; null: shipped with the program under this name
    logo_type           TEXT,                            -- of its own; null for the customer's
    logo                BLOB,
    created_at          INTEGER NOT NULL,
    removed_at          INTEGER,                         -- kept for the messages that name it
    CHECK ((logo_type IS NULL) = (logo IS NULL))
) STRICT;
CREATE UNIQUE INDEX cover_page_name ON cover_page (coalesce(customer_key, 0), name) WHERE removed_at IS NULL;
INSERT INTO cover_page (coverpage_id, name, created_at) VALUES (1, 'classic', 0), (2, 'modern', 0);

CREATE TABLE customer_logo (
    customer_key        INTEGER PRIMARY KEY,
    logo_type           TEXT NOT NULL,
    logo                BLOB NOT NULL
) STRICT;

ALTER TABLE message ADD COLUMN cover_fields TEXT;        -- JSON: what the sender wants on it
ALTER TABLE message ADD COLUMN cover_key TEXT;           -- the rendered cover; null until prepared, and without a cover

-- A list to send to, kept under a name.
CREATE TABLE broadcast_list (
    list_id             INTEGER PRIMARY KEY,
    customer_key        INTEGER NOT NULL,
    name                TEXT NOT NULL COLLATE NOCASE,
    created_at          INTEGER NOT NULL,
    row_count           INTEGER NOT NULL,
    is_ready            INTEGER NOT NULL DEFAULT 0,      -- 0 while its rows come in; what a crash left so is deleted
    removed_at          INTEGER
) STRICT;
CREATE UNIQUE INDEX broadcast_list_name ON broadcast_list (customer_key, name) WHERE is_ready = 1 AND removed_at IS NULL;
CREATE TABLE broadcast_list_row (
    list_id             INTEGER NOT NULL REFERENCES broadcast_list,
    ordinal             INTEGER NOT NULL,
    line                INTEGER NOT NULL,
    destination         TEXT NOT NULL,
    fields              TEXT,
    PRIMARY KEY (list_id, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE broadcast (
    broadcast_id        INTEGER PRIMARY KEY,             -- the id of its submission, which holds the document
    customer_key        INTEGER NOT NULL,
    name                TEXT NOT NULL,
    state               TEXT NOT NULL CHECK (state IN ('loading', 'preparing', 'waiting', 'running', 'paused', 'resuming', 'cancelling', 'ended', 'cancelled', 'failed')),
    starts_itself       INTEGER NOT NULL,                -- 0: waits, with its price known, until it is told to start
    created_at          INTEGER NOT NULL,
    scheduled_at        INTEGER,
    started_at          INTEGER,
    ended_at            INTEGER,
    expiry_duration     INTEGER NOT NULL,                -- seconds, of each message from when it is put into the queue
    message_priority    INTEGER NOT NULL,
    resolution          TEXT NOT NULL,
    language            TEXT NOT NULL,
    coverpage_id        INTEGER,
    cover_fields        TEXT,                            -- of all; a row's own come first
    per_minute          INTEGER NOT NULL,                -- 0: as fast as they go
    at_once             INTEGER NOT NULL,
    recipients          INTEGER NOT NULL DEFAULT 0,      -- rows of the list
    duplicates          INTEGER NOT NULL DEFAULT 0,      -- of them, left out for each reason
    do_not_call         INTEGER NOT NULL DEFAULT 0,
    cancelled           INTEGER NOT NULL DEFAULT 0,      -- before they were put into the queue
    fed                 INTEGER NOT NULL DEFAULT 0,      -- put into the queue
    pages               INTEGER,                         -- of each, with the cover; null until prepared
    price               INTEGER,                         -- of all, expected, in micro-units; null until prepared
    currency            TEXT NOT NULL,
    unpriced            INTEGER NOT NULL DEFAULT 0,      -- recipients that have no price
    cause               TEXT,                            -- why it failed
    receipt_to          TEXT NOT NULL,                   -- whom the summary goes to; empty for nobody
    CHECK ((ended_at IS NOT NULL) = (state IN ('ended', 'cancelled', 'failed')))
) STRICT;
CREATE INDEX broadcast_open ON broadcast (broadcast_id) WHERE state NOT IN ('ended', 'cancelled', 'failed');
CREATE INDEX broadcast_of_customer ON broadcast (customer_key, broadcast_id);

CREATE TABLE broadcast_recipient (
    broadcast_id        INTEGER NOT NULL REFERENCES broadcast,
    ordinal             INTEGER NOT NULL,
    line                INTEGER NOT NULL,                -- of the list
    destination         TEXT NOT NULL,
    fields              TEXT,                            -- JSON of CoverFields
    message_id          INTEGER,                         -- null until it is put into the queue
    left_out            TEXT CHECK (left_out IN ('duplicate', 'do-not-call', 'cancelled')),
    PRIMARY KEY (broadcast_id, ordinal),
    CHECK (message_id IS NULL OR left_out IS NULL)
) STRICT, WITHOUT ROWID;
-- Each number once, whatever happens.
CREATE UNIQUE INDEX broadcast_number ON broadcast_recipient (broadcast_id, destination) WHERE left_out IS NULL;
CREATE INDEX broadcast_unfed ON broadcast_recipient (broadcast_id, ordinal) WHERE message_id IS NULL AND left_out IS NULL;
CREATE INDEX message_of_broadcast ON message (broadcast_id, message_status) WHERE broadcast_id IS NOT NULL;

-- Numbers that are not called by broadcasts.
CREATE TABLE do_not_call (
    customer_key        INTEGER NOT NULL,                -- 0: for everybody
    destination         TEXT NOT NULL,
    source              TEXT NOT NULL,                   -- who asked for it: import, opt-out, an operator's word
    added_at            INTEGER NOT NULL,
    PRIMARY KEY (customer_key, destination)
) STRICT, WITHOUT ROWID;
