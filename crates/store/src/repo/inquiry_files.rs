//! Files that come with inquiries (P-5).

use crate::{
    Work,
    engine::{P, Row},
    error::Result,
    sql,
};
use kiban_domain::{FileKind, Timestamp};
use uuid::Uuid;

/// A file. No `Debug`: its name can tell who sent it.
#[derive(Clone)]
pub struct FileRow {
    /// Its identifier.
    pub file_id: Uuid,
    /// The form it came with.
    pub form_key: Vec<u8>,
    /// Its inquiry; `None` until the form is sent.
    pub ticket: Option<String>,
    /// The message it belongs to, from 1; `None` until the form is sent.
    pub message_no: Option<i64>,
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
}

/// Keeps a file that waits for its form.
pub async fn add(work: &mut Work, row: &FileRow) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO inquiry_file (file_id, form_key, file_name, file_kind, locked, size_bytes, content, received_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"),
            &[
                P::U(row.file_id),
                P::B(&row.form_key),
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

/// Files that wait for a form to be sent, in the order they came.
pub async fn list_waiting(work: &mut Work, form_key: &[u8]) -> Result<Vec<FileRow>> {
    work.conn
        .query(
            &sql!("SELECT file_id, form_key, ticket, message_no, file_name, file_kind, locked, size_bytes, content, received_at FROM inquiry_file WHERE form_key = $1 AND ticket IS NULL ORDER BY received_at, file_id"),
            &[P::B(form_key)],
            file,
        )
        .await
}

/// Gives the files that wait for a form to the message it became.
pub async fn attach(
    work: &mut Work,
    form_key: &[u8],
    ticket: &str,
    message_no: i64,
) -> Result<u64> {
    work.conn
        .exec(
            &sql!("UPDATE inquiry_file SET ticket = $2, message_no = $3 WHERE form_key = $1 AND ticket IS NULL"),
            &[P::B(form_key), P::S(ticket), P::I(message_no)],
        )
        .await
}

/// Takes a file away that waits for its form; false when it is not there.
pub async fn drop_waiting(work: &mut Work, form_key: &[u8], file_id: Uuid) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!(
                "DELETE FROM inquiry_file WHERE form_key = $1 AND file_id = $2 AND ticket IS NULL"
            ),
            &[P::B(form_key), P::U(file_id)],
        )
        .await?;
    Ok(touched == 1)
}

/// Forgets files whose form was not sent since `before`; how many. Their contents are orphans from then on.
pub async fn forget_waiting(work: &mut Work, before: Timestamp) -> Result<u64> {
    work.conn
        .exec(
            &sql!("DELETE FROM inquiry_file WHERE ticket IS NULL AND received_at < $1"),
            &[P::T(before)],
        )
        .await
}

/// The files of an inquiry, in the order of messages.
pub async fn list(work: &mut Work, ticket: &str) -> Result<Vec<FileRow>> {
    work.conn
        .query(
            &sql!("SELECT file_id, form_key, ticket, message_no, file_name, file_kind, locked, size_bytes, content, received_at FROM inquiry_file WHERE ticket = $1 ORDER BY message_no, received_at, file_id"),
            &[P::S(ticket)],
            file,
        )
        .await
}

fn file(row: &Row<'_>) -> Result<FileRow> {
    Ok(FileRow {
        file_id: row.get(0)?,
        form_key: row.get(1)?,
        ticket: row.get(2)?,
        message_no: row.get(3)?,
        file_name: row.get(4)?,
        file_kind: super::parse(row, 5, "inquiry_file.file_kind")?,
        locked: row.get(6)?,
        size_bytes: row.get(7)?,
        content: row.get(8)?,
        received_at: row.get(9)?,
    })
}
