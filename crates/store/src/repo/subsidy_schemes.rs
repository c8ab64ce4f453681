//! Schemes of subsidies, in revisions (G-1, O11).

use crate::{
    Work,
    engine::{P, Row},
    error::Result,
    sql,
};
use kiban_domain::Timestamp;
use uuid::Uuid;

/// A revision of a scheme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemeRow {
    /// The word of the scheme.
    pub scheme: String,
    /// From 1.
    pub revision: i64,
    /// `standing`, `proposed` or `refused`.
    pub state: String,
    /// The text of the data file.
    pub content: String,
    /// Why it was proposed, or refused.
    pub reason: String,
    /// Who proposed it; nobody for what came with the program.
    pub proposed_by: Option<Uuid>,
    /// The name at that time.
    pub proposed_name: String,
    /// When.
    pub proposed_at: Timestamp,
    /// Who decided.
    pub decided_by: Option<Uuid>,
    /// The name at that time.
    pub decided_name: String,
    /// When.
    pub decided_at: Option<Timestamp>,
}

/// Adds a revision; refused by [`crate::Error::is_duplicate`] when somebody else added it or another one is proposed.
pub async fn add(work: &mut Work, row: &SchemeRow) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO subsidy_scheme (scheme, revision, state, content, reason, proposed_by, proposed_name, proposed_at, decided_by, decided_name, decided_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"),
            &[
                P::S(&row.scheme),
                P::I(row.revision),
                P::S(&row.state),
                P::S(&row.content),
                P::S(&row.reason),
                row.proposed_by.map_or(P::Null, P::U),
                P::S(&row.proposed_name),
                P::T(row.proposed_at),
                row.decided_by.map_or(P::Null, P::U),
                P::S(&row.decided_name),
                P::opt_at(row.decided_at),
            ],
        )
        .await?;
    Ok(())
}

/// Decides on a proposed revision; false when it is not proposed any more.
pub async fn decide(
    work: &mut Work,
    (scheme, revision): (&str, i64),
    state: &str,
    (by, name): (Uuid, &str),
    at: Timestamp,
) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("UPDATE subsidy_scheme SET state = $3, decided_by = $4, decided_name = $5, decided_at = $6 WHERE scheme = $1 AND revision = $2 AND state = 'proposed'"),
            &[P::S(scheme), P::I(revision), P::S(state), P::U(by), P::S(name), P::T(at)],
        )
        .await?;
    Ok(touched == 1)
}

/// One revision.
pub async fn find(work: &mut Work, scheme: &str, revision: i64) -> Result<Option<SchemeRow>> {
    work.conn
        .first(
            &sql!("SELECT scheme, revision, state, content, reason, proposed_by, proposed_name, proposed_at, decided_by, decided_name, decided_at FROM subsidy_scheme WHERE scheme = $1 AND revision = $2"),
            &[P::S(scheme), P::I(revision)],
            scheme_row,
        )
        .await
}

/// The revisions in force: of each scheme the highest that stands.
pub async fn list_standing(work: &mut Work) -> Result<Vec<SchemeRow>> {
    work.conn
        .query(
            &sql!("SELECT scheme, revision, state, content, reason, proposed_by, proposed_name, proposed_at, decided_by, decided_name, decided_at FROM subsidy_scheme WHERE state = 'standing' AND revision = (SELECT max(it.revision) FROM subsidy_scheme it WHERE it.scheme = subsidy_scheme.scheme AND it.state = 'standing') ORDER BY scheme"),
            &[],
            scheme_row,
        )
        .await
}

/// Every revision, the newest of each scheme first.
pub async fn list(work: &mut Work) -> Result<Vec<SchemeRow>> {
    work.conn
        .query(
            &sql!("SELECT scheme, revision, state, content, reason, proposed_by, proposed_name, proposed_at, decided_by, decided_name, decided_at FROM subsidy_scheme ORDER BY scheme DESC, revision DESC"),
            &[],
            scheme_row,
        )
        .await
}

fn scheme_row(row: &Row<'_>) -> Result<SchemeRow> {
    Ok(SchemeRow {
        scheme: row.get(0)?,
        revision: row.get(1)?,
        state: row.get(2)?,
        content: row.get(3)?,
        reason: row.get(4)?,
        proposed_by: row.get(5)?,
        proposed_name: row.get(6)?,
        proposed_at: row.get(7)?,
        decided_by: row.get(8)?,
        decided_name: row.get(9)?,
        decided_at: row.get(10)?,
    })
}
