-- Serves C10 (S-2, W-5): files that an office keeps about a person. form_id: the form it came with, so that one form adds one file.
-- content: digest of the bytes in the object store; it stays as a trace after removed_at, and then names nothing any more.
CREATE TABLE care_document (
  insurer_no text COLLATE "C" NOT NULL,
  document_id uuid NOT NULL,
  insured_no text COLLATE "C" NOT NULL,
  office_no text COLLATE "C" NOT NULL,
  form_id uuid NOT NULL,
  title text NOT NULL,
  kind text NOT NULL,
  about_on date NOT NULL,
  file_name text NOT NULL,
  file_kind text NOT NULL,
  size_bytes bigint NOT NULL,
  content text COLLATE "C" NOT NULL,
  added_at timestamptz NOT NULL,
  added_by text NOT NULL,
  removed_at timestamptz,
  removed_by text,
  PRIMARY KEY (insurer_no, document_id)
);
CREATE UNIQUE INDEX care_document_by_form ON care_document (insurer_no, insured_no, office_no, form_id);
CREATE UNIQUE INDEX care_document_standing ON care_document (insurer_no, insured_no, office_no, content) WHERE removed_at IS NULL;

-- With which offices a file is shared, since when and until when; one that stands for each office.
CREATE TABLE care_document_share (
  insurer_no text COLLATE "C" NOT NULL,
  share_id uuid NOT NULL,
  document_id uuid NOT NULL,
  insured_no text COLLATE "C" NOT NULL,
  to_office text COLLATE "C" NOT NULL,
  shared_at timestamptz NOT NULL,
  shared_by text NOT NULL,
  ended_at timestamptz,
  ended_by text,
  PRIMARY KEY (insurer_no, share_id)
);
CREATE UNIQUE INDEX care_document_share_standing ON care_document_share (insurer_no, document_id, to_office) WHERE ended_at IS NULL;
CREATE INDEX care_document_share_by_receiver ON care_document_share (insurer_no, insured_no, to_office);
