-- Serves S-3 and X-3: the trail of every look and change.
-- Who looked at or changed what. Appended only; one lane an insurer, 000000 for acts that concern none.
CREATE TABLE audit_entry (
  insurer_no text COLLATE "C" NOT NULL,
  entry_id uuid NOT NULL,
  body text COLLATE "C" NOT NULL,
  PRIMARY KEY (insurer_no, entry_id)
);

-- The order in which the sealer took the entries of a lane, and each entry's hash.
CREATE TABLE audit_leaf (
  insurer_no text COLLATE "C" NOT NULL,
  leaf_no bigint NOT NULL,
  entry_id uuid NOT NULL,
  leaf_hash bytea NOT NULL,
  PRIMARY KEY (insurer_no, leaf_no)
);

-- Signed roots over the leaves, chained (X-3).
CREATE TABLE audit_checkpoint (
  insurer_no text COLLATE "C" NOT NULL,
  checkpoint_no bigint NOT NULL,
  first_leaf bigint NOT NULL,
  leaf_count bigint NOT NULL,
  root bytea NOT NULL,
  previous bytea NOT NULL,
  sealed_at text COLLATE "C" NOT NULL,
  key_id text COLLATE "C" NOT NULL,
  signature bytea NOT NULL,
  PRIMARY KEY (insurer_no, checkpoint_no)
);

CREATE INDEX audit_leaf_by_entry ON audit_leaf (insurer_no, entry_id);
