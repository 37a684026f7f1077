#!/usr/bin/env python3
"""Puts messages into a store that wait for a resource which is not there; or waits until so many were sent and charged.
   life-waiting.py DATABASE COUNT | life-waiting.py DATABASE --until-sent COUNT"""
import sqlite3, sys, time

database = sqlite3.connect(sys.argv[1], timeout=60)
if sys.argv[2] == "--until-sent":
    wanted, end = int(sys.argv[3]), time.monotonic() + 600
    while database.execute("SELECT count(*) FROM call_detail WHERE status = 'S'").fetchone()[0] < wanted:
        if time.monotonic() > end:
            sys.exit("The messages were not all sent within ten minutes.")
        time.sleep(0.2)
    sys.exit(0)

# As one customer's broadcast of a million pages would stand there: a message row, and its place in the lane.
count, customer = int(sys.argv[2]), 999
first, now = 1 << 40, int(time.time() * 1000)
with database:
    database.execute("""INSERT INTO submission (submission_id, customer_key, received_at, source, remote_address, envelope_from, subject, is_automatic,
        size, headers, message_count, open_count) VALUES (?, ?, ?, 'bench', '', '', 'waiting', 0, 0, x'', ?, ?)""", (first, customer, now, count, count))
    database.execute("""WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
        INSERT INTO message (message_id, submission_id, ordinal, resource_type, message_to_email_address, message_from_email_address, message_location,
            message_size, message_priority, message_creation_date, message_expiry_duration, message_scheduled_date, message_status, customer_key,
            message_subject, message_type, message_language_code, destination, expires_at, resolution)
        SELECT ?1 + i, ?1, i, 'NOTIFY', '', '', '', 0, 1, ?3, 864000, ?3, 'R', ?4, 'waiting', 'NOTIFY', 'en', printf('+1404%07d', i), ?3 + 864000000, 'fine'
        FROM n""", (first, count, now, customer))
    database.execute("INSERT INTO ready (lane, priority, customer_key, due, id) SELECT 3, 1, ?2, ?3, message_id FROM message WHERE submission_id = ?1",
        (first, customer, now))
    database.execute("INSERT INTO line (lane, priority, customer_key, turn) VALUES (3, 1, ?, 1)", (customer,))
