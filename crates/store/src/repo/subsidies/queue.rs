//! The reviewers' queue, and what applications come to in all (O02, O05).

use super::{SubsidyRow, subsidy};
use crate::{Work, engine::P, error::Result, sql};
use kiban_domain::Programme;

/// Which applications are asked for; what is empty does not filter. Drafts are nobody's but the applicant's and never among them.
#[derive(Debug, Clone, Default)]
pub struct SubsidyFilter {
    /// The scheme.
    pub scheme: String,
    /// The programme.
    pub programme: Option<Programme>,
    /// The word of a stage, or `open`: those that wait for the operator.
    pub stage: String,
    /// The prefecture's two digits, with which an office's number begins.
    pub prefecture: String,
    /// A part of the office's name or number, or of the receipt.
    pub words: String,
}

impl SubsidyFilter {
    fn texts(&self) -> [String; 2] {
        let digits: String = self
            .prefecture
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        let words: String = self
            .words
            .chars()
            .filter(|it| !matches!(it, '%' | '_' | '\\'))
            .collect();
        [digits + "%", format!("%{words}%")]
    }

    fn values<'a>(&'a self, texts: &'a [String; 2]) -> [P<'a>; 5] {
        [
            P::S(&self.scheme),
            P::S(self.programme.as_ref().map_or("", Programme::code)),
            P::S(&self.stage),
            P::S(&texts[0]),
            P::S(&texts[1]),
        ]
    }
}

/// Applications, those that have waited longest since they were submitted first; from `skip` on, `most` at most.
pub async fn list(
    work: &mut Work,
    filter: &SubsidyFilter,
    (skip, most): (i64, i64),
) -> Result<Vec<SubsidyRow>> {
    let texts = filter.texts();
    let [scheme, programme, stage, prefecture, words] = filter.values(&texts);
    work.conn
        .query(
            &sql!("SELECT application_id, receipt, scheme, programme, office_no, office_name, stage, version, submissions, first_reviewer, second_reviewer, reviewer_name, applicant_id, applicant_name, applicant_mail, draft, claimed_yen, granted_yen, proposal, on_hold, begun_at, submitted_at, changed_at FROM subsidy_application WHERE submissions > 0 AND ($1 = '' OR scheme = $1) AND ($2 = '' OR programme = $2) AND ($3 = '' OR stage = $3 OR ($3 = 'open' AND stage IN ('submitted', 'in_review', 'checked'))) AND office_no LIKE $4 AND (office_name LIKE $5 OR office_no LIKE $5 OR receipt LIKE $5) ORDER BY submitted_at, application_id LIMIT $6 OFFSET $7"),
            &[
                scheme,
                programme,
                stage,
                prefecture,
                words,
                P::I(most),
                P::I(skip),
            ],
            subsidy,
        )
        .await
}

/// How many there are.
pub async fn count(work: &mut Work, filter: &SubsidyFilter) -> Result<i64> {
    let texts = filter.texts();
    let count = work
        .conn
        .first(
            &sql!("SELECT count(*) FROM subsidy_application WHERE submissions > 0 AND ($1 = '' OR scheme = $1) AND ($2 = '' OR programme = $2) AND ($3 = '' OR stage = $3 OR ($3 = 'open' AND stage IN ('submitted', 'in_review', 'checked'))) AND office_no LIKE $4 AND (office_name LIKE $5 OR office_no LIKE $5 OR receipt LIKE $5)"),
            &filter.values(&texts),
            |row| row.get(0),
        )
        .await?;
    Ok(count.unwrap_or(0))
}

/// What the applications of a scheme, programme, stage and prefecture come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totals {
    /// The scheme.
    pub scheme: String,
    /// The programme.
    pub programme: Programme,
    /// The word of the stage.
    pub stage: String,
    /// The first two digits of the offices' numbers.
    pub prefecture: String,
    /// How many.
    pub count: i64,
    /// What they claim, in yen.
    pub claimed_yen: i64,
    /// What is proposed or granted, in yen.
    pub granted_yen: i64,
}

/// Sums of everything that was submitted.
pub async fn totals(work: &mut Work) -> Result<Vec<Totals>> {
    work.conn
        .query(
            &sql!("SELECT scheme, programme, stage, substr(office_no, 1, 2), count(*), CAST(coalesce(sum(claimed_yen), 0) AS bigint), CAST(coalesce(sum(granted_yen), 0) AS bigint) FROM subsidy_application WHERE submissions > 0 GROUP BY scheme, programme, stage, substr(office_no, 1, 2) ORDER BY 1, 2, 3, 4"),
            &[],
            |row| {
                Ok(Totals {
                    scheme: row.get(0)?,
                    programme: crate::repo::parse(row, 1, "subsidy_application.programme")?,
                    stage: row.get(2)?,
                    prefecture: row.get(3)?,
                    count: row.get(4)?,
                    claimed_yen: row.get(5)?,
                    granted_yen: row.get(6)?,
                })
            },
        )
        .await
}
