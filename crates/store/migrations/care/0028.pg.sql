-- Serves M-3 and D-3: requests for opinions that went out on paper. reference: domain::opinion_case::CaseReference, drawn by chance when a request is printed
-- first; it stands on the paper as text and as QR code, says nothing of anybody, and joins the paper that comes back to its request.
CREATE TABLE opinion_paper_request (
  insurer_no text COLLATE "C" NOT NULL,
  case_id uuid NOT NULL,
  reference text COLLATE "C" NOT NULL,
  printed_at timestamptz NOT NULL,
  printed_by text COLLATE "C" NOT NULL,
  PRIMARY KEY (insurer_no, case_id)
);
CREATE UNIQUE INDEX opinion_paper_request_reference ON opinion_paper_request (insurer_no, reference);

-- Serves D-5: the day on which an institution was last written to about opinions that are due, so that it gets one letter a day whoever writes it.
CREATE TABLE opinion_reminder (
  institution_code text COLLATE "C" NOT NULL PRIMARY KEY,
  told_on date NOT NULL
);

-- Serves O-1: the operator counts what came in a month by route and state, and nothing else of it.
CREATE INDEX opinion_submission_by_time ON opinion_submission (submitted_at, route, state);

-- Serves D-1: the requests about one person, at each sending and whenever the person is composed anew.
CREATE INDEX opinion_case_by_person ON opinion_case (insurer_no, insured_no);
