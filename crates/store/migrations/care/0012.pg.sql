-- Serves T-2, C16: what a page asked the program at its terminal about reader and card, and what came back: words of rungs and a
-- number of tries, nothing of a person or a card. state: 1 waits, 2 taken, 3 answered, 4 the program is too old to know the question.
CREATE TABLE reader_test (
  test_id uuid NOT NULL,
  office_no text COLLATE "C" NOT NULL,
  terminal_id text COLLATE "C" NOT NULL,
  state smallint NOT NULL,
  rungs text COLLATE "C" NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  ended_at timestamptz,
  PRIMARY KEY (test_id)
);

CREATE INDEX reader_test_by_terminal ON reader_test (office_no, terminal_id, state);
CREATE INDEX reader_test_by_state ON reader_test (state, expires_at);
