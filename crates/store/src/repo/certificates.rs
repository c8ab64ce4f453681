//! Client certificates of terminals and systems (W-1).

use crate::{Work, engine::P, error::Result, sql};
use kiban_domain::Timestamp;

/// A certificate that was issued.
#[derive(Debug, Clone)]
pub struct CertificateRow {
    /// Serial, hexadecimal, lower case.
    pub serial: String,
    /// Which door it opens: 1 care, 2 connect.
    pub door: i16,
    /// Office or insurer number.
    pub organisation: String,
    /// Terminal or system identifier.
    pub holder: String,
    /// `browser`, `reader`, `office`, `medical` or `municipality`.
    pub role: String,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it ends.
    pub not_after: Timestamp,
    /// When it was stopped.
    pub revoked_at: Option<Timestamp>,
}

/// Adds an issued certificate.
pub async fn add(work: &mut Work, row: &CertificateRow) -> Result<()> {
    work.conn
        .exec(
            &sql!(
                "INSERT INTO client_certificate (serial, door, organisation, holder, role, issued_at, not_after) VALUES ($1, $2, $3, $4, $5, $6, $7)"
            ),
            &[
                P::S(&row.serial),
                P::I(i64::from(row.door)),
                P::S(&row.organisation),
                P::S(&row.holder),
                P::S(&row.role),
                P::T(row.issued_at),
                P::T(row.not_after),
            ],
        )
        .await?;
    Ok(())
}

/// Stops a certificate; false when there is none with this serial or it was stopped before.
pub async fn revoke(work: &mut Work, serial: &str, at: Timestamp, reason: &str) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!(
                "UPDATE client_certificate SET revoked_at = $2, reason = $3 WHERE serial = $1 AND revoked_at IS NULL"
            ),
            &[P::S(serial), P::T(at), P::S(reason)],
        )
        .await?;
    Ok(touched == 1)
}

/// Notes when a terminal was last seen.
pub async fn touch(work: &mut Work, serial: &str, at: Timestamp) -> Result<()> {
    work.conn
        .exec(
            &sql!("UPDATE client_certificate SET last_seen_at = $2 WHERE serial = $1"),
            &[P::S(serial), P::T(at)],
        )
        .await?;
    Ok(())
}

/// All certificates, for the table that is asked at every request and for the revocation lists.
pub async fn list(work: &mut Work) -> Result<Vec<CertificateRow>> {
    work.conn
        .query(
            &sql!(
                "SELECT serial, door, organisation, holder, role, issued_at, not_after, revoked_at FROM client_certificate ORDER BY issued_at, serial"
            ),
            &[],
            |row| {
                Ok(CertificateRow {
                    serial: row.get(0)?,
                    door: row.get(1)?,
                    organisation: row.get(2)?,
                    holder: row.get(3)?,
                    role: row.get(4)?,
                    issued_at: row.get(5)?,
                    not_after: row.get(6)?,
                    revoked_at: row.get(7)?,
                })
            },
        )
        .await
}

/// The terminal or system that holds the certificate with this serial.
pub async fn find_holder(work: &mut Work, serial: &str) -> Result<Option<String>> {
    work.conn
        .first(
            &sql!("SELECT holder FROM client_certificate WHERE serial = $1"),
            &[P::S(serial)],
            |row| row.get(0),
        )
        .await
}
