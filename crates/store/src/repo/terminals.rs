//! Terminals of offices, the one-time codes that admit them, and the files that wait for their download (W-1).

use crate::{
    Work,
    engine::{P, Row},
    error::Result,
    sql,
};
use kiban_domain::{OfficeNumber, Timestamp};
use uuid::Uuid;

/// A terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TerminalRow {
    /// Its identifier, as in its certificates.
    pub terminal_id: String,
    /// Its office.
    pub office_no: OfficeNumber,
    /// What the office calls it.
    pub name: String,
    /// 1 PC, 2 tablet.
    pub kind: i16,
    /// Whether it was enrolled with the operator's first code, so that the first administrator may be made at it.
    pub may_set_up: bool,
    /// When it was enrolled.
    pub created_at: Timestamp,
}

/// Adds a terminal.
pub async fn add(work: &mut Work, row: &TerminalRow) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO terminal (terminal_id, office_no, name, kind, may_set_up, created_at) VALUES ($1, $2, $3, $4, $5, $6)"),
            &[
                P::S(&row.terminal_id),
                P::S(row.office_no.as_str()),
                P::S(&row.name),
                P::I(i64::from(row.kind)),
                P::I(i64::from(row.may_set_up)),
                P::T(row.created_at),
            ],
        )
        .await?;
    Ok(())
}

/// One terminal of an office.
pub async fn find(
    work: &mut Work,
    office_no: &OfficeNumber,
    terminal_id: &str,
) -> Result<Option<TerminalRow>> {
    work.conn
        .first(
            &sql!("SELECT terminal_id, office_no, name, kind, may_set_up, created_at FROM terminal WHERE office_no = $1 AND terminal_id = $2"),
            &[P::S(office_no.as_str()), P::S(terminal_id)],
            terminal,
        )
        .await
}

/// The terminals of an office.
pub async fn list(work: &mut Work, office_no: &OfficeNumber) -> Result<Vec<TerminalRow>> {
    work.conn
        .query(
            &sql!("SELECT terminal_id, office_no, name, kind, may_set_up, created_at FROM terminal WHERE office_no = $1 ORDER BY name, terminal_id"),
            &[P::S(office_no.as_str())],
            terminal,
        )
        .await
}

fn terminal(row: &Row<'_>) -> Result<TerminalRow> {
    Ok(TerminalRow {
        terminal_id: row.get(0)?,
        office_no: super::parse(row, 1, "terminal.office_no")?,
        name: row.get(2)?,
        kind: row.get(3)?,
        may_set_up: row.get::<i64>(4)? == 1,
        created_at: row.get(5)?,
    })
}

/// Gives a terminal another name; one that was admitted before there were names gets its row now.
pub async fn rename(work: &mut Work, row: &TerminalRow) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO terminal (terminal_id, office_no, name, kind, may_set_up, created_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (terminal_id) DO UPDATE SET name = excluded.name, kind = excluded.kind"),
            &[
                P::S(&row.terminal_id),
                P::S(row.office_no.as_str()),
                P::S(&row.name),
                P::I(i64::from(row.kind)),
                P::I(i64::from(row.may_set_up)),
                P::T(row.created_at),
            ],
        )
        .await?;
    Ok(())
}

/// A one-time code that admits a terminal.
#[derive(Clone)]
pub struct TicketRow {
    /// Its identifier.
    pub ticket_id: Uuid,
    /// The only office for which it counts.
    pub office_no: OfficeNumber,
    /// Slow hash of the code.
    pub code_hash: String,
    /// The terminal whose certificate it renews; `None` for a new terminal.
    pub terminal_id: Option<String>,
    /// Whether the operator sent it, so that the office may be set up with it.
    pub first: bool,
    /// Who asked for it.
    pub made_by: String,
    /// When.
    pub created_at: Timestamp,
    /// Until when it counts.
    pub expires_at: Timestamp,
}

/// Adds a ticket.
pub async fn add_ticket(work: &mut Work, row: &TicketRow) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO terminal_ticket (ticket_id, office_no, code_hash, terminal_id, first, made_by, created_at, expires_at, wrong_tries) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0)"),
            &[
                P::U(row.ticket_id),
                P::S(row.office_no.as_str()),
                P::S(&row.code_hash),
                P::opt(row.terminal_id.as_deref()),
                P::I(i64::from(row.first)),
                P::S(&row.made_by),
                P::T(row.created_at),
                P::T(row.expires_at),
            ],
        )
        .await?;
    Ok(())
}

/// Uses the ticket of an office with this hash, if there is one that still counts: once, whoever else tries now.
pub async fn use_ticket(
    work: &mut Work,
    office_no: &OfficeNumber,
    code_hash: &str,
    tries: i64,
    at: Timestamp,
) -> Result<Option<TicketRow>> {
    work.conn
        .first(
            &sql!("UPDATE terminal_ticket SET used_at = $4 WHERE office_no = $1 AND code_hash = $2 AND used_at IS NULL AND wrong_tries < $3 AND expires_at > $4 RETURNING ticket_id, office_no, code_hash, terminal_id, first, made_by, created_at, expires_at"),
            &[
                P::S(office_no.as_str()),
                P::S(code_hash),
                P::I(tries),
                P::T(at),
            ],
            ticket,
        )
        .await
}

/// The ticket of an office with this hash that still counts.
pub async fn find_ticket(
    work: &mut Work,
    office_no: &OfficeNumber,
    code_hash: &str,
    tries: i64,
    at: Timestamp,
) -> Result<Option<TicketRow>> {
    work.conn
        .first(
            &sql!("SELECT ticket_id, office_no, code_hash, terminal_id, first, made_by, created_at, expires_at FROM terminal_ticket WHERE office_no = $1 AND code_hash = $2 AND used_at IS NULL AND wrong_tries < $3 AND expires_at > $4"),
            &[
                P::S(office_no.as_str()),
                P::S(code_hash),
                P::I(tries),
                P::T(at),
            ],
            ticket,
        )
        .await
}

fn ticket(row: &Row<'_>) -> Result<TicketRow> {
    Ok(TicketRow {
        ticket_id: row.get(0)?,
        office_no: super::parse(row, 1, "terminal_ticket.office_no")?,
        code_hash: row.get(2)?,
        terminal_id: row.get(3)?,
        first: row.get::<i64>(4)? == 1,
        made_by: row.get(5)?,
        created_at: row.get(6)?,
        expires_at: row.get(7)?,
    })
}

/// The ticket of an office with this hash that was used before, ended or not.
pub async fn find_used_ticket(
    work: &mut Work,
    office_no: &OfficeNumber,
    code_hash: &str,
) -> Result<Option<TicketRow>> {
    work.conn
        .first(
            &sql!("SELECT ticket_id, office_no, code_hash, terminal_id, first, made_by, created_at, expires_at FROM terminal_ticket WHERE office_no = $1 AND code_hash = $2 AND used_at IS NOT NULL"),
            &[P::S(office_no.as_str()), P::S(code_hash)],
            ticket,
        )
        .await
}

/// Counts a wrong try against every open ticket of the office: nobody knows which one was meant.
pub async fn count_wrong(work: &mut Work, office_no: &OfficeNumber, at: Timestamp) -> Result<()> {
    work.conn
        .exec(
            &sql!("UPDATE terminal_ticket SET wrong_tries = wrong_tries + 1 WHERE office_no = $1 AND used_at IS NULL AND expires_at > $2"),
            &[P::S(office_no.as_str()), P::T(at)],
        )
        .await?;
    Ok(())
}

/// Ends the codes that would renew this terminal, as if they were used; how many.
pub async fn end_tickets(
    work: &mut Work,
    office_no: &OfficeNumber,
    terminal_id: &str,
    at: Timestamp,
) -> Result<u64> {
    work.conn
        .exec(
            &sql!("UPDATE terminal_ticket SET used_at = $3 WHERE office_no = $1 AND terminal_id = $2 AND used_at IS NULL"),
            &[P::S(office_no.as_str()), P::S(terminal_id), P::T(at)],
        )
        .await
}

/// How many tickets of the office count now.
pub async fn count_open(
    work: &mut Work,
    office_no: &OfficeNumber,
    tries: i64,
    at: Timestamp,
) -> Result<i64> {
    let count = work
        .conn
        .first(
            &sql!("SELECT count(*) FROM terminal_ticket WHERE office_no = $1 AND used_at IS NULL AND wrong_tries < $2 AND expires_at > $3"),
            &[P::S(office_no.as_str()), P::I(tries), P::T(at)],
            |row| row.get(0),
        )
        .await?;
    Ok(count.unwrap_or(0))
}

/// Keeps a file until its one download.
pub async fn add_file(
    work: &mut Work,
    token_hash: &[u8],
    serial: &str,
    content: &[u8],
    expires_at: Timestamp,
) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO terminal_file (token_hash, serial, content, expires_at) VALUES ($1, $2, $3, $4)"),
            &[
                P::B(token_hash),
                P::S(serial),
                P::B(content),
                P::T(expires_at),
            ],
        )
        .await?;
    Ok(())
}

/// Takes a file out: whoever asks first has it, and nobody after that.
pub async fn take_file(
    work: &mut Work,
    token_hash: &[u8],
    at: Timestamp,
) -> Result<Option<(String, Vec<u8>)>> {
    work.conn
        .first(
            &sql!("DELETE FROM terminal_file WHERE token_hash = $1 AND expires_at > $2 RETURNING serial, content"),
            &[P::B(token_hash), P::T(at)],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .await
}

/// Forgets files that nobody fetched and tickets that ended before `before`; how many.
pub async fn forget(work: &mut Work, now: Timestamp, before: Timestamp) -> Result<u64> {
    let files = work
        .conn
        .exec(
            &sql!("DELETE FROM terminal_file WHERE expires_at <= $1"),
            &[P::T(now)],
        )
        .await?;
    let tickets = work
        .conn
        .exec(
            &sql!("DELETE FROM terminal_ticket WHERE expires_at <= $1"),
            &[P::T(before)],
        )
        .await?;
    Ok(files + tickets)
}

/// Notes that a reminder is given; false when it was given before.
pub async fn note_reminder(
    work: &mut Work,
    serial: &str,
    days: i64,
    at: Timestamp,
) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("INSERT INTO certificate_notice (serial, days, created_at) VALUES ($1, $2, $3) ON CONFLICT (serial, days) DO NOTHING"),
            &[P::S(serial), P::I(days), P::T(at)],
        )
        .await?;
    Ok(touched == 1)
}
