-- Serves W-1, W-2 and W-6: letters that a change asks for, written in the transaction of the change and sent afterwards.
-- What a letter said is forgotten once it is sent or given up: it may hold a one-time code.
CREATE TABLE mail (
  mail_id uuid NOT NULL,
  recipient text COLLATE "C" NOT NULL,
  subject text COLLATE "C" NOT NULL,
  body text COLLATE "C" NOT NULL,
  created_at timestamptz NOT NULL,
  attempts bigint NOT NULL,
  next_try_at timestamptz,
  sent_at timestamptz,
  trouble text COLLATE "C" NOT NULL,
  PRIMARY KEY (mail_id)
);

CREATE INDEX mail_due ON mail (next_try_at);
