-- Serves C11 and Z-2: who of an office looked at whose data, and who looked at one person's.
-- An index over the trail's entries, filled by the sealer in the transaction that seals them, so that writing an entry
-- stays one insert into one tree. It holds nothing that the entries do not say; what is shown is read from the entries.
-- The key serves one person's looks; insured_no is empty for acts on several persons.
CREATE TABLE audit_look (
  insurer_no text COLLATE "C" NOT NULL,
  insured_no text COLLATE "C" NOT NULL,
  entry_id uuid NOT NULL,
  organisation text COLLATE "C" NOT NULL,
  staff text COLLATE "C",
  PRIMARY KEY (insurer_no, insured_no, entry_id)
);

CREATE INDEX audit_look_by_organisation ON audit_look (organisation, entry_id);
-- The many looks of software name nobody and stay out of it.
CREATE INDEX audit_look_by_staff ON audit_look (organisation, staff, entry_id) WHERE staff IS NOT NULL;

-- Entries that were sealed before; those that wait come with the sealer's next run.
INSERT INTO audit_look (insurer_no, insured_no, entry_id, organisation, staff)
SELECT e.insurer_no, coalesce(e.body::jsonb ->> 'insured_no', ''), e.entry_id,
  e.body::jsonb ->> 'organisation', e.body::jsonb ->> 'staff'
FROM audit_leaf l JOIN audit_entry e ON e.insurer_no = l.insurer_no AND e.entry_id = l.entry_id
WHERE e.body LIKE '{"at":%' AND e.body::jsonb ->> 'organisation' IS NOT NULL
  AND e.body::jsonb ->> 'action' IN ('identity_check', 'register_relation', 'end_relation', 'read_person',
    'list_persons', 'read_document', 'write_document', 'export', 'consent_changed', 'audit_read');
