-- Serves W-10: what was being sent when a session ended, until its sender has signed in again, at most half an hour. sealed holds
-- the address and the fields, encrypted with a key that only a cookie of that browser holds; holder is the SHA-256 of that
-- cookie's secret. Nothing here can be read from the database alone.
CREATE TABLE kept_input (
  kept_id BLOB NOT NULL,
  holder BLOB NOT NULL,
  staff_id BLOB NOT NULL,
  terminal_id TEXT NOT NULL,
  sealed BLOB NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (kept_id)
) STRICT;

CREATE INDEX kept_input_by_holder ON kept_input (holder);
CREATE INDEX kept_input_by_staff ON kept_input (staff_id, terminal_id);
