-- The books. Amounts are micro-units of the currency, times Unix milliseconds, UTC.

CREATE TABLE currency (                                  -- Table 4
    currency_code       TEXT PRIMARY KEY CHECK (length(currency_code) = 3),
    format              TEXT NOT NULL,                   -- its label
    currency_symbol     TEXT NOT NULL,
    decimals            INTEGER NOT NULL CHECK (decimals BETWEEN 0 AND 6)
) STRICT, WITHOUT ROWID;

CREATE TABLE exchange_rate (                             -- appended only: what was converted by a rate must stay explicable
    from_currency       TEXT NOT NULL,
    to_currency         TEXT NOT NULL,
    valid_from          INTEGER NOT NULL,
    rate                TEXT NOT NULL,                   -- exact decimal: units of the one for a unit of the other
    PRIMARY KEY (from_currency, to_currency, valid_from),
    CHECK (from_currency <> to_currency)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER exchange_rate_stays BEFORE UPDATE ON exchange_rate BEGIN SELECT raise(ABORT, 'an exchange rate is never changed'); END;
CREATE TRIGGER exchange_rate_is_kept BEFORE DELETE ON exchange_rate BEGIN SELECT raise(ABORT, 'an exchange rate is never deleted'); END;

-- Double entry, appended only. The lines of a transaction sum to zero in each currency.
CREATE TABLE ledger (
    entry_id            INTEGER PRIMARY KEY,
    transaction_id      INTEGER NOT NULL,                -- entry_id of its first line
    line                INTEGER NOT NULL CHECK (line = entry_id - transaction_id),
    account             TEXT NOT NULL,                   -- customer:42, reserved:42, revenue, carrier:3, cost:3, cash, corrections, exchange:USD
    amount              INTEGER NOT NULL CHECK (amount <> 0),    -- above zero where the owner of the account gains
    currency            TEXT NOT NULL CHECK (length(currency) = 3),
    kind                TEXT NOT NULL CHECK (kind IN ('reserve', 'release', 'charge', 'cost', 'topup', 'correction', 'refund')),
    message_id          INTEGER,
    attempt             INTEGER NOT NULL,
    reference           TEXT,                            -- of a payment
    at                  INTEGER NOT NULL,
    memo                TEXT NOT NULL,
    CHECK ((message_id IS NULL) = (reference IS NOT NULL))
) STRICT;
-- Nothing is booked twice, ever.
CREATE UNIQUE INDEX ledger_once ON ledger (message_id, kind, attempt) WHERE line = 0 AND message_id IS NOT NULL;
CREATE UNIQUE INDEX ledger_reference ON ledger (reference) WHERE line = 0 AND reference IS NOT NULL;
CREATE INDEX ledger_of_account ON ledger (account, entry_id);
CREATE TRIGGER ledger_stays BEFORE UPDATE ON ledger BEGIN SELECT raise(ABORT, 'the ledger is never changed'); END;
CREATE TRIGGER ledger_is_kept BEFORE DELETE ON ledger BEGIN SELECT raise(ABORT, 'nothing is deleted from the ledger'); END;

CREATE TABLE balance (                                   -- of the ledger, kept in the same transaction
    account             TEXT NOT NULL,
    currency            TEXT NOT NULL,
    amount              INTEGER NOT NULL,
    PRIMARY KEY (account, currency)
) STRICT, WITHOUT ROWID;

CREATE TABLE reservation (                               -- what is held for a message that has not ended
    message_id          INTEGER PRIMARY KEY,
    customer_key        INTEGER NOT NULL,
    amount              INTEGER NOT NULL CHECK (amount > 0),
    currency            TEXT NOT NULL,
    sequence            INTEGER NOT NULL                 -- which of the message's reservations: pages that were lost are made and reserved for again
) STRICT;

CREATE TABLE spend (                                     -- charged on the newest day and in the newest month of a customer, by its own clock
    customer_key        INTEGER PRIMARY KEY,
    currency            TEXT NOT NULL,
    day                 INTEGER NOT NULL,                -- since 0001-01-01
    day_amount          INTEGER NOT NULL,
    month               INTEGER NOT NULL,                -- year * 12 + month - 1
    month_amount        INTEGER NOT NULL
) STRICT;

CREATE TABLE call_detail (                               -- one for each attempt; kept when the message is forgotten
    record_id           INTEGER PRIMARY KEY AUTOINCREMENT,       -- never used again: batches name ranges of it
    revision            INTEGER NOT NULL,
    begun_at            INTEGER NOT NULL,
    ended_at            INTEGER NOT NULL,
    customer_key        INTEGER NOT NULL,
    message_id          INTEGER NOT NULL,
    attempt             INTEGER NOT NULL,
    resource            TEXT NOT NULL,
    from_address        TEXT NOT NULL,
    destination         TEXT NOT NULL,
    country             TEXT NOT NULL,
    prefix              TEXT NOT NULL,
    message_type        TEXT NOT NULL,
    pages               INTEGER NOT NULL,                -- that this attempt had confirmed
    seconds             INTEGER NOT NULL,
    status              TEXT NOT NULL,
    outcome             TEXT NOT NULL,
    price               INTEGER,
    price_currency      TEXT,
    priced_pages        INTEGER NOT NULL,
    priced_seconds      INTEGER NOT NULL,
    price_rate          TEXT,
    price_deck_id       INTEGER,
    cost                INTEGER,
    cost_currency       TEXT,
    cost_rate           TEXT,
    cost_deck_id        INTEGER,
    CHECK ((price IS NULL) = (price_currency IS NULL)),
    CHECK ((cost IS NULL) = (cost_currency IS NULL))
) STRICT;
CREATE UNIQUE INDEX call_detail_once ON call_detail (message_id, attempt, revision);
CREATE INDEX call_detail_of_customer ON call_detail (customer_key, ended_at);
CREATE INDEX call_detail_ended ON call_detail (ended_at);
CREATE TRIGGER call_detail_stays BEFORE UPDATE ON call_detail BEGIN SELECT raise(ABORT, 'a call detail record is never changed'); END;
CREATE TRIGGER call_detail_is_kept BEFORE DELETE ON call_detail BEGIN SELECT raise(ABORT, 'a call detail record is never deleted'); END;

CREATE TABLE export_batch (                              -- a range of records; once made it never changes
    batch_id            INTEGER PRIMARY KEY,             -- 1, 2, 3
    first_record        INTEGER NOT NULL,
    last_record         INTEGER NOT NULL CHECK (last_record >= first_record),
    record_count        INTEGER NOT NULL CHECK (record_count > 0),
    made_at             INTEGER NOT NULL
) STRICT;
CREATE TRIGGER export_batch_stays BEFORE UPDATE ON export_batch BEGIN SELECT raise(ABORT, 'a batch is never changed'); END;
CREATE TRIGGER export_batch_is_kept BEFORE DELETE ON export_batch BEGIN SELECT raise(ABORT, 'a batch is never deleted'); END;

ALTER TABLE message ADD COLUMN message_price INTEGER;                                 -- what its customer was charged
ALTER TABLE message ADD COLUMN message_currency TEXT;                                 -- of message_price, message_rate and message_estimated_cost
ALTER TABLE message ADD COLUMN destination_country TEXT NOT NULL DEFAULT '';          -- ISO 3166; '' for none, and until it is prepared
ALTER TABLE message ADD COLUMN price_prefix TEXT NOT NULL DEFAULT '';                 -- the digits of the number that chose the rate

INSERT INTO currency (currency_code, format, currency_symbol, decimals) VALUES
    ('AED', 'UAE Dirham', 'AED', 2),
    ('ARS', 'Argentine Peso', 'ARS', 2),
    ('AUD', 'Australian Dollar', 'A$', 2),
    ('BRL', 'Brazilian Real', 'R$', 2),
    ('CAD', 'Canadian Dollar', 'CA$', 2),
    ('CHF', 'Swiss Franc', 'CHF', 2),
    ('CLP', 'Chilean Peso', 'CLP', 0),
    ('CNY', 'Chinese Yuan', 'CN¥', 2),
    ('COP', 'Colombian Peso', 'COP', 2),
    ('CZK', 'Czech Koruna', 'Kč', 2),
    ('DKK', 'Danish Krone', 'kr.', 2),
    ('EUR', 'Euro', '€', 2),
    ('GBP', 'Pound Sterling', '£', 2),
    ('HKD', 'Hong Kong Dollar', 'HK$', 2),
    ('HUF', 'Hungarian Forint', 'Ft', 2),
    ('IDR', 'Indonesian Rupiah', 'Rp', 2),
    ('ILS', 'Israeli New Shekel', '₪', 2),
    ('INR', 'Indian Rupee', '₹', 2),
    ('JPY', 'Japanese Yen', '¥', 0),
    ('KRW', 'South Korean Won', '₩', 0),
    ('KWD', 'Kuwaiti Dinar', 'KWD', 3),
    ('MXN', 'Mexican Peso', 'MX$', 2),
    ('MYR', 'Malaysian Ringgit', 'RM', 2),
    ('NOK', 'Norwegian Krone', 'NOK', 2),
    ('NZD', 'New Zealand Dollar', 'NZ$', 2),
    ('PHP', 'Philippine Peso', '₱', 2),
    ('PLN', 'Polish Zloty', 'zł', 2),
    ('RON', 'Romanian Leu', 'lei', 2),
    ('SAR', 'Saudi Riyal', 'SAR', 2),
    ('SEK', 'Swedish Krona', 'SEK', 2),
    ('SGD', 'Singapore Dollar', 'S$', 2),
    ('THB', 'Thai Baht', '฿', 2),
    ('TRY', 'Turkish Lira', '₺', 2),
    ('TWD', 'New Taiwan Dollar', 'NT$', 2),
    ('UAH', 'Ukrainian Hryvnia', '₴', 2),
    ('USD', 'US Dollar', '$', 2),
    ('VND', 'Vietnamese Dong', '₫', 0),
    ('ZAR', 'South African Rand', 'R', 2);
