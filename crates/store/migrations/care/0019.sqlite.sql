-- Serves P-2 and O-1: offices and institutions from the operator's register to admitted users.

-- The operator's register, as last imported. absent_since: when an import no longer had the office; what was known stays.
CREATE TABLE office_register (
  office_no TEXT NOT NULL,
  name TEXT NOT NULL,
  kana TEXT NOT NULL,
  postal_code TEXT NOT NULL,
  address TEXT NOT NULL,
  phone TEXT NOT NULL,
  service_kinds TEXT NOT NULL,
  beds INTEGER,
  corporate_no TEXT,
  opened_on INTEGER,
  closed_on INTEGER,
  changed_at INTEGER NOT NULL,
  absent_since INTEGER,
  PRIMARY KEY (office_no)
) STRICT, WITHOUT ROWID;

-- One row, so that imports run one after another: which file was the last, and when.
CREATE TABLE office_register_import (
  slot INTEGER NOT NULL,
  content BLOB,
  imported_at INTEGER,
  PRIMARY KEY (slot)
) STRICT, WITHOUT ROWID;
INSERT INTO office_register_import (slot) VALUES (1);

-- What somebody wants to register, until the link in the letter is used or has ended. One form makes one of them.
CREATE TABLE sign_up (
  sign_up_id BLOB NOT NULL,
  token_hash BLOB NOT NULL,
  submit_key BLOB NOT NULL,
  kind TEXT NOT NULL,
  office_no TEXT NOT NULL,
  in_register INTEGER NOT NULL,
  office_name TEXT NOT NULL,
  postal_code TEXT NOT NULL,
  address TEXT NOT NULL,
  office_phone TEXT NOT NULL,
  service_kinds TEXT NOT NULL,
  beds INTEGER,
  applicant_name TEXT NOT NULL,
  applicant_mail TEXT NOT NULL,
  applicant_phone TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER,
  PRIMARY KEY (sign_up_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX sign_up_by_token ON sign_up (token_hash);
CREATE UNIQUE INDEX sign_up_by_form ON sign_up (submit_key);

-- An office's application. version: counted up by every step, so that nobody decides on what somebody else has changed.
-- A number has one application that stands; no one reviews twice, and nobody an own one.
CREATE TABLE office_registration (
  registration_id BLOB NOT NULL,
  receipt TEXT NOT NULL,
  office_no TEXT NOT NULL,
  kind TEXT NOT NULL,
  stage TEXT NOT NULL,
  version INTEGER NOT NULL,
  in_register INTEGER NOT NULL,
  office_name TEXT NOT NULL,
  postal_code TEXT NOT NULL,
  address TEXT NOT NULL,
  office_phone TEXT NOT NULL,
  service_kinds TEXT NOT NULL,
  beds INTEGER,
  applicant_id BLOB NOT NULL,
  applicant_name TEXT NOT NULL,
  applicant_mail TEXT NOT NULL,
  applicant_phone TEXT NOT NULL,
  first_reviewer BLOB,
  second_reviewer BLOB,
  applied_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  PRIMARY KEY (registration_id),
  CHECK (first_reviewer <> second_reviewer),
  CHECK (first_reviewer <> applicant_id),
  CHECK (second_reviewer <> applicant_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX office_registration_by_receipt ON office_registration (receipt);
CREATE UNIQUE INDEX office_registration_standing ON office_registration (office_no) WHERE stage IN ('applied', 'returned', 'checked', 'approved');
CREATE INDEX office_registration_by_office ON office_registration (office_no, applied_at);
CREATE INDEX office_registration_by_applicant ON office_registration (applicant_id, applied_at);
CREATE INDEX office_registration_by_stage ON office_registration (stage, changed_at);

-- The history of an application, from 1 on. by_operator: 1 a reviewer, 0 the applicant.
CREATE TABLE office_registration_step (
  registration_id BLOB NOT NULL,
  number INTEGER NOT NULL,
  step TEXT NOT NULL,
  by_operator INTEGER NOT NULL,
  acted_by BLOB NOT NULL,
  actor TEXT NOT NULL,
  note TEXT NOT NULL,
  acted_at INTEGER NOT NULL,
  PRIMARY KEY (registration_id, number)
) STRICT, WITHOUT ROWID;

-- What an admitted office says of itself beyond its name, number and services.
CREATE TABLE office_profile (
  office_no TEXT NOT NULL,
  kind TEXT NOT NULL,
  postal_code TEXT NOT NULL,
  address TEXT NOT NULL,
  phone TEXT NOT NULL,
  beds INTEGER,
  changed_at INTEGER NOT NULL,
  PRIMARY KEY (office_no)
) STRICT, WITHOUT ROWID;

-- A wish for another name or address, which the operator looks at; one that waits for each office.
CREATE TABLE office_change (
  change_id BLOB NOT NULL,
  office_no TEXT NOT NULL,
  state TEXT NOT NULL,
  office_name TEXT NOT NULL,
  postal_code TEXT NOT NULL,
  address TEXT NOT NULL,
  reason TEXT NOT NULL,
  asked_by BLOB NOT NULL,
  asked_at INTEGER NOT NULL,
  reviewed_by BLOB,
  reviewed_at INTEGER,
  note TEXT NOT NULL,
  PRIMARY KEY (change_id),
  CHECK (reviewed_by <> asked_by)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX office_change_waiting ON office_change (office_no) WHERE state = 'waiting';
CREATE INDEX office_change_by_office ON office_change (office_no, asked_at);

-- What an office has ticked off on its way to the first day.
CREATE TABLE office_checklist (
  office_no TEXT NOT NULL,
  item TEXT NOT NULL,
  ticked_by BLOB NOT NULL,
  ticked_at INTEGER NOT NULL,
  PRIMARY KEY (office_no, item)
) STRICT, WITHOUT ROWID;

-- A way in for somebody who is locked out: one of the operator's people asks for it, another one approves it (O06).
CREATE TABLE portal_unlock (
  unlock_id BLOB NOT NULL,
  user_id BLOB NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  asked_by BLOB NOT NULL,
  asked_name TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  decided_by BLOB,
  decided_at INTEGER,
  PRIMARY KEY (unlock_id),
  CHECK (decided_by <> asked_by),
  CHECK (decided_by <> user_id),
  CHECK (asked_by <> user_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX portal_unlock_waiting ON portal_unlock (user_id) WHERE state = 'waiting';
CREATE INDEX portal_unlock_by_state ON portal_unlock (state, asked_at);
