-- Serves P-2, O-1: a form acts once. form_key: digest of what only the page that showed the form and its browser know, with everything
-- that was typed. kept: what the answer to a repeat needs; its meaning is fixed by the use case. Forgotten after some weeks.
CREATE TABLE form_sent (
  form_key BLOB NOT NULL,
  kept TEXT NOT NULL,
  sent_at INTEGER NOT NULL,
  PRIMARY KEY (form_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX form_sent_by_time ON form_sent (sent_at);

-- An invitation can be looked at by those who keep the body's members: link_id names it without opening it. NULL for other links and for
-- invitations of before, which end by themselves within a week.
ALTER TABLE portal_link ADD COLUMN link_id BLOB;
ALTER TABLE portal_link ADD COLUMN body_kind TEXT NOT NULL DEFAULT '';
ALTER TABLE portal_link ADD COLUMN body_no TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX portal_link_by_id ON portal_link (link_id) WHERE link_id IS NOT NULL;
-- An address has one open invitation to a body, also when two people press at the same moment.
CREATE UNIQUE INDEX portal_link_open_invitation ON portal_link (body_kind, body_no, mail) WHERE link_id IS NOT NULL AND used_at IS NULL;
