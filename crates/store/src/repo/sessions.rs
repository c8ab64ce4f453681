//! Who is signed in. Only the hash of a token is kept.

use super::{memberships::Standing, staff::Contract};
use crate::{
    Work,
    engine::{P, Row},
    error::Result,
    sql,
};
use kiban_domain::{OfficeNumber, Timestamp};
use uuid::Uuid;

/// A session, bound to the certificate of the terminal where it began.
#[derive(Debug, Clone)]
pub struct SessionRow {
    /// SHA-256 of the token.
    pub token_hash: Vec<u8>,
    /// Whose.
    pub staff_id: Uuid,
    /// The office as which its holder acts.
    pub office_no: OfficeNumber,
    /// The only certificate with which it may be used.
    pub certificate_serial: String,
    /// The office that this certificate names.
    pub terminal_office_no: OfficeNumber,
    /// Whether the second factor was given.
    pub complete: bool,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_seen_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
}

/// Begins a session.
pub async fn add(work: &mut Work, row: &SessionRow) -> Result<()> {
    work.conn
        .exec(
            &sql!(
                "INSERT INTO session (token_hash, staff_id, certificate_serial, complete, created_at, last_seen_at, expires_at, office_no, terminal_office_no) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
            ),
            &[
                P::B(&row.token_hash),
                P::U(row.staff_id),
                P::S(&row.certificate_serial),
                P::I(i64::from(row.complete)),
                P::T(row.created_at),
                P::T(row.last_seen_at),
                P::T(row.expires_at),
                P::S(row.office_no.as_str()),
                P::S(row.terminal_office_no.as_str()),
            ],
        )
        .await?;
    Ok(())
}

/// The session with this token.
pub async fn find(work: &mut Work, token_hash: &[u8]) -> Result<Option<SessionRow>> {
    work.conn
        .first(
            &sql!(
                "SELECT token_hash, staff_id, certificate_serial, complete, created_at, last_seen_at, expires_at, office_no, terminal_office_no FROM session WHERE token_hash = $1"
            ),
            &[P::B(token_hash)],
            session,
        )
        .await
}

fn session(row: &Row<'_>) -> Result<SessionRow> {
    Ok(SessionRow {
        token_hash: row.get(0)?,
        staff_id: row.get(1)?,
        certificate_serial: row.get(2)?,
        complete: row.get(3)?,
        created_at: row.get(4)?,
        last_seen_at: row.get(5)?,
        expires_at: row.get(6)?,
        office_no: super::parse(row, 7, "session.office_no")?,
        terminal_office_no: super::parse(row, 8, "session.terminal_office_no")?,
    })
}

/// A session with what its holder is just now.
#[derive(Debug, Clone)]
pub struct HeldSessionRow {
    /// The session.
    pub session: SessionRow,
    /// The office to which the account belongs.
    pub home: OfficeNumber,
    /// What is typed to sign in there.
    pub login: String,
    /// The name on the screens.
    pub name: String,
    /// 1 active, 2 stopped.
    pub state: i16,
    /// As the office for which the holder acts; `None` when nothing stands.
    pub acting: Option<Standing>,
    /// At the office of the terminal; `None` when nothing stands.
    pub at_terminal: Option<Standing>,
    /// Whether the holder is a member of more than one office.
    pub more: bool,
}

/// The session with this token and what its holder may do as the office for which the session acts. One statement, because
/// every request asks it: a membership counts only while both offices belong to one company.
pub async fn find_held(work: &mut Work, token_hash: &[u8]) -> Result<Option<HeldSessionRow>> {
    work.conn
        .first(
            &sql!(
                "SELECT s.token_hash, s.staff_id, s.certificate_serial, s.complete, s.created_at, s.last_seen_at, s.expires_at, s.office_no, s.terminal_office_no, a.office_no, a.login, a.name, a.state, a.role, a.ends_on, a.may_issue_codes, m.role, m.ends_on, m.may_issue_codes, t.role, t.ends_on, t.may_issue_codes, CASE WHEN EXISTS (SELECT 1 FROM staff_membership x WHERE x.staff_id = s.staff_id AND x.state = 1) THEN 1 ELSE 0 END FROM session s JOIN staff a ON a.staff_id = s.staff_id LEFT JOIN staff_membership m ON m.staff_id = s.staff_id AND m.office_no = s.office_no AND m.state = 1 AND EXISTS (SELECT 1 FROM office home JOIN office other ON other.company_id = home.company_id WHERE home.office_no = a.office_no AND other.office_no = m.office_no) LEFT JOIN staff_membership t ON t.staff_id = s.staff_id AND t.office_no = s.terminal_office_no AND t.state = 1 AND EXISTS (SELECT 1 FROM office home JOIN office other ON other.company_id = home.company_id WHERE home.office_no = a.office_no AND other.office_no = t.office_no) WHERE s.token_hash = $1"
            ),
            &[P::B(token_hash)],
            |row| {
                let session = session(row)?;
                let home: OfficeNumber = super::parse(row, 9, "staff.office_no")?;
                let standing = |office_no: &OfficeNumber, at: usize| -> Result<Option<Standing>> {
                    let at = if *office_no == home { 13 } else { at };
                    let role: Option<i64> = row.get(at)?;
                    let contract = Contract::read(row, at + 1)?;
                    // A number that is no role lets do nothing.
                    let role = role.map(|role| i16::try_from(role).unwrap_or(0));
                    Ok(role.map(|role| Standing { role, contract }))
                };
                Ok(HeldSessionRow {
                    home,
                    login: row.get(10)?,
                    name: row.get(11)?,
                    state: row.get(12)?,
                    acting: standing(&session.office_no, 16)?,
                    at_terminal: standing(&session.terminal_office_no, 19)?,
                    more: row.get(22)?,
                    session,
                })
            },
        )
        .await
}

/// Notes that a session was used.
pub async fn touch(work: &mut Work, token_hash: &[u8], at: Timestamp) -> Result<()> {
    work.conn
        .exec(
            &sql!("UPDATE session SET last_seen_at = $2 WHERE token_hash = $1"),
            &[P::B(token_hash), P::T(at)],
        )
        .await?;
    Ok(())
}

/// Ends a session; false when it had ended before.
pub async fn end(work: &mut Work, token_hash: &[u8]) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("DELETE FROM session WHERE token_hash = $1"),
            &[P::B(token_hash)],
        )
        .await?;
    Ok(touched == 1)
}

/// Ends the sessions in which an account acts as an office or sits at a terminal of it.
pub async fn end_in(work: &mut Work, staff_id: Uuid, office_no: &OfficeNumber) -> Result<u64> {
    work.conn
        .exec(
            &sql!("DELETE FROM session WHERE staff_id = $1 AND (office_no = $2 OR terminal_office_no = $2)"),
            &[P::U(staff_id), P::S(office_no.as_str())],
        )
        .await
}

/// Ends every session of an account.
pub async fn end_all(work: &mut Work, staff_id: Uuid) -> Result<u64> {
    work.conn
        .exec(
            &sql!("DELETE FROM session WHERE staff_id = $1"),
            &[P::U(staff_id)],
        )
        .await
}

/// Ends what has run out.
pub async fn end_expired(work: &mut Work, at: Timestamp) -> Result<u64> {
    work.conn
        .exec(
            &sql!("DELETE FROM session WHERE expires_at < $1"),
            &[P::T(at)],
        )
        .await
}
