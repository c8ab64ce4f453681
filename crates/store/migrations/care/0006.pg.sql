-- Serves W-3a and T-1: challenges that a terminal's card reader answers, and which card stands for which insured person.
-- A challenge belongs to a terminal and a sign-in, not to a person: until it is answered nobody is known. It lives minutes,
-- so it has no insurer in its key (a reference table on Citus).
-- state: 1 pending, 2 taken, 3 done, 4 failed, 5 expired, 6 withdrawn. method: 1 PIN, 2 by sight.
-- outcome of a done one: 1 linked, 2 no link, 3 link ended, 4 more than one link. card_issuer and card_serial stay until the
-- result is used or half an hour has passed, so that the five items can link the card.
CREATE TABLE card_challenge (
  challenge_id uuid NOT NULL,
  office_no text COLLATE "C" NOT NULL,
  terminal_id text COLLATE "C" NOT NULL,
  sign_in bytea NOT NULL,
  staff text COLLATE "C" NOT NULL,
  case_id text COLLATE "C" NOT NULL,
  method smallint NOT NULL,
  message text COLLATE "C" NOT NULL,
  code text COLLATE "C" NOT NULL,
  state smallint NOT NULL,
  reason text COLLATE "C",
  tries_left smallint,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  taken_at timestamptz,
  ended_at timestamptz,
  outcome smallint,
  insurer_no text COLLATE "C",
  link_id uuid,
  card_issuer bytea,
  card_serial bytea,
  used_at timestamptz,
  PRIMARY KEY (challenge_id)
);

CREATE INDEX card_challenge_by_terminal ON card_challenge (office_no, terminal_id, state);
CREATE INDEX card_challenge_by_state ON card_challenge (state, expires_at);

-- The serial number of a card's certificate is personal data with limits by law: it stands here and is shown to nobody; logs,
-- addresses and the audit trail name link_id. how: five_items. A row is ended, never changed.
CREATE TABLE card_link (
  insurer_no text COLLATE "C" NOT NULL,
  link_id uuid NOT NULL,
  insured_no text COLLATE "C" NOT NULL,
  issuer_key_id bytea NOT NULL,
  serial bytea NOT NULL,
  how text COLLATE "C" NOT NULL,
  linked_at timestamptz NOT NULL,
  linked_by text COLLATE "C" NOT NULL,
  ended_at timestamptz,
  ended_why text COLLATE "C",
  PRIMARY KEY (insurer_no, link_id)
);

CREATE INDEX card_link_by_card ON card_link (serial, issuer_key_id);
CREATE INDEX card_link_by_person ON card_link (insurer_no, insured_no);
