-- What retention needs: who uses a body, and when a rendered document was last used.

CREATE INDEX fragment_of_body ON fragment (body_hash);
CREATE INDEX mail_out_of_body ON mail_out (body_hash);
CREATE INDEX mail_out_of_submission ON mail_out (submission_id);

ALTER TABLE rendering ADD COLUMN used_at INTEGER NOT NULL DEFAULT 0;     -- to the day
UPDATE rendering SET used_at = created_at;
CREATE INDEX rendering_used ON rendering (used_at);
