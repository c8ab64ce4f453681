//! Files that offices keep about persons, and with whom they share them (C10).

use crate::{
    Work,
    engine::{P, Row},
    error::Result,
    sql,
};
use kiban_access::{KeepDocuments, Permit, PersonKey, ShareDocuments};
use kiban_domain::{Date, DocumentKind, FileKind, OfficeNumber, Timestamp};
use uuid::Uuid;

/// One file. No `Debug`: title and name can tell about the person.
#[derive(Clone, PartialEq, Eq)]
pub struct DocumentRow {
    /// Its identifier.
    pub document_id: Uuid,
    /// About whom.
    pub person: PersonKey,
    /// Whose it is.
    pub office_no: OfficeNumber,
    /// The form with which it came.
    pub form_id: Uuid,
    /// What it is called.
    pub title: String,
    /// What it is.
    pub kind: DocumentKind,
    /// The day it is about.
    pub about_on: Date,
    /// Under which name it came and goes out.
    pub file_name: String,
    /// What its bytes are.
    pub file_kind: FileKind,
    /// How long it is, in bytes.
    pub size_bytes: i64,
    /// Name of its bytes in the object store.
    pub content: String,
    /// When it was added.
    pub added_at: Timestamp,
    /// By whom.
    pub added_by: String,
    /// When it was removed; its bytes are given to nobody since.
    pub removed_at: Option<Timestamp>,
    /// By whom.
    pub removed_by: Option<String>,
}

/// A file shared with one office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareRow {
    /// Its identifier.
    pub share_id: Uuid,
    /// Which file.
    pub document_id: Uuid,
    /// With which office.
    pub to_office: OfficeNumber,
    /// Since when.
    pub shared_at: Timestamp,
    /// Who shared it.
    pub shared_by: String,
    /// When that ended.
    pub ended_at: Option<Timestamp>,
    /// By whom.
    pub ended_by: Option<String>,
}

/// Another office that has to do with a person's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartnerRow {
    /// Its number.
    pub office_no: OfficeNumber,
    /// Its name.
    pub name: String,
}

/// Adds a file of the permitted office; false when its form has added one before, or when the same bytes stand already.
pub async fn add(
    work: &mut Work,
    permit: &Permit<KeepDocuments>,
    row: &DocumentRow,
) -> Result<bool> {
    debug_assert_eq!(
        (permit.person(), permit.office_no()),
        (&row.person, &row.office_no)
    );
    let touched = work
        .conn
        .exec(
            &sql!(
                "INSERT INTO care_document (insurer_no, document_id, insured_no, office_no, form_id, title, kind, about_on, file_name, file_kind, size_bytes, content, added_at, added_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT DO NOTHING"
            ),
            &[
                P::S(row.person.insurer_no.as_str()),
                P::U(row.document_id),
                P::S(row.person.insured_no.as_str()),
                P::S(row.office_no.as_str()),
                P::U(row.form_id),
                P::S(&row.title),
                P::S(row.kind.code()),
                P::D(row.about_on),
                P::S(&row.file_name),
                P::S(row.file_kind.code()),
                P::I(row.size_bytes),
                P::S(&row.content),
                P::T(row.added_at),
                P::S(&row.added_by),
            ],
        )
        .await?;
    Ok(touched == 1)
}

/// The permitted office's own files about the permitted person, newest first, removed ones among them.
pub async fn list_own(work: &mut Work, permit: &Permit<KeepDocuments>) -> Result<Vec<DocumentRow>> {
    let person = permit.person();
    work.conn
        .query(
            &sql!(
                "SELECT insurer_no, insured_no, office_no, document_id, form_id, title, kind, about_on, file_name, file_kind, size_bytes, content, added_at, added_by, removed_at, removed_by FROM care_document WHERE insurer_no = $1 AND insured_no = $2 AND office_no = $3 ORDER BY added_at DESC, document_id DESC"
            ),
            &[
                P::S(person.insurer_no.as_str()),
                P::S(person.insured_no.as_str()),
                P::S(permit.office_no().as_str()),
            ],
            document,
        )
        .await
}

/// With whom the permitted office's files about the permitted person are and were shared, the oldest first.
pub async fn list_own_shares(
    work: &mut Work,
    permit: &Permit<KeepDocuments>,
) -> Result<Vec<ShareRow>> {
    let person = permit.person();
    work.conn
        .query(
            &sql!(
                "SELECT s.share_id, s.document_id, s.to_office, s.shared_at, s.shared_by, s.ended_at, s.ended_by FROM care_document d JOIN care_document_share s ON s.insurer_no = d.insurer_no AND s.document_id = d.document_id WHERE d.insurer_no = $1 AND d.insured_no = $2 AND d.office_no = $3 ORDER BY s.shared_at, s.share_id"
            ),
            &[
                P::S(person.insurer_no.as_str()),
                P::S(person.insured_no.as_str()),
                P::S(permit.office_no().as_str()),
            ],
            share_row,
        )
        .await
}

/// The files about the permitted person that are shared with the permitted office now, each with the instant since when,
/// the newest share first.
pub async fn list_received(
    work: &mut Work,
    permit: &Permit<ShareDocuments>,
) -> Result<Vec<(DocumentRow, Timestamp)>> {
    let person = permit.person();
    work.conn
        .query(
            &sql!(
                "SELECT d.insurer_no, d.insured_no, d.office_no, d.document_id, d.form_id, d.title, d.kind, d.about_on, d.file_name, d.file_kind, d.size_bytes, d.content, d.added_at, d.added_by, d.removed_at, d.removed_by, s.shared_at FROM care_document_share s JOIN care_document d ON d.insurer_no = s.insurer_no AND d.document_id = s.document_id WHERE s.insurer_no = $1 AND s.insured_no = $2 AND s.to_office = $3 AND s.ended_at IS NULL AND d.removed_at IS NULL AND d.insured_no = $2 ORDER BY s.shared_at DESC, s.share_id DESC"
            ),
            &[
                P::S(person.insurer_no.as_str()),
                P::S(person.insured_no.as_str()),
                P::S(permit.office_no().as_str()),
            ],
            |row| Ok((document(row)?, row.get(16)?)),
        )
        .await
}

/// Removes a file of the permitted office and ends all its sharing; false when it was removed before.
pub async fn remove(
    work: &mut Work,
    permit: &Permit<KeepDocuments>,
    document_id: Uuid,
    at: Timestamp,
    by: &str,
) -> Result<bool> {
    let person = permit.person();
    let touched = work
        .conn
        .exec(
            &sql!(
                "UPDATE care_document SET removed_at = $5, removed_by = $6 WHERE insurer_no = $1 AND document_id = $2 AND insured_no = $3 AND office_no = $4 AND removed_at IS NULL"
            ),
            &[
                P::S(person.insurer_no.as_str()),
                P::U(document_id),
                P::S(person.insured_no.as_str()),
                P::S(permit.office_no().as_str()),
                P::T(at),
                P::S(by),
            ],
        )
        .await?;
    if touched == 0 {
        return Ok(false);
    }
    work.conn
        .exec(
            &sql!(
                "UPDATE care_document_share SET ended_at = $3, ended_by = $4 WHERE insurer_no = $1 AND document_id = $2 AND ended_at IS NULL"
            ),
            &[
                P::S(person.insurer_no.as_str()),
                P::U(document_id),
                P::T(at),
                P::S(by),
            ],
        )
        .await?;
    Ok(true)
}

/// Shares a file of the permitted office that stands; false when it is shared with that office already.
pub async fn share(
    work: &mut Work,
    permit: &Permit<ShareDocuments>,
    row: &ShareRow,
) -> Result<bool> {
    let person = permit.person();
    let touched = work
        .conn
        .exec(
            &sql!(
                "INSERT INTO care_document_share (insurer_no, share_id, document_id, insured_no, to_office, shared_at, shared_by) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING"
            ),
            &[
                P::S(person.insurer_no.as_str()),
                P::U(row.share_id),
                P::U(row.document_id),
                P::S(person.insured_no.as_str()),
                P::S(row.to_office.as_str()),
                P::T(row.shared_at),
                P::S(&row.shared_by),
            ],
        )
        .await?;
    Ok(touched == 1)
}

/// Ends the sharing of a file of the permitted office; false when it had ended before.
pub async fn end_share(
    work: &mut Work,
    permit: &Permit<KeepDocuments>,
    row: &ShareRow,
    at: Timestamp,
    by: &str,
) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!(
                "UPDATE care_document_share SET ended_at = $3, ended_by = $4 WHERE insurer_no = $1 AND share_id = $2 AND ended_at IS NULL"
            ),
            &[
                P::S(permit.person().insurer_no.as_str()),
                P::U(row.share_id),
                P::T(at),
                P::S(by),
            ],
        )
        .await?;
    Ok(touched == 1)
}

/// Whether an office is registered for the permitted person on `day`. For the one question that sharing asks; the answer must
/// not be told for offices that were guessed.
pub async fn is_registered(
    work: &mut Work,
    permit: &Permit<ShareDocuments>,
    office_no: &OfficeNumber,
    day: Date,
) -> Result<bool> {
    let person = permit.person();
    let found: Option<i64> = work
        .conn
        .first(
            &sql!(
                "SELECT COUNT(*) FROM care_relation r JOIN office f ON f.office_no = r.office_no WHERE r.insurer_no = $1 AND r.insured_no = $2 AND r.office_no = $3 AND r.valid_from <= $4 AND r.valid_to >= $4 AND f.state = 1"
            ),
            &[
                P::S(person.insurer_no.as_str()),
                P::S(person.insured_no.as_str()),
                P::S(office_no.as_str()),
                P::D(day),
            ],
            |row| row.get(0),
        )
        .await?;
    Ok(found.unwrap_or(0) > 0)
}

/// The offices registered for the permitted person on `day` with which the permitted office has exchanged files about this
/// person before, so that each knows the other already.
pub async fn list_partners(
    work: &mut Work,
    permit: &Permit<ShareDocuments>,
    day: Date,
) -> Result<Vec<PartnerRow>> {
    let person = permit.person();
    work.conn
        .query(
            &sql!(
                "SELECT DISTINCT f.office_no, f.name FROM care_document d JOIN care_document_share s ON s.insurer_no = d.insurer_no AND s.document_id = d.document_id JOIN care_relation r ON r.insurer_no = d.insurer_no AND r.insured_no = d.insured_no JOIN office f ON f.office_no = r.office_no WHERE d.insurer_no = $1 AND d.insured_no = $2 AND r.office_no <> $3 AND r.valid_from <= $4 AND r.valid_to >= $4 AND f.state = 1 AND ((d.office_no = $3 AND s.to_office = r.office_no) OR (s.to_office = $3 AND d.office_no = r.office_no)) ORDER BY f.name, f.office_no"
            ),
            &[
                P::S(person.insurer_no.as_str()),
                P::S(person.insured_no.as_str()),
                P::S(permit.office_no().as_str()),
                P::D(day),
            ],
            |row| {
                Ok(PartnerRow {
                    office_no: super::parse(row, 0, "office.office_no")?,
                    name: row.get(1)?,
                })
            },
        )
        .await
}

fn document(row: &Row<'_>) -> Result<DocumentRow> {
    Ok(DocumentRow {
        person: PersonKey {
            insurer_no: super::parse(row, 0, "care_document.insurer_no")?,
            insured_no: super::parse(row, 1, "care_document.insured_no")?,
        },
        office_no: super::parse(row, 2, "care_document.office_no")?,
        document_id: row.get(3)?,
        form_id: row.get(4)?,
        title: row.get(5)?,
        kind: super::parse(row, 6, "care_document.kind")?,
        about_on: row.get(7)?,
        file_name: row.get(8)?,
        file_kind: super::parse(row, 9, "care_document.file_kind")?,
        size_bytes: row.get(10)?,
        content: row.get(11)?,
        added_at: row.get(12)?,
        added_by: row.get(13)?,
        removed_at: row.get(14)?,
        removed_by: row.get(15)?,
    })
}

fn share_row(row: &Row<'_>) -> Result<ShareRow> {
    Ok(ShareRow {
        share_id: row.get(0)?,
        document_id: row.get(1)?,
        to_office: super::parse(row, 2, "care_document_share.to_office")?,
        shared_at: row.get(3)?,
        shared_by: row.get(4)?,
        ended_at: row.get(5)?,
        ended_by: row.get(6)?,
    })
}
