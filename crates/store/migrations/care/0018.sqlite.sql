-- Serves P-2 and O-1: who signs in at the portal. Not persons who are cared for: reference tables on Citus. login is issued here and
-- never changes; an address may belong to several people of one office. must_replace: 1 while the password is a first secret that
-- somebody else made, which counts until secret_until. state: 1 active, 2 stopped.
CREATE TABLE portal_user (
  user_id BLOB NOT NULL,
  login TEXT NOT NULL,
  name TEXT NOT NULL,
  mail TEXT NOT NULL,
  phone TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  must_replace INTEGER NOT NULL,
  secret_until INTEGER,
  totp_secret TEXT,
  totp_last_step INTEGER NOT NULL,
  state INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  last_sign_in_at INTEGER,
  PRIMARY KEY (user_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX portal_user_by_login ON portal_user (login);
CREATE INDEX portal_user_by_mail ON portal_user (lower(mail));

-- For which bodies, and as what. roles: words with a space between. state: 1 holds, 2 ended.
CREATE TABLE portal_membership (
  user_id BLOB NOT NULL,
  body_kind TEXT NOT NULL,
  body_no TEXT NOT NULL,
  roles TEXT NOT NULL,
  state INTEGER NOT NULL,
  granted_by TEXT NOT NULL,
  granted_at INTEGER NOT NULL,
  PRIMARY KEY (user_id, body_kind, body_no)
) STRICT, WITHOUT ROWID;
CREATE INDEX portal_membership_by_body ON portal_membership (body_kind, body_no, state);

-- Who is signed in, and where. stage: 1 the second factor waits, 2 password or second factor have to be set, 3 complete.
-- may_set_password: 1 when it began with the link for a forgotten password. draft_secret: the authenticator's secret that is being tried. agent: what the browser says it is, for its owner to know it by.
CREATE TABLE portal_session (
  token_hash BLOB NOT NULL,
  session_id BLOB NOT NULL,
  user_id BLOB NOT NULL,
  body_kind TEXT NOT NULL,
  body_no TEXT NOT NULL,
  stage INTEGER NOT NULL,
  may_set_password INTEGER NOT NULL,
  draft_secret TEXT,
  agent TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (token_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX portal_session_by_user ON portal_session (user_id);

-- One-time links that came by mail. kind: 1 a sign-up's address, 2 an invitation, 3 a forgotten password, 4 another address.
-- facts: a JSON object, its members fixed by kind.
CREATE TABLE portal_link (
  link_hash BLOB NOT NULL,
  kind INTEGER NOT NULL,
  user_id BLOB,
  mail TEXT NOT NULL,
  facts TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER,
  PRIMARY KEY (link_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX portal_link_by_user ON portal_link (user_id);

-- Codes for a lost second factor, each good once.
CREATE TABLE portal_recovery_code (
  user_id BLOB NOT NULL,
  code_hash BLOB NOT NULL,
  used_at INTEGER,
  PRIMARY KEY (user_id, code_hash)
) STRICT, WITHOUT ROWID;

-- Sign-ins of an account for its owner to look at, the last hundred days. outcome: 1 in, 2 wrong password, 3 wrong second factor.
CREATE TABLE portal_sign_in (
  user_id BLOB NOT NULL,
  at INTEGER NOT NULL,
  outcome INTEGER NOT NULL,
  way TEXT NOT NULL,
  agent TEXT NOT NULL,
  PRIMARY KEY (user_id, at, outcome)
) STRICT, WITHOUT ROWID;
