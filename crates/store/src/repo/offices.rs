//! Care offices and medical institutions.

use crate::{Work, engine::P, error::Result, sql};
use kiban_domain::{OfficeNumber, ServiceKind, Timestamp};

/// An office as the platform knows it.
#[derive(Debug, Clone)]
pub struct OfficeRow {
    /// Its number.
    pub office_no: OfficeNumber,
    /// Its name.
    pub name: String,
    /// Whether it is a medical institution.
    pub medical: bool,
    /// The services it is designated for.
    pub service_kinds: Vec<ServiceKind>,
    /// When it was registered.
    pub created_at: Timestamp,
}

/// Adds an office or changes it.
pub async fn save(work: &mut Work, row: &OfficeRow) -> Result<()> {
    let kinds = super::join_kinds(&row.service_kinds);
    work.conn
        .exec(
            &sql!(
                "INSERT INTO office (office_no, name, kind, service_kinds, state, created_at) VALUES ($1, $2, $3, $4, 1, $5) ON CONFLICT (office_no) DO UPDATE SET name = excluded.name, kind = excluded.kind, service_kinds = excluded.service_kinds"
            ),
            &[
                P::S(row.office_no.as_str()),
                P::S(&row.name),
                P::I(if row.medical { 2 } else { 1 }),
                P::S(&kinds),
                P::T(row.created_at),
            ],
        )
        .await?;
    Ok(())
}

/// One office.
pub async fn find(work: &mut Work, office_no: &OfficeNumber) -> Result<Option<OfficeRow>> {
    work.conn
        .first(
            &sql!("SELECT office_no, name, kind, service_kinds, created_at FROM office WHERE office_no = $1 AND state = 1"),
            &[P::S(office_no.as_str())],
            |row| {
                Ok(OfficeRow {
                    office_no: super::parse(row, 0, "office.office_no")?,
                    name: row.get(1)?,
                    medical: row.get::<i64>(2)? == 2,
                    service_kinds: super::split_kinds(row, 3, "office.service_kinds")?,
                    created_at: row.get(4)?,
                })
            },
        )
        .await
}

/// Keeps the address to which letters about the office go while no administrator has one.
pub async fn set_contact_mail(work: &mut Work, office_no: &OfficeNumber, mail: &str) -> Result<()> {
    work.conn
        .exec(
            &sql!("UPDATE office SET contact_mail = $2 WHERE office_no = $1"),
            &[P::S(office_no.as_str()), P::S(mail)],
        )
        .await?;
    Ok(())
}

/// The address to which letters about the office go while no administrator has one.
pub async fn find_contact_mail(
    work: &mut Work,
    office_no: &OfficeNumber,
) -> Result<Option<String>> {
    let mail = work
        .conn
        .first(
            &sql!("SELECT contact_mail FROM office WHERE office_no = $1"),
            &[P::S(office_no.as_str())],
            |row| row.get(0),
        )
        .await?;
    Ok(mail.flatten())
}

/// Where letters about the office go: its active administrators, or its contact while none of them has an address.
pub async fn list_mails(work: &mut Work, office_no: &OfficeNumber) -> Result<Vec<String>> {
    let administrators: Vec<String> = work
        .conn
        .query(
            &sql!("SELECT mail FROM staff WHERE office_no = $1 AND role = 1 AND state = 1 AND mail IS NOT NULL ORDER BY mail"),
            &[P::S(office_no.as_str())],
            |row| row.get(0),
        )
        .await?;
    if !administrators.is_empty() {
        return Ok(administrators);
    }
    work.conn
        .query(
            &sql!(
                "SELECT contact_mail FROM office WHERE office_no = $1 AND contact_mail IS NOT NULL"
            ),
            &[P::S(office_no.as_str())],
            |row| row.get(0),
        )
        .await
}

/// Waits until no other unit of work holds this office's turn, and holds it until the end of this one: its terminals are stopped
/// and given certificates one after another. False when there is no such office.
pub async fn take_turn(work: &mut Work, office_no: &OfficeNumber) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("UPDATE office SET name = name WHERE office_no = $1"),
            &[P::S(office_no.as_str())],
        )
        .await?;
    Ok(touched == 1)
}
