-- Serves W-1 and W-2: terminals and accounts as an office itself keeps them.
ALTER TABLE office ADD COLUMN contact_mail text COLLATE "C";
ALTER TABLE staff ADD COLUMN mail text COLLATE "C";
ALTER TABLE client_certificate ADD COLUMN replaces text COLLATE "C";

-- A terminal of an office: one certificate a role, several in turn (W-1). `may_set_up`: it was enrolled with the operator's first code.
CREATE TABLE terminal (
  terminal_id text COLLATE "C" NOT NULL,
  office_no text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  kind bigint NOT NULL,
  may_set_up bigint NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (terminal_id)
);
CREATE INDEX terminal_office ON terminal (office_no);

-- One-time codes that admit a terminal (W-1, W-2). Only a slow hash of the code is kept.
CREATE TABLE terminal_ticket (
  ticket_id uuid NOT NULL,
  office_no text COLLATE "C" NOT NULL,
  code_hash text COLLATE "C" NOT NULL,
  terminal_id text COLLATE "C",
  first bigint NOT NULL,
  made_by text COLLATE "C" NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  wrong_tries bigint NOT NULL,
  used_at timestamptz,
  PRIMARY KEY (ticket_id)
);
CREATE INDEX terminal_ticket_office ON terminal_ticket (office_no, created_at);

-- Files with a new key that wait for their one download. The password is not kept.
CREATE TABLE terminal_file (
  token_hash bytea NOT NULL,
  serial text COLLATE "C" NOT NULL,
  content bytea NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (token_hash)
);

-- Which reminders of a certificate's end were given.
CREATE TABLE certificate_notice (
  serial text COLLATE "C" NOT NULL,
  days bigint NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (serial, days)
);

-- Invitations to make an account, or to make its password and second factor anew (W-2).
CREATE TABLE staff_invitation (
  invitation_id uuid NOT NULL,
  office_no text COLLATE "C" NOT NULL,
  staff_id uuid,
  code_hash bytea NOT NULL,
  mail text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  role bigint NOT NULL,
  invited_by text COLLATE "C" NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  cancelled_at timestamptz,
  PRIMARY KEY (invitation_id)
);
CREATE INDEX staff_invitation_code ON staff_invitation (code_hash);
CREATE INDEX staff_invitation_office ON staff_invitation (office_no, created_at);

-- An account whose second factor has not been shown to work yet.
CREATE TABLE account_draft (
  token_hash bytea NOT NULL,
  office_no text COLLATE "C" NOT NULL,
  certificate_serial text COLLATE "C" NOT NULL,
  invitation_id uuid,
  staff_id uuid,
  login text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  mail text COLLATE "C" NOT NULL,
  role bigint NOT NULL,
  password_hash text COLLATE "C" NOT NULL,
  totp_secret text COLLATE "C" NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (token_hash)
);

-- Codes for a lost second factor, each good once.
CREATE TABLE recovery_code (
  staff_id uuid NOT NULL,
  code_hash bytea NOT NULL,
  used_at timestamptz,
  PRIMARY KEY (staff_id, code_hash)
);

-- How far an office's first set-up has come, so that it goes on where it stopped (W-2).
CREATE TABLE office_setup (
  office_no text COLLATE "C" NOT NULL,
  connection_at timestamptz,
  staff_at timestamptz,
  finished_at timestamptz,
  PRIMARY KEY (office_no)
);
