-- Serves P-3: who wants a letter when municipalities declare something. One row an address: end_key opens the page where it stops,
-- told_until: declarations up to then were told, told_on: the day in Japan whose letter was looked after.
CREATE TABLE readiness_reader (
  reader_id uuid NOT NULL,
  mail text COLLATE "C" NOT NULL,
  end_key text COLLATE "C" NOT NULL,
  told_until timestamptz NOT NULL,
  told_on date NOT NULL,
  PRIMARY KEY (reader_id)
);
CREATE UNIQUE INDEX readiness_reader_by_mail ON readiness_reader (mail);
CREATE UNIQUE INDEX readiness_reader_by_key ON readiness_reader (end_key);

-- What an address follows. confirm_hash: the link by which its owner agrees, until then confirmed_at is empty and no letter comes.
CREATE TABLE readiness_follow (
  reader_id uuid NOT NULL,
  followed text COLLATE "C" NOT NULL,
  confirm_hash bytea,
  asked_at timestamptz NOT NULL,
  confirmed_at timestamptz,
  PRIMARY KEY (reader_id, followed)
);
CREATE UNIQUE INDEX readiness_follow_by_link ON readiness_follow (confirm_hash);

-- A letter that belongs to a list names where its receiver leaves it (RFC 8058); empty otherwise.
ALTER TABLE mail ADD COLUMN leave_url text NOT NULL DEFAULT '';

-- Serves P-3: rounds of the questionnaire. source: the questions as they were asked. closed_at: before the last day, by the operator.
CREATE TABLE survey_round (
  round_no bigint NOT NULL,
  title text NOT NULL,
  record_day date NOT NULL,
  opens_on date NOT NULL,
  closes_on date NOT NULL,
  source text NOT NULL,
  opened_by text NOT NULL,
  opened_at timestamptz NOT NULL,
  closed_at timestamptz,
  PRIMARY KEY (round_no)
);

-- What municipalities answered, one row a version; of the submitted ones the highest counts. content: key=value lines.
-- state: 1 draft, 2 submitted.
CREATE TABLE survey_answer (
  round_no bigint NOT NULL,
  municipality_code text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  state smallint NOT NULL,
  content text NOT NULL,
  saved_by text NOT NULL,
  saved_at timestamptz NOT NULL,
  PRIMARY KEY (round_no, municipality_code, version)
);

-- Serves P-3: the newest letter that reminded an insurer of its readiness, and by whom: one a week at most.
CREATE TABLE readiness_reminder (
  insurer_no text COLLATE "C" NOT NULL,
  sent_at timestamptz NOT NULL,
  sent_by text NOT NULL,
  PRIMARY KEY (insurer_no)
);

-- Whose system a municipality uses for the insurance; declared with the contact.
ALTER TABLE municipality_contact ADD COLUMN vendor text NOT NULL DEFAULT '';
-- Why the operator corrected a declaration; empty when the municipality declared itself.
ALTER TABLE readiness_step ADD COLUMN reason text NOT NULL DEFAULT '';
