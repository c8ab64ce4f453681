//! Who wants a letter when municipalities declare something (P-3): addresses, what they follow, which morning was looked after.

use crate::{Work, engine::P, error::Result, sql};
use kiban_domain::{Date, Followed, Timestamp};
use uuid::Uuid;

/// An address. No `Debug`: it is somebody's.
#[derive(Clone, PartialEq, Eq)]
pub struct ReaderRow {
    /// Identifier.
    pub reader_id: Uuid,
    /// Address.
    pub mail: String,
    /// Opens the page where the letters stop; stands in every letter.
    pub end_key: String,
    /// What was declared up to then was told.
    pub told_until: Timestamp,
    /// The day whose letter was looked after.
    pub told_on: Date,
}

/// Something that an address follows with its owner's agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FollowRow {
    /// What.
    pub followed: Followed,
    /// Since when.
    pub confirmed_at: Timestamp,
}

/// The row of an address; made from `row` when there was none.
pub async fn find_or_add(work: &mut Work, row: &ReaderRow) -> Result<Option<ReaderRow>> {
    work.conn
        .exec(
            &sql!("INSERT INTO readiness_reader (reader_id, mail, end_key, told_until, told_on) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (mail) DO NOTHING"),
            &[
                P::U(row.reader_id),
                P::S(&row.mail),
                P::S(&row.end_key),
                P::T(row.told_until),
                P::D(row.told_on),
            ],
        )
        .await?;
    work.conn
        .first(
            &sql!("SELECT reader_id, mail, end_key, told_until, told_on FROM readiness_reader WHERE mail = $1"),
            &[P::S(&row.mail)],
            reader,
        )
        .await
}

fn reader(row: &crate::engine::Row<'_>) -> Result<ReaderRow> {
    Ok(ReaderRow {
        reader_id: row.get(0)?,
        mail: row.get(1)?,
        end_key: row.get(2)?,
        told_until: row.get(3)?,
        told_on: row.get(4)?,
    })
}

/// Asks the owner of an address whether it is to follow something; the newest link counts. False when it follows it already.
pub async fn ask(
    work: &mut Work,
    reader_id: Uuid,
    followed: Followed,
    confirm_hash: &[u8],
    at: Timestamp,
) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("INSERT INTO readiness_follow (reader_id, followed, confirm_hash, asked_at) VALUES ($1, $2, $3, $4) ON CONFLICT (reader_id, followed) DO UPDATE SET confirm_hash = excluded.confirm_hash, asked_at = excluded.asked_at WHERE readiness_follow.confirmed_at IS NULL"),
            &[
                P::U(reader_id),
                P::S(&followed.to_string()),
                P::B(confirm_hash),
                P::T(at),
            ],
        )
        .await?;
    Ok(touched == 1)
}

/// What a link that was asked for after `asked_after` is about.
pub async fn find_link(
    work: &mut Work,
    confirm_hash: &[u8],
    asked_after: Timestamp,
) -> Result<Option<Followed>> {
    work.conn
        .first(
            &sql!(
                "SELECT followed FROM readiness_follow WHERE confirm_hash = $1 AND asked_at > $2"
            ),
            &[P::B(confirm_hash), P::T(asked_after)],
            |row| super::parse(row, 0, "readiness_follow.followed"),
        )
        .await
}

/// The owner of an address agrees; a second time changes nothing.
pub async fn confirm(
    work: &mut Work,
    confirm_hash: &[u8],
    asked_after: Timestamp,
    at: Timestamp,
) -> Result<Option<Followed>> {
    work.conn
        .first(
            &sql!("UPDATE readiness_follow SET confirmed_at = coalesce(confirmed_at, $3) WHERE confirm_hash = $1 AND asked_at > $2 RETURNING followed"),
            &[P::B(confirm_hash), P::T(asked_after), P::T(at)],
            |row| super::parse(row, 0, "readiness_follow.followed"),
        )
        .await
}

/// What an address follows with its owner's agreement; nothing when the key is nobody's.
pub async fn list_by_key(work: &mut Work, end_key: &str) -> Result<Vec<FollowRow>> {
    work.conn
        .query(
            &sql!("SELECT f.followed, f.confirmed_at FROM readiness_reader r JOIN readiness_follow f ON f.reader_id = r.reader_id WHERE r.end_key = $1 AND f.confirmed_at IS NOT NULL ORDER BY f.followed"),
            &[P::S(end_key)],
            follow,
        )
        .await
}

/// What an address follows with its owner's agreement.
pub async fn list_follows(work: &mut Work, reader_id: Uuid) -> Result<Vec<FollowRow>> {
    work.conn
        .query(
            &sql!("SELECT followed, confirmed_at FROM readiness_follow WHERE reader_id = $1 AND confirmed_at IS NOT NULL ORDER BY followed"),
            &[P::U(reader_id)],
            follow,
        )
        .await
}

fn follow(row: &crate::engine::Row<'_>) -> Result<FollowRow> {
    Ok(FollowRow {
        followed: super::parse(row, 0, "readiness_follow.followed")?,
        confirmed_at: row.get(1)?,
    })
}

/// Ends one thing, or everything, that the owner of the key follows; an address that follows nothing is forgotten.
pub async fn leave(work: &mut Work, end_key: &str, one: Option<Followed>) -> Result<()> {
    let one = one.map(|it| it.to_string());
    work.conn
        .exec(
            &sql!("DELETE FROM readiness_follow WHERE reader_id = (SELECT reader_id FROM readiness_reader WHERE end_key = $1) AND followed = coalesce($2, followed)"),
            &[P::S(end_key), P::opt(one.as_deref())],
        )
        .await?;
    forget_idle(work).await?;
    Ok(())
}

/// Ends everything that an address (in lower case) follows.
pub async fn forget_address(work: &mut Work, address: &str) -> Result<()> {
    work.conn
        .exec(
            &sql!("DELETE FROM readiness_follow WHERE reader_id IN (SELECT reader_id FROM readiness_reader WHERE lower(mail) = $1)"),
            &[P::S(address)],
        )
        .await?;
    forget_idle(work).await?;
    Ok(())
}

async fn forget_idle(work: &mut Work) -> Result<u64> {
    work.conn
        .exec(
            &sql!("DELETE FROM readiness_reader WHERE NOT EXISTS (SELECT 1 FROM readiness_follow f WHERE f.reader_id = readiness_reader.reader_id)"),
            &[],
        )
        .await
}

/// Forgets what was asked for before `before` and nobody agreed to, and addresses that follow nothing.
pub async fn forget(work: &mut Work, before: Timestamp) -> Result<u64> {
    let asked = work
        .conn
        .exec(
            &sql!("DELETE FROM readiness_follow WHERE confirmed_at IS NULL AND asked_at <= $1"),
            &[P::T(before)],
        )
        .await?;
    Ok(asked + forget_idle(work).await?)
}

/// Addresses that follow something and whose morning nobody has looked after on `today`.
pub async fn list_due(work: &mut Work, today: Date) -> Result<Vec<ReaderRow>> {
    work.conn
        .query(
            &sql!("SELECT reader_id, mail, end_key, told_until, told_on FROM readiness_reader WHERE told_on < $1 AND EXISTS (SELECT 1 FROM readiness_follow f WHERE f.reader_id = readiness_reader.reader_id AND f.confirmed_at IS NOT NULL) ORDER BY reader_id"),
            &[P::D(today)],
            reader,
        )
        .await
}

/// Takes an address's morning: false when another process has taken it, or its owner has left.
pub async fn take(work: &mut Work, reader_id: Uuid, until: Timestamp, today: Date) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("UPDATE readiness_reader SET told_until = $2, told_on = $3 WHERE reader_id = $1 AND told_on < $3"),
            &[P::U(reader_id), P::T(until), P::D(today)],
        )
        .await?;
    Ok(touched == 1)
}
