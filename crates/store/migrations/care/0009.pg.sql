-- Serves W-1: an answer that was lost on its way can be fetched again. Whoever asks with the same code (or the same present
-- certificate) for the same key gets the certificate that was issued then, not a refusal and not a second one.
-- asked_with: `ticket:` and the ticket, or `certificate:`, the serial of the certificate it was asked with, `:` and the role.
-- key_digest: SHA-256 of the public key. A certificate is no secret; the private key never was here.
CREATE TABLE certificate_answer (
  asked_with text COLLATE "C" NOT NULL,
  key_digest bytea NOT NULL,
  serial text COLLATE "C" NOT NULL,
  certificate text COLLATE "C" NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (asked_with, key_digest)
);
