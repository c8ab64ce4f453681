-- Serves P-2 and O-1: who signs in at the portal. Not persons who are cared for: reference tables on Citus. login is issued here and
-- never changes; an address may belong to several people of one office. must_replace: 1 while the password is a first secret that
-- somebody else made, which counts until secret_until. state: 1 active, 2 stopped.
CREATE TABLE portal_user (
  user_id uuid NOT NULL,
  login text COLLATE "C" NOT NULL,
  name text NOT NULL,
  mail text COLLATE "C" NOT NULL,
  phone text NOT NULL,
  password_hash text NOT NULL,
  must_replace smallint NOT NULL,
  secret_until timestamptz,
  totp_secret text,
  totp_last_step bigint NOT NULL,
  state smallint NOT NULL,
  created_at timestamptz NOT NULL,
  last_sign_in_at timestamptz,
  PRIMARY KEY (user_id)
);
CREATE UNIQUE INDEX portal_user_by_login ON portal_user (login);
CREATE INDEX portal_user_by_mail ON portal_user (lower(mail));

-- For which bodies, and as what. roles: words with a space between. state: 1 holds, 2 ended.
CREATE TABLE portal_membership (
  user_id uuid NOT NULL,
  body_kind text COLLATE "C" NOT NULL,
  body_no text COLLATE "C" NOT NULL,
  roles text COLLATE "C" NOT NULL,
  state smallint NOT NULL,
  granted_by text NOT NULL,
  granted_at timestamptz NOT NULL,
  PRIMARY KEY (user_id, body_kind, body_no)
);
CREATE INDEX portal_membership_by_body ON portal_membership (body_kind, body_no, state);

-- Who is signed in, and where. stage: 1 the second factor waits, 2 password or second factor have to be set, 3 complete.
-- may_set_password: 1 when it began with the link for a forgotten password. draft_secret: the authenticator's secret that is being tried. agent: what the browser says it is, for its owner to know it by.
CREATE TABLE portal_session (
  token_hash bytea NOT NULL,
  session_id uuid NOT NULL,
  user_id uuid NOT NULL,
  body_kind text COLLATE "C" NOT NULL,
  body_no text COLLATE "C" NOT NULL,
  stage smallint NOT NULL,
  may_set_password smallint NOT NULL,
  draft_secret text,
  agent text NOT NULL,
  created_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (token_hash)
);
CREATE INDEX portal_session_by_user ON portal_session (user_id);

-- One-time links that came by mail. kind: 1 a sign-up's address, 2 an invitation, 3 a forgotten password, 4 another address.
-- facts: a JSON object, its members fixed by kind.
CREATE TABLE portal_link (
  link_hash bytea NOT NULL,
  kind smallint NOT NULL,
  user_id uuid,
  mail text COLLATE "C" NOT NULL,
  facts text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  PRIMARY KEY (link_hash)
);
CREATE INDEX portal_link_by_user ON portal_link (user_id);

-- Codes for a lost second factor, each good once.
CREATE TABLE portal_recovery_code (
  user_id uuid NOT NULL,
  code_hash bytea NOT NULL,
  used_at timestamptz,
  PRIMARY KEY (user_id, code_hash)
);

-- Sign-ins of an account for its owner to look at, the last hundred days. outcome: 1 in, 2 wrong password, 3 wrong second factor.
CREATE TABLE portal_sign_in (
  user_id uuid NOT NULL,
  at timestamptz NOT NULL,
  outcome smallint NOT NULL,
  way text COLLATE "C" NOT NULL,
  agent text NOT NULL,
  PRIMARY KEY (user_id, at, outcome)
);
