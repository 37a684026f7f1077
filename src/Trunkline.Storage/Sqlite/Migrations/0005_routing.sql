-- Rates and routes. Amounts are micro-units of the currency; times are Unix milliseconds, UTC.

-- What was quoted when the attempt began: it is charged by these, whatever deck is current when the receipt comes.
ALTER TABLE attempt ADD COLUMN cost_deck_id INTEGER;
ALTER TABLE attempt ADD COLUMN cost_rate TEXT;                                        -- USD call=0.01 page=0.05 6s=0.0012 by=30/6
ALTER TABLE attempt ADD COLUMN price_deck_id INTEGER;
ALTER TABLE attempt ADD COLUMN price_rate TEXT;                                       -- in the customer's currency
-- The next carrier was tried at once: this attempt does not count as a failure of the number.
ALTER TABLE attempt ADD COLUMN went_on INTEGER NOT NULL DEFAULT 0 CHECK (went_on IN (0, 1));
-- Resources that failed in this round, ids, space between; empty when the round is over.
ALTER TABLE message ADD COLUMN failed_resources TEXT NOT NULL DEFAULT '';

-- Among equals the one with the lower number is used.
ALTER TABLE resource ADD COLUMN preference INTEGER NOT NULL DEFAULT 100;

CREATE TABLE customer_resource (                         -- a customer without rows may use every resource
    customer_key        INTEGER NOT NULL REFERENCES customer ON DELETE CASCADE,
    resource_id         INTEGER NOT NULL,
    rule                TEXT NOT NULL CHECK (rule IN ('allow', 'deny')),
    PRIMARY KEY (customer_key, resource_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE rate_deck (
    deck_id             INTEGER PRIMARY KEY AUTOINCREMENT,                            -- never used again: attempts name it
    kind                TEXT NOT NULL CHECK (kind IN ('cost', 'price')),
    resource_id         INTEGER,
    price_plan          TEXT,
    message_type        TEXT NOT NULL,
    currency            TEXT NOT NULL CHECK (length(currency) = 3),
    time_zone           TEXT NOT NULL DEFAULT 'UTC',                                  -- IANA; of the hours of its bands
    effective           INTEGER NOT NULL,
    imported_at         INTEGER NOT NULL,
    source              TEXT NOT NULL,                                                -- the name of the file, for people
    rate_count          INTEGER NOT NULL DEFAULT 0,
    status              TEXT NOT NULL DEFAULT 'loading' CHECK (status IN ('loading', 'ready', 'removed')),
    CHECK ((kind = 'cost') = (resource_id IS NOT NULL)),
    CHECK ((kind = 'price') = (price_plan IS NOT NULL))
) STRICT;

CREATE TABLE rate (                                      -- Table 8; appended only, whatever the order of the file
    rate_id             INTEGER PRIMARY KEY,                                          -- deck_id * 1048576 + number in the deck
    prefix              TEXT NOT NULL,                                                -- digits; empty for every number
    connect_fee         INTEGER NOT NULL,
    price_per_page      INTEGER NOT NULL,
    price_per_increment INTEGER NOT NULL,
    priced_seconds      INTEGER NOT NULL,                                             -- that price_per_increment is the price of
    first_increment     INTEGER NOT NULL,
    next_increment      INTEGER NOT NULL,
    valid_from          INTEGER,
    valid_to            INTEGER,
    band                INTEGER,                                                      -- days and minutes, packed; null for always
    description         TEXT
) STRICT;

CREATE TABLE route_success (                             -- how often a resource reached a country, of late
    resource_id         INTEGER NOT NULL,
    country_code        INTEGER NOT NULL,
    good                INTEGER NOT NULL,                                             -- thousandths
    total               INTEGER NOT NULL,
    at                  INTEGER NOT NULL,
    PRIMARY KEY (resource_id, country_code)
) STRICT, WITHOUT ROWID;
