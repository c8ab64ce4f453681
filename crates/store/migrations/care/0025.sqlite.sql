-- Serves G-1 to G-5 and O-1: subsidies from the scheme to the payment.

-- The last number given of decisions, payment runs, payments and lines of the ledger. A row is held until its unit of work ends, so numbers have no gaps and
-- follow the order in which they count.
CREATE TABLE subsidy_counter (
  name TEXT NOT NULL,
  last INTEGER NOT NULL,
  PRIMARY KEY (name)
) STRICT, WITHOUT ROWID;
INSERT INTO subsidy_counter (name, last) VALUES ('decision', 0), ('run', 0), ('payment', 0), ('ledger', 0);

-- Schemes as they were taken in: the text of the data file, revisions from 1. A revision stands when it came with the program (nobody proposed it)
-- or when a second person has approved it; the highest that stands is in force.
CREATE TABLE subsidy_scheme (
  scheme TEXT NOT NULL,
  revision INTEGER NOT NULL,
  state TEXT NOT NULL,
  content TEXT NOT NULL,
  reason TEXT NOT NULL,
  proposed_by BLOB,
  proposed_name TEXT NOT NULL,
  proposed_at INTEGER NOT NULL,
  decided_by BLOB,
  decided_name TEXT NOT NULL,
  decided_at INTEGER,
  PRIMARY KEY (scheme, revision),
  CHECK (decided_by <> proposed_by)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX subsidy_scheme_proposed ON subsidy_scheme (scheme) WHERE state = 'proposed';

-- An application. version: counted up by every step. submissions: how often it was submitted. draft: what the applicant has typed so far, as JSON.
-- claimed_yen: of the last submission. granted_yen, proposal: of the review (JSON: what counts of which line, and why). on_hold: 1 after a payment
-- came back, until the account is corrected or the operator lets it be paid again. One application of an
-- office and programme stands in a scheme.
CREATE TABLE subsidy_application (
  application_id BLOB NOT NULL,
  receipt TEXT NOT NULL,
  scheme TEXT NOT NULL,
  programme TEXT NOT NULL,
  office_no TEXT NOT NULL,
  office_name TEXT NOT NULL,
  stage TEXT NOT NULL,
  version INTEGER NOT NULL,
  submissions INTEGER NOT NULL,
  first_reviewer BLOB,
  second_reviewer BLOB,
  reviewer_name TEXT NOT NULL,
  applicant_id BLOB NOT NULL,
  applicant_name TEXT NOT NULL,
  applicant_mail TEXT NOT NULL,
  draft TEXT NOT NULL,
  claimed_yen INTEGER,
  granted_yen INTEGER,
  proposal TEXT NOT NULL,
  on_hold INTEGER NOT NULL,
  begun_at INTEGER NOT NULL,
  submitted_at INTEGER,
  changed_at INTEGER NOT NULL,
  PRIMARY KEY (application_id),
  CHECK (first_reviewer <> second_reviewer)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX subsidy_application_by_receipt ON subsidy_application (receipt);
CREATE UNIQUE INDEX subsidy_application_standing ON subsidy_application (scheme, programme, office_no) WHERE stage NOT IN ('refused', 'withdrawn');
CREATE INDEX subsidy_application_by_office ON subsidy_application (office_no, begun_at);
CREATE INDEX subsidy_application_by_stage ON subsidy_application (stage, submitted_at);

-- What was submitted, from 1 on, as it was; scheme_revision: the rules by which it was worked out.
CREATE TABLE subsidy_submission (
  application_id BLOB NOT NULL,
  number INTEGER NOT NULL,
  content TEXT NOT NULL,
  scheme_revision INTEGER NOT NULL,
  claimed_yen INTEGER NOT NULL,
  submitted_by BLOB NOT NULL,
  submitted_at INTEGER NOT NULL,
  PRIMARY KEY (application_id, number)
) STRICT, WITHOUT ROWID;

-- The history, from 1 on. by_operator: 1 a reviewer, 0 the applicant. note: what the applicant reads; inner_note: what only the operator reads.
CREATE TABLE subsidy_step (
  application_id BLOB NOT NULL,
  number INTEGER NOT NULL,
  step TEXT NOT NULL,
  by_operator INTEGER NOT NULL,
  acted_by BLOB,
  actor TEXT NOT NULL,
  note TEXT NOT NULL,
  inner_note TEXT NOT NULL,
  acted_at INTEGER NOT NULL,
  PRIMARY KEY (application_id, number)
) STRICT, WITHOUT ROWID;

-- What a reviewer says of one field of a submission when it goes back.
CREATE TABLE subsidy_remark (
  application_id BLOB NOT NULL,
  submission INTEGER NOT NULL,
  field TEXT NOT NULL,
  remark TEXT NOT NULL,
  PRIMARY KEY (application_id, submission, field)
) STRICT, WITHOUT ROWID;

-- Evidence of a line. content: digest of the bytes in the object store. removed_at: when the applicant took it out; what was submitted keeps it.
CREATE TABLE subsidy_file (
  file_id BLOB NOT NULL,
  application_id BLOB NOT NULL,
  line INTEGER NOT NULL,
  file_name TEXT NOT NULL,
  file_kind TEXT NOT NULL,
  locked INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL,
  content TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  removed_at INTEGER,
  PRIMARY KEY (file_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX subsidy_file_by_application ON subsidy_file (application_id, line, received_at);

-- Numbers that may stand in one application only: of invoices (kind invoice, with their maker), readers (serial) and files (file, their digest).
CREATE TABLE subsidy_mark (
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  application_id BLOB NOT NULL,
  line INTEGER NOT NULL,
  PRIMARY KEY (kind, value, application_id, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX subsidy_mark_by_application ON subsidy_mark (application_id);

-- Decisions, numbered one after another.
CREATE TABLE subsidy_decision (
  decision_no INTEGER NOT NULL,
  application_id BLOB NOT NULL,
  kind TEXT NOT NULL,
  amount_yen INTEGER NOT NULL,
  reason TEXT NOT NULL,
  decided_on INTEGER NOT NULL,
  PRIMARY KEY (decision_no)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX subsidy_decision_by_application ON subsidy_decision (application_id);

-- Payment runs: made by one person, released by another one, sent to the bank as one file, settled by its answer. state: made, released, settled,
-- dropped.
CREATE TABLE payment_run (
  run_no INTEGER NOT NULL,
  state TEXT NOT NULL,
  version INTEGER NOT NULL,
  transfer_on INTEGER NOT NULL,
  payments INTEGER NOT NULL,
  total_yen INTEGER NOT NULL,
  made_by BLOB NOT NULL,
  made_name TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  released_by BLOB,
  released_name TEXT NOT NULL,
  released_at INTEGER,
  settled_at INTEGER,
  submit_key BLOB NOT NULL,
  PRIMARY KEY (run_no),
  CHECK (released_by <> made_by)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX payment_run_by_form ON payment_run (submit_key);

-- One payment, numbered for the bank. state: planned, released, paid, failed, dropped. Nobody is paid twice: one of an application is under way or done.
CREATE TABLE payment (
  payment_no INTEGER NOT NULL,
  run_no INTEGER NOT NULL,
  application_id BLOB NOT NULL,
  amount_yen INTEGER NOT NULL,
  account TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  settled_at INTEGER,
  PRIMARY KEY (payment_no)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX payment_standing ON payment (application_id) WHERE state IN ('planned', 'released', 'paid');
CREATE INDEX payment_by_run ON payment (run_no, payment_no);
CREATE INDEX payment_by_application ON payment (application_id, payment_no);

-- The ledger: each line takes an amount from one account and puts it into another (budget, committed, in_transfer, paid), so it balances.
CREATE TABLE subsidy_ledger (
  entry_no INTEGER NOT NULL,
  scheme TEXT NOT NULL,
  programme TEXT NOT NULL,
  taken_from TEXT NOT NULL,
  put_into TEXT NOT NULL,
  amount_yen INTEGER NOT NULL,
  application_id BLOB NOT NULL,
  payment_no INTEGER,
  posted_at INTEGER NOT NULL,
  PRIMARY KEY (entry_no),
  CHECK (amount_yen >= 0),
  CHECK (taken_from <> put_into)
) STRICT, WITHOUT ROWID;
CREATE INDEX subsidy_ledger_by_scheme ON subsidy_ledger (scheme, programme, entry_no);
