-- What senders ask for, messages without pages, file types as data, and the customers' own rules for mail to them.

ALTER TABLE message ADD COLUMN reference TEXT;                 -- the sender's own
ALTER TABLE message ADD COLUMN estimated_seconds INTEGER;      -- on the line, for what has no pages; null until prepared
ALTER TABLE message ADD COLUMN page_text TEXT;                 -- NOTIFY: what the pager is to show
ALTER TABLE message ADD COLUMN pager TEXT;                     -- NOTIFY: JSON, the pager as it was when the message was made

ALTER TABLE call_detail ADD COLUMN reference TEXT NOT NULL DEFAULT '';

ALTER TABLE fragment ADD COLUMN message_type TEXT;             -- of the messages that it belongs to; null for a text, which belongs to all

-- Table 2 is data: a row more, and a type more is known.
ALTER TABLE file_type ADD COLUMN filetype_signature TEXT NOT NULL DEFAULT '';   -- how its content begins; docs/reference/file-types.md
ALTER TABLE file_type ADD COLUMN filetype_is_text INTEGER NOT NULL DEFAULT 0 CHECK (filetype_is_text IN (0, 1));
ALTER TABLE file_type ADD COLUMN filetype_known_as TEXT;       -- the MIME type that this one is another word for

UPDATE file_type SET filetype_signature = '@text', filetype_is_text = 1 WHERE filetype_mime IN ('text/plain', 'text/html');
UPDATE file_type SET filetype_signature = '*:255044462D' WHERE filetype_mime = 'application/pdf';   -- readers allow rubbish before it, and drivers write it
UPDATE file_type SET filetype_signature = '0:89504E47' WHERE filetype_mime = 'image/png';
UPDATE file_type SET filetype_signature = '0:FFD8FF' WHERE filetype_mime = 'image/jpeg';
UPDATE file_type SET filetype_signature = '0:49492A00|0:4D4D002A|0:49492B00|0:4D4D002B' WHERE filetype_mime = 'image/tiff';

INSERT OR IGNORE INTO file_type (filetype_extension, filetype_mime, filetype_message_type, filetype_resource_type, filetype_signature, filetype_known_as) VALUES
    ('pdf',  'application/x-pdf', 'FAX', 'FAX', '*:255044462D', 'application/pdf'),
    ('png',  'image/x-png',     'FAX',   'FAX',   '0:89504E47', 'image/png'),
    ('jpg',  'image/jpg',       'FAX',   'FAX',   '0:FFD8FF', 'image/jpeg'),
    ('jpg',  'image/pjpeg',     'FAX',   'FAX',   '0:FFD8FF', 'image/jpeg'),
    ('tif',  'image/tif',       'FAX',   'FAX',   '0:49492A00|0:4D4D002A|0:49492B00|0:4D4D002B', 'image/tiff'),
    ('wav',  'audio/wav',       'VOICE', 'VOICE', '0:52494646&8:57415645', NULL),
    ('wav',  'audio/x-wav',     'VOICE', 'VOICE', '0:52494646&8:57415645', 'audio/wav'),
    ('wav',  'audio/wave',      'VOICE', 'VOICE', '0:52494646&8:57415645', 'audio/wav'),
    ('wav',  'audio/vnd.wave',  'VOICE', 'VOICE', '0:52494646&8:57415645', 'audio/wav'),
    ('mp3',  'audio/mpeg',      'VOICE', 'VOICE', '0:494433|@mpeg-audio', NULL),
    ('mp3',  'audio/mp3',       'VOICE', 'VOICE', '0:494433|@mpeg-audio', 'audio/mpeg'),
    ('gsm',  'audio/gsm',       'VOICE', 'VOICE', '@gsm', NULL),
    ('gsm',  'audio/x-gsm',     'VOICE', 'VOICE', '@gsm', 'audio/gsm'),
    ('au',   'audio/basic',     'VOICE', 'VOICE', '0:2E736E64', NULL),
    ('au',   'audio/x-au',      'VOICE', 'VOICE', '0:2E736E64', 'audio/basic'),
    ('ogg',  'audio/ogg',       'VOICE', 'VOICE', '0:4F676753', NULL),
    ('oga',  'audio/ogg',       'VOICE', 'VOICE', '0:4F676753', NULL),
    ('opus', 'audio/opus',      'VOICE', 'VOICE', '0:4F676753', 'audio/ogg'),
    ('ogg',  'application/ogg', 'VOICE', 'VOICE', '0:4F676753', 'audio/ogg'),
    ('mp4',  'video/mp4',       'VIDEO', 'VIDEO', '4:66747970', NULL),
    ('3gp',  'video/3gpp',      'VIDEO', 'VIDEO', '4:66747970', NULL),
    ('webm', 'video/webm',      'VIDEO', 'VIDEO', '0:1A45DFA3', NULL);

CREATE TABLE pager (                                           -- Table 5
    pager_id            INTEGER PRIMARY KEY,
    customerkey         INTEGER NOT NULL REFERENCES customer,
    pager_name          TEXT NOT NULL COLLATE NOCASE,          -- the customer's own name for it, in its rules
    pagertypecode       TEXT NOT NULL CHECK (pagertypecode IN ('tap', 'dtmf', 'snpp', 'smpp')),
    bbsnumber           TEXT,                                  -- tap: the modem of the paging terminal
    pagernumber         TEXT NOT NULL,
    pin                 TEXT,
    displaytype         TEXT NOT NULL CHECK (displaytype IN ('numeric', 'alphanumeric')),
    max_length          INTEGER NOT NULL CHECK (max_length BETWEEN 1 AND 2000),
    fold                TEXT NOT NULL DEFAULT 'none' CHECK (fold IN ('none', 'gsm', 'ascii')),
    template            TEXT NOT NULL,
    code                TEXT NOT NULL DEFAULT '0',             -- numeric: what is shown when the mail has no number
    UNIQUE (customerkey, pager_name),
    CHECK (pagertypecode <> 'tap' OR bbsnumber IS NOT NULL)
) STRICT;

CREATE TABLE filter_rule (                                     -- Table 5's companion: when a pager is told, and what else becomes of a mail
    customer_key        INTEGER NOT NULL REFERENCES customer,
    position            INTEGER NOT NULL,
    name                TEXT NOT NULL,
    is_active           INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    rule                TEXT NOT NULL,                         -- JSON: conditions and actions; docs/reference/filters.md
    PRIMARY KEY (customer_key, position)
) STRICT, WITHOUT ROWID;

ALTER TABLE mail_out ADD COLUMN prefix TEXT;                   -- header lines that stand before the content, such as those of a forwarded mail
