-- Serves D-1 to D-6 and M-3: requests for opinions of attending physicians, and the opinions that answer them.

-- One request of an insurer to an institution about one person. state: domain::opinion_case::CaseState. version: counted up by every step.
-- submissions, events: how many there are. doctor_name as the insurer knows it. setting, writing: 1 or 2, empty where the insurer does not say. note: why it was
-- declined, returned or cancelled, in words; reason: the code of declining. A request that went to another institution stays here as transferred, beside the new one.
CREATE TABLE opinion_case (
  insurer_no text COLLATE "C" NOT NULL,
  case_id uuid NOT NULL,
  insured_no text COLLATE "C" NOT NULL,
  applied_on date NOT NULL,
  branch bigint NOT NULL,
  request_no text COLLATE "C" NOT NULL,
  institution_code text COLLATE "C" NOT NULL,
  doctor_no text COLLATE "C" NOT NULL,
  doctor_name text COLLATE "C" NOT NULL,
  requested_on date NOT NULL,
  due_on date NOT NULL,
  setting text COLLATE "C" NOT NULL,
  writing text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL,
  reason text COLLATE "C" NOT NULL,
  note text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  submissions bigint NOT NULL,
  events bigint NOT NULL,
  received_on date,
  created_at timestamptz NOT NULL,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (insurer_no, case_id)
);
CREATE UNIQUE INDEX opinion_case_standing ON opinion_case (insurer_no, insured_no, applied_on, branch, request_no) WHERE state <> 'transferred';
CREATE INDEX opinion_case_by_institution ON opinion_case (institution_code, state, due_on);
CREATE INDEX opinion_case_by_state ON opinion_case (insurer_no, state, due_on);

-- What an institution has typed so far for a request, as typed: JSON of edition and fields. revision: counted up by every save.
CREATE TABLE opinion_draft (
  insurer_no text COLLATE "C" NOT NULL,
  case_id uuid NOT NULL,
  revision bigint NOT NULL,
  content text COLLATE "C" NOT NULL,
  saved_at timestamptz NOT NULL,
  saved_by text COLLATE "C" NOT NULL,
  PRIMARY KEY (insurer_no, case_id)
);

-- Opinions as they were sent, from 1 on in each request. seq: the insurer's own running number over all requests, taken last in the unit of work, so that it is
-- visible in its order. document: the canonical JSON; sha256: of its bytes. pdf: digest of the bytes in the object store. send_key: the sender's own name of this act.
CREATE TABLE opinion_submission (
  insurer_no text COLLATE "C" NOT NULL,
  case_id uuid NOT NULL,
  number bigint NOT NULL,
  seq bigint NOT NULL,
  insured_no text COLLATE "C" NOT NULL,
  institution_code text COLLATE "C" NOT NULL,
  route text COLLATE "C" NOT NULL,
  edition text COLLATE "C" NOT NULL,
  document text COLLATE "C" NOT NULL,
  sha256 text COLLATE "C" NOT NULL,
  pdf text COLLATE "C",
  send_key text COLLATE "C",
  state text COLLATE "C" NOT NULL,
  note text COLLATE "C" NOT NULL,
  submitted_at timestamptz NOT NULL,
  submitted_by text COLLATE "C" NOT NULL,
  settled_at timestamptz,
  settled_by text COLLATE "C",
  PRIMARY KEY (insurer_no, case_id, number)
);
CREATE UNIQUE INDEX opinion_submission_by_seq ON opinion_submission (insurer_no, seq);
CREATE UNIQUE INDEX opinion_submission_by_key ON opinion_submission (insurer_no, institution_code, send_key) WHERE send_key IS NOT NULL;
CREATE UNIQUE INDEX opinion_submission_standing ON opinion_submission (insurer_no, case_id) WHERE state IN ('sent', 'acknowledged');
CREATE INDEX opinion_submission_by_person ON opinion_submission (insurer_no, insured_no);
CREATE INDEX opinion_submission_by_institution ON opinion_submission (institution_code, submitted_at);

-- The history of a request, from 1 on. submission: which opinion the step was about, 0 for none.
CREATE TABLE opinion_event (
  insurer_no text COLLATE "C" NOT NULL,
  case_id uuid NOT NULL,
  number bigint NOT NULL,
  act text COLLATE "C" NOT NULL,
  submission bigint NOT NULL,
  actor text COLLATE "C" NOT NULL,
  note text COLLATE "C" NOT NULL,
  acted_at timestamptz NOT NULL,
  PRIMARY KEY (insurer_no, case_id, number)
);

-- The last running number of an insurer's opinions. The row is held until the unit of work ends.
CREATE TABLE opinion_counter (
  insurer_no text COLLATE "C" NOT NULL,
  last bigint NOT NULL,
  PRIMARY KEY (insurer_no)
);
