//! Counts for the operator's figures (O17). Whole tables are counted, but each has as many rows as there are offices, inquiries or
//! sign-ins of a month.

use crate::engine::P;
use crate::{Work, error::Result, sql};
use kiban_domain::{Date, Timestamp};

/// How many there are of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// The stable word.
    pub word: String,
    /// How many.
    pub count: i64,
}

fn count(row: &crate::engine::Row<'_>) -> Result<Count> {
    Ok(Count {
        word: row.get(0)?,
        count: row.get(1)?,
    })
}

/// Registrations by stage.
pub async fn registrations(work: &mut Work) -> Result<Vec<Count>> {
    work.conn
        .query(
            &sql!("SELECT stage, count(*) FROM office_registration GROUP BY stage ORDER BY stage"),
            &[],
            count,
        )
        .await
}

/// Memberships that hold of accounts that are active, by the kind of body.
pub async fn accounts(work: &mut Work) -> Result<Vec<Count>> {
    work.conn
        .query(
            &sql!("SELECT m.body_kind, count(*) FROM portal_membership m JOIN portal_user u ON u.user_id = m.user_id WHERE m.state = 1 AND u.state = 1 GROUP BY m.body_kind ORDER BY m.body_kind"),
            &[],
            count,
        )
        .await
}

/// Sign-ins since an instant, by how they went.
pub async fn sign_ins(work: &mut Work, since: Timestamp) -> Result<Vec<Count>> {
    work.conn
        .query(
            &sql!("SELECT CASE outcome WHEN 1 THEN 'in' WHEN 2 THEN 'wrong_password' ELSE 'wrong_second_factor' END, count(*) FROM portal_sign_in WHERE at >= $1 GROUP BY outcome ORDER BY outcome"),
            &[P::T(since)],
            count,
        )
        .await
}

/// Inquiries by state.
pub async fn inquiries(work: &mut Work) -> Result<Vec<Count>> {
    work.conn
        .query(
            &sql!("SELECT state, count(*) FROM inquiry GROUP BY state ORDER BY state"),
            &[],
            count,
        )
        .await
}

/// Questions to the desk since a day, by what became of them.
pub async fn questions(work: &mut Work, since: Date) -> Result<Vec<Count>> {
    work.conn
        .query(
            &sql!("SELECT CASE outcome WHEN 1 THEN 'answered' WHEN 2 THEN 'near' WHEN 3 THEN 'none' ELSE 'municipality' END, count(*) FROM helpdesk_question WHERE asked_on >= $1 GROUP BY outcome ORDER BY outcome"),
            &[P::D(since)],
            count,
        )
        .await
}

/// How many municipalities have declared anything.
pub async fn municipalities(work: &mut Work) -> Result<i64> {
    let found = work
        .conn
        .first(
            &sql!("SELECT count(DISTINCT municipality_code) FROM readiness_step"),
            &[],
            |row| row.get(0),
        )
        .await?;
    Ok(found.unwrap_or(0))
}

/// Letters that wait and letters that were given up.
pub async fn letters(work: &mut Work) -> Result<Vec<Count>> {
    work.conn
        .query(
            &sql!("SELECT CASE WHEN next_try_at IS NULL THEN 'given_up' ELSE 'waiting' END, count(*) FROM mail WHERE sent_at IS NULL GROUP BY CASE WHEN next_try_at IS NULL THEN 'given_up' ELSE 'waiting' END ORDER BY 1"),
            &[],
            count,
        )
        .await
}

/// Opinions that came since an instant, by the way they came.
pub async fn opinion_routes(work: &mut Work, since: Timestamp) -> Result<Vec<Count>> {
    work.conn
        .query(
            &sql!("SELECT route, count(*) FROM opinion_submission WHERE submitted_at >= $1 GROUP BY route ORDER BY route"),
            &[P::T(since)],
            count,
        )
        .await
}

/// Opinions that came since an instant, by where they stand.
pub async fn opinion_states(work: &mut Work, since: Timestamp) -> Result<Vec<Count>> {
    work.conn
        .query(
            &sql!("SELECT state, count(*) FROM opinion_submission WHERE submitted_at >= $1 GROUP BY state ORDER BY state"),
            &[P::T(since)],
            count,
        )
        .await
}
