//! Certificates that were issued for a request and may be fetched again with the same key (W-1).

use crate::{Work, engine::P, error::Result, sql};
use kiban_domain::Timestamp;

/// A certificate that was issued for a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateAnswerRow {
    /// What the request was made with: `ticket:` and the ticket's identifier, or `certificate:`, a serial, `:` and a role.
    pub asked_with: String,
    /// SHA-256 of the public key, 32 bytes.
    pub key_digest: Vec<u8>,
    /// Serial of the certificate, hexadecimal, lower case.
    pub serial: String,
    /// The certificate, PEM.
    pub certificate_pem: String,
    /// Until when it is given again.
    pub expires_at: Timestamp,
}

/// Keeps an answer, and forgets those whose time is over.
pub async fn add(work: &mut Work, row: &CertificateAnswerRow, now: Timestamp) -> Result<()> {
    work.conn
        .exec(
            &sql!("DELETE FROM certificate_answer WHERE expires_at <= $1"),
            &[P::T(now)],
        )
        .await?;
    work.conn
        .exec(
            &sql!("INSERT INTO certificate_answer (asked_with, key_digest, serial, certificate, expires_at) VALUES ($1, $2, $3, $4, $5)"),
            &[
                P::S(&row.asked_with),
                P::B(&row.key_digest),
                P::S(&row.serial),
                P::S(&row.certificate_pem),
                P::T(row.expires_at),
            ],
        )
        .await?;
    Ok(())
}

/// The answer that this key got, while it is given again.
pub async fn find(
    work: &mut Work,
    asked_with: &str,
    key_digest: &[u8],
    now: Timestamp,
) -> Result<Option<CertificateAnswerRow>> {
    work.conn
        .first(
            &sql!("SELECT asked_with, key_digest, serial, certificate, expires_at FROM certificate_answer WHERE asked_with = $1 AND key_digest = $2 AND expires_at > $3"),
            &[P::S(asked_with), P::B(key_digest), P::T(now)],
            |row| {
                Ok(CertificateAnswerRow {
                    asked_with: row.get(0)?,
                    key_digest: row.get(1)?,
                    serial: row.get(2)?,
                    certificate_pem: row.get(3)?,
                    expires_at: row.get(4)?,
                })
            },
        )
        .await
}
