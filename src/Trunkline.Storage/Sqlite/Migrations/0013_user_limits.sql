-- What a user of a customer may spend. Its messages are the customer's; here is what they come to, as spend and balance have it for the customer.
CREATE TABLE user_spend (                                -- charged on the newest day and in the newest month, by the customer's clock
    user_key            INTEGER PRIMARY KEY,
    currency            TEXT NOT NULL,
    day                 INTEGER NOT NULL,                -- since 0001-01-01
    day_amount          INTEGER NOT NULL,
    month               INTEGER NOT NULL,                -- year * 12 + month - 1
    month_amount        INTEGER NOT NULL,
    held                INTEGER NOT NULL CHECK (held >= 0)       -- the sum of its reservations
) STRICT;

ALTER TABLE reservation ADD COLUMN user_key INTEGER;
UPDATE reservation SET user_key = (SELECT m.user_key FROM message m WHERE m.message_id = reservation.message_id);
INSERT INTO user_spend (user_key, currency, day, day_amount, month, month_amount, held)
    SELECT user_key, max(currency), 0, 0, 0, 0, sum(amount) FROM reservation WHERE user_key IS NOT NULL GROUP BY user_key;
