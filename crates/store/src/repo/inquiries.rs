//! Inquiries to the help desk and what was written about them (P-5).

use crate::{
    Work,
    engine::{P, Row},
    error::Result,
    sql,
};
use kiban_domain::{CallState, InquiryCategory, InquiryChannel, InquiryState, Timestamp};
use uuid::Uuid;

mod desk;

pub use desk::{
    InquirySearch, NoteRow, StateCount, TimesRow, add_note, assign, count, count_states,
    list_notes, list_times, search, set_call,
};

/// An inquiry. No `Debug`: it holds who asked.
#[derive(Clone)]
pub struct InquiryRow {
    /// Its number.
    pub ticket: String,
    /// The form it came from.
    pub submit_key: Vec<u8>,
    /// What it is about.
    pub category: InquiryCategory,
    /// Where it stands.
    pub state: InquiryState,
    /// Who asks.
    pub name: String,
    /// Office, institution or municipality, as typed; may be empty.
    pub organisation: String,
    /// Where the answer goes; may be empty when somebody called.
    pub mail: String,
    /// The telephone; may be empty.
    pub phone: String,
    /// Whether a call is asked for.
    pub call_back: bool,
    /// The screen and reference number it came from; may be empty.
    pub context: String,
    /// Who of the help desk works on it.
    pub assigned_to: Option<String>,
    /// When it came.
    pub created_at: Timestamp,
    /// When anything was last done.
    pub changed_at: Timestamp,
    /// When it was first answered.
    pub first_answer_at: Option<Timestamp>,
    /// Which way it came.
    pub channel: InquiryChannel,
    /// Who sent it, when signed in.
    pub holder: Option<InquiryHolder>,
    /// When a call is wanted, in words; may be empty.
    pub call_times: String,
    /// What came of the wish to be called; `None` without one.
    pub call_state: Option<CallState>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
}

/// An account that sent an inquiry, and as which body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InquiryHolder {
    /// The account.
    pub user_id: Uuid,
    /// The kind of body: `office`.
    pub body_kind: String,
    /// Its number.
    pub body_no: String,
}

/// A message.
#[derive(Clone)]
pub struct MessageRow {
    /// Its inquiry.
    pub ticket: String,
    /// Its place, from 1.
    pub number: i32,
    /// Whether the help desk wrote it.
    pub by_operator: bool,
    /// Who wrote it.
    pub author: String,
    /// The text.
    pub body: String,
    /// When.
    pub written_at: Timestamp,
}

/// The columns that [`inquiry`] reads.
macro_rules! columns {
    () => {
        "q.ticket, q.submit_key, q.category, q.state, q.name, q.organisation, q.mail, q.phone, q.call_back, q.context, q.assigned_to, q.created_at, q.changed_at, q.first_answer_at, q.channel, q.user_id, q.body_kind, q.body_no, q.call_times, q.call_state, q.closed_at"
    };
}
use columns;

/// Adds an inquiry; the number of the one that the same form made before, if it did.
pub async fn add(work: &mut Work, row: &InquiryRow) -> Result<Option<String>> {
    let holder = row.holder.as_ref();
    let touched = work
        .conn
        .exec(
            &sql!("INSERT INTO inquiry (ticket, submit_key, category, state, name, organisation, mail, phone, call_back, context, created_at, changed_at, wrong_tries, channel, user_id, body_kind, body_no, call_times, call_state, assigned_to) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, 0, $12, $13, $14, $15, $16, $17, $18) ON CONFLICT (submit_key) DO NOTHING"),
            &[
                P::S(&row.ticket),
                P::B(&row.submit_key),
                P::S(row.category.code()),
                P::S(row.state.code()),
                P::S(&row.name),
                P::S(&row.organisation),
                P::S(&row.mail),
                P::S(&row.phone),
                P::I(i64::from(row.call_back)),
                P::S(&row.context),
                P::T(row.created_at),
                P::S(row.channel.code()),
                holder.map_or(P::Null, |it| P::U(it.user_id)),
                P::S(holder.map_or("", |it| &it.body_kind)),
                P::S(holder.map_or("", |it| &it.body_no)),
                P::S(&row.call_times),
                P::opt(row.call_state.as_ref().map(CallState::code)),
                P::opt(row.assigned_to.as_deref()),
            ],
        )
        .await?;
    if touched == 1 {
        return Ok(None);
    }
    work.conn
        .first(
            &sql!("SELECT ticket FROM inquiry WHERE submit_key = $1"),
            &[P::B(&row.submit_key)],
            |row| row.get(0),
        )
        .await
}

/// Adds a message after the last one; its place, or `None` when the same form had added one before.
pub async fn add_message(
    work: &mut Work,
    row: &MessageRow,
    submit_key: Option<&[u8]>,
) -> Result<Option<i32>> {
    work.conn
        .first(
            &sql!("INSERT INTO inquiry_message (ticket, number, by_operator, author, body, written_at, submit_key) SELECT $1, (SELECT coalesce(max(m.number), 0) + 1 FROM inquiry_message m WHERE m.ticket = $1), $2, $3, $4, $5, $6 WHERE NOT EXISTS (SELECT 1 FROM inquiry_message o WHERE o.ticket = $1 AND o.submit_key = $6) RETURNING number"),
            &[
                P::S(&row.ticket),
                P::I(i64::from(row.by_operator)),
                P::S(&row.author),
                P::S(&row.body),
                P::T(row.written_at),
                submit_key.map_or(P::Null, P::B),
            ],
            |row| row.get(0),
        )
        .await
}

/// Whether a form has added a message before.
pub async fn has_message_of(work: &mut Work, ticket: &str, submit_key: &[u8]) -> Result<bool> {
    let found = work
        .conn
        .first(
            &sql!("SELECT number FROM inquiry_message WHERE ticket = $1 AND submit_key = $2"),
            &[P::S(ticket), P::B(submit_key)],
            |row| row.get::<i64>(0),
        )
        .await?;
    Ok(found.is_some())
}

/// One inquiry.
pub async fn find(work: &mut Work, ticket: &str) -> Result<Option<InquiryRow>> {
    work.conn
        .first(
            &sql!(concat!(
                "SELECT ",
                columns!(),
                " FROM inquiry q WHERE q.ticket = $1"
            )),
            &[P::S(ticket)],
            inquiry,
        )
        .await
}

/// Inquiries in a state, or all, the oldest first.
pub async fn list(
    work: &mut Work,
    state: Option<InquiryState>,
    most: i64,
) -> Result<Vec<InquiryRow>> {
    let state = state.map(|it| it.code());
    work.conn
        .query(
            &sql!(concat!(
                "SELECT ",
                columns!(),
                " FROM inquiry q WHERE q.state = coalesce($1, q.state) ORDER BY q.created_at, q.ticket LIMIT $2"
            )),
            &[P::opt(state), P::I(most)],
            inquiry,
        )
        .await
}

/// Inquiries that were sent as a body, the newest first; with `user_id` only those of that account.
pub async fn list_of_body(
    work: &mut Work,
    body_kind: &str,
    body_no: &str,
    user_id: Option<Uuid>,
    most: i64,
) -> Result<Vec<InquiryRow>> {
    work.conn
        .query(
            &sql!(concat!(
                "SELECT ",
                columns!(),
                " FROM inquiry q WHERE q.body_kind = $1 AND q.body_no = $2 AND q.user_id = coalesce($3, q.user_id) ORDER BY q.created_at DESC, q.ticket LIMIT $4"
            )),
            &[
                P::S(body_kind),
                P::S(body_no),
                user_id.map_or(P::Null, P::U),
                P::I(most),
            ],
            inquiry,
        )
        .await
}

/// What was written about an inquiry, in order.
pub async fn list_messages(work: &mut Work, ticket: &str) -> Result<Vec<MessageRow>> {
    work.conn
        .query(
            &sql!("SELECT ticket, number, by_operator, author, body, written_at FROM inquiry_message WHERE ticket = $1 ORDER BY number"),
            &[P::S(ticket)],
            |row| {
                Ok(MessageRow {
                    ticket: row.get(0)?,
                    number: row.get(1)?,
                    by_operator: row.get(2)?,
                    author: row.get(3)?,
                    body: row.get(4)?,
                    written_at: row.get(5)?,
                })
            },
        )
        .await
}

/// The place of the last message; 0 without one. Ask after [`move_on`], which keeps other writers waiting.
pub async fn last_message(work: &mut Work, ticket: &str) -> Result<i32> {
    let last = work
        .conn
        .first(
            &sql!("SELECT coalesce(max(number), 0) FROM inquiry_message WHERE ticket = $1"),
            &[P::S(ticket)],
            |row| row.get(0),
        )
        .await?;
    Ok(last.unwrap_or_default())
}

/// Moves an inquiry on, and keeps others who would write to it waiting; the first answer's time stays what it was. False when it
/// was closed before.
pub async fn move_on(
    work: &mut Work,
    ticket: &str,
    state: InquiryState,
    assigned_to: Option<&str>,
    at: Timestamp,
) -> Result<bool> {
    let answered = (state == InquiryState::Answered).then_some(at);
    let closed = (state == InquiryState::Closed).then_some(at);
    let touched = work
        .conn
        .exec(
            &sql!("UPDATE inquiry SET state = $2, assigned_to = coalesce($3, assigned_to), changed_at = $4, first_answer_at = coalesce(first_answer_at, $5), closed_at = $6 WHERE ticket = $1 AND state <> 'closed'"),
            &[
                P::S(ticket),
                P::S(state.code()),
                P::opt(assigned_to),
                P::T(at),
                P::opt_at(answered),
                P::opt_at(closed),
            ],
        )
        .await?;
    Ok(touched == 1)
}

/// Gives an inquiry another code, until an instant.
pub async fn set_code(
    work: &mut Work,
    ticket: &str,
    code_hash: &[u8],
    until: Timestamp,
) -> Result<()> {
    work.conn
        .exec(
            &sql!("UPDATE inquiry SET code_hash = $2, code_until = $3, wrong_tries = 0 WHERE ticket = $1"),
            &[P::S(ticket), P::B(code_hash), P::T(until)],
        )
        .await?;
    Ok(())
}

/// Counts a try, and tells whether it was the right code in time and not one try too many. Counted before it is compared, so that
/// tries at the same time cannot slip through together.
pub async fn try_code(
    work: &mut Work,
    ticket: &str,
    code_hash: &[u8],
    tries: i64,
    at: Timestamp,
) -> Result<bool> {
    let right = work
        .conn
        .first(
            &sql!("UPDATE inquiry SET wrong_tries = wrong_tries + 1 WHERE ticket = $1 AND wrong_tries < $2 AND code_until > $3 RETURNING code_hash"),
            &[P::S(ticket), P::I(tries), P::T(at)],
            |row| row.get::<Option<Vec<u8>>>(0),
        )
        .await?;
    if right.flatten().as_deref() != Some(code_hash) {
        return Ok(false);
    }
    work.conn
        .exec(
            &sql!("UPDATE inquiry SET wrong_tries = 0 WHERE ticket = $1"),
            &[P::S(ticket)],
        )
        .await?;
    Ok(true)
}

fn inquiry(row: &Row<'_>) -> Result<InquiryRow> {
    let call_state: Option<String> = row.get(19)?;
    let call_state = call_state.map(|_| super::parse(row, 19, "inquiry.call_state"));
    let (body_kind, body_no) = (row.get(16)?, row.get(17)?);
    Ok(InquiryRow {
        ticket: row.get(0)?,
        submit_key: row.get(1)?,
        category: super::parse(row, 2, "inquiry.category")?,
        state: super::parse(row, 3, "inquiry.state")?,
        name: row.get(4)?,
        organisation: row.get(5)?,
        mail: row.get(6)?,
        phone: row.get(7)?,
        call_back: row.get(8)?,
        context: row.get(9)?,
        assigned_to: row.get(10)?,
        created_at: row.get(11)?,
        changed_at: row.get(12)?,
        first_answer_at: row.get(13)?,
        channel: super::parse(row, 14, "inquiry.channel")?,
        holder: row.get::<Option<Uuid>>(15)?.map(|user_id| InquiryHolder {
            user_id,
            body_kind,
            body_no,
        }),
        call_times: row.get(18)?,
        call_state: call_state.transpose()?,
        closed_at: row.get(20)?,
    })
}
