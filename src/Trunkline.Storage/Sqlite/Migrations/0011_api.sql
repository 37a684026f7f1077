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
