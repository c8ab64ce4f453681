-- Serves X-4: stretches of time in which offices may look without a check of identity, by area (two digits of a prefecture,
-- or insurer numbers with a space between). Few rows, no personal data: a reference table on Citus. An earlier end is closed_at.
CREATE TABLE emergency_window (
  window_id uuid NOT NULL,
  area text COLLATE "C" NOT NULL,
  reason text COLLATE "C" NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text COLLATE "C" NOT NULL,
  closed_at timestamptz,
  closed_by text COLLATE "C",
  PRIMARY KEY (window_id)
);

-- Each view that an office asked for, and what the operator's review found. terminal: serial number of its certificate.
CREATE TABLE emergency_look (
  insurer_no text COLLATE "C" NOT NULL,
  look_id uuid NOT NULL,
  insured_no text COLLATE "C" NOT NULL,
  window_id uuid NOT NULL,
  office_no text COLLATE "C" NOT NULL,
  account text COLLATE "C" NOT NULL,
  terminal text COLLATE "C" NOT NULL,
  reason text COLLATE "C" NOT NULL,
  statement text COLLATE "C" NOT NULL,
  opened_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  reviewed_at timestamptz,
  reviewed_by text COLLATE "C",
  finding text COLLATE "C",
  remark text COLLATE "C",
  PRIMARY KEY (insurer_no, look_id)
);

CREATE INDEX emergency_look_by_office ON emergency_look (office_no, ends_at);
CREATE INDEX emergency_look_by_review ON emergency_look (reviewed_at, opened_at);

-- Serves X-4, W-4 and Z-2: what a person is told afterwards. facts: a small JSON object, its members fixed by kind.
CREATE TABLE person_notice (
  insurer_no text COLLATE "C" NOT NULL,
  insured_no text COLLATE "C" NOT NULL,
  notice_id uuid NOT NULL,
  kind text COLLATE "C" NOT NULL,
  at timestamptz NOT NULL,
  facts text COLLATE "C" NOT NULL,
  seen_at timestamptz,
  PRIMARY KEY (insurer_no, insured_no, notice_id)
);

-- Serves X-4: the search by birth date; the name is compared among those born on that day.
CREATE INDEX eligibility_by_birth ON eligibility_current (insurer_no, birth_date);
