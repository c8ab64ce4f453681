//! Notices to bodies, who has read them, and who wants letters (M05).

use crate::{
    Work,
    engine::{P, Row},
    error::Result,
    sql,
};
use kiban_domain::Timestamp;
use uuid::Uuid;

/// To whom a notice goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addressee {
    /// `office`, `insurer` or `prefecture`.
    pub body_kind: String,
    /// The two digits of a prefecture; empty for every one.
    pub prefecture: String,
    /// The number of one body; empty for all of the kind (in the prefecture).
    pub body_no: String,
}

/// A notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeRow {
    /// Its identifier.
    pub notice_id: Uuid,
    /// To whom.
    pub to: Addressee,
    /// What it tells of, as a stable word.
    pub kind: String,
    /// Which event of the platform it tells; none when an operator wrote it.
    pub event: Option<String>,
    /// In one line.
    pub title: String,
    /// In plain text.
    pub body: String,
    /// Address on the portal where to act; may be empty.
    pub link: String,
    /// Who made it; shown in the console only.
    pub made_by: String,
    /// When.
    pub made_at: Timestamp,
    /// From when on it is shown.
    pub show_from: Timestamp,
    /// Whether letters have gone to everybody who wants them.
    pub mailed_at: Option<Timestamp>,
}

/// Adds a notice; false when its event has been told already.
pub async fn add(work: &mut Work, row: &NoticeRow) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("INSERT INTO notice (notice_id, body_kind, prefecture, body_no, kind, event, title, body, link, made_by, made_at, show_from, mail_turn, mailed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, $13) ON CONFLICT DO NOTHING"),
            &[
                P::U(row.notice_id),
                P::S(&row.to.body_kind),
                P::S(&row.to.prefecture),
                P::S(&row.to.body_no),
                P::S(&row.kind),
                row.event.as_deref().map_or(P::Null, P::S),
                P::S(&row.title),
                P::S(&row.body),
                P::S(&row.link),
                P::S(&row.made_by),
                P::T(row.made_at),
                P::T(row.show_from),
                row.mailed_at.map_or(P::Null, P::T),
            ],
        )
        .await?;
    Ok(touched == 1)
}

fn notice(row: &Row<'_>) -> Result<NoticeRow> {
    Ok(NoticeRow {
        notice_id: row.get(0)?,
        to: Addressee {
            body_kind: row.get(1)?,
            prefecture: row.get(2)?,
            body_no: row.get(3)?,
        },
        kind: row.get(4)?,
        event: row.get(5)?,
        title: row.get(6)?,
        body: row.get(7)?,
        link: row.get(8)?,
        made_by: row.get(9)?,
        made_at: row.get(10)?,
        show_from: row.get(11)?,
        mailed_at: row.get(12)?,
    })
}

/// Notices to a body that are shown, the newest first, `most` at most; `body.prefecture` is where it lies.
pub async fn list_for(
    work: &mut Work,
    body: &Addressee,
    now: Timestamp,
    most: i64,
) -> Result<Vec<NoticeRow>> {
    work.conn
        .query(
            &sql!("SELECT notice_id, body_kind, prefecture, body_no, kind, event, title, body, link, made_by, made_at, show_from, mailed_at FROM notice WHERE body_kind = $1 AND body_no IN ('', $2) AND prefecture IN ('', $3) AND show_from <= $4 ORDER BY show_from DESC, notice_id LIMIT $5"),
            &[
                P::S(&body.body_kind),
                P::S(&body.body_no),
                P::S(&body.prefecture),
                P::T(now),
                P::I(most),
            ],
            notice,
        )
        .await
}

/// What operators wrote, the newest first.
pub async fn list_written(work: &mut Work, most: i64) -> Result<Vec<NoticeRow>> {
    work.conn
        .query(
            &sql!("SELECT notice_id, body_kind, prefecture, body_no, kind, event, title, body, link, made_by, made_at, show_from, mailed_at FROM notice WHERE event IS NULL ORDER BY made_at DESC, notice_id LIMIT $1"),
            &[P::I(most)],
            notice,
        )
        .await
}

/// Items somebody has read one by one since `since`, by their names.
pub async fn list_read(work: &mut Work, user_id: Uuid, since: Timestamp) -> Result<Vec<String>> {
    work.conn
        .query(
            &sql!("SELECT item FROM notice_read WHERE user_id = $1 AND read_at >= $2"),
            &[P::U(user_id), P::T(since)],
            |row| row.get(0),
        )
        .await
}

/// Notes that somebody has read an item; the first time counts.
pub async fn set_read(work: &mut Work, user_id: Uuid, item: &str, at: Timestamp) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO notice_read (user_id, item, read_at) VALUES ($1, $2, $3) ON CONFLICT (user_id, item) DO NOTHING"),
            &[P::U(user_id), P::S(item), P::T(at)],
        )
        .await?;
    Ok(())
}

/// Until when everything counts as read for somebody, and whether they want letters; an account that never chose has read what came before it was made.
pub async fn choice(work: &mut Work, user_id: Uuid) -> Result<Option<(Timestamp, bool)>> {
    work.conn
        .first(
            &sql!("SELECT coalesce(c.read_until, u.created_at), CAST(coalesce(c.wants_mail, 0) AS bigint) FROM portal_user u LEFT JOIN notice_choice c ON c.user_id = u.user_id WHERE u.user_id = $1"),
            &[P::U(user_id)],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .await
}

/// Everything up to `until` counts as read.
pub async fn set_read_until(work: &mut Work, user_id: Uuid, until: Timestamp) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO notice_choice (user_id, read_until, wants_mail) VALUES ($1, $2, 0) ON CONFLICT (user_id) DO UPDATE SET read_until = excluded.read_until"),
            &[P::U(user_id), P::T(until)],
        )
        .await?;
    // What counts as read altogether need not be named one by one.
    work.conn
        .exec(
            &sql!("DELETE FROM notice_read WHERE user_id = $1 AND read_at <= $2"),
            &[P::U(user_id), P::T(until)],
        )
        .await?;
    Ok(())
}

/// Whether somebody wants letters.
pub async fn set_wants_mail(work: &mut Work, user_id: Uuid, wants: bool) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO notice_choice (user_id, wants_mail) VALUES ($1, $2) ON CONFLICT (user_id) DO UPDATE SET wants_mail = excluded.wants_mail"),
            &[P::U(user_id), P::I(i64::from(wants))],
        )
        .await?;
    Ok(())
}

/// A notice whose letters are to be written.
#[derive(Debug, Clone)]
pub struct UnmailedRow {
    /// Its identifier.
    pub notice_id: Uuid,
    /// To whom.
    pub to: Addressee,
    /// In one line.
    pub title: String,
    /// One more after each part of the letters.
    pub turn: i64,
    /// Whose letter was the last.
    pub mailed_to: Option<Uuid>,
}

/// The oldest notice that is shown and whose letters are not all written.
pub async fn first_unmailed(work: &mut Work, now: Timestamp) -> Result<Option<UnmailedRow>> {
    work.conn
        .first(
            &sql!("SELECT notice_id, body_kind, prefecture, body_no, title, mail_turn, mailed_to FROM notice WHERE mailed_at IS NULL AND show_from <= $1 ORDER BY show_from, notice_id LIMIT 1"),
            &[P::T(now)],
            |row| {
                Ok(UnmailedRow {
                    notice_id: row.get(0)?,
                    to: Addressee {
                        body_kind: row.get(1)?,
                        prefecture: row.get(2)?,
                        body_no: row.get(3)?,
                    },
                    title: row.get(4)?,
                    turn: row.get(5)?,
                    mailed_to: row.get(6)?,
                })
            },
        )
        .await
}

/// Takes the next part of a notice's letters: false when another process has taken it.
pub async fn take_turn(work: &mut Work, row: &UnmailedRow) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("UPDATE notice SET mail_turn = mail_turn + 1 WHERE notice_id = $1 AND mail_turn = $2 AND mailed_at IS NULL"),
            &[P::U(row.notice_id), P::I(row.turn)],
        )
        .await?;
    Ok(touched == 1)
}

/// The next people who want letters among those a notice goes to: account and address, in the order of accounts.
pub async fn list_wanting(
    work: &mut Work,
    to: &Addressee,
    after: Option<Uuid>,
    most: i64,
) -> Result<Vec<(Uuid, String)>> {
    let after = after.unwrap_or(Uuid::nil());
    work.conn
        .query(
            &sql!("SELECT u.user_id, u.mail FROM notice_choice c JOIN portal_user u ON u.user_id = c.user_id WHERE c.wants_mail = 1 AND u.state = 1 AND u.user_id > $1 AND EXISTS (SELECT 1 FROM portal_membership m WHERE m.user_id = u.user_id AND m.state = 1 AND m.body_kind = $2 AND ($3 = '' OR m.body_no = $3) AND ($4 = '' OR substr(m.body_no, 1, 2) = $4)) ORDER BY u.user_id LIMIT $5"),
            &[
                P::U(after),
                P::S(&to.body_kind),
                P::S(&to.body_no),
                P::S(&to.prefecture),
                P::I(most),
            ],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .await
}

/// Notes how far the letters have come; `done` when nobody is left.
pub async fn set_mailed(
    work: &mut Work,
    notice_id: Uuid,
    last: Option<Uuid>,
    done: Option<Timestamp>,
) -> Result<()> {
    work.conn
        .exec(
            &sql!("UPDATE notice SET mailed_to = coalesce($2, mailed_to), mailed_at = $3 WHERE notice_id = $1"),
            &[
                P::U(notice_id),
                last.map_or(P::Null, P::U),
                done.map_or(P::Null, P::T),
            ],
        )
        .await?;
    Ok(())
}

/// How many bodies with members, and how many members, a notice would reach.
pub async fn count_reached(work: &mut Work, to: &Addressee) -> Result<(i64, i64)> {
    let counted = work
        .conn
        .first(
            &sql!("SELECT count(DISTINCT m.body_no), count(*) FROM portal_membership m JOIN portal_user u ON u.user_id = m.user_id WHERE m.state = 1 AND u.state = 1 AND m.body_kind = $1 AND ($2 = '' OR m.body_no = $2) AND ($3 = '' OR substr(m.body_no, 1, 2) = $3)"),
            &[P::S(&to.body_kind), P::S(&to.body_no), P::S(&to.prefecture)],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .await?;
    Ok(counted.unwrap_or((0, 0)))
}
