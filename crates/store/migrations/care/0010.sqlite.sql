-- Serves W-4: asking after silence. alive_on: the last day on which the registration was made, confirmed or looked at by, as far as
-- the nightly job has looked it up (no value: never looked up, the day it was made counts). asked_on: since when the office is asked
-- whether it goes on; ends_unanswered_on: the day with which it ends then. Both are empty while nobody is asked.
ALTER TABLE care_relation ADD COLUMN alive_on INTEGER;
ALTER TABLE care_relation ADD COLUMN asked_on INTEGER;
ALTER TABLE care_relation ADD COLUMN ends_unanswered_on INTEGER;

-- When an office got its last letter about silent registrations: one a week at most. No insurer: offices are a reference table on Citus.
CREATE TABLE silence_letter (
  office_no TEXT NOT NULL,
  sent_at INTEGER NOT NULL,
  PRIMARY KEY (office_no)
) STRICT, WITHOUT ROWID;

-- Serves W-6: members who want a letter in the morning when applications have moved on; no row, no letter. told_until: changes up to
-- then were told or are not to be told; told_on: the day of the last morning that was looked after.
CREATE TABLE progress_letter (
  staff_id BLOB NOT NULL,
  told_until INTEGER NOT NULL,
  told_on INTEGER NOT NULL,
  PRIMARY KEY (staff_id)
) STRICT, WITHOUT ROWID;
