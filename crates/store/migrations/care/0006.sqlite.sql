-- Serves W-3a and T-1: challenges that a terminal's card reader answers, and which card stands for which insured person.
-- A challenge belongs to a terminal and a sign-in, not to a person: until it is answered nobody is known. It lives minutes,
-- so it has no insurer in its key (a reference table on Citus).
-- state: 1 pending, 2 taken, 3 done, 4 failed, 5 expired, 6 withdrawn. method: 1 PIN, 2 by sight.
-- outcome of a done one: 1 linked, 2 no link, 3 link ended, 4 more than one link. card_issuer and card_serial stay until the
-- result is used or half an hour has passed, so that the five items can link the card.
CREATE TABLE card_challenge (
  challenge_id BLOB NOT NULL,
  office_no TEXT NOT NULL,
  terminal_id TEXT NOT NULL,
  sign_in BLOB NOT NULL,
  staff TEXT NOT NULL,
  case_id TEXT NOT NULL,
  method INTEGER NOT NULL,
  message TEXT NOT NULL,
  code TEXT NOT NULL,
  state INTEGER NOT NULL,
  reason TEXT,
  tries_left INTEGER,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  taken_at INTEGER,
  ended_at INTEGER,
  outcome INTEGER,
  insurer_no TEXT,
  link_id BLOB,
  card_issuer BLOB,
  card_serial BLOB,
  used_at INTEGER,
  PRIMARY KEY (challenge_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX card_challenge_by_terminal ON card_challenge (office_no, terminal_id, state);
CREATE INDEX card_challenge_by_state ON card_challenge (state, expires_at);

-- The serial number of a card's certificate is personal data with limits by law: it stands here and is shown to nobody; logs,
-- addresses and the audit trail name link_id. how: five_items. A row is ended, never changed.
CREATE TABLE card_link (
  insurer_no TEXT NOT NULL,
  link_id BLOB NOT NULL,
  insured_no TEXT NOT NULL,
  issuer_key_id BLOB NOT NULL,
  serial BLOB NOT NULL,
  how TEXT NOT NULL,
  linked_at INTEGER NOT NULL,
  linked_by TEXT NOT NULL,
  ended_at INTEGER,
  ended_why TEXT,
  PRIMARY KEY (insurer_no, link_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX card_link_by_card ON card_link (serial, issuer_key_id);
CREATE INDEX card_link_by_person ON card_link (insurer_no, insured_no);
