-- Serves P-3: who wants a letter when municipalities declare something. One row an address: end_key opens the page where it stops,
-- told_until: declarations up to then were told, told_on: the day in Japan whose letter was looked after.
CREATE TABLE readiness_reader (
  reader_id BLOB NOT NULL,
  mail TEXT NOT NULL,
  end_key TEXT NOT NULL,
  told_until INTEGER NOT NULL,
  told_on INTEGER NOT NULL,
  PRIMARY KEY (reader_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX readiness_reader_by_mail ON readiness_reader (mail);
CREATE UNIQUE INDEX readiness_reader_by_key ON readiness_reader (end_key);

-- What an address follows. confirm_hash: the link by which its owner agrees, until then confirmed_at is empty and no letter comes.
CREATE TABLE readiness_follow (
  reader_id BLOB NOT NULL,
  followed TEXT NOT NULL,
  confirm_hash BLOB,
  asked_at INTEGER NOT NULL,
  confirmed_at INTEGER,
  PRIMARY KEY (reader_id, followed)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX readiness_follow_by_link ON readiness_follow (confirm_hash);

-- A letter that belongs to a list names where its receiver leaves it (RFC 8058); empty otherwise.
ALTER TABLE mail ADD COLUMN leave_url TEXT NOT NULL DEFAULT '';

-- Serves P-3: rounds of the questionnaire. source: the questions as they were asked. closed_at: before the last day, by the operator.
CREATE TABLE survey_round (
  round_no INTEGER NOT NULL,
  title TEXT NOT NULL,
  record_day INTEGER NOT NULL,
  opens_on INTEGER NOT NULL,
  closes_on INTEGER NOT NULL,
  source TEXT NOT NULL,
  opened_by TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  closed_at INTEGER,
  PRIMARY KEY (round_no)
) STRICT, WITHOUT ROWID;

-- What municipalities answered, one row a version; of the submitted ones the highest counts. content: key=value lines.
-- state: 1 draft, 2 submitted.
CREATE TABLE survey_answer (
  round_no INTEGER NOT NULL,
  municipality_code TEXT NOT NULL,
  version INTEGER NOT NULL,
  state INTEGER NOT NULL,
  content TEXT NOT NULL,
  saved_by TEXT NOT NULL,
  saved_at INTEGER NOT NULL,
  PRIMARY KEY (round_no, municipality_code, version)
) STRICT, WITHOUT ROWID;

-- Serves P-3: the newest letter that reminded an insurer of its readiness, and by whom: one a week at most.
CREATE TABLE readiness_reminder (
  insurer_no TEXT NOT NULL,
  sent_at INTEGER NOT NULL,
  sent_by TEXT NOT NULL,
  PRIMARY KEY (insurer_no)
) STRICT, WITHOUT ROWID;

-- Whose system a municipality uses for the insurance; declared with the contact.
ALTER TABLE municipality_contact ADD COLUMN vendor TEXT NOT NULL DEFAULT '';
-- Why the operator corrected a declaration; empty when the municipality declared itself.
ALTER TABLE readiness_step ADD COLUMN reason TEXT NOT NULL DEFAULT '';
