-- Serves P-5: inquiries to the help desk. ticket: its number, random, as people read it. submit_key: the form it came from, so that a form
-- sent twice is one inquiry. code_hash, code_until, wrong_tries: the code by which its sender sees it again.
CREATE TABLE inquiry (
  ticket text COLLATE "C" NOT NULL,
  submit_key bytea NOT NULL,
  category text NOT NULL,
  state text COLLATE "C" NOT NULL,
  name text NOT NULL,
  organisation text NOT NULL,
  mail text NOT NULL,
  phone text NOT NULL,
  call_back smallint NOT NULL,
  context text NOT NULL,
  assigned_to text,
  created_at timestamptz NOT NULL,
  changed_at timestamptz NOT NULL,
  first_answer_at timestamptz,
  code_hash bytea,
  code_until timestamptz,
  wrong_tries bigint NOT NULL,
  PRIMARY KEY (ticket)
);
CREATE UNIQUE INDEX inquiry_by_form ON inquiry (submit_key);
CREATE INDEX inquiry_by_state ON inquiry (state, created_at);

-- What was written about it, from 1 on. by_operator: 1 the help desk, 0 the sender.
CREATE TABLE inquiry_message (
  ticket text COLLATE "C" NOT NULL,
  number bigint NOT NULL,
  by_operator smallint NOT NULL,
  author text NOT NULL,
  body text NOT NULL,
  written_at timestamptz NOT NULL,
  PRIMARY KEY (ticket, number)
);
