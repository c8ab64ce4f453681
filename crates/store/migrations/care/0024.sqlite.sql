-- Serves P-2 (M05): notices to one body, or to all bodies of a kind, in a prefecture or everywhere. prefecture, body_no: empty for every one.
-- event: what of the platform it tells, empty when an operator wrote it; unique, so that an event is told once. mail_turn: letters have gone
-- to everybody up to mailed_to, who wants letters; mailed_at: none is left.
CREATE TABLE notice (
  notice_id BLOB NOT NULL,
  body_kind TEXT NOT NULL,
  prefecture TEXT NOT NULL,
  body_no TEXT NOT NULL,
  kind TEXT NOT NULL,
  event TEXT,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  link TEXT NOT NULL,
  made_by TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  show_from INTEGER NOT NULL,
  mail_turn INTEGER NOT NULL,
  mailed_to BLOB,
  mailed_at INTEGER,
  PRIMARY KEY (notice_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX notice_by_event ON notice (event) WHERE event IS NOT NULL;
CREATE INDEX notice_by_body ON notice (body_kind, body_no, prefecture, show_from);
CREATE INDEX notice_by_time ON notice (show_from);

-- Which notices somebody has read, one by one; item: "notice/ID" or "news/SLUG".
CREATE TABLE notice_read (
  user_id BLOB NOT NULL,
  item TEXT NOT NULL,
  read_at INTEGER NOT NULL,
  PRIMARY KEY (user_id, item)
) STRICT, WITHOUT ROWID;

-- What somebody chose about notices. read_until: everything shown up to then counts as read. wants_mail: 1 for letters.
CREATE TABLE notice_choice (
  user_id BLOB NOT NULL,
  read_until INTEGER,
  wants_mail INTEGER NOT NULL,
  PRIMARY KEY (user_id)
) STRICT, WITHOUT ROWID;

-- Serves O-1 (O16): planned maintenances (kind 1) and incidents (kind 2). ends_at: of a maintenance. ended_at: when the operator ended,
-- called off or closed it. functions: words with spaces between; closes: 1 when a maintenance shuts them, reading: 1 when only sending is
-- shut. revision: one more at each change.
CREATE TABLE operating_matter (
  matter_id BLOB NOT NULL,
  kind INTEGER NOT NULL,
  title TEXT NOT NULL,
  starts_at INTEGER NOT NULL,
  ends_at INTEGER,
  ended_at INTEGER,
  ahead_hours INTEGER NOT NULL,
  functions TEXT NOT NULL,
  closes INTEGER NOT NULL,
  reading INTEGER NOT NULL,
  remains TEXT NOT NULL,
  revision INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  PRIMARY KEY (matter_id)
) STRICT, WITHOUT ROWID;

-- What was said about each, never changed.
CREATE TABLE operating_note (
  matter_id BLOB NOT NULL,
  number INTEGER NOT NULL,
  step TEXT NOT NULL,
  words TEXT NOT NULL,
  written_by TEXT NOT NULL,
  written_at INTEGER NOT NULL,
  PRIMARY KEY (matter_id, number)
) STRICT, WITHOUT ROWID;
