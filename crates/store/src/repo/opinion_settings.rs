//! What a medical institution keeps for writing opinions (D10): doctors, departments, phrases. Nothing here is about an insured person.

use crate::{
    Work,
    engine::{P, Row},
    error::Result,
    sql,
};
use kiban_domain::{OfficeNumber, Timestamp, opinion::ItemId};
use uuid::Uuid;

/// A doctor who writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoctorRow {
    /// Its identifier.
    pub id: Uuid,
    /// As members choose the doctor.
    pub name: String,
    /// As it stands on the form.
    pub printed_name: String,
    /// 医師番号, or empty.
    pub doctor_no: String,
}

/// 標榜科.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DepartmentRow {
    /// Its identifier.
    pub id: Uuid,
    /// Its name.
    pub name: String,
}

/// 定型文.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhraseRow {
    /// Its identifier.
    pub id: Uuid,
    /// The item it is for.
    pub item: ItemId,
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: String,
}

/// Who changes something, and when.
#[derive(Debug, Clone, Copy)]
pub struct Changed<'a> {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: &'a str,
}

/// Which of the three lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingKind {
    /// Doctors.
    Doctor,
    /// Departments.
    Department,
    /// Phrases.
    Phrase,
}

/// The doctors of an institution, by name.
pub async fn list_doctors(work: &mut Work, of: &OfficeNumber) -> Result<Vec<DoctorRow>> {
    work.conn
        .query(
            &sql!(
                "SELECT doctor_id, name, printed_name, doctor_no FROM opinion_doctor WHERE institution_code = $1 ORDER BY name, doctor_id"
            ),
            &[P::S(of.as_str())],
            |row| {
                Ok(DoctorRow {
                    id: row.get(0)?,
                    name: row.get(1)?,
                    printed_name: row.get(2)?,
                    doctor_no: row.get(3)?,
                })
            },
        )
        .await
}

/// The departments of an institution, by name.
pub async fn list_departments(work: &mut Work, of: &OfficeNumber) -> Result<Vec<DepartmentRow>> {
    work.conn
        .query(
            &sql!(
                "SELECT department_id, name FROM opinion_department WHERE institution_code = $1 ORDER BY name, department_id"
            ),
            &[P::S(of.as_str())],
            |row| {
                Ok(DepartmentRow {
                    id: row.get(0)?,
                    name: row.get(1)?,
                })
            },
        )
        .await
}

/// The phrases of an institution, by title.
pub async fn list_phrases(work: &mut Work, of: &OfficeNumber) -> Result<Vec<PhraseRow>> {
    let phrase = |row: &Row<'_>| {
        Ok(PhraseRow {
            id: row.get(0)?,
            item: super::parse(row, 1, "opinion_phrase.item")?,
            title: row.get(2)?,
            body: row.get(3)?,
        })
    };
    work.conn
        .query(
            &sql!(
                "SELECT phrase_id, item, title, body FROM opinion_phrase WHERE institution_code = $1 ORDER BY title, phrase_id"
            ),
            &[P::S(of.as_str())],
            phrase,
        )
        .await
}

/// Keeps a doctor in place of what stood under the same identifier.
///
/// # Errors
///
/// A duplicate when another doctor of the institution has the name.
pub async fn save_doctor(
    work: &mut Work,
    of: &OfficeNumber,
    row: &DoctorRow,
    changed: Changed<'_>,
) -> Result<()> {
    work.conn
        .exec(
            &sql!(
                "INSERT INTO opinion_doctor (institution_code, doctor_id, name, printed_name, doctor_no, changed_at, changed_by) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (institution_code, doctor_id) DO UPDATE SET name = excluded.name, printed_name = excluded.printed_name, doctor_no = excluded.doctor_no, changed_at = excluded.changed_at, changed_by = excluded.changed_by"
            ),
            &[
                P::S(of.as_str()),
                P::U(row.id),
                P::S(&row.name),
                P::S(&row.printed_name),
                P::S(&row.doctor_no),
                P::T(changed.at),
                P::S(changed.by),
            ],
        )
        .await?;
    Ok(())
}

/// Keeps a department, as [`save_doctor`].
///
/// # Errors
///
/// A duplicate when another one has the name.
pub async fn save_department(
    work: &mut Work,
    of: &OfficeNumber,
    row: &DepartmentRow,
    changed: Changed<'_>,
) -> Result<()> {
    work.conn
        .exec(
            &sql!(
                "INSERT INTO opinion_department (institution_code, department_id, name, changed_at, changed_by) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (institution_code, department_id) DO UPDATE SET name = excluded.name, changed_at = excluded.changed_at, changed_by = excluded.changed_by"
            ),
            &[
                P::S(of.as_str()),
                P::U(row.id),
                P::S(&row.name),
                P::T(changed.at),
                P::S(changed.by),
            ],
        )
        .await?;
    Ok(())
}

/// Keeps a phrase, as [`save_doctor`].
///
/// # Errors
///
/// A duplicate when another one for the item has the title.
pub async fn save_phrase(
    work: &mut Work,
    of: &OfficeNumber,
    row: &PhraseRow,
    changed: Changed<'_>,
) -> Result<()> {
    work.conn
        .exec(
            &sql!(
                "INSERT INTO opinion_phrase (institution_code, phrase_id, item, title, body, changed_at, changed_by) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (institution_code, phrase_id) DO UPDATE SET item = excluded.item, title = excluded.title, body = excluded.body, changed_at = excluded.changed_at, changed_by = excluded.changed_by"
            ),
            &[
                P::S(of.as_str()),
                P::U(row.id),
                P::S(row.item.code()),
                P::S(&row.title),
                P::S(&row.body),
                P::T(changed.at),
                P::S(changed.by),
            ],
        )
        .await?;
    Ok(())
}

/// Takes one out; false when there is none.
pub async fn remove(
    work: &mut Work,
    of: &OfficeNumber,
    kind: SettingKind,
    id: Uuid,
) -> Result<bool> {
    let sql = match kind {
        SettingKind::Doctor => {
            sql!("DELETE FROM opinion_doctor WHERE institution_code = $1 AND doctor_id = $2")
        }
        SettingKind::Department => {
            sql!(
                "DELETE FROM opinion_department WHERE institution_code = $1 AND department_id = $2"
            )
        }
        SettingKind::Phrase => {
            sql!("DELETE FROM opinion_phrase WHERE institution_code = $1 AND phrase_id = $2")
        }
    };
    let touched = work.conn.exec(&sql, &[P::S(of.as_str()), P::U(id)]).await?;
    Ok(touched == 1)
}
