-- Serves P-2 and O-1: offices and institutions from the operator's register to admitted users.

-- The operator's register, as last imported. absent_since: when an import no longer had the office; what was known stays.
CREATE TABLE office_register (
  office_no text COLLATE "C" NOT NULL,
  name text NOT NULL,
  kana text NOT NULL,
  postal_code text NOT NULL,
  address text NOT NULL,
  phone text NOT NULL,
  service_kinds text COLLATE "C" NOT NULL,
  beds bigint,
  corporate_no text COLLATE "C",
  opened_on date,
  closed_on date,
  changed_at timestamptz NOT NULL,
  absent_since timestamptz,
  PRIMARY KEY (office_no)
);

-- One row, so that imports run one after another: which file was the last, and when.
CREATE TABLE office_register_import (
  slot smallint NOT NULL,
  content bytea,
  imported_at timestamptz,
  PRIMARY KEY (slot)
);
INSERT INTO office_register_import (slot) VALUES (1);

-- What somebody wants to register, until the link in the letter is used or has ended. One form makes one of them.
CREATE TABLE sign_up (
  sign_up_id uuid NOT NULL,
  token_hash bytea NOT NULL,
  submit_key bytea NOT NULL,
  kind text COLLATE "C" NOT NULL,
  office_no text COLLATE "C" NOT NULL,
  in_register smallint NOT NULL,
  office_name text NOT NULL,
  postal_code text NOT NULL,
  address text NOT NULL,
  office_phone text NOT NULL,
  service_kinds text COLLATE "C" NOT NULL,
  beds bigint,
  applicant_name text NOT NULL,
  applicant_mail text NOT NULL,
  applicant_phone text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  PRIMARY KEY (sign_up_id)
);
CREATE UNIQUE INDEX sign_up_by_token ON sign_up (token_hash);
CREATE UNIQUE INDEX sign_up_by_form ON sign_up (submit_key);

-- An office's application. version: counted up by every step, so that nobody decides on what somebody else has changed.
-- A number has one application that stands; no one reviews twice, and nobody an own one.
CREATE TABLE office_registration (
  registration_id uuid NOT NULL,
  receipt text COLLATE "C" NOT NULL,
  office_no text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  stage text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  in_register smallint NOT NULL,
  office_name text NOT NULL,
  postal_code text NOT NULL,
  address text NOT NULL,
  office_phone text NOT NULL,
  service_kinds text COLLATE "C" NOT NULL,
  beds bigint,
  applicant_id uuid NOT NULL,
  applicant_name text NOT NULL,
  applicant_mail text NOT NULL,
  applicant_phone text NOT NULL,
  first_reviewer uuid,
  second_reviewer uuid,
  applied_at timestamptz NOT NULL,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (registration_id),
  CHECK (first_reviewer <> second_reviewer),
  CHECK (first_reviewer <> applicant_id),
  CHECK (second_reviewer <> applicant_id)
);
CREATE UNIQUE INDEX office_registration_by_receipt ON office_registration (receipt);
CREATE UNIQUE INDEX office_registration_standing ON office_registration (office_no) WHERE stage IN ('applied', 'returned', 'checked', 'approved');
CREATE INDEX office_registration_by_office ON office_registration (office_no, applied_at);
CREATE INDEX office_registration_by_applicant ON office_registration (applicant_id, applied_at);
CREATE INDEX office_registration_by_stage ON office_registration (stage, changed_at);

-- The history of an application, from 1 on. by_operator: 1 a reviewer, 0 the applicant.
CREATE TABLE office_registration_step (
  registration_id uuid NOT NULL,
  number bigint NOT NULL,
  step text COLLATE "C" NOT NULL,
  by_operator smallint NOT NULL,
  acted_by uuid NOT NULL,
  actor text NOT NULL,
  note text NOT NULL,
  acted_at timestamptz NOT NULL,
  PRIMARY KEY (registration_id, number)
);

-- What an admitted office says of itself beyond its name, number and services.
CREATE TABLE office_profile (
  office_no text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  postal_code text NOT NULL,
  address text NOT NULL,
  phone text NOT NULL,
  beds bigint,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (office_no)
);

-- A wish for another name or address, which the operator looks at; one that waits for each office.
CREATE TABLE office_change (
  change_id uuid NOT NULL,
  office_no text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL,
  office_name text NOT NULL,
  postal_code text NOT NULL,
  address text NOT NULL,
  reason text NOT NULL,
  asked_by uuid NOT NULL,
  asked_at timestamptz NOT NULL,
  reviewed_by uuid,
  reviewed_at timestamptz,
  note text NOT NULL,
  PRIMARY KEY (change_id),
  CHECK (reviewed_by <> asked_by)
);
CREATE UNIQUE INDEX office_change_waiting ON office_change (office_no) WHERE state = 'waiting';
CREATE INDEX office_change_by_office ON office_change (office_no, asked_at);

-- What an office has ticked off on its way to the first day.
CREATE TABLE office_checklist (
  office_no text COLLATE "C" NOT NULL,
  item text COLLATE "C" NOT NULL,
  ticked_by uuid NOT NULL,
  ticked_at timestamptz NOT NULL,
  PRIMARY KEY (office_no, item)
);

-- A way in for somebody who is locked out: one of the operator's people asks for it, another one approves it (O06).
CREATE TABLE portal_unlock (
  unlock_id uuid NOT NULL,
  user_id uuid NOT NULL,
  state text COLLATE "C" NOT NULL,
  reason text NOT NULL,
  asked_by uuid NOT NULL,
  asked_name text NOT NULL,
  asked_at timestamptz NOT NULL,
  decided_by uuid,
  decided_at timestamptz,
  PRIMARY KEY (unlock_id),
  CHECK (decided_by <> asked_by),
  CHECK (decided_by <> user_id),
  CHECK (asked_by <> user_id)
);
CREATE UNIQUE INDEX portal_unlock_waiting ON portal_unlock (user_id) WHERE state = 'waiting';
CREATE INDEX portal_unlock_by_state ON portal_unlock (state, asked_at);
