//! Requests for opinions that went out on paper: what joins the paper that comes back to its request (M-3, D-3).

use crate::{Work, engine::P, error::Result, sql};
use kiban_access::{AskingInsurer, Permit};
use kiban_domain::{Timestamp, opinion_case::CaseReference};
use uuid::Uuid;

/// Keeps the reference of an own request that is printed for the first time; one that has a reference keeps it.
pub async fn add(
    work: &mut Work,
    permit: &Permit<AskingInsurer>,
    case_id: Uuid,
    reference: &CaseReference,
    (at, by): (Timestamp, &str),
) -> Result<()> {
    work.conn
        .exec(
            &sql!(
                "INSERT INTO opinion_paper_request (insurer_no, case_id, reference, printed_at, printed_by) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (insurer_no, case_id) DO NOTHING"
            ),
            &[
                P::S(permit.insurer_no().as_str()),
                P::U(case_id),
                P::S(reference.as_str()),
                P::T(at),
                P::S(by),
            ],
        )
        .await?;
    Ok(())
}

/// The reference of an own request, once it was printed.
pub async fn find_reference(
    work: &mut Work,
    permit: &Permit<AskingInsurer>,
    case_id: Uuid,
) -> Result<Option<CaseReference>> {
    work.conn
        .first(
            &sql!(
                "SELECT reference FROM opinion_paper_request WHERE insurer_no = $1 AND case_id = $2"
            ),
            &[P::S(permit.insurer_no().as_str()), P::U(case_id)],
            |row| super::parse(row, 0, "opinion_paper_request.reference"),
        )
        .await
}

/// The own request that went out under a reference.
pub async fn find_case(
    work: &mut Work,
    permit: &Permit<AskingInsurer>,
    reference: &CaseReference,
) -> Result<Option<Uuid>> {
    work.conn
        .first(
            &sql!(
                "SELECT case_id FROM opinion_paper_request WHERE insurer_no = $1 AND reference = $2"
            ),
            &[P::S(permit.insurer_no().as_str()), P::S(reference.as_str())],
            |row| row.get(0),
        )
        .await
}
