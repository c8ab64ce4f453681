-- Serves W-10: what was being sent when a session ended, until its sender has signed in again, at most half an hour. sealed holds
-- the address and the fields, encrypted with a key that only a cookie of that browser holds; holder is the SHA-256 of that
-- cookie's secret. Nothing here can be read from the database alone.
CREATE TABLE kept_input (
  kept_id uuid NOT NULL,
  holder bytea NOT NULL,
  staff_id uuid NOT NULL,
  terminal_id text COLLATE "C" NOT NULL,
  sealed bytea NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (kept_id)
);

CREATE INDEX kept_input_by_holder ON kept_input (holder);
CREATE INDEX kept_input_by_staff ON kept_input (staff_id, terminal_id);
