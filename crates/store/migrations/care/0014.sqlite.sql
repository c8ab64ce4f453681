-- Serves P-3, M-7: what municipalities declare about themselves, one row a step and declaration; the newest of a step counts, the
-- others are its history. planned: day, month or fiscal year as it was said. No insurer: municipalities are not persons, a
-- reference table on Citus.
CREATE TABLE readiness_step (
  municipality_code TEXT NOT NULL,
  function TEXT NOT NULL,
  step TEXT NOT NULL,
  recorded_at INTEGER NOT NULL,
  planned TEXT,
  actual INTEGER,
  declared_by TEXT NOT NULL,
  PRIMARY KEY (municipality_code, function, step, recorded_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX readiness_step_by_time ON readiness_step (recorded_at);

-- Whom to ask in a municipality, and which number insures its people when it is not its own (unions).
CREATE TABLE municipality_contact (
  municipality_code TEXT NOT NULL,
  recorded_at INTEGER NOT NULL,
  counter TEXT NOT NULL,
  phone TEXT NOT NULL,
  address TEXT NOT NULL,
  remark TEXT NOT NULL,
  declared_by TEXT NOT NULL,
  PRIMARY KEY (municipality_code, recorded_at)
) STRICT, WITHOUT ROWID;
CREATE TABLE municipality_insurer (
  municipality_code TEXT NOT NULL,
  insurer_no TEXT NOT NULL,
  PRIMARY KEY (municipality_code)
) STRICT, WITHOUT ROWID;

-- Serves P-1: what is published, by kind and name. state: 1 draft, 2 in review, 3 published, 4 withdrawn. The highest version that is
-- published counts until a higher one is published or withdrawn. source: the whole text with its head, as it was written.
CREATE TABLE article_version (
  kind INTEGER NOT NULL,
  slug TEXT NOT NULL,
  version INTEGER NOT NULL,
  state INTEGER NOT NULL,
  source TEXT NOT NULL,
  made_by TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  decided_by TEXT,
  decided_at INTEGER,
  PRIMARY KEY (kind, slug, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX article_version_by_decision ON article_version (decided_at);
