-- How a customer pays, and what it may do. Amounts are micro-units of the customer's currency; null is no limit of its own.
ALTER TABLE customer ADD COLUMN price_plan TEXT NOT NULL DEFAULT 'standard';          -- the price decks that it pays by
ALTER TABLE customer ADD COLUMN time_zone TEXT NOT NULL DEFAULT 'UTC';                -- IANA
ALTER TABLE customer ADD COLUMN credit_limit INTEGER CHECK (credit_limit >= 0);       -- postpaid: how far below zero the balance may go
ALTER TABLE customer ADD COLUMN max_message_price INTEGER CHECK (max_message_price >= 0);
ALTER TABLE customer ADD COLUMN max_day_spend INTEGER CHECK (max_day_spend >= 0);
ALTER TABLE customer ADD COLUMN max_month_spend INTEGER CHECK (max_month_spend >= 0);
ALTER TABLE customer ADD COLUMN max_hour_messages INTEGER CHECK (max_hour_messages >= 0);
ALTER TABLE customer ADD COLUMN allowed_countries TEXT NOT NULL DEFAULT '';           -- ISO 3166, space between; '' for its own only, '*' for all
ALTER TABLE customer ADD COLUMN allows_premium INTEGER NOT NULL DEFAULT 0 CHECK (allows_premium IN (0, 1));
ALTER TABLE customer ADD COLUMN allows_satellite INTEGER NOT NULL DEFAULT 0 CHECK (allows_satellite IN (0, 1));
