-- Table 6: what the operator wrote in place of the shipped words; and what senders asked of their reports (RFC 3461).
CREATE TABLE response (
    language            TEXT NOT NULL,                   -- ISO 639, lower case
    kind                TEXT NOT NULL CHECK (kind IN ('sent', 'not-sent', 'partly', 'perhaps')),
    subject             TEXT NOT NULL,
    text                TEXT NOT NULL,
    PRIMARY KEY (language, kind)
) STRICT, WITHOUT ROWID;

ALTER TABLE submission ADD COLUMN envelope_id TEXT;                            -- ENVID
ALTER TABLE message ADD COLUMN report_wishes INTEGER NOT NULL DEFAULT 0;       -- NOTIFY: 1 success, 2 failure, 4 delay, 8 never; 0 not said
ALTER TABLE message ADD COLUMN original_recipient TEXT;                        -- ORCPT
