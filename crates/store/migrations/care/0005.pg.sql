-- Serves S-5: consents that offices take, and withdrawals of any consent. Entries are added, never changed: 1 given, 2 withdrawn.
-- A withdrawal of an insurer's own record names it by record_key; otherwise it has the consent_id of what it withdraws.
CREATE TABLE consent_entry (
  insurer_no text COLLATE "C" NOT NULL,
  insured_no text COLLATE "C" NOT NULL,
  consent_id uuid NOT NULL,
  kind smallint NOT NULL,
  record_key text COLLATE "C" NOT NULL,
  scope text COLLATE "C" NOT NULL,
  taker text COLLATE "C" NOT NULL,
  office_no text COLLATE "C" NOT NULL,
  staff text COLLATE "C" NOT NULL,
  basis text COLLATE "C" NOT NULL,
  ground text COLLATE "C" NOT NULL,
  evidence text COLLATE "C" NOT NULL,
  day date NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (insurer_no, insured_no, consent_id, kind)
);
