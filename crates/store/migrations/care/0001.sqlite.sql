-- Serves S-1 to S-6, W-1 to W-6, M-1 and M-4: the ground on which a municipality's file becomes what an office may see.
-- Who insures, and how far it is (M-4). A small table: a reference table on Citus.
CREATE TABLE insurer (
  insurer_no TEXT NOT NULL,
  name TEXT NOT NULL,
  prefecture TEXT NOT NULL,
  phone TEXT NOT NULL,
  stage TEXT NOT NULL,
  stage_since INTEGER NOT NULL,
  PRIMARY KEY (insurer_no)
) STRICT, WITHOUT ROWID;

-- Every stage an insurer has declared, with the day from which it holds (M-4).
CREATE TABLE insurer_stage (
  insurer_no TEXT NOT NULL,
  seq INTEGER NOT NULL,
  stage TEXT NOT NULL,
  since INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  recorded_by TEXT NOT NULL,
  PRIMARY KEY (insurer_no, seq)
) STRICT, WITHOUT ROWID;

-- Care offices and medical institutions. A reference table on Citus.
CREATE TABLE office (
  office_no TEXT NOT NULL,
  name TEXT NOT NULL,
  kind INTEGER NOT NULL,
  service_kinds TEXT NOT NULL,
  state INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (office_no)
) STRICT, WITHOUT ROWID;

-- Every client certificate that was issued, and when it was stopped (W-1).
CREATE TABLE client_certificate (
  serial TEXT NOT NULL,
  door INTEGER NOT NULL,
  organisation TEXT NOT NULL,
  holder TEXT NOT NULL,
  role TEXT NOT NULL,
  issued_at INTEGER NOT NULL,
  not_after INTEGER NOT NULL,
  revoked_at INTEGER,
  reason TEXT,
  last_seen_at INTEGER,
  PRIMARY KEY (serial)
) STRICT, WITHOUT ROWID;

-- People who sign in at the care door (W-2).
CREATE TABLE staff (
  staff_id BLOB NOT NULL,
  office_no TEXT NOT NULL,
  login TEXT NOT NULL,
  name TEXT NOT NULL,
  role INTEGER NOT NULL,
  password_hash TEXT NOT NULL,
  totp_secret TEXT NOT NULL,
  totp_last_step INTEGER NOT NULL,
  state INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (staff_id),
  UNIQUE (office_no, login)
) STRICT, WITHOUT ROWID;

-- Who is signed in, bound to the terminal certificate. Only the hash of the token is kept.
CREATE TABLE session (
  token_hash BLOB NOT NULL,
  staff_id BLOB NOT NULL,
  certificate_serial TEXT NOT NULL,
  complete INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (token_hash)
) STRICT, WITHOUT ROWID;

-- Counters of attempts, by what is counted and the window it falls in.
CREATE TABLE rate_window (
  bucket TEXT NOT NULL,
  window_start INTEGER NOT NULL,
  hits INTEGER NOT NULL,
  PRIMARY KEY (bucket, window_start)
) STRICT, WITHOUT ROWID;

-- A person whose five items agreed, for the office that checked (W-3b).
CREATE TABLE identity_check (
  insurer_no TEXT NOT NULL,
  check_id BLOB NOT NULL,
  insured_no TEXT NOT NULL,
  office_no TEXT NOT NULL,
  checked_by TEXT NOT NULL,
  method INTEGER NOT NULL,
  checked_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER,
  PRIMARY KEY (insurer_no, check_id)
) STRICT, WITHOUT ROWID;

-- Which office serves which person, from when to when (S-2, W-4).
CREATE TABLE care_relation (
  insurer_no TEXT NOT NULL,
  insured_no TEXT NOT NULL,
  office_no TEXT NOT NULL,
  relation_id BLOB NOT NULL,
  service_kind TEXT NOT NULL,
  purpose TEXT NOT NULL,
  valid_from INTEGER NOT NULL,
  valid_to INTEGER NOT NULL,
  check_id BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  ended_at INTEGER,
  ended_by TEXT,
  PRIMARY KEY (insurer_no, insured_no, office_no, relation_id)
) STRICT, WITHOUT ROWID;

-- A file that a municipality sent, and how far its taking in has come (M-1).
CREATE TABLE transfer (
  insurer_no TEXT NOT NULL,
  transfer_id BLOB NOT NULL,
  dataset INTEGER NOT NULL,
  mode INTEGER NOT NULL,
  base_date INTEGER NOT NULL,
  serial INTEGER NOT NULL,
  file_name TEXT NOT NULL,
  encoding INTEGER NOT NULL,
  content TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  state INTEGER NOT NULL,
  code TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER,
  lease_until INTEGER,
  total_rows INTEGER NOT NULL,
  progress_rows INTEGER NOT NULL,
  inserted INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  unchanged INTEGER NOT NULL,
  ended INTEGER NOT NULL,
  rejected INTEGER NOT NULL,
  waiting INTEGER NOT NULL,
  findings TEXT,
  sent_by TEXT NOT NULL,
  confirmed_by TEXT,
  arrival_no INTEGER NOT NULL,
  PRIMARY KEY (insurer_no, transfer_id)
) STRICT, WITHOUT ROWID;

-- How many live records of a set an insurer has, and which file came last.
CREATE TABLE dataset_state (
  insurer_no TEXT NOT NULL,
  dataset INTEGER NOT NULL,
  last_serial INTEGER NOT NULL,
  last_base_date INTEGER NOT NULL,
  live_count INTEGER NOT NULL,
  PRIMARY KEY (insurer_no, dataset)
) STRICT, WITHOUT ROWID;

-- What insurers have told us: when it was true (valid) and when we knew it (recorded, superseded) (S-6). Rows are added and superseded, never overwritten.
CREATE TABLE fact (
  insurer_no TEXT NOT NULL,
  insured_no TEXT NOT NULL,
  dataset INTEGER NOT NULL,
  record_key TEXT NOT NULL,
  version INTEGER NOT NULL,
  valid_from INTEGER NOT NULL,
  valid_to INTEGER NOT NULL,
  history_no INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  recorded_by BLOB NOT NULL,
  superseded_at INTEGER,
  superseded_by BLOB,
  state INTEGER NOT NULL,
  digest BLOB NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (insurer_no, insured_no, dataset, record_key, version)
) STRICT, WITHOUT ROWID;

-- Rows whose insured person is not known yet: retried, never dropped (M-1).
CREATE TABLE intake_waiting (
  insurer_no TEXT NOT NULL,
  dataset INTEGER NOT NULL,
  insured_no TEXT NOT NULL,
  record_key TEXT NOT NULL,
  transfer_id BLOB NOT NULL,
  line INTEGER NOT NULL,
  op INTEGER NOT NULL,
  valid_from INTEGER NOT NULL,
  valid_to INTEGER NOT NULL,
  history_no INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  waiting_since INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (insurer_no, dataset, insured_no, record_key)
) STRICT, WITHOUT ROWID;

-- Rows are too long to lie in the tree of their key: a page would hold three of them, and a look would pass eight pages. So this table keeps its row numbers.
-- The read model: one pre-joined row per insured person, true for every day from good_from to good_until. Kept by intake in the same transaction as fact.
CREATE TABLE eligibility_current (
  insurer_no TEXT NOT NULL,
  insured_no TEXT NOT NULL,
  good_from INTEGER NOT NULL,
  good_until INTEGER NOT NULL,
  name TEXT NOT NULL,
  name_kana TEXT NOT NULL,
  birth_date INTEGER NOT NULL,
  sex INTEGER NOT NULL,
  care_level TEXT NOT NULL,
  certified_until INTEGER,
  application_date INTEGER,
  progress TEXT NOT NULL,
  consents INTEGER NOT NULL,
  parts TEXT NOT NULL,
  cuts BLOB NOT NULL,
  PRIMARY KEY (insurer_no, insured_no)
) STRICT;

-- Answers already given to requests that carried an Idempotency-Key.
CREATE TABLE idempotency (
  organisation TEXT NOT NULL,
  key TEXT NOT NULL,
  request_hash BLOB NOT NULL,
  status INTEGER NOT NULL,
  body TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (organisation, key)
) STRICT, WITHOUT ROWID;

-- Parts of a file that is sent in pieces.
CREATE TABLE upload_part (
  organisation TEXT NOT NULL,
  file_name TEXT NOT NULL,
  part_no INTEGER NOT NULL,
  content TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  PRIMARY KEY (organisation, file_name, part_no)
) STRICT, WITHOUT ROWID;

-- Audit entries of changes, written in the transaction of the change; the sealer moves them on (S-3).
CREATE TABLE audit_outbox (
  insurer_no TEXT NOT NULL,
  entry_id BLOB NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (insurer_no, entry_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX care_relation_by_office ON care_relation (office_no, insurer_no, insured_no);
CREATE INDEX transfer_by_file ON transfer (insurer_no, dataset, serial);
CREATE INDEX transfer_open ON transfer (state, received_at);
CREATE INDEX session_by_staff ON session (staff_id);
CREATE INDEX certificate_by_organisation ON client_certificate (organisation);
