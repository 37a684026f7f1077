-- Office documents, more pictures, and what is refused with a reason of its own.
ALTER TABLE file_type ADD COLUMN filetype_refusal TEXT;        -- why it cannot be delivered, in words that follow its name; docs/reference/file-types.md

INSERT OR IGNORE INTO file_type (filetype_extension, filetype_mime, filetype_message_type, filetype_resource_type, filetype_signature, filetype_known_as) VALUES
    ('docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',   'FAX', 'FAX', '0:504B0304|0:D0CF11E0A1B11AE1', NULL),
    ('xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',         'FAX', 'FAX', '0:504B0304|0:D0CF11E0A1B11AE1', NULL),
    ('pptx', 'application/vnd.openxmlformats-officedocument.presentationml.presentation', 'FAX', 'FAX', '0:504B0304|0:D0CF11E0A1B11AE1', NULL),
    ('docm', 'application/vnd.ms-word.document.macroenabled.12',                          'FAX', 'FAX', '0:504B0304|0:D0CF11E0A1B11AE1', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'),
    ('xlsm', 'application/vnd.ms-excel.sheet.macroenabled.12',                            'FAX', 'FAX', '0:504B0304|0:D0CF11E0A1B11AE1', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'),
    ('pptm', 'application/vnd.ms-powerpoint.presentation.macroenabled.12',                'FAX', 'FAX', '0:504B0304|0:D0CF11E0A1B11AE1', 'application/vnd.openxmlformats-officedocument.presentationml.presentation'),
    ('odt',  'application/vnd.oasis.opendocument.text',         'FAX', 'FAX', '0:504B0304', NULL),
    ('ods',  'application/vnd.oasis.opendocument.spreadsheet',  'FAX', 'FAX', '0:504B0304', NULL),
    ('odp',  'application/vnd.oasis.opendocument.presentation', 'FAX', 'FAX', '0:504B0304', NULL),
    ('doc',  'application/msword',                              'FAX', 'FAX', '0:D0CF11E0A1B11AE1|0:7B5C7274|0:504B0304', NULL),   -- programs save RTF by this name
    ('xls',  'application/vnd.ms-excel',                        'FAX', 'FAX', '0:D0CF11E0A1B11AE1|0:504B0304', NULL),
    ('ppt',  'application/vnd.ms-powerpoint',                   'FAX', 'FAX', '0:D0CF11E0A1B11AE1|0:504B0304', NULL),
    ('rtf',  'application/rtf',                                 'FAX', 'FAX', '0:7B5C7274', NULL),
    ('rtf',  'text/rtf',                                        'FAX', 'FAX', '0:7B5C7274', 'application/rtf'),
    ('rtf',  'application/x-rtf',                               'FAX', 'FAX', '0:7B5C7274', 'application/rtf'),
    ('gif',  'image/gif',            'FAX', 'FAX', '0:47494638', NULL),
    ('webp', 'image/webp',           'FAX', 'FAX', '0:52494646&8:57454250', NULL),
    ('bmp',  'image/bmp',            'FAX', 'FAX', '0:424D', NULL),
    ('bmp',  'image/x-ms-bmp',       'FAX', 'FAX', '0:424D', 'image/bmp'),
    ('heic', 'image/heic',           'FAX', 'FAX', '4:66747970', NULL),
    ('heif', 'image/heif',           'FAX', 'FAX', '4:66747970', 'image/heic'),
    ('heic', 'image/heic-sequence',  'FAX', 'FAX', '4:66747970', 'image/heic'),
    ('avif', 'image/avif',           'FAX', 'FAX', '4:6674797061766966', NULL),
    ('svg',  'image/svg+xml',        'FAX', 'FAX', '@text', NULL);

INSERT OR IGNORE INTO file_type (filetype_extension, filetype_mime, filetype_message_type, filetype_resource_type, filetype_refusal) VALUES
    ('zip', 'application/zip',               NULL, NULL, 'is an archive: unpack it, and attach what is in it.'),
    ('zip', 'application/x-zip-compressed',  NULL, NULL, 'is an archive: unpack it, and attach what is in it.'),
    ('7z',  'application/x-7z-compressed',   NULL, NULL, 'is an archive: unpack it, and attach what is in it.'),
    ('rar', 'application/vnd.rar',           NULL, NULL, 'is an archive: unpack it, and attach what is in it.'),
    ('rar', 'application/x-rar-compressed',  NULL, NULL, 'is an archive: unpack it, and attach what is in it.'),
    ('gz',  'application/gzip',              NULL, NULL, 'is an archive: unpack it, and attach what is in it.'),
    ('gz',  'application/x-gzip',            NULL, NULL, 'is an archive: unpack it, and attach what is in it.'),
    ('tar', 'application/x-tar',             NULL, NULL, 'is an archive: unpack it, and attach what is in it.'),
    ('dat', 'application/ms-tnef',           NULL, NULL, 'is a file of Outlook that cannot be opened: send the mail as HTML or as plain text.'),
    ('dat', 'application/vnd.ms-tnef',       NULL, NULL, 'is a file of Outlook that cannot be opened: send the mail as HTML or as plain text.'),
    ('eml', 'message/rfc822',                NULL, NULL, 'is a mail within mails: forward it by itself.');
