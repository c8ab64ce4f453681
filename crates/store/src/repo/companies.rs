//! Companies and the offices that belong to them.

use crate::{
    Work,
    engine::{P, Row},
    error::Result,
    sql,
};
use kiban_domain::{CorporateNumber, Date, OfficeNumber, Timestamp};
use uuid::Uuid;

/// A company.
#[derive(Debug, Clone)]
pub struct CompanyRow {
    /// Its identifier.
    pub company_id: Uuid,
    /// Its corporate number; a sole trader has none.
    pub corporate_no: Option<CorporateNumber>,
    /// Its name.
    pub name: String,
    /// When it was registered.
    pub created_at: Timestamp,
}

/// Adds a company.
pub async fn add(work: &mut Work, row: &CompanyRow) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO company (company_id, corporate_no, name, created_at) VALUES ($1, $2, $3, $4)"),
            &[
                P::U(row.company_id),
                P::opt(row.corporate_no.as_ref().map(CorporateNumber::as_str)),
                P::S(&row.name),
                P::T(row.created_at),
            ],
        )
        .await?;
    Ok(())
}

fn company(row: &Row<'_>) -> Result<CompanyRow> {
    let number: Option<String> = row.get(1)?;
    Ok(CompanyRow {
        company_id: row.get(0)?,
        corporate_no: number
            .map(|number| number.parse())
            .transpose()
            .map_err(|error| crate::Error::corrupt("company.corporate_no", format!("{error}")))?,
        name: row.get(2)?,
        created_at: row.get(3)?,
    })
}

/// Every company, by name.
pub async fn list(work: &mut Work) -> Result<Vec<CompanyRow>> {
    work.conn
        .query(
            &sql!("SELECT company_id, corporate_no, name, created_at FROM company ORDER BY name, company_id"),
            &[],
            company,
        )
        .await
}

/// One company.
pub async fn find(work: &mut Work, company_id: Uuid) -> Result<Option<CompanyRow>> {
    work.conn
        .first(
            &sql!("SELECT company_id, corporate_no, name, created_at FROM company WHERE company_id = $1"),
            &[P::U(company_id)],
            company,
        )
        .await
}

/// The company with this corporate number.
pub async fn find_by_number(
    work: &mut Work,
    corporate_no: &CorporateNumber,
) -> Result<Option<CompanyRow>> {
    work.conn
        .first(
            &sql!("SELECT company_id, corporate_no, name, created_at FROM company WHERE corporate_no = $1"),
            &[P::S(corporate_no.as_str())],
            company,
        )
        .await
}

/// The company of an office, if it belongs to one.
pub async fn find_of_office(
    work: &mut Work,
    office_no: &OfficeNumber,
) -> Result<Option<CompanyRow>> {
    work.conn
        .first(
            &sql!("SELECT c.company_id, c.corporate_no, c.name, c.created_at FROM office o JOIN company c ON c.company_id = o.company_id WHERE o.office_no = $1"),
            &[P::S(office_no.as_str())],
            company,
        )
        .await
}

/// Keeps other units of work from moving an office, or from granting memberships in it, until this one ends.
pub async fn hold_office(work: &mut Work, office_no: &OfficeNumber) -> Result<()> {
    work.conn
        .exec(
            &sql!("UPDATE office SET state = state WHERE office_no = $1"),
            &[P::S(office_no.as_str())],
        )
        .await?;
    Ok(())
}

/// Puts an office into a company, or into none; false when there is no such office.
pub async fn set_office(
    work: &mut Work,
    office_no: &OfficeNumber,
    company_id: Option<Uuid>,
) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("UPDATE office SET company_id = $2 WHERE office_no = $1"),
            &[P::S(office_no.as_str()), company_id.map_or(P::Null, P::U)],
        )
        .await?;
    Ok(touched == 1)
}

/// An office of a company, with what its administrators have to look after. No care data.
#[derive(Debug, Clone)]
pub struct CompanyOfficeRow {
    /// Its number.
    pub office_no: OfficeNumber,
    /// Its name.
    pub name: String,
    /// Terminals whose browser's certificate ends soon without a newer one.
    pub ending_certificates: i64,
    /// Contractors whose last day is near.
    pub ending_contractors: i64,
}

/// The offices of a company, by name, with certificates that end up to `until` and contractors that end up to `last`.
pub async fn list_offices(
    work: &mut Work,
    company_id: Uuid,
    (now, until): (Timestamp, Timestamp),
    (today, last): (Date, Date),
) -> Result<Vec<CompanyOfficeRow>> {
    work.conn
        .query(
            &sql!("SELECT o.office_no, o.name, (SELECT count(*) FROM client_certificate c WHERE c.organisation = o.office_no AND c.role = 'browser' AND c.revoked_at IS NULL AND c.not_after > $2 AND c.not_after <= $3 AND NOT EXISTS (SELECT 1 FROM client_certificate n WHERE n.replaces = c.serial AND n.revoked_at IS NULL)), (SELECT count(*) FROM staff s WHERE s.office_no = o.office_no AND s.role = 5 AND s.state = 1 AND s.ends_on >= $4 AND s.ends_on <= $5) + (SELECT count(*) FROM staff_membership m WHERE m.office_no = o.office_no AND m.role = 5 AND m.state = 1 AND m.ends_on >= $4 AND m.ends_on <= $5) FROM office o WHERE o.company_id = $1 AND o.state = 1 ORDER BY o.name, o.office_no"),
            &[P::U(company_id), P::T(now), P::T(until), P::D(today), P::D(last)],
            |row| {
                Ok(CompanyOfficeRow {
                    office_no: super::parse(row, 0, "office.office_no")?,
                    name: row.get(1)?,
                    ending_certificates: row.get(2)?,
                    ending_contractors: row.get(3)?,
                })
            },
        )
        .await
}
