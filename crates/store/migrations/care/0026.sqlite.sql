-- Serves D-1 to D-6 and M-3: requests for opinions of attending physicians, and the opinions that answer them.

-- One request of an insurer to an institution about one person. state: domain::opinion_case::CaseState. version: counted up by every step.
-- submissions, events: how many there are. doctor_name as the insurer knows it. setting, writing: 1 or 2, empty where the insurer does not say. note: why it was
-- declined, returned or cancelled, in words; reason: the code of declining. A request that went to another institution stays here as transferred, beside the new one.
CREATE TABLE opinion_case (
  insurer_no TEXT NOT NULL,
  case_id BLOB NOT NULL,
  insured_no TEXT NOT NULL,
  applied_on INTEGER NOT NULL,
  branch INTEGER NOT NULL,
  request_no TEXT NOT NULL,
  institution_code TEXT NOT NULL,
  doctor_no TEXT NOT NULL,
  doctor_name TEXT NOT NULL,
  requested_on INTEGER NOT NULL,
  due_on INTEGER NOT NULL,
  setting TEXT NOT NULL,
  writing TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  note TEXT NOT NULL,
  version INTEGER NOT NULL,
  submissions INTEGER NOT NULL,
  events INTEGER NOT NULL,
  received_on INTEGER,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  PRIMARY KEY (insurer_no, case_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX opinion_case_standing ON opinion_case (insurer_no, insured_no, applied_on, branch, request_no) WHERE state <> 'transferred';
CREATE INDEX opinion_case_by_institution ON opinion_case (institution_code, state, due_on);
CREATE INDEX opinion_case_by_state ON opinion_case (insurer_no, state, due_on);

-- What an institution has typed so far for a request, as typed: JSON of edition and fields. revision: counted up by every save.
CREATE TABLE opinion_draft (
  insurer_no TEXT NOT NULL,
  case_id BLOB NOT NULL,
  revision INTEGER NOT NULL,
  content TEXT NOT NULL,
  saved_at INTEGER NOT NULL,
  saved_by TEXT NOT NULL,
  PRIMARY KEY (insurer_no, case_id)
) STRICT, WITHOUT ROWID;

-- Opinions as they were sent, from 1 on in each request. seq: the insurer's own running number over all requests, taken last in the unit of work, so that it is
-- visible in its order. document: the canonical JSON; sha256: of its bytes. pdf: digest of the bytes in the object store. send_key: the sender's own name of this act.
CREATE TABLE opinion_submission (
  insurer_no TEXT NOT NULL,
  case_id BLOB NOT NULL,
  number INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  insured_no TEXT NOT NULL,
  institution_code TEXT NOT NULL,
  route TEXT NOT NULL,
  edition TEXT NOT NULL,
  document TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  pdf TEXT,
  send_key TEXT,
  state TEXT NOT NULL,
  note TEXT NOT NULL,
  submitted_at INTEGER NOT NULL,
  submitted_by TEXT NOT NULL,
  settled_at INTEGER,
  settled_by TEXT,
  PRIMARY KEY (insurer_no, case_id, number)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX opinion_submission_by_seq ON opinion_submission (insurer_no, seq);
CREATE UNIQUE INDEX opinion_submission_by_key ON opinion_submission (insurer_no, institution_code, send_key) WHERE send_key IS NOT NULL;
CREATE UNIQUE INDEX opinion_submission_standing ON opinion_submission (insurer_no, case_id) WHERE state IN ('sent', 'acknowledged');
CREATE INDEX opinion_submission_by_person ON opinion_submission (insurer_no, insured_no);
CREATE INDEX opinion_submission_by_institution ON opinion_submission (institution_code, submitted_at);

-- The history of a request, from 1 on. submission: which opinion the step was about, 0 for none.
CREATE TABLE opinion_event (
  insurer_no TEXT NOT NULL,
  case_id BLOB NOT NULL,
  number INTEGER NOT NULL,
  act TEXT NOT NULL,
  submission INTEGER NOT NULL,
  actor TEXT NOT NULL,
  note TEXT NOT NULL,
  acted_at INTEGER NOT NULL,
  PRIMARY KEY (insurer_no, case_id, number)
) STRICT, WITHOUT ROWID;

-- The last running number of an insurer's opinions. The row is held until the unit of work ends.
CREATE TABLE opinion_counter (
  insurer_no TEXT NOT NULL,
  last INTEGER NOT NULL,
  PRIMARY KEY (insurer_no)
) STRICT, WITHOUT ROWID;
