//! Evidence of the costs of an application (G-4).

use crate::{
    Work,
    engine::{P, Row},
    error::Result,
    sql,
};
use kiban_domain::{FileKind, Timestamp};
use uuid::Uuid;

/// A file. No `Debug`: its name can tell whose it is.
#[derive(Clone)]
pub struct SubsidyFileRow {
    /// Its identifier.
    pub file_id: Uuid,
    /// The application.
    pub application_id: Uuid,
    /// The number of its line.
    pub line: i64,
    /// Its name.
    pub file_name: String,
    /// What it is, by its content.
    pub file_kind: FileKind,
    /// Whether it is a PDF under a password.
    pub locked: bool,
    /// Its length.
    pub size_bytes: i64,
    /// Its name in the object store.
    pub content: String,
    /// When it came.
    pub received_at: Timestamp,
    /// When the applicant took it out.
    pub removed_at: Option<Timestamp>,
}

/// Keeps a file.
pub async fn add(work: &mut Work, row: &SubsidyFileRow) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO subsidy_file (file_id, application_id, line, file_name, file_kind, locked, size_bytes, content, received_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"),
            &[
                P::U(row.file_id),
                P::U(row.application_id),
                P::I(row.line),
                P::S(&row.file_name),
                P::S(row.file_kind.code()),
                P::I(i64::from(row.locked)),
                P::I(row.size_bytes),
                P::S(&row.content),
                P::T(row.received_at),
            ],
        )
        .await?;
    Ok(())
}

/// The files of an application that were not taken out, by line and time.
pub async fn list(work: &mut Work, application_id: Uuid) -> Result<Vec<SubsidyFileRow>> {
    work.conn
        .query(
            &sql!("SELECT file_id, application_id, line, file_name, file_kind, locked, size_bytes, content, received_at, removed_at FROM subsidy_file WHERE application_id = $1 AND removed_at IS NULL ORDER BY line, received_at, file_id"),
            &[P::U(application_id)],
            file,
        )
        .await
}

/// One file of an application, taken out or not.
pub async fn find(
    work: &mut Work,
    application_id: Uuid,
    file_id: Uuid,
) -> Result<Option<SubsidyFileRow>> {
    work.conn
        .first(
            &sql!("SELECT file_id, application_id, line, file_name, file_kind, locked, size_bytes, content, received_at, removed_at FROM subsidy_file WHERE application_id = $1 AND file_id = $2"),
            &[P::U(application_id), P::U(file_id)],
            file,
        )
        .await
}

/// Takes a file out; false when it is out already.
pub async fn remove(
    work: &mut Work,
    application_id: Uuid,
    file_id: Uuid,
    at: Timestamp,
) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("UPDATE subsidy_file SET removed_at = $3 WHERE application_id = $1 AND file_id = $2 AND removed_at IS NULL"),
            &[P::U(application_id), P::U(file_id), P::T(at)],
        )
        .await?;
    Ok(touched == 1)
}

/// Takes the files of a line out.
pub async fn remove_line(
    work: &mut Work,
    application_id: Uuid,
    line: i64,
    at: Timestamp,
) -> Result<()> {
    work.conn
        .exec(
            &sql!("UPDATE subsidy_file SET removed_at = $3 WHERE application_id = $1 AND line = $2 AND removed_at IS NULL"),
            &[P::U(application_id), P::I(line), P::T(at)],
        )
        .await?;
    Ok(())
}

fn file(row: &Row<'_>) -> Result<SubsidyFileRow> {
    Ok(SubsidyFileRow {
        file_id: row.get(0)?,
        application_id: row.get(1)?,
        line: row.get(2)?,
        file_name: row.get(3)?,
        file_kind: super::parse(row, 4, "subsidy_file.file_kind")?,
        locked: row.get(5)?,
        size_bytes: row.get(6)?,
        content: row.get(7)?,
        received_at: row.get(8)?,
        removed_at: row.get(9)?,
    })
}
