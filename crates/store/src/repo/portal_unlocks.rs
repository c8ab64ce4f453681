//! Ways in for people who are locked out, which two of the operator's people open (O06); and finding people.

use crate::{
    Work,
    engine::{P, Row},
    error::Result,
    sql,
};
use kiban_domain::Timestamp;
use uuid::Uuid;

/// A way in that is asked for.
#[derive(Debug, Clone)]
pub struct UnlockRow {
    /// Its identifier.
    pub unlock_id: Uuid,
    /// For whom.
    pub user_id: Uuid,
    /// Why, and how the person was recognised.
    pub reason: String,
    /// Who asked.
    pub asked_by: Uuid,
    /// The name of who asked.
    pub asked_name: String,
    /// When.
    pub asked_at: Timestamp,
}

/// Asks for a way in; refused by [`crate::Error::is_duplicate`] when one for the person waits.
pub async fn add(work: &mut Work, row: &UnlockRow) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO portal_unlock (unlock_id, user_id, state, reason, asked_by, asked_name, asked_at) VALUES ($1, $2, 'waiting', $3, $4, $5, $6)"),
            &[
                P::U(row.unlock_id),
                P::U(row.user_id),
                P::S(&row.reason),
                P::U(row.asked_by),
                P::S(&row.asked_name),
                P::T(row.asked_at),
            ],
        )
        .await?;
    Ok(())
}

/// Ends one that waits, opened or not; false when it does not wait any more.
pub async fn end(
    work: &mut Work,
    unlock_id: Uuid,
    opened: bool,
    by: Uuid,
    at: Timestamp,
) -> Result<bool> {
    let state = if opened { "opened" } else { "refused" };
    let touched = work
        .conn
        .exec(
            &sql!("UPDATE portal_unlock SET state = $2, decided_by = $3, decided_at = $4 WHERE unlock_id = $1 AND state = 'waiting'"),
            &[P::U(unlock_id), P::S(state), P::U(by), P::T(at)],
        )
        .await?;
    Ok(touched == 1)
}

/// The one for a person that waits.
pub async fn find_waiting(work: &mut Work, user_id: Uuid) -> Result<Option<UnlockRow>> {
    work.conn
        .first(
            &sql!("SELECT unlock_id, user_id, reason, asked_by, asked_name, asked_at FROM portal_unlock WHERE user_id = $1 AND state = 'waiting'"),
            &[P::U(user_id)],
            unlock,
        )
        .await
}

/// Those that wait, the oldest first.
pub async fn list_waiting(work: &mut Work, most: i64) -> Result<Vec<UnlockRow>> {
    work.conn
        .query(
            &sql!("SELECT unlock_id, user_id, reason, asked_by, asked_name, asked_at FROM portal_unlock WHERE state = 'waiting' ORDER BY asked_at, unlock_id LIMIT $1"),
            &[P::I(most)],
            unlock,
        )
        .await
}

fn unlock(row: &Row<'_>) -> Result<UnlockRow> {
    Ok(UnlockRow {
        unlock_id: row.get(0)?,
        user_id: row.get(1)?,
        reason: row.get(2)?,
        asked_by: row.get(3)?,
        asked_name: row.get(4)?,
        asked_at: row.get(5)?,
    })
}

/// The accounts whose ユーザID, mail address or name is `text`, or begins so for names; or that were ever a member of the body with
/// this number. The newest first, `most` at most.
pub async fn search_users(work: &mut Work, text: &str, most: i64) -> Result<Vec<Uuid>> {
    // Marks of LIKE stand for themselves.
    let begins: String = text
        .chars()
        .filter(|it| !matches!(it, '%' | '_' | '\\'))
        .collect();
    work.conn
        .query(
            &sql!("SELECT u.user_id FROM portal_user u WHERE u.login = $1 OR lower(u.mail) = lower($1) OR ($2 <> '%' AND u.name LIKE $2) OR EXISTS (SELECT 1 FROM portal_membership m WHERE m.user_id = u.user_id AND m.body_no = $1) ORDER BY u.created_at DESC, u.user_id LIMIT $3"),
            &[P::S(text), P::S(&format!("{begins}%")), P::I(most)],
            |row| row.get(0),
        )
        .await
}
