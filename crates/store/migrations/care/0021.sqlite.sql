-- Serves P-5: who sent an inquiry when signed in (user_id, as which body), which way it came (form, account, telephone), when a call is
-- wanted and what came of it, when it was closed.
ALTER TABLE inquiry ADD COLUMN channel TEXT NOT NULL DEFAULT 'form';
ALTER TABLE inquiry ADD COLUMN user_id BLOB;
ALTER TABLE inquiry ADD COLUMN body_kind TEXT NOT NULL DEFAULT '';
ALTER TABLE inquiry ADD COLUMN body_no TEXT NOT NULL DEFAULT '';
ALTER TABLE inquiry ADD COLUMN call_times TEXT NOT NULL DEFAULT '';
ALTER TABLE inquiry ADD COLUMN call_state TEXT;
ALTER TABLE inquiry ADD COLUMN closed_at INTEGER;
CREATE INDEX inquiry_by_body ON inquiry (body_kind, body_no, created_at);
CREATE INDEX inquiry_by_time ON inquiry (created_at, ticket);

-- The form a message came from, so that a form sent twice is one message.
ALTER TABLE inquiry_message ADD COLUMN submit_key BLOB;
CREATE UNIQUE INDEX inquiry_message_by_form ON inquiry_message (ticket, submit_key) WHERE submit_key IS NOT NULL;

-- Files of inquiries. form_key: the form they came with; ticket and message_no: NULL until that form is sent. locked: 1 for a PDF under a
-- password. content: digest of the bytes in the object store.
CREATE TABLE inquiry_file (
  file_id BLOB NOT NULL,
  form_key BLOB NOT NULL,
  ticket TEXT,
  message_no INTEGER,
  file_name TEXT NOT NULL,
  file_kind TEXT NOT NULL,
  locked INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL,
  content TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  PRIMARY KEY (file_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX inquiry_file_by_form ON inquiry_file (form_key);
CREATE INDEX inquiry_file_by_ticket ON inquiry_file (ticket, message_no);

-- What the help desk does with an inquiry and writes to itself: never shown to the sender, so never in inquiry_message.
CREATE TABLE inquiry_note (
  ticket TEXT NOT NULL,
  number INTEGER NOT NULL,
  kind TEXT NOT NULL,
  author TEXT NOT NULL,
  to_whom TEXT NOT NULL,
  body TEXT NOT NULL,
  written_at INTEGER NOT NULL,
  PRIMARY KEY (ticket, number)
) STRICT, WITHOUT ROWID;

-- Texts to begin an answer with. category: empty for every one. revision: one more at each change, so that nobody overwrites another's.
CREATE TABLE inquiry_template (
  template_id BLOB NOT NULL,
  title TEXT NOT NULL,
  category TEXT NOT NULL,
  body TEXT NOT NULL,
  revision INTEGER NOT NULL,
  changed_by TEXT NOT NULL,
  changed_at INTEGER NOT NULL,
  PRIMARY KEY (template_id)
) STRICT, WITHOUT ROWID;

-- Serves P-1, O-1: a version is written by one person or more (writers, separated by line feeds), sent to review, and shown from show_from on
-- (NULL: at once) after somebody who is none of them has decided. revision: one more at each change of a draft. remark: why it was
-- sent back or withdrawn.
ALTER TABLE article_version ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
ALTER TABLE article_version ADD COLUMN writers TEXT NOT NULL DEFAULT '';
ALTER TABLE article_version ADD COLUMN sent_at INTEGER;
ALTER TABLE article_version ADD COLUMN show_from INTEGER;
ALTER TABLE article_version ADD COLUMN remark TEXT NOT NULL DEFAULT '';

-- Questions to the desk that an editor has dealt with: up to this day they are not listed as unanswered any more.
CREATE TABLE helpdesk_done (
  text TEXT NOT NULL,
  done_on INTEGER NOT NULL,
  done_by TEXT NOT NULL,
  became TEXT NOT NULL,
  PRIMARY KEY (text)
) STRICT, WITHOUT ROWID;
