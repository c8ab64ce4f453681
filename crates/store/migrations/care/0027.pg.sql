-- Serves D10 and W-7: what a medical institution keeps for writing opinions. None of it is about an insured person.

-- Who writes. name: as members choose the doctor. printed_name: as it stands on the form. doctor_no: 医師番号, or empty.
CREATE TABLE opinion_doctor (
  institution_code text COLLATE "C" NOT NULL,
  doctor_id uuid NOT NULL,
  name text COLLATE "C" NOT NULL,
  printed_name text COLLATE "C" NOT NULL,
  doctor_no text COLLATE "C" NOT NULL,
  changed_at timestamptz NOT NULL,
  changed_by text COLLATE "C" NOT NULL,
  PRIMARY KEY (institution_code, doctor_id)
);
CREATE UNIQUE INDEX opinion_doctor_by_name ON opinion_doctor (institution_code, name);

-- 標榜科.
CREATE TABLE opinion_department (
  institution_code text COLLATE "C" NOT NULL,
  department_id uuid NOT NULL,
  name text COLLATE "C" NOT NULL,
  changed_at timestamptz NOT NULL,
  changed_by text COLLATE "C" NOT NULL,
  PRIMARY KEY (institution_code, department_id)
);
CREATE UNIQUE INDEX opinion_department_by_name ON opinion_department (institution_code, name);

-- 定型文. item: domain::opinion::ItemId, an item of text.
CREATE TABLE opinion_phrase (
  institution_code text COLLATE "C" NOT NULL,
  phrase_id uuid NOT NULL,
  item text COLLATE "C" NOT NULL,
  title text COLLATE "C" NOT NULL,
  body text COLLATE "C" NOT NULL,
  changed_at timestamptz NOT NULL,
  changed_by text COLLATE "C" NOT NULL,
  PRIMARY KEY (institution_code, phrase_id)
);
CREATE UNIQUE INDEX opinion_phrase_by_title ON opinion_phrase (institution_code, item, title);
