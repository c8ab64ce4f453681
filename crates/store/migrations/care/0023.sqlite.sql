-- Serves P-2, P-3: what stands in a letter's Message-ID and return path beside its number, so that nobody can report a letter that they never
-- saw as undeliverable. Chance, drawn at the first attempt; empty before it.
ALTER TABLE mail ADD COLUMN token TEXT NOT NULL DEFAULT '';

-- Addresses that letters do not reach. address: lower case. origin: server (refused while it was handed over), report (a delivery status
-- notification came back). reason: numbers only, no words of a server. gone: 1 when nobody has such an address.
CREATE TABLE mail_refusal (
  address TEXT NOT NULL,
  mail_id BLOB NOT NULL,
  origin TEXT NOT NULL,
  reason TEXT NOT NULL,
  gone INTEGER NOT NULL,
  times INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  PRIMARY KEY (address)
) STRICT, WITHOUT ROWID;
CREATE INDEX mail_refusal_by_time ON mail_refusal (last_at, address);
