//! Planned maintenances and incidents, and what was said about them (O16).

use crate::{
    Work,
    engine::{P, Row},
    error::{Error, Result},
    sql,
};
use kiban_domain::{ServiceFunction, Timestamp};
use uuid::Uuid;

/// What it is. The number never changes, since tables store it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatterKind {
    /// メンテナンス.
    Maintenance = 1,
    /// 障害.
    Incident = 2,
}

/// A maintenance or an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatterRow {
    /// Its identifier.
    pub matter_id: Uuid,
    /// What it is.
    pub kind: MatterKind,
    /// In one line.
    pub title: String,
    /// From when on.
    pub starts_at: Timestamp,
    /// Until when it is planned; a maintenance only.
    pub ends_at: Option<Timestamp>,
    /// When it was ended, called off or closed.
    pub ended_at: Option<Timestamp>,
    /// So many hours before its start the banner begins.
    pub ahead_hours: i64,
    /// What it concerns.
    pub functions: Vec<ServiceFunction>,
    /// Whether these are shut meanwhile.
    pub closes: bool,
    /// Whether only sending is shut, and reading goes on.
    pub reading: bool,
    /// What remains possible, or what to do meanwhile; may be empty.
    pub remains: String,
    /// One more at each change, from 1.
    pub revision: i64,
    /// When it was changed last.
    pub changed_at: Timestamp,
}

/// What was done or said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteRow {
    /// About which.
    pub matter_id: Uuid,
    /// What was done: `opened`, `changed`, `note`, `ended`.
    pub step: String,
    /// In words for everybody.
    pub words: String,
    /// The operator's ユーザID; shown in the console only.
    pub written_by: String,
    /// When.
    pub written_at: Timestamp,
}

fn words(functions: &[ServiceFunction]) -> String {
    let codes: Vec<_> = functions.iter().map(|it| it.code()).collect();
    codes.join(" ")
}

/// Adds one.
pub async fn add(work: &mut Work, row: &MatterRow) -> Result<()> {
    let functions = words(&row.functions);
    work.conn
        .exec(
            &sql!("INSERT INTO operating_matter (matter_id, kind, title, starts_at, ends_at, ended_at, ahead_hours, functions, closes, reading, remains, revision, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"),
            &values(row, &functions),
        )
        .await?;
    Ok(())
}

fn values<'a>(row: &'a MatterRow, functions: &'a str) -> [P<'a>; 13] {
    [
        P::U(row.matter_id),
        P::I(row.kind as i64),
        P::S(&row.title),
        P::T(row.starts_at),
        row.ends_at.map_or(P::Null, P::T),
        row.ended_at.map_or(P::Null, P::T),
        P::I(row.ahead_hours),
        P::S(functions),
        P::I(i64::from(row.closes)),
        P::I(i64::from(row.reading)),
        P::S(&row.remains),
        P::I(row.revision),
        P::T(row.changed_at),
    ]
}

/// Puts a later state in the place of the one whose revision is one less; false when that is not the present one.
pub async fn replace(work: &mut Work, row: &MatterRow) -> Result<bool> {
    let functions = words(&row.functions);
    let touched = work
        .conn
        .exec(
            &sql!("UPDATE operating_matter SET kind = $2, title = $3, starts_at = $4, ends_at = $5, ended_at = $6, ahead_hours = $7, functions = $8, closes = $9, reading = $10, remains = $11, revision = $12, changed_at = $13 WHERE matter_id = $1 AND revision = $12 - 1"),
            &values(row, &functions),
        )
        .await?;
    Ok(touched == 1)
}

/// Says something about one, after what was said before.
pub async fn add_note(work: &mut Work, row: &NoteRow) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO operating_note (matter_id, number, step, words, written_by, written_at) SELECT $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5 FROM operating_note WHERE matter_id = $1"),
            &[
                P::U(row.matter_id),
                P::S(&row.step),
                P::S(&row.words),
                P::S(&row.written_by),
                P::T(row.written_at),
            ],
        )
        .await?;
    Ok(())
}

fn matter(row: &Row<'_>) -> Result<MatterRow> {
    let kind = match row.get::<i16>(1)? {
        1 => MatterKind::Maintenance,
        2 => MatterKind::Incident,
        other => return Err(Error::corrupt("operating_matter.kind", other)),
    };
    let functions = row.with_text(7, |text| {
        let read = |it: &str| {
            it.parse()
                .map_err(|error| Error::corrupt("operating_matter.functions", error))
        };
        text.split_whitespace()
            .map(read)
            .collect::<Result<Vec<_>>>()
    })??;
    Ok(MatterRow {
        matter_id: row.get(0)?,
        kind,
        title: row.get(2)?,
        starts_at: row.get(3)?,
        ends_at: row.get(4)?,
        ended_at: row.get(5)?,
        ahead_hours: row.get(6)?,
        functions,
        closes: row.get(8)?,
        reading: row.get(9)?,
        remains: row.get(10)?,
        revision: row.get(11)?,
        changed_at: row.get(12)?,
    })
}

/// One of them.
pub async fn find(work: &mut Work, matter_id: Uuid) -> Result<Option<MatterRow>> {
    work.conn
        .first(
            &sql!("SELECT matter_id, kind, title, starts_at, ends_at, ended_at, ahead_hours, functions, closes, reading, remains, revision, changed_at FROM operating_matter WHERE matter_id = $1"),
            &[P::U(matter_id)],
            matter,
        )
        .await
}

/// The latest two hundred, the one that starts last first.
pub async fn list(work: &mut Work) -> Result<Vec<MatterRow>> {
    work.conn
        .query(
            &sql!("SELECT matter_id, kind, title, starts_at, ends_at, ended_at, ahead_hours, functions, closes, reading, remains, revision, changed_at FROM operating_matter ORDER BY starts_at DESC, matter_id LIMIT 200"),
            &[],
            matter,
        )
        .await
}

/// What was said about any of them, the oldest first.
pub async fn list_notes(work: &mut Work) -> Result<Vec<NoteRow>> {
    work.conn
        .query(
            &sql!("SELECT matter_id, step, words, written_by, written_at FROM operating_note ORDER BY matter_id, number"),
            &[],
            |row| {
                Ok(NoteRow {
                    matter_id: row.get(0)?,
                    step: row.get(1)?,
                    words: row.get(2)?,
                    written_by: row.get(3)?,
                    written_at: row.get(4)?,
                })
            },
        )
        .await
}

/// Tells one state of the table from another: the sum of revisions grows with each change, and so does the number of rows.
pub async fn mark(work: &mut Work) -> Result<(i64, i64)> {
    let mark = work
        .conn
        .first(
            &sql!(
                "SELECT count(*), CAST(coalesce(sum(revision), 0) AS bigint) FROM operating_matter"
            ),
            &[],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .await?;
    Ok(mark.unwrap_or((0, 0)))
}
