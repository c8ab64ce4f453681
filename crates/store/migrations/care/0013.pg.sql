-- Serves X-7: one company, many offices, one sign-in; contractors. A company is made by the operator; an office belongs to one or
-- to none. No insurer in the keys: all of these are reference tables on Citus.
CREATE TABLE company (
  company_id uuid NOT NULL,
  corporate_no text COLLATE "C",
  name text COLLATE "C" NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (company_id)
);

CREATE UNIQUE INDEX company_by_number ON company (corporate_no);

ALTER TABLE office ADD COLUMN company_id uuid;
CREATE INDEX office_by_company ON office (company_id);

-- A contractor (role 5) may come in to ends_on, that day included; end_told_on is the end of which administrators were told.
ALTER TABLE staff ADD COLUMN ends_on date;
ALTER TABLE staff ADD COLUMN may_issue_codes smallint NOT NULL DEFAULT 0;
ALTER TABLE staff ADD COLUMN end_told_on date;
ALTER TABLE staff_invitation ADD COLUMN ends_on date;
ALTER TABLE staff_invitation ADD COLUMN may_issue_codes smallint NOT NULL DEFAULT 0;

-- What an account may do in an office that is not its own. state: 1 holds, 2 ended; an ended one still gives a name to old looks.
CREATE TABLE staff_membership (
  staff_id uuid NOT NULL,
  office_no text COLLATE "C" NOT NULL,
  role smallint NOT NULL,
  state smallint NOT NULL,
  ends_on date,
  may_issue_codes smallint NOT NULL,
  end_told_on date,
  granted_by text COLLATE "C" NOT NULL,
  granted_at timestamptz NOT NULL,
  PRIMARY KEY (staff_id, office_no)
);

CREATE INDEX staff_membership_by_office ON staff_membership (office_no, state);

-- As which office a session acts, and whose terminal it is at.
ALTER TABLE session ADD COLUMN office_no text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN terminal_office_no text COLLATE "C" NOT NULL DEFAULT '';
UPDATE session SET office_no = coalesce((SELECT staff.office_no FROM staff WHERE staff.staff_id = session.staff_id), ''),
  terminal_office_no = coalesce((SELECT staff.office_no FROM staff WHERE staff.staff_id = session.staff_id), '');
