-- Serves P-5: who sent an inquiry when signed in (user_id, as which body), which way it came (form, account, telephone), when a call is
-- wanted and what came of it, when it was closed.
ALTER TABLE inquiry ADD COLUMN channel text COLLATE "C" NOT NULL DEFAULT 'form';
ALTER TABLE inquiry ADD COLUMN user_id uuid;
ALTER TABLE inquiry ADD COLUMN body_kind text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE inquiry ADD COLUMN body_no text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE inquiry ADD COLUMN call_times text NOT NULL DEFAULT '';
ALTER TABLE inquiry ADD COLUMN call_state text COLLATE "C";
ALTER TABLE inquiry ADD COLUMN closed_at timestamptz;
CREATE INDEX inquiry_by_body ON inquiry (body_kind, body_no, created_at);
CREATE INDEX inquiry_by_time ON inquiry (created_at, ticket);

-- The form a message came from, so that a form sent twice is one message.
ALTER TABLE inquiry_message ADD COLUMN submit_key bytea;
CREATE UNIQUE INDEX inquiry_message_by_form ON inquiry_message (ticket, submit_key) WHERE submit_key IS NOT NULL;

-- Files of inquiries. form_key: the form they came with; ticket and message_no: NULL until that form is sent. locked: 1 for a PDF under a
-- password. content: digest of the bytes in the object store.
CREATE TABLE inquiry_file (
  file_id uuid NOT NULL,
  form_key bytea NOT NULL,
  ticket text COLLATE "C",
  message_no bigint,
  file_name text NOT NULL,
  file_kind text COLLATE "C" NOT NULL,
  locked smallint NOT NULL,
  size_bytes bigint NOT NULL,
  content text COLLATE "C" NOT NULL,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (file_id)
);
CREATE INDEX inquiry_file_by_form ON inquiry_file (form_key);
CREATE INDEX inquiry_file_by_ticket ON inquiry_file (ticket, message_no);

-- What the help desk does with an inquiry and writes to itself: never shown to the sender, so never in inquiry_message.
CREATE TABLE inquiry_note (
  ticket text COLLATE "C" NOT NULL,
  number bigint NOT NULL,
  kind text COLLATE "C" NOT NULL,
  author text NOT NULL,
  to_whom text NOT NULL,
  body text NOT NULL,
  written_at timestamptz NOT NULL,
  PRIMARY KEY (ticket, number)
);

-- Texts to begin an answer with. category: empty for every one. revision: one more at each change, so that nobody overwrites another's.
CREATE TABLE inquiry_template (
  template_id uuid NOT NULL,
  title text NOT NULL,
  category text NOT NULL,
  body text NOT NULL,
  revision bigint NOT NULL,
  changed_by text NOT NULL,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (template_id)
);

-- Serves P-1, O-1: a version is written by one person or more (writers, separated by line feeds), sent to review, and shown from show_from on
-- (NULL: at once) after somebody who is none of them has decided. revision: one more at each change of a draft. remark: why it was
-- sent back or withdrawn.
ALTER TABLE article_version ADD COLUMN revision bigint NOT NULL DEFAULT 1;
ALTER TABLE article_version ADD COLUMN writers text NOT NULL DEFAULT '';
ALTER TABLE article_version ADD COLUMN sent_at timestamptz;
ALTER TABLE article_version ADD COLUMN show_from timestamptz;
ALTER TABLE article_version ADD COLUMN remark text NOT NULL DEFAULT '';

-- Questions to the desk that an editor has dealt with: up to this day they are not listed as unanswered any more.
CREATE TABLE helpdesk_done (
  text text NOT NULL,
  done_on date NOT NULL,
  done_by text NOT NULL,
  became text NOT NULL,
  PRIMARY KEY (text)
);
