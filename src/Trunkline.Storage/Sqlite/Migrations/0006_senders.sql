-- Who may send for a customer: its users, addresses and whole domains. And what tells a node that a customer has changed.

ALTER TABLE customer ADD COLUMN trust_from TEXT NOT NULL DEFAULT 'none' CHECK (trust_from IN ('none', 'dkim', 'spf', 'dkim-or-spf', 'from'));
ALTER TABLE customer ADD COLUMN created_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE customer ADD COLUMN status_reason TEXT;                     -- why it is suspended or closed, for the operator
ALTER TABLE customer ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;    -- of the newest change of the customer or of what belongs to it

CREATE TABLE customer_revision (revision INTEGER NOT NULL) STRICT;      -- one row: the newest of all
INSERT INTO customer_revision VALUES (1);
CREATE INDEX customer_by_revision ON customer (revision);

CREATE TABLE customer_user (                                            -- people who send at the customer's cost; limits lie below the customer's
    user_key            INTEGER PRIMARY KEY,
    customer_key        INTEGER NOT NULL REFERENCES customer,
    emailaddress        TEXT NOT NULL,                                  -- in lower case; stands in customer_address too
    name                TEXT,
    status              TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended', 'closed')),
    languagecode        TEXT,
    header_line         TEXT,
    source_csid         TEXT,
    cover_page          TEXT,
    max_message_price   INTEGER CHECK (max_message_price >= 0),
    max_day_spend       INTEGER CHECK (max_day_spend >= 0),
    max_month_spend     INTEGER CHECK (max_month_spend >= 0),
    max_hour_messages   INTEGER CHECK (max_hour_messages >= 0),
    allowed_countries   TEXT NOT NULL DEFAULT '',
    allows_premium      INTEGER NOT NULL DEFAULT 1 CHECK (allows_premium IN (0, 1)),
    allows_satellite    INTEGER NOT NULL DEFAULT 1 CHECK (allows_satellite IN (0, 1)),
    created_at          INTEGER NOT NULL
) STRICT;
CREATE INDEX user_of_customer ON customer_user (customer_key);

-- Every address that means a customer, whichever way, so that none means two. In lower case; '@example.org' is a whole domain.
CREATE TABLE customer_address (
    address             TEXT PRIMARY KEY,
    customer_key        INTEGER NOT NULL REFERENCES customer,
    user_key            INTEGER REFERENCES customer_user,               -- whose it is; null for the customer itself
    kind                TEXT NOT NULL CHECK (kind IN ('primary', 'user', 'sender', 'domain')),
    created_at          INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX address_of_customer ON customer_address (customer_key);

INSERT INTO customer_address (address, customer_key, kind, created_at) SELECT lower(emailaddress), customer_key, 'primary', 0 FROM customer;

-- Who sent: a user of the customer, or null for the customer itself.
ALTER TABLE submission ADD COLUMN user_key INTEGER;
ALTER TABLE message ADD COLUMN user_key INTEGER;

-- The primary address is the customer's first one, whoever writes the row.
CREATE TRIGGER customer_added AFTER INSERT ON customer BEGIN
    INSERT INTO customer_address (address, customer_key, kind, created_at) VALUES (lower(new.emailaddress), new.customer_key, 'primary', new.created_at);
    UPDATE customer_revision SET revision = revision + 1;
    UPDATE customer SET revision = (SELECT revision FROM customer_revision) WHERE customer_key = new.customer_key;
END;
CREATE TRIGGER customer_readdressed AFTER UPDATE OF emailaddress ON customer WHEN lower(new.emailaddress) <> lower(old.emailaddress) BEGIN
    UPDATE customer_address SET address = lower(new.emailaddress) WHERE address = lower(old.emailaddress);
END;
CREATE TRIGGER customer_changed AFTER UPDATE OF emailaddress, status, country, languagecode, trusted_networks, header_line, source_csid, billtype,
    currencycode, price_plan, time_zone, credit_limit, max_message_price, max_day_spend, max_month_spend, max_hour_messages, allowed_countries,
    allows_premium, allows_satellite, trust_from ON customer BEGIN
    UPDATE customer_revision SET revision = revision + 1;
    UPDATE customer SET revision = (SELECT revision FROM customer_revision) WHERE customer_key = new.customer_key;
END;
CREATE TRIGGER user_added AFTER INSERT ON customer_user BEGIN
    INSERT INTO customer_address (address, customer_key, user_key, kind, created_at)
        VALUES (new.emailaddress, new.customer_key, new.user_key, 'user', new.created_at);
END;
CREATE TRIGGER user_changed AFTER UPDATE ON customer_user BEGIN
    UPDATE customer_address SET address = new.emailaddress WHERE address = old.emailaddress AND new.emailaddress <> old.emailaddress;
    UPDATE customer_revision SET revision = revision + 1;
    UPDATE customer SET revision = (SELECT revision FROM customer_revision) WHERE customer_key = new.customer_key;
END;
CREATE TRIGGER address_added AFTER INSERT ON customer_address BEGIN
    UPDATE customer_revision SET revision = revision + 1;
    UPDATE customer SET revision = (SELECT revision FROM customer_revision) WHERE customer_key = new.customer_key;
END;
CREATE TRIGGER address_removed AFTER DELETE ON customer_address BEGIN
    UPDATE customer_revision SET revision = revision + 1;
    UPDATE customer SET revision = (SELECT revision FROM customer_revision) WHERE customer_key = old.customer_key;
END;
CREATE TRIGGER key_added AFTER INSERT ON api_key BEGIN
    UPDATE customer_revision SET revision = revision + 1;
    UPDATE customer SET revision = (SELECT revision FROM customer_revision) WHERE customer_key = new.customer_key;
END;
CREATE TRIGGER key_removed AFTER DELETE ON api_key BEGIN
    UPDATE customer_revision SET revision = revision + 1;
    UPDATE customer SET revision = (SELECT revision FROM customer_revision) WHERE customer_key = old.customer_key;
END;
