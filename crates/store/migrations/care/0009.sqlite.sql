-- Serves W-1: an answer that was lost on its way can be fetched again. Whoever asks with the same code (or the same present
-- certificate) for the same key gets the certificate that was issued then, not a refusal and not a second one.
-- asked_with: `ticket:` and the ticket, or `certificate:`, the serial of the certificate it was asked with, `:` and the role.
-- key_digest: SHA-256 of the public key. A certificate is no secret; the private key never was here.
CREATE TABLE certificate_answer (
  asked_with TEXT NOT NULL,
  key_digest BLOB NOT NULL,
  serial TEXT NOT NULL,
  certificate TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (asked_with, key_digest)
) STRICT, WITHOUT ROWID;
