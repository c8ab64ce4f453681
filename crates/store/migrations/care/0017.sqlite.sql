-- Serves P-5: inquiries to the help desk. ticket: its number, random, as people read it. submit_key: the form it came from, so that a form
-- sent twice is one inquiry. code_hash, code_until, wrong_tries: the code by which its sender sees it again.
CREATE TABLE inquiry (
  ticket TEXT NOT NULL,
  submit_key BLOB NOT NULL,
  category TEXT NOT NULL,
  state TEXT NOT NULL,
  name TEXT NOT NULL,
  organisation TEXT NOT NULL,
  mail TEXT NOT NULL,
  phone TEXT NOT NULL,
  call_back INTEGER NOT NULL,
  context TEXT NOT NULL,
  assigned_to TEXT,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  first_answer_at INTEGER,
  code_hash BLOB,
  code_until INTEGER,
  wrong_tries INTEGER NOT NULL,
  PRIMARY KEY (ticket)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX inquiry_by_form ON inquiry (submit_key);
CREATE INDEX inquiry_by_state ON inquiry (state, created_at);

-- What was written about it, from 1 on. by_operator: 1 the help desk, 0 the sender.
CREATE TABLE inquiry_message (
  ticket TEXT NOT NULL,
  number INTEGER NOT NULL,
  by_operator INTEGER NOT NULL,
  author TEXT NOT NULL,
  body TEXT NOT NULL,
  written_at INTEGER NOT NULL,
  PRIMARY KEY (ticket, number)
) STRICT, WITHOUT ROWID;
