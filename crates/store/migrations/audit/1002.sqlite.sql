-- Serves C11 and Z-2: who of an office looked at whose data, and who looked at one person's.
-- An index over the trail's entries, filled by the sealer in the transaction that seals them, so that writing an entry
-- stays one insert into one tree. It holds nothing that the entries do not say; what is shown is read from the entries.
-- The key serves one person's looks; insured_no is empty for acts on several persons.
CREATE TABLE audit_look (
  insurer_no TEXT NOT NULL,
  insured_no TEXT NOT NULL,
  entry_id BLOB NOT NULL,
  organisation TEXT NOT NULL,
  staff TEXT,
  PRIMARY KEY (insurer_no, insured_no, entry_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX audit_look_by_organisation ON audit_look (organisation, entry_id);
-- The many looks of software name nobody and stay out of it.
CREATE INDEX audit_look_by_staff ON audit_look (organisation, staff, entry_id) WHERE staff IS NOT NULL;

-- Entries that were sealed before; those that wait come with the sealer's next run.
INSERT INTO audit_look (insurer_no, insured_no, entry_id, organisation, staff)
SELECT e.insurer_no, coalesce(json_extract(e.body, '$.insured_no'), ''), e.entry_id,
  json_extract(e.body, '$.organisation'), json_extract(e.body, '$.staff')
FROM audit_leaf l JOIN audit_entry e ON e.insurer_no = l.insurer_no AND e.entry_id = l.entry_id
WHERE json_valid(e.body) AND json_extract(e.body, '$.organisation') IS NOT NULL
  AND json_extract(e.body, '$.action') IN ('identity_check', 'register_relation', 'end_relation', 'read_person',
    'list_persons', 'read_document', 'write_document', 'export', 'consent_changed', 'audit_read');
