//! What accounts may do in offices of their company that are not their own.

use super::staff::Contract;
use crate::{
    Work,
    engine::{P, Row},
    error::Result,
    sql,
};
use kiban_domain::{Date, OfficeNumber, Timestamp};
use uuid::Uuid;

/// What somebody may do in one office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// As in the table of staff.
    pub role: i16,
    /// Of a contractor.
    pub contract: Option<Contract>,
}

/// A membership being granted or changed.
#[derive(Debug, Clone)]
pub struct MembershipRow {
    /// Whose.
    pub staff_id: Uuid,
    /// In which office.
    pub office_no: OfficeNumber,
    /// What it lets do.
    pub standing: Standing,
    /// Login of the office's administrator who granted it.
    pub granted_by: String,
    /// When.
    pub granted_at: Timestamp,
}

/// Grants a membership or gives it another role.
pub async fn save(work: &mut Work, row: &MembershipRow) -> Result<()> {
    let [ends_on, may_issue_codes] = Contract::values(row.standing.contract);
    work.conn
        .exec(
            &sql!("INSERT INTO staff_membership (staff_id, office_no, role, state, ends_on, may_issue_codes, granted_by, granted_at) VALUES ($1, $2, $3, 1, $4, $5, $6, $7) ON CONFLICT (staff_id, office_no) DO UPDATE SET role = excluded.role, state = 1, ends_on = excluded.ends_on, may_issue_codes = excluded.may_issue_codes, granted_by = excluded.granted_by, granted_at = excluded.granted_at"),
            &[
                P::U(row.staff_id),
                P::S(row.office_no.as_str()),
                P::I(i64::from(row.standing.role)),
                ends_on,
                may_issue_codes,
                P::S(&row.granted_by),
                P::T(row.granted_at),
            ],
        )
        .await?;
    Ok(())
}

/// What an account of another office may do in this one just now: a membership that stands, while both offices belong to
/// one company.
pub async fn find(
    work: &mut Work,
    staff_id: Uuid,
    office_no: &OfficeNumber,
) -> Result<Option<Standing>> {
    work.conn
        .first(
            &sql!("SELECT m.role, m.ends_on, m.may_issue_codes FROM staff_membership m JOIN staff a ON a.staff_id = m.staff_id JOIN office home ON home.office_no = a.office_no JOIN office other ON other.office_no = m.office_no AND other.company_id = home.company_id WHERE m.staff_id = $1 AND m.office_no = $2 AND m.state = 1"),
            &[P::U(staff_id), P::S(office_no.as_str())],
            |row| standing(row, 0),
        )
        .await
}

fn standing(row: &Row<'_>, at: usize) -> Result<Standing> {
    Ok(Standing {
        role: row.get(at)?,
        contract: Contract::read(row, at + 1)?,
    })
}

/// A member from another office, as an administrator sees it.
#[derive(Clone)]
pub struct MemberRow {
    /// The account.
    pub staff_id: Uuid,
    /// The office to which it belongs.
    pub home: OfficeNumber,
    /// That office's name.
    pub home_name: String,
    /// What is typed to sign in there.
    pub login: String,
    /// The name on the screens.
    pub name: String,
    /// What it may do here.
    pub standing: Standing,
}

/// The members of an office whose accounts belong to other offices of its company.
pub async fn list_members(work: &mut Work, office_no: &OfficeNumber) -> Result<Vec<MemberRow>> {
    work.conn
        .query(
            &sql!("SELECT a.staff_id, a.office_no, home.name, a.login, a.name, m.role, m.ends_on, m.may_issue_codes FROM staff_membership m JOIN staff a ON a.staff_id = m.staff_id JOIN office home ON home.office_no = a.office_no JOIN office other ON other.office_no = m.office_no AND other.company_id = home.company_id WHERE m.office_no = $1 AND m.state = 1 ORDER BY a.name, a.staff_id"),
            &[P::S(office_no.as_str())],
            |row| {
                Ok(MemberRow {
                    staff_id: row.get(0)?,
                    home: super::parse(row, 1, "staff.office_no")?,
                    home_name: row.get(2)?,
                    login: row.get(3)?,
                    name: row.get(4)?,
                    standing: standing(row, 5)?,
                })
            },
        )
        .await
}

/// An office in which an account may act.
#[derive(Debug, Clone)]
pub struct MemberOfficeRow {
    /// Its number.
    pub office_no: OfficeNumber,
    /// Its name.
    pub name: String,
    /// What the account may do there.
    pub standing: Standing,
}

/// The offices in which an account may act: its own first, then the others of its company that let it in.
pub async fn list_offices(work: &mut Work, staff_id: Uuid) -> Result<Vec<MemberOfficeRow>> {
    work.conn
        .query(
            &sql!("SELECT o.office_no AS number, o.name AS label, a.role, a.ends_on, a.may_issue_codes, 0 AS place FROM staff a JOIN office o ON o.office_no = a.office_no WHERE a.staff_id = $1 AND o.state = 1 UNION ALL SELECT other.office_no AS number, other.name AS label, m.role, m.ends_on, m.may_issue_codes, 1 AS place FROM staff_membership m JOIN staff a ON a.staff_id = m.staff_id JOIN office home ON home.office_no = a.office_no JOIN office other ON other.office_no = m.office_no AND other.company_id = home.company_id WHERE m.staff_id = $1 AND m.state = 1 AND other.state = 1 ORDER BY place, label, number"),
            &[P::U(staff_id)],
            |row| {
                Ok(MemberOfficeRow {
                    office_no: super::parse(row, 0, "office.office_no")?,
                    name: row.get(1)?,
                    standing: standing(row, 2)?,
                })
            },
        )
        .await
}

/// Ends a membership; false when there is none that stands.
pub async fn end(work: &mut Work, staff_id: Uuid, office_no: &OfficeNumber) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("UPDATE staff_membership SET state = 2 WHERE staff_id = $1 AND office_no = $2 AND state = 1"),
            &[P::U(staff_id), P::S(office_no.as_str())],
        )
        .await?;
    Ok(touched == 1)
}

/// Ends every membership of an account and gives back in which offices.
pub async fn end_of_account(work: &mut Work, staff_id: Uuid) -> Result<Vec<OfficeNumber>> {
    work.conn
        .query(
            &sql!("UPDATE staff_membership SET state = 2 WHERE staff_id = $1 AND state = 1 RETURNING office_no"),
            &[P::U(staff_id)],
            |row| super::parse(row, 0, "staff_membership.office_no"),
        )
        .await
}

/// Ends every membership in an office, and every membership of its own accounts elsewhere: account and office of each.
pub async fn end_around(
    work: &mut Work,
    office_no: &OfficeNumber,
) -> Result<Vec<(Uuid, OfficeNumber)>> {
    work.conn
        .query(
            &sql!("UPDATE staff_membership SET state = 2 WHERE state = 1 AND (office_no = $1 OR staff_id IN (SELECT staff_id FROM staff WHERE office_no = $1)) RETURNING staff_id, office_no"),
            &[P::S(office_no.as_str())],
            |row| {
                Ok((
                    row.get(0)?,
                    super::parse(row, 1, "staff_membership.office_no")?,
                ))
            },
        )
        .await
}

/// A contractor whose time ends soon.
#[derive(Clone)]
pub struct EndingRow {
    /// The account.
    pub staff_id: Uuid,
    /// The office that let it in.
    pub office_no: OfficeNumber,
    /// The name on the screens.
    pub name: String,
    /// The last day.
    pub ends_on: Date,
}

/// Contractors whose last day lies between two days, both included, and of whose end nobody was told.
pub async fn list_ending(work: &mut Work, from: Date, to: Date) -> Result<Vec<EndingRow>> {
    work.conn
        .query(
            &sql!("SELECT staff_id, office_no AS number, name AS label, ends_on FROM staff WHERE role = 5 AND state = 1 AND ends_on >= $1 AND ends_on <= $2 AND (end_told_on IS NULL OR end_told_on <> ends_on) UNION ALL SELECT m.staff_id, m.office_no AS number, a.name AS label, m.ends_on FROM staff_membership m JOIN staff a ON a.staff_id = m.staff_id WHERE m.role = 5 AND m.state = 1 AND a.state = 1 AND m.ends_on >= $1 AND m.ends_on <= $2 AND (m.end_told_on IS NULL OR m.end_told_on <> m.ends_on) ORDER BY number, label"),
            &[P::D(from), P::D(to)],
            |row| {
                Ok(EndingRow {
                    staff_id: row.get(0)?,
                    office_no: super::parse(row, 1, "staff.office_no")?,
                    name: row.get(2)?,
                    ends_on: row.get(3)?,
                })
            },
        )
        .await
}

/// Notes that administrators were told of this end; false when they had been.
pub async fn note_told(work: &mut Work, row: &EndingRow) -> Result<bool> {
    let values = [
        P::U(row.staff_id),
        P::S(row.office_no.as_str()),
        P::D(row.ends_on),
    ];
    let own = work
        .conn
        .exec(
            &sql!("UPDATE staff SET end_told_on = $3 WHERE staff_id = $1 AND office_no = $2 AND ends_on = $3 AND (end_told_on IS NULL OR end_told_on <> $3)"),
            &values,
        )
        .await?;
    let guest = work
        .conn
        .exec(
            &sql!("UPDATE staff_membership SET end_told_on = $3 WHERE staff_id = $1 AND office_no = $2 AND ends_on = $3 AND (end_told_on IS NULL OR end_told_on <> $3)"),
            &values,
        )
        .await?;
    Ok(own + guest == 1)
}
