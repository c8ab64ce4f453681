-- Serves W-1, W-2 and W-6: letters that a change asks for, written in the transaction of the change and sent afterwards.
-- What a letter said is forgotten once it is sent or given up: it may hold a one-time code.
CREATE TABLE mail (
  mail_id BLOB NOT NULL,
  recipient TEXT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  next_try_at INTEGER,
  sent_at INTEGER,
  trouble TEXT NOT NULL,
  PRIMARY KEY (mail_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX mail_due ON mail (next_try_at);
