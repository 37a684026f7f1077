-- Fairness between customers, sending at a time, operations on messages, quiet hours, drain of resources.

-- Within a lane and a priority a customer's messages stand one behind the other, by due time, and the customers stand in a line: whoever was served
-- goes to its end. A claim looks at the head of the line only.
CREATE TABLE ready_4 (lane INTEGER NOT NULL, priority INTEGER NOT NULL, customer_key INTEGER NOT NULL, due INTEGER NOT NULL, id INTEGER NOT NULL,
    PRIMARY KEY (lane, priority, customer_key, due, id)) STRICT, WITHOUT ROWID;
INSERT INTO ready_4 SELECT q.lane, q.priority, m.customer_key, q.due, q.id FROM ready q JOIN message m ON m.message_id = q.id;
DROP TABLE ready;
ALTER TABLE ready_4 RENAME TO ready;

-- One row for each customer that has something in ready there.
CREATE TABLE line (lane INTEGER NOT NULL, priority INTEGER NOT NULL, customer_key INTEGER NOT NULL, turn INTEGER NOT NULL,
    PRIMARY KEY (lane, priority, customer_key)) STRICT, WITHOUT ROWID;
CREATE INDEX line_turn ON line (lane, priority, turn);
INSERT INTO line SELECT lane, priority, customer_key, row_number() OVER (ORDER BY min(due), customer_key) FROM ready GROUP BY lane, priority, customer_key;

CREATE TABLE scheduled_4 (due INTEGER NOT NULL, id INTEGER NOT NULL, lane INTEGER NOT NULL, priority INTEGER NOT NULL, customer_key INTEGER NOT NULL,
    PRIMARY KEY (due, id)) STRICT, WITHOUT ROWID;
INSERT INTO scheduled_4 SELECT q.due, q.id, q.lane, q.priority, m.customer_key FROM scheduled q JOIN message m ON m.message_id = q.id;
DROP TABLE scheduled;
ALTER TABLE scheduled_4 RENAME TO scheduled;

-- The turn with which it was claimed: what is given back gets it again.
ALTER TABLE inflight ADD COLUMN turn INTEGER NOT NULL DEFAULT 0;

-- Behind a number that has a call: one call of each customer, and then the next.
CREATE TABLE waiting_4 (destination TEXT NOT NULL, customer_key INTEGER NOT NULL, priority INTEGER NOT NULL, due INTEGER NOT NULL, id INTEGER NOT NULL,
    lane INTEGER NOT NULL, turn INTEGER NOT NULL, PRIMARY KEY (destination, customer_key, priority, due, id)) STRICT, WITHOUT ROWID;
INSERT INTO waiting_4 SELECT q.destination, m.customer_key, q.priority, q.due, q.id, q.lane, 0 FROM waiting q JOIN message m ON m.message_id = q.id;
DROP TABLE waiting;
ALTER TABLE waiting_4 RENAME TO waiting;

ALTER TABLE message ADD COLUMN not_before INTEGER;                       -- sent at this time or later; expiry counts from it
ALTER TABLE message ADD COLUMN held_status TEXT CHECK (held_status IN ('P', 'R'));               -- what it is again when it is released
ALTER TABLE message ADD COLUMN cancel_asked INTEGER NOT NULL DEFAULT 0 CHECK (cancel_asked IN (0, 1));   -- while at a resource: not tried again
ALTER TABLE message ADD COLUMN resent_from INTEGER;                      -- the message that this one sends again

ALTER TABLE customer ADD COLUMN quiet_hours TEXT;                        -- as QuietHours reads them; null for the operator's, 'none' for none
ALTER TABLE resource ADD COLUMN is_draining INTEGER NOT NULL DEFAULT 0 CHECK (is_draining IN (0, 1));    -- with status I: takes nothing new, to be removed
