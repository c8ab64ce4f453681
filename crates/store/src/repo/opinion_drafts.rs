//! What institutions have typed for requests, before it is sent (W-7).

use super::opinions::CaseRow;
use crate::{Work, engine::P, error::Result, sql};
use kiban_access::{AskedInstitution, Permit};
use kiban_domain::{InsurerNumber, Timestamp};
use uuid::Uuid;

/// What was typed so far. No `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct OpinionDraftRow {
    /// Counted up by every save, from 1.
    pub revision: i64,
    /// JSON of edition and fields.
    pub content: String,
    /// When it was saved.
    pub saved_at: Timestamp,
    /// By whom.
    pub saved_by: String,
}

/// What the permitted institution has typed for a request that is its own now.
pub async fn find_draft(
    work: &mut Work,
    permit: &Permit<AskedInstitution>,
    insurer_no: &InsurerNumber,
    case_id: Uuid,
) -> Result<Option<OpinionDraftRow>> {
    work.conn
        .first(
            &sql!(
                "SELECT d.revision, d.content, d.saved_at, d.saved_by FROM opinion_case c JOIN opinion_draft d ON d.insurer_no = c.insurer_no AND d.case_id = c.case_id WHERE c.insurer_no = $1 AND c.case_id = $2 AND c.institution_code = $3"
            ),
            &[
                P::S(insurer_no.as_str()),
                P::U(case_id),
                P::S(permit.institution().as_str()),
            ],
            |row| {
                Ok(OpinionDraftRow {
                    revision: row.get(0)?,
                    content: row.get(1)?,
                    saved_at: row.get(2)?,
                    saved_by: row.get(3)?,
                })
            },
        )
        .await
}

/// Saves what was typed for a request that [`super::opinions::lock`] gave, over the revision before `draft.revision`; false when another one stands there.
pub async fn save_draft(work: &mut Work, row: &CaseRow, draft: &OpinionDraftRow) -> Result<bool> {
    let (insurer, id) = (P::S(row.key.insurer_no.as_str()), P::U(row.case_id));
    let rest = [
        P::S(&draft.content),
        P::T(draft.saved_at),
        P::S(&draft.saved_by),
        P::I(draft.revision),
    ];
    let [content, at, by, revision] = rest;
    let touched = if draft.revision == 1 {
        work.conn
            .exec(
                &sql!(
                    "INSERT INTO opinion_draft (insurer_no, case_id, content, saved_at, saved_by, revision) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING"
                ),
                &[insurer, id, content, at, by, revision],
            )
            .await?
    } else {
        work.conn
            .exec(
                &sql!(
                    "UPDATE opinion_draft SET content = $3, saved_at = $4, saved_by = $5, revision = $6 WHERE insurer_no = $1 AND case_id = $2 AND revision = $6 - 1"
                ),
                &[insurer, id, content, at, by, revision],
            )
            .await?
    };
    Ok(touched == 1)
}
