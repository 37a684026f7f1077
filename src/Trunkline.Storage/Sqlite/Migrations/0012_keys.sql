-- One model of keys: those that we make, and passwords that people chose. Both are shown once and kept as a hash.
CREATE TABLE customer_secret (
    secret_id           INTEGER PRIMARY KEY,
    customer_key        INTEGER NOT NULL REFERENCES customer,
    user_key            INTEGER REFERENCES customer_user,               -- whose it is; null for the customer itself
    kind                TEXT NOT NULL CHECK (kind IN ('key', 'password')),
    secret_hash         TEXT NOT NULL UNIQUE,                           -- key: SHA-256, hex; password: PBKDF2 with its owner's address as salt, hex
    scope               TEXT NOT NULL CHECK (scope IN ('send', 'operator')),
    name                TEXT NOT NULL,                                  -- what its owner calls it
    created_at          INTEGER NOT NULL,
    last_used_at        INTEGER,                                        -- to the minute
    revoked_at          INTEGER,
    CHECK (kind = 'key' OR scope = 'send')                              -- a password is too weak for everything
) STRICT;
CREATE INDEX secret_of_customer ON customer_secret (customer_key);

INSERT INTO customer_secret (customer_key, kind, secret_hash, scope, name, created_at)
    SELECT customer_key, 'password', key_hash, 'send', 'password', created_at FROM api_key;
INSERT INTO customer_secret (customer_key, kind, secret_hash, scope, name, created_at)
    SELECT customer_key, 'key', key_hash, scope, name, created_at FROM bearer_key;
DROP TABLE api_key;
DROP TABLE bearer_key;

CREATE TRIGGER secret_added AFTER INSERT ON customer_secret BEGIN
    UPDATE customer_revision SET revision = revision + 1;
    UPDATE customer SET revision = (SELECT revision FROM customer_revision) WHERE customer_key = new.customer_key;
END;
CREATE TRIGGER secret_revoked AFTER UPDATE OF revoked_at ON customer_secret BEGIN
    UPDATE customer_revision SET revision = revision + 1;
    UPDATE customer SET revision = (SELECT revision FROM customer_revision) WHERE customer_key = new.customer_key;
END;
