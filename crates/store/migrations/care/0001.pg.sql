-- Serves S-1 to S-6, W-1 to W-6, M-1 and M-4: the ground on which a municipality's file becomes what an office may see.
-- Who insures, and how far it is (M-4). A small table: a reference table on Citus.
CREATE TABLE insurer (
  insurer_no text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  prefecture text COLLATE "C" NOT NULL,
  phone text COLLATE "C" NOT NULL,
  stage text COLLATE "C" NOT NULL,
  stage_since date NOT NULL,
  PRIMARY KEY (insurer_no)
);

-- Every stage an insurer has declared, with the day from which it holds (M-4).
CREATE TABLE insurer_stage (
  insurer_no text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  stage text COLLATE "C" NOT NULL,
  since date NOT NULL,
  recorded_at timestamptz NOT NULL,
  recorded_by text COLLATE "C" NOT NULL,
  PRIMARY KEY (insurer_no, seq)
);

-- Care offices and medical institutions. A reference table on Citus.
CREATE TABLE office (
  office_no text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  kind smallint NOT NULL,
  service_kinds text COLLATE "C" NOT NULL,
  state smallint NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (office_no)
);

-- Every client certificate that was issued, and when it was stopped (W-1).
CREATE TABLE client_certificate (
  serial text COLLATE "C" NOT NULL,
  door smallint NOT NULL,
  organisation text COLLATE "C" NOT NULL,
  holder text COLLATE "C" NOT NULL,
  role text COLLATE "C" NOT NULL,
  issued_at timestamptz NOT NULL,
  not_after timestamptz NOT NULL,
  revoked_at timestamptz,
  reason text COLLATE "C",
  last_seen_at timestamptz,
  PRIMARY KEY (serial)
);

-- People who sign in at the care door (W-2).
CREATE TABLE staff (
  staff_id uuid NOT NULL,
  office_no text COLLATE "C" NOT NULL,
  login text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  role smallint NOT NULL,
  password_hash text COLLATE "C" NOT NULL,
  totp_secret text COLLATE "C" NOT NULL,
  totp_last_step bigint NOT NULL,
  state smallint NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (staff_id),
  UNIQUE (office_no, login)
);

-- Who is signed in, bound to the terminal certificate. Only the hash of the token is kept.
CREATE TABLE session (
  token_hash bytea NOT NULL,
  staff_id uuid NOT NULL,
  certificate_serial text COLLATE "C" NOT NULL,
  complete smallint NOT NULL,
  created_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (token_hash)
);

-- Counters of attempts, by what is counted and the window it falls in.
CREATE TABLE rate_window (
  bucket text COLLATE "C" NOT NULL,
  window_start timestamptz NOT NULL,
  hits bigint NOT NULL,
  PRIMARY KEY (bucket, window_start)
);

-- A person whose five items agreed, for the office that checked (W-3b).
CREATE TABLE identity_check (
  insurer_no text COLLATE "C" NOT NULL,
  check_id uuid NOT NULL,
  insured_no text COLLATE "C" NOT NULL,
  office_no text COLLATE "C" NOT NULL,
  checked_by text COLLATE "C" NOT NULL,
  method smallint NOT NULL,
  checked_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  PRIMARY KEY (insurer_no, check_id)
);

-- Which office serves which person, from when to when (S-2, W-4).
CREATE TABLE care_relation (
  insurer_no text COLLATE "C" NOT NULL,
  insured_no text COLLATE "C" NOT NULL,
  office_no text COLLATE "C" NOT NULL,
  relation_id uuid NOT NULL,
  service_kind text COLLATE "C" NOT NULL,
  purpose text COLLATE "C" NOT NULL,
  valid_from date NOT NULL,
  valid_to date NOT NULL,
  check_id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text COLLATE "C" NOT NULL,
  ended_at timestamptz,
  ended_by text COLLATE "C",
  PRIMARY KEY (insurer_no, insured_no, office_no, relation_id)
);

-- A file that a municipality sent, and how far its taking in has come (M-1).
CREATE TABLE transfer (
  insurer_no text COLLATE "C" NOT NULL,
  transfer_id uuid NOT NULL,
  dataset smallint NOT NULL,
  mode smallint NOT NULL,
  base_date date NOT NULL,
  serial bigint NOT NULL,
  file_name text COLLATE "C" NOT NULL,
  encoding smallint NOT NULL,
  content text COLLATE "C" NOT NULL,
  size_bytes bigint NOT NULL,
  state smallint NOT NULL,
  code text COLLATE "C" NOT NULL,
  received_at timestamptz NOT NULL,
  started_at timestamptz,
  finished_at timestamptz,
  lease_until timestamptz,
  total_rows bigint NOT NULL,
  progress_rows bigint NOT NULL,
  inserted bigint NOT NULL,
  updated bigint NOT NULL,
  unchanged bigint NOT NULL,
  ended bigint NOT NULL,
  rejected bigint NOT NULL,
  waiting bigint NOT NULL,
  findings text COLLATE "C",
  sent_by text COLLATE "C" NOT NULL,
  confirmed_by text COLLATE "C",
  arrival_no bigint NOT NULL,
  PRIMARY KEY (insurer_no, transfer_id)
);

-- How many live records of a set an insurer has, and which file came last.
CREATE TABLE dataset_state (
  insurer_no text COLLATE "C" NOT NULL,
  dataset smallint NOT NULL,
  last_serial bigint NOT NULL,
  last_base_date date NOT NULL,
  live_count bigint NOT NULL,
  PRIMARY KEY (insurer_no, dataset)
);

-- What insurers have told us: when it was true (valid) and when we knew it (recorded, superseded) (S-6). Rows are added and superseded, never overwritten.
CREATE TABLE fact (
  insurer_no text COLLATE "C" NOT NULL,
  insured_no text COLLATE "C" NOT NULL,
  dataset smallint NOT NULL,
  record_key text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  valid_from date NOT NULL,
  valid_to date NOT NULL,
  history_no bigint NOT NULL,
  updated_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  recorded_by uuid NOT NULL,
  superseded_at timestamptz,
  superseded_by uuid,
  state smallint NOT NULL,
  digest bytea NOT NULL,
  body text COLLATE "C" NOT NULL,
  PRIMARY KEY (insurer_no, insured_no, dataset, record_key, version)
);

-- Rows whose insured person is not known yet: retried, never dropped (M-1).
CREATE TABLE intake_waiting (
  insurer_no text COLLATE "C" NOT NULL,
  dataset smallint NOT NULL,
  insured_no text COLLATE "C" NOT NULL,
  record_key text COLLATE "C" NOT NULL,
  transfer_id uuid NOT NULL,
  line bigint NOT NULL,
  op smallint NOT NULL,
  valid_from date NOT NULL,
  valid_to date NOT NULL,
  history_no bigint NOT NULL,
  updated_at timestamptz NOT NULL,
  waiting_since timestamptz NOT NULL,
  body text COLLATE "C" NOT NULL,
  PRIMARY KEY (insurer_no, dataset, insured_no, record_key)
);

-- The read model: one pre-joined row per insured person, true for every day from good_from to good_until. Kept by intake in the same transaction as fact.
CREATE TABLE eligibility_current (
  insurer_no text COLLATE "C" NOT NULL,
  insured_no text COLLATE "C" NOT NULL,
  good_from date NOT NULL,
  good_until date NOT NULL,
  name text COLLATE "C" NOT NULL,
  name_kana text COLLATE "C" NOT NULL,
  birth_date date NOT NULL,
  sex smallint NOT NULL,
  care_level text COLLATE "C" NOT NULL,
  certified_until date,
  application_date date,
  progress text COLLATE "C" NOT NULL,
  consents bigint NOT NULL,
  parts text COLLATE "C" NOT NULL,
  cuts bytea NOT NULL,
  PRIMARY KEY (insurer_no, insured_no)
);

-- Answers already given to requests that carried an Idempotency-Key.
CREATE TABLE idempotency (
  organisation text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  request_hash bytea NOT NULL,
  status bigint NOT NULL,
  body text COLLATE "C" NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (organisation, key)
);

-- Parts of a file that is sent in pieces.
CREATE TABLE upload_part (
  organisation text COLLATE "C" NOT NULL,
  file_name text COLLATE "C" NOT NULL,
  part_no bigint NOT NULL,
  content text COLLATE "C" NOT NULL,
  size_bytes bigint NOT NULL,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (organisation, file_name, part_no)
);

-- Audit entries of changes, written in the transaction of the change; the sealer moves them on (S-3).
CREATE TABLE audit_outbox (
  insurer_no text COLLATE "C" NOT NULL,
  entry_id uuid NOT NULL,
  body text COLLATE "C" NOT NULL,
  PRIMARY KEY (insurer_no, entry_id)
);

CREATE INDEX care_relation_by_office ON care_relation (office_no, insurer_no, insured_no);
CREATE INDEX transfer_by_file ON transfer (insurer_no, dataset, serial);
CREATE INDEX transfer_open ON transfer (state, received_at);
CREATE INDEX session_by_staff ON session (staff_id);
CREATE INDEX certificate_by_organisation ON client_certificate (organisation);
