-- Serves C10 (S-2, W-5): files that an office keeps about a person. form_id: the form it came with, so that one form adds one file.
-- content: digest of the bytes in the object store; it stays as a trace after removed_at, and then names nothing any more.
CREATE TABLE care_document (
  insurer_no TEXT NOT NULL,
  document_id BLOB NOT NULL,
  insured_no TEXT NOT NULL,
  office_no TEXT NOT NULL,
  form_id BLOB NOT NULL,
  title TEXT NOT NULL,
  kind TEXT NOT NULL,
  about_on INTEGER NOT NULL,
  file_name TEXT NOT NULL,
  file_kind TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  content TEXT NOT NULL,
  added_at INTEGER NOT NULL,
  added_by TEXT NOT NULL,
  removed_at INTEGER,
  removed_by TEXT,
  PRIMARY KEY (insurer_no, document_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX care_document_by_form ON care_document (insurer_no, insured_no, office_no, form_id);
CREATE UNIQUE INDEX care_document_standing ON care_document (insurer_no, insured_no, office_no, content) WHERE removed_at IS NULL;

-- With which offices a file is shared, since when and until when; one that stands for each office.
CREATE TABLE care_document_share (
  insurer_no TEXT NOT NULL,
  share_id BLOB NOT NULL,
  document_id BLOB NOT NULL,
  insured_no TEXT NOT NULL,
  to_office TEXT NOT NULL,
  shared_at INTEGER NOT NULL,
  shared_by TEXT NOT NULL,
  ended_at INTEGER,
  ended_by TEXT,
  PRIMARY KEY (insurer_no, share_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX care_document_share_standing ON care_document_share (insurer_no, document_id, to_office) WHERE ended_at IS NULL;
CREATE INDEX care_document_share_by_receiver ON care_document_share (insurer_no, insured_no, to_office);
