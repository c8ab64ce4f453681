-- Serves G-1 to G-5 and O-1: subsidies from the scheme to the payment.

-- The last number given of decisions, payment runs, payments and lines of the ledger. A row is held until its unit of work ends, so numbers have no gaps and
-- follow the order in which they count.
CREATE TABLE subsidy_counter (
  name text COLLATE "C" NOT NULL,
  last bigint NOT NULL,
  PRIMARY KEY (name)
);
INSERT INTO subsidy_counter (name, last) VALUES ('decision', 0), ('run', 0), ('payment', 0), ('ledger', 0);

-- Schemes as they were taken in: the text of the data file, revisions from 1. A revision stands when it came with the program (nobody proposed it)
-- or when a second person has approved it; the highest that stands is in force.
CREATE TABLE subsidy_scheme (
  scheme text COLLATE "C" NOT NULL,
  revision bigint NOT NULL,
  state text COLLATE "C" NOT NULL,
  content text NOT NULL,
  reason text NOT NULL,
  proposed_by uuid,
  proposed_name text NOT NULL,
  proposed_at timestamptz NOT NULL,
  decided_by uuid,
  decided_name text NOT NULL,
  decided_at timestamptz,
  PRIMARY KEY (scheme, revision),
  CHECK (decided_by <> proposed_by)
);
CREATE UNIQUE INDEX subsidy_scheme_proposed ON subsidy_scheme (scheme) WHERE state = 'proposed';

-- An application. version: counted up by every step. submissions: how often it was submitted. draft: what the applicant has typed so far, as JSON.
-- claimed_yen: of the last submission. granted_yen, proposal: of the review (JSON: what counts of which line, and why). on_hold: 1 after a payment
-- came back, until the account is corrected or the operator lets it be paid again. One application of an
-- office and programme stands in a scheme.
CREATE TABLE subsidy_application (
  application_id uuid NOT NULL,
  receipt text COLLATE "C" NOT NULL,
  scheme text COLLATE "C" NOT NULL,
  programme text COLLATE "C" NOT NULL,
  office_no text COLLATE "C" NOT NULL,
  office_name text NOT NULL,
  stage text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  submissions bigint NOT NULL,
  first_reviewer uuid,
  second_reviewer uuid,
  reviewer_name text NOT NULL,
  applicant_id uuid NOT NULL,
  applicant_name text NOT NULL,
  applicant_mail text NOT NULL,
  draft text NOT NULL,
  claimed_yen bigint,
  granted_yen bigint,
  proposal text NOT NULL,
  on_hold smallint NOT NULL,
  begun_at timestamptz NOT NULL,
  submitted_at timestamptz,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (application_id),
  CHECK (first_reviewer <> second_reviewer)
);
CREATE UNIQUE INDEX subsidy_application_by_receipt ON subsidy_application (receipt);
CREATE UNIQUE INDEX subsidy_application_standing ON subsidy_application (scheme, programme, office_no) WHERE stage NOT IN ('refused', 'withdrawn');
CREATE INDEX subsidy_application_by_office ON subsidy_application (office_no, begun_at);
CREATE INDEX subsidy_application_by_stage ON subsidy_application (stage, submitted_at);

-- What was submitted, from 1 on, as it was; scheme_revision: the rules by which it was worked out.
CREATE TABLE subsidy_submission (
  application_id uuid NOT NULL,
  number bigint NOT NULL,
  content text NOT NULL,
  scheme_revision bigint NOT NULL,
  claimed_yen bigint NOT NULL,
  submitted_by uuid NOT NULL,
  submitted_at timestamptz NOT NULL,
  PRIMARY KEY (application_id, number)
);

-- The history, from 1 on. by_operator: 1 a reviewer, 0 the applicant. note: what the applicant reads; inner_note: what only the operator reads.
CREATE TABLE subsidy_step (
  application_id uuid NOT NULL,
  number bigint NOT NULL,
  step text COLLATE "C" NOT NULL,
  by_operator smallint NOT NULL,
  acted_by uuid,
  actor text NOT NULL,
  note text NOT NULL,
  inner_note text NOT NULL,
  acted_at timestamptz NOT NULL,
  PRIMARY KEY (application_id, number)
);

-- What a reviewer says of one field of a submission when it goes back.
CREATE TABLE subsidy_remark (
  application_id uuid NOT NULL,
  submission bigint NOT NULL,
  field text COLLATE "C" NOT NULL,
  remark text NOT NULL,
  PRIMARY KEY (application_id, submission, field)
);

-- Evidence of a line. content: digest of the bytes in the object store. removed_at: when the applicant took it out; what was submitted keeps it.
CREATE TABLE subsidy_file (
  file_id uuid NOT NULL,
  application_id uuid NOT NULL,
  line bigint NOT NULL,
  file_name text NOT NULL,
  file_kind text COLLATE "C" NOT NULL,
  locked smallint NOT NULL,
  size_bytes bigint NOT NULL,
  content text NOT NULL,
  received_at timestamptz NOT NULL,
  removed_at timestamptz,
  PRIMARY KEY (file_id)
);
CREATE INDEX subsidy_file_by_application ON subsidy_file (application_id, line, received_at);

-- Numbers that may stand in one application only: of invoices (kind invoice, with their maker), readers (serial) and files (file, their digest).
CREATE TABLE subsidy_mark (
  kind text COLLATE "C" NOT NULL,
  value text COLLATE "C" NOT NULL,
  application_id uuid NOT NULL,
  line bigint NOT NULL,
  PRIMARY KEY (kind, value, application_id, line)
);
CREATE INDEX subsidy_mark_by_application ON subsidy_mark (application_id);

-- Decisions, numbered one after another.
CREATE TABLE subsidy_decision (
  decision_no bigint NOT NULL,
  application_id uuid NOT NULL,
  kind text COLLATE "C" NOT NULL,
  amount_yen bigint NOT NULL,
  reason text NOT NULL,
  decided_on date NOT NULL,
  PRIMARY KEY (decision_no)
);
CREATE UNIQUE INDEX subsidy_decision_by_application ON subsidy_decision (application_id);

-- Payment runs: made by one person, released by another one, sent to the bank as one file, settled by its answer. state: made, released, settled,
-- dropped.
CREATE TABLE payment_run (
  run_no bigint NOT NULL,
  state text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  transfer_on date NOT NULL,
  payments bigint NOT NULL,
  total_yen bigint NOT NULL,
  made_by uuid NOT NULL,
  made_name text NOT NULL,
  made_at timestamptz NOT NULL,
  released_by uuid,
  released_name text NOT NULL,
  released_at timestamptz,
  settled_at timestamptz,
  submit_key bytea NOT NULL,
  PRIMARY KEY (run_no),
  CHECK (released_by <> made_by)
);
CREATE UNIQUE INDEX payment_run_by_form ON payment_run (submit_key);

-- One payment, numbered for the bank. state: planned, released, paid, failed, dropped. Nobody is paid twice: one of an application is under way or done.
CREATE TABLE payment (
  payment_no bigint NOT NULL,
  run_no bigint NOT NULL,
  application_id uuid NOT NULL,
  amount_yen bigint NOT NULL,
  account text NOT NULL,
  state text COLLATE "C" NOT NULL,
  reason text NOT NULL,
  settled_at timestamptz,
  PRIMARY KEY (payment_no)
);
CREATE UNIQUE INDEX payment_standing ON payment (application_id) WHERE state IN ('planned', 'released', 'paid');
CREATE INDEX payment_by_run ON payment (run_no, payment_no);
CREATE INDEX payment_by_application ON payment (application_id, payment_no);

-- The ledger: each line takes an amount from one account and puts it into another (budget, committed, in_transfer, paid), so it balances.
CREATE TABLE subsidy_ledger (
  entry_no bigint NOT NULL,
  scheme text COLLATE "C" NOT NULL,
  programme text COLLATE "C" NOT NULL,
  taken_from text COLLATE "C" NOT NULL,
  put_into text COLLATE "C" NOT NULL,
  amount_yen bigint NOT NULL,
  application_id uuid NOT NULL,
  payment_no bigint,
  posted_at timestamptz NOT NULL,
  PRIMARY KEY (entry_no),
  CHECK (amount_yen >= 0),
  CHECK (taken_from <> put_into)
);
CREATE INDEX subsidy_ledger_by_scheme ON subsidy_ledger (scheme, programme, entry_no);
