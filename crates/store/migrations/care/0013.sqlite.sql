-- Serves X-7: one company, many offices, one sign-in; contractors. A company is made by the operator; an office belongs to one or
-- to none. No insurer in the keys: all of these are reference tables on Citus.
CREATE TABLE company (
  company_id BLOB NOT NULL,
  corporate_no TEXT,
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (company_id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX company_by_number ON company (corporate_no);

ALTER TABLE office ADD COLUMN company_id BLOB;
CREATE INDEX office_by_company ON office (company_id);

-- A contractor (role 5) may come in to ends_on, that day included; end_told_on is the end of which administrators were told.
ALTER TABLE staff ADD COLUMN ends_on INTEGER;
ALTER TABLE staff ADD COLUMN may_issue_codes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE staff ADD COLUMN end_told_on INTEGER;
ALTER TABLE staff_invitation ADD COLUMN ends_on INTEGER;
ALTER TABLE staff_invitation ADD COLUMN may_issue_codes INTEGER NOT NULL DEFAULT 0;

-- What an account may do in an office that is not its own. state: 1 holds, 2 ended; an ended one still gives a name to old looks.
CREATE TABLE staff_membership (
  staff_id BLOB NOT NULL,
  office_no TEXT NOT NULL,
  role INTEGER NOT NULL,
  state INTEGER NOT NULL,
  ends_on INTEGER,
  may_issue_codes INTEGER NOT NULL,
  end_told_on INTEGER,
  granted_by TEXT NOT NULL,
  granted_at INTEGER NOT NULL,
  PRIMARY KEY (staff_id, office_no)
) STRICT, WITHOUT ROWID;

CREATE INDEX staff_membership_by_office ON staff_membership (office_no, state);

-- As which office a session acts, and whose terminal it is at.
ALTER TABLE session ADD COLUMN office_no TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN terminal_office_no TEXT NOT NULL DEFAULT '';
UPDATE session SET office_no = coalesce((SELECT staff.office_no FROM staff WHERE staff.staff_id = session.staff_id), ''),
  terminal_office_no = coalesce((SELECT staff.office_no FROM staff WHERE staff.staff_id = session.staff_id), '');
