-- Serves P-3, M-7: what municipalities declare about themselves, one row a step and declaration; the newest of a step counts, the
-- others are its history. planned: day, month or fiscal year as it was said. No insurer: municipalities are not persons, a
-- reference table on Citus.
CREATE TABLE readiness_step (
  municipality_code text COLLATE "C" NOT NULL,
  function text COLLATE "C" NOT NULL,
  step text COLLATE "C" NOT NULL,
  recorded_at timestamptz NOT NULL,
  planned text,
  actual date,
  declared_by text NOT NULL,
  PRIMARY KEY (municipality_code, function, step, recorded_at)
);
CREATE INDEX readiness_step_by_time ON readiness_step (recorded_at);

-- Whom to ask in a municipality, and which number insures its people when it is not its own (unions).
CREATE TABLE municipality_contact (
  municipality_code text COLLATE "C" NOT NULL,
  recorded_at timestamptz NOT NULL,
  counter text NOT NULL,
  phone text NOT NULL,
  address text NOT NULL,
  remark text NOT NULL,
  declared_by text NOT NULL,
  PRIMARY KEY (municipality_code, recorded_at)
);
CREATE TABLE municipality_insurer (
  municipality_code text COLLATE "C" NOT NULL,
  insurer_no text COLLATE "C" NOT NULL,
  PRIMARY KEY (municipality_code)
);

-- Serves P-1: what is published, by kind and name. state: 1 draft, 2 in review, 3 published, 4 withdrawn. The highest version that is
-- published counts until a higher one is published or withdrawn. source: the whole text with its head, as it was written.
CREATE TABLE article_version (
  kind smallint NOT NULL,
  slug text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  state smallint NOT NULL,
  source text NOT NULL,
  made_by text NOT NULL,
  made_at timestamptz NOT NULL,
  decided_by text,
  decided_at timestamptz,
  PRIMARY KEY (kind, slug, version)
);
CREATE INDEX article_version_by_decision ON article_version (decided_at);
