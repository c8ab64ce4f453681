-- Serves S-5: consents that offices take, and withdrawals of any consent. Entries are added, never changed: 1 given, 2 withdrawn.
-- A withdrawal of an insurer's own record names it by record_key; otherwise it has the consent_id of what it withdraws.
CREATE TABLE consent_entry (
  insurer_no TEXT NOT NULL,
  insured_no TEXT NOT NULL,
  consent_id BLOB NOT NULL,
  kind INTEGER NOT NULL,
  record_key TEXT NOT NULL,
  scope TEXT NOT NULL,
  taker TEXT NOT NULL,
  office_no TEXT NOT NULL,
  staff TEXT NOT NULL,
  basis TEXT NOT NULL,
  ground TEXT NOT NULL,
  evidence TEXT NOT NULL,
  day INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  PRIMARY KEY (insurer_no, insured_no, consent_id, kind)
) STRICT, WITHOUT ROWID;
