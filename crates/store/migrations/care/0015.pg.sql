-- Serves P-6: what the desk was asked, without anything that tells who asked: masked text, the day and not the time. outcome: 1 answered,
-- 2 near ones shown, 3 nothing found, 4 a municipality's state. shown: names of what was shown, separated by spaces. helped: 1 yes, 0 no.
CREATE TABLE helpdesk_question (
  question_id uuid NOT NULL,
  asked_on date NOT NULL,
  text text NOT NULL,
  outcome smallint NOT NULL,
  shown text NOT NULL,
  helped smallint,
  PRIMARY KEY (question_id)
);
CREATE INDEX helpdesk_question_by_day ON helpdesk_question (asked_on);
