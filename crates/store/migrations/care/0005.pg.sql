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

-- Serves W-4: one care-management office offers a person to another. state: 1 offered, 2 accepted, 3 declined, 4 withdrawn, 5 undone; an offer past its day is expired.
CREATE TABLE handover (
  insurer_no text COLLATE "C" NOT NULL,
  handover_id uuid NOT NULL,
  insured_no text COLLATE "C" NOT NULL,
  relation_id uuid NOT NULL,
  from_office text COLLATE "C" NOT NULL,
  to_office text COLLATE "C" NOT NULL,
  last_day date NOT NULL,
  state smallint NOT NULL,
  offered_at timestamptz NOT NULL,
  offered_by text COLLATE "C" NOT NULL,
  expires_on date NOT NULL,
  answered_at timestamptz,
  answered_by text COLLATE "C",
  new_relation_id uuid,
  PRIMARY KEY (insurer_no, handover_id)
);

CREATE INDEX handover_from ON handover (from_office, offered_at);
CREATE INDEX handover_to ON handover (to_office, offered_at);

-- Serves W-6: how long an insurer took from application to result in the last twelve months. No personal data.
CREATE TABLE result_duration (
  insurer_no text COLLATE "C" NOT NULL,
  counted_on date NOT NULL,
  cases bigint NOT NULL,
  median_days bigint NOT NULL,
  most_days bigint NOT NULL,
  PRIMARY KEY (insurer_no)
);

-- Serves W-6: an application moved on; for the office that makes the person's care plan, until it has seen it.
CREATE TABLE progress_notice (
  insurer_no text COLLATE "C" NOT NULL,
  insured_no text COLLATE "C" NOT NULL,
  office_no text COLLATE "C" NOT NULL,
  changed_at timestamptz NOT NULL,
  progress text COLLATE "C" NOT NULL,
  seen_at timestamptz,
  PRIMARY KEY (insurer_no, insured_no, office_no, changed_at)
);

CREATE INDEX progress_notice_by_office ON progress_notice (office_no, seen_at);
