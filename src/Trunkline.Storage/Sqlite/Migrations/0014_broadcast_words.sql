-- Summaries of broadcasts have words of their own, which an operator may change like those of other receipts.
CREATE TABLE response_14 (
    language            TEXT NOT NULL,                   -- ISO 639, lower case
    kind                TEXT NOT NULL CHECK (kind IN ('sent', 'not-sent', 'partly', 'perhaps', 'broadcast-sent', 'broadcast-cancelled', 'broadcast-failed')),
    subject             TEXT NOT NULL,
    text                TEXT NOT NULL,
    PRIMARY KEY (language, kind)
) STRICT, WITHOUT ROWID;
INSERT INTO response_14 SELECT language, kind, subject, text FROM response;
DROP TABLE response;
ALTER TABLE response_14 RENAME TO response;

-- Who ordered it: a user of the customer, or null for the customer itself.
ALTER TABLE broadcast ADD COLUMN user_key INTEGER;
