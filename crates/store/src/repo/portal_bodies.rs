//! Bodies that have accounts at the portal (O06): numbers, no names of people.

use crate::{Work, engine::P, error::Result, sql};
use kiban_domain::Timestamp;

/// A body with members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyRow {
    /// Its number.
    pub number: String,
    /// How many hold an account that counts.
    pub holders: i64,
    /// How many of those have come in at least once.
    pub came_in: i64,
    /// When one of them last did.
    pub last_sign_in_at: Option<Timestamp>,
}

/// Bodies of a kind with members, ordered by number.
pub async fn list(work: &mut Work, kind: &str) -> Result<Vec<BodyRow>> {
    work.conn
        .query(
            &sql!("SELECT m.body_no, count(*), count(u.last_sign_in_at), max(u.last_sign_in_at) FROM portal_membership m JOIN portal_user u ON u.user_id = m.user_id WHERE m.body_kind = $1 AND m.state = 1 AND u.state = 1 GROUP BY m.body_no ORDER BY m.body_no"),
            &[P::S(kind)],
            |row| {
                Ok(BodyRow {
                    number: row.get(0)?,
                    holders: row.get(1)?,
                    came_in: row.get(2)?,
                    last_sign_in_at: row.get(3)?,
                })
            },
        )
        .await
}
