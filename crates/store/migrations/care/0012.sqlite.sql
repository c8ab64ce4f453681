-- Serves T-2, C16: what a page asked the program at its terminal about reader and card, and what came back: words of rungs and a
-- number of tries, nothing of a person or a card. state: 1 waits, 2 taken, 3 answered, 4 the program is too old to know the question.
CREATE TABLE reader_test (
  test_id BLOB NOT NULL,
  office_no TEXT NOT NULL,
  terminal_id TEXT NOT NULL,
  state INTEGER NOT NULL,
  rungs TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  ended_at INTEGER,
  PRIMARY KEY (test_id)
) STRICT;

CREATE INDEX reader_test_by_terminal ON reader_test (office_no, terminal_id, state);
CREATE INDEX reader_test_by_state ON reader_test (state, expires_at);
