-- A list of more than two values in a CHECK, or in the WHERE of an index, is made into a table in memory each time that a row is written: five
-- microseconds each, several times in the life of a message. The same conditions without lists. What the tables hold is not touched, so that only
-- their text is changed, as SQLite's page on ALTER TABLE has it (7).
PRAGMA writable_schema=ON;
UPDATE sqlite_schema SET sql = replace(replace(sql,
    'message_status IN (''P'', ''H'', ''D'', ''R'', ''X'', ''A'', ''S'', ''F'', ''E'', ''C'', ''U'')', 'message_status GLOB ''[PHDRXASFECU]'''),
    'message_status IN (''S'', ''F'', ''E'', ''C'', ''U'')', 'message_status GLOB ''[SFECU]''')
    WHERE type = 'table' AND name = 'message';
UPDATE sqlite_schema SET sql = replace(sql,
    'kind IN (''reserve'', ''release'', ''charge'', ''cost'', ''topup'', ''correction'', ''refund'')',
    'kind = ''reserve'' OR kind = ''release'' OR kind = ''charge'' OR kind = ''cost'' OR kind = ''topup'' OR kind = ''correction'' OR kind = ''refund''')
    WHERE type = 'table' AND name = 'ledger';
PRAGMA writable_schema=RESET;

DROP INDEX message_expiring;
CREATE INDEX message_expiring ON message (expires_at) WHERE message_status GLOB '[PHDR]';      -- queries say it in these words, or do without it
