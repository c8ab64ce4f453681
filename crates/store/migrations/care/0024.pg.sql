-- Serves P-2 (M05): notices to one body, or to all bodies of a kind, in a prefecture or everywhere. prefecture, body_no: empty for every one.
-- event: what of the platform it tells, empty when an operator wrote it; unique, so that an event is told once. mail_turn: letters have gone
-- to everybody up to mailed_to, who wants letters; mailed_at: none is left.
CREATE TABLE notice (
  notice_id uuid NOT NULL,
  body_kind text COLLATE "C" NOT NULL,
  prefecture text COLLATE "C" NOT NULL,
  body_no text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  event text COLLATE "C",
  title text NOT NULL,
  body text NOT NULL,
  link text NOT NULL,
  made_by text NOT NULL,
  made_at timestamptz NOT NULL,
  show_from timestamptz NOT NULL,
  mail_turn bigint NOT NULL,
  mailed_to uuid,
  mailed_at timestamptz,
  PRIMARY KEY (notice_id)
);
CREATE UNIQUE INDEX notice_by_event ON notice (event) WHERE event IS NOT NULL;
CREATE INDEX notice_by_body ON notice (body_kind, body_no, prefecture, show_from);
CREATE INDEX notice_by_time ON notice (show_from);

-- Which notices somebody has read, one by one; item: "notice/ID" or "news/SLUG".
CREATE TABLE notice_read (
  user_id uuid NOT NULL,
  item text COLLATE "C" NOT NULL,
  read_at timestamptz NOT NULL,
  PRIMARY KEY (user_id, item)
);

-- What somebody chose about notices. read_until: everything shown up to then counts as read. wants_mail: 1 for letters.
CREATE TABLE notice_choice (
  user_id uuid NOT NULL,
  read_until timestamptz,
  wants_mail smallint NOT NULL,
  PRIMARY KEY (user_id)
);

-- Serves O-1 (O16): planned maintenances (kind 1) and incidents (kind 2). ends_at: of a maintenance. ended_at: when the operator ended,
-- called off or closed it. functions: words with spaces between; closes: 1 when a maintenance shuts them, reading: 1 when only sending is
-- shut. revision: one more at each change.
CREATE TABLE operating_matter (
  matter_id uuid NOT NULL,
  kind smallint NOT NULL,
  title text NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz,
  ended_at timestamptz,
  ahead_hours bigint NOT NULL,
  functions text COLLATE "C" NOT NULL,
  closes smallint NOT NULL,
  reading smallint NOT NULL,
  remains text NOT NULL,
  revision bigint NOT NULL,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (matter_id)
);

-- What was said about each, never changed.
CREATE TABLE operating_note (
  matter_id uuid NOT NULL,
  number bigint NOT NULL,
  step text COLLATE "C" NOT NULL,
  words text NOT NULL,
  written_by text NOT NULL,
  written_at timestamptz NOT NULL,
  PRIMARY KEY (matter_id, number)
);
