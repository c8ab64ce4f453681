//! Applications for which nobody was asked for an opinion yet (M-3).

use crate::{Work, engine::P, error::Result, sql};
use kiban_access::{AskingInsurer, Permit};
use kiban_domain::{DataSet, Date, InsuredNumber};

/// An application as the insurer's records have it. No `Debug`: it is about a person.
#[derive(Clone)]
pub struct ApplicantRow {
    /// Whose it is.
    pub insured_no: InsuredNumber,
    /// 氏名.
    pub name: String,
    /// The record of the application, JSON.
    pub body: String,
}

/// The permitted insurer's standing applications of `since` or later without a request that stands, the oldest first.
pub async fn list_unasked(
    work: &mut Work,
    permit: &Permit<AskingInsurer>,
    since: Date,
) -> Result<Vec<ApplicantRow>> {
    work.conn
        .query(
            &sql!(
                "SELECT f.insured_no, e.name, f.body FROM fact f JOIN eligibility_current e ON e.insurer_no = f.insurer_no AND e.insured_no = f.insured_no WHERE f.insurer_no = $1 AND f.dataset = $2 AND f.superseded_at IS NULL AND f.state <> 2 AND f.valid_from >= $3 AND NOT EXISTS (SELECT 1 FROM opinion_case c WHERE c.insurer_no = f.insurer_no AND c.insured_no = f.insured_no AND c.applied_on = f.valid_from AND c.state NOT IN ('cancelled', 'transferred')) ORDER BY f.valid_from, f.insured_no"
            ),
            &[
                P::S(permit.insurer_no().as_str()),
                P::I(i64::from(DataSet::Application.number())),
                P::D(since),
            ],
            |row| {
                Ok(ApplicantRow {
                    insured_no: super::parse(row, 0, "fact.insured_no")?,
                    name: row.get(1)?,
                    body: row.get(2)?,
                })
            },
        )
        .await
}
