-- Serves W-1 and W-2: terminals and accounts as an office itself keeps them.
ALTER TABLE office ADD COLUMN contact_mail TEXT;
ALTER TABLE staff ADD COLUMN mail TEXT;
ALTER TABLE client_certificate ADD COLUMN replaces TEXT;

-- A terminal of an office: one certificate a role, several in turn (W-1). `may_set_up`: it was enrolled with the operator's first code.
CREATE TABLE terminal (
  terminal_id TEXT NOT NULL,
  office_no TEXT NOT NULL,
  name TEXT NOT NULL,
  kind INTEGER NOT NULL,
  may_set_up INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (terminal_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX terminal_office ON terminal (office_no);

-- One-time codes that admit a terminal (W-1, W-2). Only a slow hash of the code is kept.
CREATE TABLE terminal_ticket (
  ticket_id BLOB NOT NULL,
  office_no TEXT NOT NULL,
  code_hash TEXT NOT NULL,
  terminal_id TEXT,
  first INTEGER NOT NULL,
  made_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  wrong_tries INTEGER NOT NULL,
  used_at INTEGER,
  PRIMARY KEY (ticket_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX terminal_ticket_office ON terminal_ticket (office_no, created_at);

-- Files with a new key that wait for their one download. The password is not kept.
CREATE TABLE terminal_file (
  token_hash BLOB NOT NULL,
  serial TEXT NOT NULL,
  content BLOB NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (token_hash)
) STRICT, WITHOUT ROWID;

-- Which reminders of a certificate's end were given.
CREATE TABLE certificate_notice (
  serial TEXT NOT NULL,
  days INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (serial, days)
) STRICT, WITHOUT ROWID;

-- Invitations to make an account, or to make its password and second factor anew (W-2).
CREATE TABLE staff_invitation (
  invitation_id BLOB NOT NULL,
  office_no TEXT NOT NULL,
  staff_id BLOB,
  code_hash BLOB NOT NULL,
  mail TEXT NOT NULL,
  name TEXT NOT NULL,
  role INTEGER NOT NULL,
  invited_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER,
  cancelled_at INTEGER,
  PRIMARY KEY (invitation_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX staff_invitation_code ON staff_invitation (code_hash);
CREATE INDEX staff_invitation_office ON staff_invitation (office_no, created_at);

-- An account whose second factor has not been shown to work yet.
CREATE TABLE account_draft (
  token_hash BLOB NOT NULL,
  office_no TEXT NOT NULL,
  certificate_serial TEXT NOT NULL,
  invitation_id BLOB,
  staff_id BLOB,
  login TEXT NOT NULL,
  name TEXT NOT NULL,
  mail TEXT NOT NULL,
  role INTEGER NOT NULL,
  password_hash TEXT NOT NULL,
  totp_secret TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (token_hash)
) STRICT, WITHOUT ROWID;

-- Codes for a lost second factor, each good once.
CREATE TABLE recovery_code (
  staff_id BLOB NOT NULL,
  code_hash BLOB NOT NULL,
  used_at INTEGER,
  PRIMARY KEY (staff_id, code_hash)
) STRICT, WITHOUT ROWID;

-- How far an office's first set-up has come, so that it goes on where it stopped (W-2).
CREATE TABLE office_setup (
  office_no TEXT NOT NULL,
  connection_at INTEGER,
  staff_at INTEGER,
  finished_at INTEGER,
  PRIMARY KEY (office_no)
) STRICT, WITHOUT ROWID;
