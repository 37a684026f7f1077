-- What mail programs add that nobody wants on paper, and what cannot be read here.
INSERT OR IGNORE INTO file_type (filetype_extension, filetype_mime, filetype_message_type, filetype_resource_type, filetype_refusal) VALUES
    ('asc', 'application/pgp-keys',       NULL, NULL, NULL),
    ('',    'application/pgp-encrypted',  NULL, NULL, 'is enciphered, and cannot be read here: send the mail without encryption.'),
    ('p7m', 'application/pkcs7-mime',     NULL, NULL, 'is enciphered, and cannot be read here: send the mail without encryption.'),
    ('p7m', 'application/x-pkcs7-mime',   NULL, NULL, 'is enciphered, and cannot be read here: send the mail without encryption.');
