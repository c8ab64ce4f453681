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

-- Serves W-4: one care-management office offers a person to another. state: 1 offered, 2 accepted, 3 declined, 4 withdrawn, 5 undone; an offer past its day is expired.
CREATE TABLE handover (
  insurer_no TEXT NOT NULL,
  handover_id BLOB NOT NULL,
  insured_no TEXT NOT NULL,
  relation_id BLOB NOT NULL,
  from_office TEXT NOT NULL,
  to_office TEXT NOT NULL,
  last_day INTEGER NOT NULL,
  state INTEGER NOT NULL,
  offered_at INTEGER NOT NULL,
  offered_by TEXT NOT NULL,
  expires_on INTEGER NOT NULL,
  answered_at INTEGER,
  answered_by TEXT,
  new_relation_id BLOB,
  PRIMARY KEY (insurer_no, handover_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX handover_from ON handover (from_office, offered_at);
CREATE INDEX handover_to ON handover (to_office, offered_at);

-- Serves W-6: how long an insurer took from application to result in the last twelve months. No personal data.
CREATE TABLE result_duration (
  insurer_no TEXT NOT NULL,
  counted_on INTEGER NOT NULL,
  cases INTEGER NOT NULL,
  median_days INTEGER NOT NULL,
  most_days INTEGER NOT NULL,
  PRIMARY KEY (insurer_no)
) STRICT, WITHOUT ROWID;

-- Serves W-6: an application moved on; for the office that makes the person's care plan, until it has seen it.
CREATE TABLE progress_notice (
  insurer_no TEXT NOT NULL,
  insured_no TEXT NOT NULL,
  office_no TEXT NOT NULL,
  changed_at INTEGER NOT NULL,
  progress TEXT NOT NULL,
  seen_at INTEGER,
  PRIMARY KEY (insurer_no, insured_no, office_no, changed_at)
) STRICT, WITHOUT ROWID;

CREATE INDEX progress_notice_by_office ON progress_notice (office_no, seen_at);
