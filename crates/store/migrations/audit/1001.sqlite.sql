-- Serves S-3 and X-3: the trail of every look and change.
-- Who looked at or changed what. Appended only; one lane an insurer, 000000 for acts that concern none.
CREATE TABLE audit_entry (
  insurer_no TEXT NOT NULL,
  entry_id BLOB NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (insurer_no, entry_id)
) STRICT;

-- The order in which the sealer took the entries of a lane, and each entry's hash.
CREATE TABLE audit_leaf (
  insurer_no TEXT NOT NULL,
  leaf_no INTEGER NOT NULL,
  entry_id BLOB NOT NULL,
  leaf_hash BLOB NOT NULL,
  PRIMARY KEY (insurer_no, leaf_no)
) STRICT, WITHOUT ROWID;

-- Signed roots over the leaves, chained (X-3).
CREATE TABLE audit_checkpoint (
  insurer_no TEXT NOT NULL,
  checkpoint_no INTEGER NOT NULL,
  first_leaf INTEGER NOT NULL,
  leaf_count INTEGER NOT NULL,
  root BLOB NOT NULL,
  previous BLOB NOT NULL,
  sealed_at TEXT NOT NULL,
  key_id TEXT NOT NULL,
  signature BLOB NOT NULL,
  PRIMARY KEY (insurer_no, checkpoint_no)
) STRICT, WITHOUT ROWID;

CREATE INDEX audit_leaf_by_entry ON audit_leaf (insurer_no, entry_id);
