-- Tables that the source names carry its columns in snake case; the others are ours. Times are Unix milliseconds, UTC; ids are made by the
-- gateway, time-ordered, before the insert, so that a repeated insert is a no-op.

CREATE TABLE customer (                                  -- Table 3
    customer_key        INTEGER PRIMARY KEY,
    firstname           TEXT, lastname TEXT, company TEXT,
    addressline1        TEXT, addressline2 TEXT, city TEXT, mailregion TEXT, mailcode TEXT,
    country             TEXT NOT NULL DEFAULT 'US' CHECK (length(country) = 2),
    worknumber          TEXT, homenumber TEXT,
    emailaddress        TEXT NOT NULL UNIQUE COLLATE NOCASE,
    collectionmethod    TEXT,
    billtype            TEXT NOT NULL DEFAULT 'free',
    status              TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended', 'closed')),
    languagecode        TEXT NOT NULL DEFAULT 'en',
    currencycode        TEXT NOT NULL DEFAULT 'USD',
    trusted_networks    TEXT NOT NULL DEFAULT '',        -- CIDR, space between; mail from the customer's address is believed from these
    header_line         TEXT,                            -- at the head of each fax page; null for the gateway's own
    source_csid         TEXT                             -- the identification that fax machines see; null for the gateway's own
) STRICT;

CREATE TABLE api_key (
    key_hash            TEXT PRIMARY KEY,
    customer_key        INTEGER NOT NULL REFERENCES customer,
    created_at          INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE file_type (                                 -- Table 2
    filetype_extension      TEXT NOT NULL DEFAULT '',    -- without a dot, lower case; '' where only the MIME type tells
    filetype_mime           TEXT NOT NULL,
    filetype_message_type   TEXT,                        -- null: left out without a word, such as a signature
    filetype_resource_type  TEXT,
    PRIMARY KEY (filetype_extension, filetype_mime)
) STRICT, WITHOUT ROWID;

CREATE TABLE resource (                                  -- Table 7
    resource_id                 INTEGER PRIMARY KEY,
    resource_name               TEXT NOT NULL UNIQUE,    -- ResourceID of the protocol
    resource_type               TEXT NOT NULL,
    resource_address            TEXT NOT NULL,
    resource_communication_type TEXT NOT NULL CHECK (resource_communication_type IN ('HTTP', 'SHTTP')),
    resource_status             TEXT NOT NULL DEFAULT 'A' CHECK (resource_status IN ('A', 'I')),
    router_password             TEXT NOT NULL,           -- ours towards it
    resource_password_hash      TEXT NOT NULL,           -- its own towards us
    certificate_sha256          TEXT,                    -- SHTTP: the pinned certificate, hex; null for the machine's trust
    resource_channel_max        INTEGER NOT NULL DEFAULT 0,
    resource_queue_in           INTEGER NOT NULL DEFAULT 0,
    resource_queue_out          INTEGER NOT NULL DEFAULT 0,
    resource_last_comm          INTEGER
) STRICT;

CREATE TABLE submission (                                -- one accepted mail or request
    submission_id       INTEGER PRIMARY KEY,
    customer_key        INTEGER NOT NULL,
    received_at         INTEGER NOT NULL,
    source              TEXT NOT NULL,                   -- smtp
    remote_address      TEXT NOT NULL,
    envelope_from       TEXT NOT NULL,
    subject             TEXT NOT NULL,
    mail_message_id     TEXT,
    mail_references     TEXT,                            -- message ids, oldest first, space between
    is_automatic        INTEGER NOT NULL,
    size                INTEGER NOT NULL,
    headers             BLOB NOT NULL,
    message_count       INTEGER NOT NULL,
    open_count          INTEGER NOT NULL CHECK (open_count BETWEEN 0 AND message_count),
    receipt_id          INTEGER
) STRICT;

CREATE TABLE body (                                      -- content-addressed; small content here, larger in a file named by the hash
    hash                BLOB PRIMARY KEY,
    size                INTEGER NOT NULL,
    content             BLOB
) STRICT, WITHOUT ROWID;

CREATE TABLE fragment (
    submission_id       INTEGER NOT NULL REFERENCES submission,
    ordinal             INTEGER NOT NULL,
    name                TEXT NOT NULL,
    content_type        TEXT NOT NULL,
    charset             TEXT,
    is_body             INTEGER NOT NULL,
    body_hash           BLOB NOT NULL,
    PRIMARY KEY (submission_id, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE message (                                   -- Table 1
    message_id                  INTEGER PRIMARY KEY,
    submission_id               INTEGER NOT NULL REFERENCES submission,
    ordinal                     INTEGER NOT NULL,
    resource_id                 INTEGER,
    resource_type               TEXT NOT NULL,
    resource_address            TEXT,
    resource_communication_type TEXT,
    message_to_email_address    TEXT NOT NULL,
    message_from_email_address  TEXT NOT NULL,
    message_location            TEXT NOT NULL,
    message_size                INTEGER NOT NULL,
    message_priority            INTEGER NOT NULL CHECK (message_priority BETWEEN 0 AND 2),   -- 0 high, 1 medium, 2 low
    message_creation_date       INTEGER NOT NULL,
    message_expiry_duration     INTEGER NOT NULL CHECK (message_expiry_duration > 0),        -- seconds
    message_scheduled_date      INTEGER,
    message_status              TEXT NOT NULL CHECK (message_status IN ('P', 'H', 'D', 'R', 'X', 'A', 'S', 'F', 'E', 'C', 'U')),
    message_estimated_cost      INTEGER,
    customer_key                INTEGER NOT NULL,
    message_part_of_broadcast   INTEGER NOT NULL DEFAULT 0,
    broadcast_id                INTEGER,
    coverpage_id                INTEGER,
    message_subject             TEXT NOT NULL,
    message_duration            INTEGER,                 -- seconds on the line, of the attempt that ended it
    message_rate                INTEGER,
    message_send_date           INTEGER,
    message_remote_csid         TEXT,
    message_type                TEXT NOT NULL,
    message_language_code       TEXT NOT NULL,
    message_pages               INTEGER,
    destination                 TEXT NOT NULL,
    expires_at                  INTEGER NOT NULL,
    resolution                  TEXT NOT NULL,
    document_key                TEXT,
    pages_confirmed             INTEGER NOT NULL DEFAULT 0,
    attempt_count               INTEGER NOT NULL DEFAULT 0,
    outcome                     TEXT,                    -- of the last attempt, or of what ended the message before one
    cause                       TEXT,                    -- its words, for people
    ended_at                    INTEGER,
    CHECK ((ended_at IS NOT NULL) = (message_status IN ('S', 'F', 'E', 'C', 'U'))),
    CHECK (message_status <> 'S' OR pages_confirmed = message_pages)
) STRICT;
CREATE INDEX message_of_submission ON message (submission_id, ordinal);
CREATE INDEX message_expiring ON message (expires_at) WHERE message_status IN ('P', 'H', 'D', 'R');

-- The queue proper: narrow rows, emptied by deletes. A message that has not ended stands in exactly one of the four, unless it is on hold.
CREATE TABLE scheduled (due INTEGER NOT NULL, id INTEGER NOT NULL, lane INTEGER NOT NULL, priority INTEGER NOT NULL,
    PRIMARY KEY (due, id)) STRICT, WITHOUT ROWID;
CREATE TABLE ready (lane INTEGER NOT NULL, priority INTEGER NOT NULL, due INTEGER NOT NULL, id INTEGER NOT NULL,
    PRIMARY KEY (lane, priority, due, id)) STRICT, WITHOUT ROWID;
CREATE TABLE inflight (id INTEGER PRIMARY KEY, owner TEXT NOT NULL, lease_until INTEGER NOT NULL, lane INTEGER NOT NULL,
    priority INTEGER NOT NULL, due INTEGER NOT NULL) STRICT;
CREATE TABLE waiting (destination TEXT NOT NULL, priority INTEGER NOT NULL, due INTEGER NOT NULL, id INTEGER NOT NULL, lane INTEGER NOT NULL,
    PRIMARY KEY (destination, priority, due, id)) STRICT, WITHOUT ROWID;
-- One call at a time for each destination.
CREATE TABLE engaged (destination TEXT PRIMARY KEY, id INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE attempt (
    message_id          INTEGER NOT NULL REFERENCES message,
    number              INTEGER NOT NULL,
    resource_id         INTEGER NOT NULL,
    first_page          INTEGER NOT NULL,
    begun_at            INTEGER NOT NULL,
    acknowledged_at     INTEGER,
    ended_at            INTEGER,
    status              TEXT,                            -- of the receipt; null while open; 'N' when the resource did not take it
    outcome             TEXT,
    detail              TEXT,
    transport           TEXT,
    call_placed         INTEGER,
    pages_confirmed     INTEGER,
    duration            INTEGER,
    remote_csid         TEXT,
    log                 TEXT,
    PRIMARY KEY (message_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX attempt_open ON attempt (resource_id) WHERE ended_at IS NULL;

CREATE TABLE rendering (                                 -- what came of a document, by the hash of content, type and page format
    document_key        TEXT PRIMARY KEY,
    pages               INTEGER,
    cause               TEXT,
    created_at          INTEGER NOT NULL,
    CHECK ((pages IS NULL) <> (cause IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE receipt_due (submission_id INTEGER PRIMARY KEY) STRICT;

CREATE TABLE mail_out (
    mail_id             INTEGER PRIMARY KEY,
    submission_id       INTEGER,
    envelope_from       TEXT NOT NULL,
    recipient           TEXT NOT NULL,
    body_hash           BLOB NOT NULL,
    created_at          INTEGER NOT NULL,
    due                 INTEGER NOT NULL,
    attempts            INTEGER NOT NULL DEFAULT 0,
    last_error          TEXT
) STRICT;
CREATE INDEX mail_out_due ON mail_out (due);

CREATE TABLE event (                                     -- append-only
    event_id            INTEGER PRIMARY KEY,
    at                  INTEGER NOT NULL,
    submission_id       INTEGER NOT NULL,
    message_id          INTEGER,
    code                TEXT NOT NULL,
    detail              TEXT NOT NULL
) STRICT;
CREATE INDEX event_of_submission ON event (submission_id);

INSERT INTO file_type (filetype_extension, filetype_mime, filetype_message_type, filetype_resource_type) VALUES
    ('txt',  'text/plain',      'FAX', 'FAX'),
    ('htm',  'text/html',       'FAX', 'FAX'),
    ('html', 'text/html',       'FAX', 'FAX'),
    ('pdf',  'application/pdf', 'FAX', 'FAX'),
    ('png',  'image/png',       'FAX', 'FAX'),
    ('jpg',  'image/jpeg',      'FAX', 'FAX'),
    ('jpeg', 'image/jpeg',      'FAX', 'FAX'),
    ('tif',  'image/tiff',      'FAX', 'FAX'),
    ('tiff', 'image/tiff',      'FAX', 'FAX'),
    ('asc',  'application/pgp-signature',       NULL, NULL),
    ('p7s',  'application/pkcs7-signature',     NULL, NULL),
    ('p7s',  'application/x-pkcs7-signature',   NULL, NULL),
    ('vcf',  'text/vcard',                      NULL, NULL),
    ('ics',  'text/calendar',                   NULL, NULL);
