-- What a customer's messages are sent with where they say nothing: options as in an address, such as "priority=low/cover=classic".
ALTER TABLE customer ADD COLUMN message_options TEXT;
