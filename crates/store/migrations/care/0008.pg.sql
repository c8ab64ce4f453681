-- Serves W-2: passkeys as second factor and as the whole sign-in. A passkey belongs to one account for good: its credential is
-- unique over all accounts. public_key and state are written and read by the library alone; sign_count and backed_up stand beside
-- them to be searched and shown. A passkey with stopped_at signs nobody in (its counter went backwards); it is removed, not restarted.
-- No insurer in the keys: staff belong to offices (reference tables on Citus). staff.totp_secret is empty for an account without
-- an authenticator application.
CREATE TABLE passkey (
  passkey_id uuid NOT NULL,
  credential_id bytea NOT NULL,
  staff_id uuid NOT NULL,
  rp_id text COLLATE "C" NOT NULL,
  public_key bytea NOT NULL,
  state bytea NOT NULL,
  sign_count bigint NOT NULL,
  transports smallint NOT NULL,
  name text COLLATE "C" NOT NULL,
  backed_up smallint NOT NULL,
  created_at timestamptz NOT NULL,
  last_used_at timestamptz,
  stopped_at timestamptz,
  PRIMARY KEY (passkey_id)
);

CREATE UNIQUE INDEX passkey_by_credential ON passkey (credential_id);
CREATE INDEX passkey_by_staff ON passkey (staff_id, created_at);

-- A challenge lives minutes and is answered once. kind: 1 add, 2 second factor, 3 sign-in, 4 new account. binding is the SHA-256 of
-- the secret that the browser holds (session, form cookie or draft).
CREATE TABLE passkey_challenge (
  challenge_id uuid NOT NULL,
  kind smallint NOT NULL,
  binding bytea NOT NULL,
  certificate_serial text COLLATE "C" NOT NULL,
  staff_id uuid,
  rp_id text COLLATE "C" NOT NULL,
  state bytea NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  PRIMARY KEY (challenge_id)
);

CREATE INDEX passkey_challenge_by_end ON passkey_challenge (expires_at);
