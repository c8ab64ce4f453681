//! Client certificates of terminals and systems (W-1).

use crate::{
    Work,
    engine::{P, Row},
    error::Result,
    sql,
};
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

/// Keeps a certificate from being stopped until the end of this unit of work; false when there is none with this serial or it was
/// stopped before.
pub async fn hold(work: &mut Work, serial: &str) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!(
                "UPDATE client_certificate SET revoked_at = NULL WHERE serial = $1 AND revoked_at IS NULL"
            ),
            &[P::S(serial)],
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
            certificate,
        )
        .await
}

/// One certificate.
pub async fn find(work: &mut Work, serial: &str) -> Result<Option<CertificateRow>> {
    work.conn
        .first(
            &sql!(
                "SELECT serial, door, organisation, holder, role, issued_at, not_after, revoked_at FROM client_certificate WHERE serial = $1"
            ),
            &[P::S(serial)],
            certificate,
        )
        .await
}

/// Notes that a certificate takes the place of another of the same terminal.
pub async fn set_replaces(work: &mut Work, serial: &str, old: &str) -> Result<()> {
    work.conn
        .exec(
            &sql!("UPDATE client_certificate SET replaces = $2 WHERE serial = $1"),
            &[P::S(serial), P::S(old)],
        )
        .await?;
    Ok(())
}

/// A certificate as its office sees it.
#[derive(Debug, Clone)]
pub struct HeldRow {
    /// The certificate.
    pub certificate: CertificateRow,
    /// Why it was stopped.
    pub reason: Option<String>,
    /// When it was last used.
    pub last_seen_at: Option<Timestamp>,
    /// The certificate whose place it takes.
    pub replaces: Option<String>,
}

/// The certificates of an organisation's terminals, the newest last.
pub async fn list_held(work: &mut Work, organisation: &str) -> Result<Vec<HeldRow>> {
    work.conn
        .query(
            &sql!(
                "SELECT serial, door, organisation, holder, role, issued_at, not_after, revoked_at, reason, last_seen_at, replaces FROM client_certificate WHERE organisation = $1 AND door = 1 ORDER BY issued_at, serial"
            ),
            &[P::S(organisation)],
            held,
        )
        .await
}

/// Certificates of terminals that end up to `until` and after `now`, neither stopped nor replaced.
pub async fn list_ending(
    work: &mut Work,
    now: Timestamp,
    until: Timestamp,
) -> Result<Vec<CertificateRow>> {
    work.conn
        .query(
            &sql!(
                "SELECT serial, door, organisation, holder, role, issued_at, not_after, revoked_at FROM client_certificate WHERE door = 1 AND role = 'browser' AND revoked_at IS NULL AND not_after > $1 AND not_after <= $2 AND NOT EXISTS (SELECT 1 FROM client_certificate newer WHERE newer.replaces = client_certificate.serial AND newer.revoked_at IS NULL) ORDER BY not_after, serial"
            ),
            &[P::T(now), P::T(until)],
            certificate,
        )
        .await
}

/// Certificates that are still good although another took their place before `issued_before`: old and office.
pub async fn list_superseded(
    work: &mut Work,
    issued_before: Timestamp,
) -> Result<Vec<(String, String)>> {
    work.conn
        .query(
            &sql!(
                "SELECT old.serial, old.organisation FROM client_certificate old JOIN client_certificate newer ON newer.replaces = old.serial WHERE old.revoked_at IS NULL AND newer.revoked_at IS NULL AND newer.issued_at < $1 ORDER BY old.serial"
            ),
            &[P::T(issued_before)],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .await
}

/// The certificate whose place this one takes, while that one is still good.
pub async fn find_replaced(work: &mut Work, serial: &str) -> Result<Option<String>> {
    work.conn
        .first(
            &sql!(
                "SELECT old.serial FROM client_certificate newer JOIN client_certificate old ON old.serial = newer.replaces WHERE newer.serial = $1 AND newer.revoked_at IS NULL AND old.revoked_at IS NULL"
            ),
            &[P::S(serial)],
            |row| row.get(0),
        )
        .await
}

fn certificate(row: &Row<'_>) -> Result<CertificateRow> {
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
}

fn held(row: &Row<'_>) -> Result<HeldRow> {
    Ok(HeldRow {
        certificate: certificate(row)?,
        reason: row.get(8)?,
        last_seen_at: row.get(9)?,
        replaces: row.get(10)?,
    })
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

/// Which certificates the operator asks for; what is empty or `None` does not filter.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// How the number of the office, institution or insurer begins; letters and digits only count.
    pub organisation: String,
    /// Where they stand at [`Filter::now`].
    pub standing: Option<StandingFilter>,
}

/// Where a certificate stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StandingFilter {
    /// It counts.
    Good,
    /// It was stopped.
    Revoked,
    /// Its time is over, and it was not stopped before.
    Ended,
}

impl StandingFilter {
    /// Every one, in the order of lists.
    pub const ALL: [Self; 3] = [Self::Good, Self::Revoked, Self::Ended];

    /// The word in addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Revoked => "revoked",
            Self::Ended => "ended",
        }
    }

    /// The one with this word.
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

impl Filter {
    fn prefix(&self) -> String {
        let kept: String = self
            .organisation
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect();
        kept + "%"
    }

    fn standing(&self) -> &'static str {
        self.standing.map_or("", StandingFilter::code)
    }
}

/// Certificates of terminals and systems, the newest first; from `skip` on, `most` at most.
pub async fn search(
    work: &mut Work,
    filter: &Filter,
    now: Timestamp,
    (skip, most): (i64, i64),
) -> Result<Vec<HeldRow>> {
    work.conn
        .query(
            &sql!("SELECT serial, door, organisation, holder, role, issued_at, not_after, revoked_at, reason, last_seen_at, replaces FROM client_certificate WHERE organisation LIKE $1 AND ($2 = '' OR ($2 = 'revoked' AND revoked_at IS NOT NULL) OR ($2 = 'ended' AND revoked_at IS NULL AND not_after <= $3) OR ($2 = 'good' AND revoked_at IS NULL AND not_after > $3)) ORDER BY issued_at DESC, serial LIMIT $4 OFFSET $5"),
            &[
                P::S(&filter.prefix()),
                P::S(filter.standing()),
                P::T(now),
                P::I(most),
                P::I(skip),
            ],
            held,
        )
        .await
}

/// How many certificates there are.
pub async fn count(work: &mut Work, filter: &Filter, now: Timestamp) -> Result<i64> {
    let count = work
        .conn
        .first(
            &sql!("SELECT count(*) FROM client_certificate WHERE organisation LIKE $1 AND ($2 = '' OR ($2 = 'revoked' AND revoked_at IS NOT NULL) OR ($2 = 'ended' AND revoked_at IS NULL AND not_after <= $3) OR ($2 = 'good' AND revoked_at IS NULL AND not_after > $3))"),
            &[P::S(&filter.prefix()), P::S(filter.standing()), P::T(now)],
            |row| row.get(0),
        )
        .await?;
    Ok(count.unwrap_or(0))
}

/// One certificate with its reason and last use.
pub async fn find_held(work: &mut Work, serial: &str) -> Result<Option<HeldRow>> {
    work.conn
        .first(
            &sql!("SELECT serial, door, organisation, holder, role, issued_at, not_after, revoked_at, reason, last_seen_at, replaces FROM client_certificate WHERE serial = $1"),
            &[P::S(serial)],
            held,
        )
        .await
}
