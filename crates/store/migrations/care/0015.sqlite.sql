-- Serves P-6: what the desk was asked, without anything that tells who asked: masked text, the day and not the time. outcome: 1 answered,
-- 2 near ones shown, 3 nothing found, 4 a municipality's state. shown: names of what was shown, separated by spaces. helped: 1 yes, 0 no.
CREATE TABLE helpdesk_question (
  question_id BLOB NOT NULL,
  asked_on INTEGER NOT NULL,
  text TEXT NOT NULL,
  outcome INTEGER NOT NULL,
  shown TEXT NOT NULL,
  helped INTEGER,
  PRIMARY KEY (question_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX helpdesk_question_by_day ON helpdesk_question (asked_on);
