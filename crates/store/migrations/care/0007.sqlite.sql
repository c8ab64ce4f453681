-- Serves X-4: stretches of time in which offices may look without a check of identity, by area (two digits of a prefecture,
-- or insurer numbers with a space between). Few rows, no personal data: a reference table on Citus. An earlier end is closed_at.
CREATE TABLE emergency_window (
  window_id BLOB NOT NULL,
  area TEXT NOT NULL,
  reason TEXT NOT NULL,
  starts_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  closed_at INTEGER,
  closed_by TEXT,
  PRIMARY KEY (window_id)
) STRICT, WITHOUT ROWID;

-- Each view that an office asked for, and what the operator's review found. terminal: serial number of its certificate.
CREATE TABLE emergency_look (
  insurer_no TEXT NOT NULL,
  look_id BLOB NOT NULL,
  insured_no TEXT NOT NULL,
  window_id BLOB NOT NULL,
  office_no TEXT NOT NULL,
  account TEXT NOT NULL,
  terminal TEXT NOT NULL,
  reason TEXT NOT NULL,
  statement TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  reviewed_at INTEGER,
  reviewed_by TEXT,
  finding TEXT,
  remark TEXT,
  PRIMARY KEY (insurer_no, look_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX emergency_look_by_office ON emergency_look (office_no, ends_at);
CREATE INDEX emergency_look_by_review ON emergency_look (reviewed_at, opened_at);

-- Serves X-4, W-4 and Z-2: what a person is told afterwards. facts: a small JSON object, its members fixed by kind.
CREATE TABLE person_notice (
  insurer_no TEXT NOT NULL,
  insured_no TEXT NOT NULL,
  notice_id BLOB NOT NULL,
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  facts TEXT NOT NULL,
  seen_at INTEGER,
  PRIMARY KEY (insurer_no, insured_no, notice_id)
) STRICT, WITHOUT ROWID;

-- Serves X-4: the search by birth date; the name is compared among those born on that day.
CREATE INDEX eligibility_by_birth ON eligibility_current (insurer_no, birth_date);
