//! What the help desk asks and notes.

use super::{InquiryRow, columns, inquiry};
use crate::{Work, engine::P, error::Result, sql};
use kiban_domain::{CallState, InquiryCategory, InquiryNoteKind, InquiryState, Timestamp};

/// What is looked for; everything that is given has to fit.
#[derive(Debug, Clone, Default)]
pub struct InquirySearch {
    /// Where it stands.
    pub state: Option<InquiryState>,
    /// Leave out what is closed.
    pub open_only: bool,
    /// What it is about.
    pub category: Option<InquiryCategory>,
    /// Its number.
    pub ticket: Option<String>,
    /// Words of name, mail address, organisation or any message.
    pub words: String,
    /// Words of the organisation.
    pub organisation: String,
    /// Who works on it; `Some("")`: nobody.
    pub assigned_to: Option<String>,
    /// Only those that want a call.
    pub calls_only: bool,
    /// Came before.
    pub before: Option<Timestamp>,
    /// So many of the first are left out.
    pub offset: i64,
    /// So many at the most.
    pub most: i64,
}

macro_rules! matching {
    () => {
        " FROM inquiry q WHERE q.state = coalesce($1, q.state) AND (CAST($2 AS BIGINT) = 0 OR q.state <> 'closed') AND q.category = coalesce($3, q.category) AND q.ticket = coalesce($4, q.ticket) AND (lower(q.name) LIKE $5 ESCAPE '!' OR lower(q.mail) LIKE $5 ESCAPE '!' OR lower(q.organisation) LIKE $5 ESCAPE '!' OR EXISTS (SELECT 1 FROM inquiry_message m WHERE m.ticket = q.ticket AND lower(m.body) LIKE $5 ESCAPE '!')) AND lower(q.organisation) LIKE $6 ESCAPE '!' AND coalesce(q.assigned_to, '') = coalesce($7, q.assigned_to, '') AND (CAST($8 AS BIGINT) = 0 OR q.call_state IN ('wanted', 'missed')) AND q.created_at < $9"
    };
}

/// Inquiries that fit, the oldest first.
pub async fn search(work: &mut Work, search: &InquirySearch) -> Result<Vec<InquiryRow>> {
    let (words, organisation) = (pattern(&search.words), pattern(&search.organisation));
    let [
        state,
        open,
        category,
        ticket,
        words,
        organisation,
        assigned_to,
        calls,
        before,
    ] = parameters(search, &words, &organisation);
    work.conn
        .query(
            &sql!(concat!(
                "SELECT ",
                columns!(),
                matching!(),
                " ORDER BY q.created_at, q.ticket LIMIT $10 OFFSET $11"
            )),
            &[
                state,
                open,
                category,
                ticket,
                words,
                organisation,
                assigned_to,
                calls,
                before,
                P::I(search.most),
                P::I(search.offset),
            ],
            inquiry,
        )
        .await
}

/// How many fit.
pub async fn count(work: &mut Work, search: &InquirySearch) -> Result<i64> {
    let (words, organisation) = (pattern(&search.words), pattern(&search.organisation));
    let parameters = parameters(search, &words, &organisation);
    let count = work
        .conn
        .first(
            &sql!(concat!("SELECT count(*)", matching!())),
            &parameters,
            |row| row.get(0),
        )
        .await?;
    Ok(count.unwrap_or_default())
}

fn parameters<'a>(search: &'a InquirySearch, words: &'a str, organisation: &'a str) -> [P<'a>; 9] {
    [
        P::opt(search.state.as_ref().map(InquiryState::code)),
        P::I(i64::from(search.open_only)),
        P::opt(search.category.as_ref().map(InquiryCategory::code)),
        P::opt(search.ticket.as_deref()),
        P::S(words),
        P::S(organisation),
        P::opt(search.assigned_to.as_deref()),
        P::I(i64::from(search.calls_only)),
        P::T(search.before.unwrap_or(Timestamp::MAX)),
    ]
}

/// Anywhere in the text, with nothing in it that means something else.
fn pattern(words: &str) -> String {
    let mut pattern = String::from("%");
    for letter in words.trim().to_lowercase().chars() {
        if matches!(letter, '!' | '%' | '_') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    if pattern.len() > 1 {
        pattern.push('%');
    }
    pattern
}

/// How many inquiries stand in a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateCount {
    /// The state.
    pub state: InquiryState,
    /// How many.
    pub count: i64,
    /// When the oldest of them came.
    pub oldest: Timestamp,
}

/// How many inquiries stand in each state that is not the last.
pub async fn count_states(work: &mut Work) -> Result<Vec<StateCount>> {
    work.conn
        .query(
            &sql!("SELECT state, count(*), min(created_at) FROM inquiry WHERE state <> 'closed' GROUP BY state ORDER BY state"),
            &[],
            |row| {
                Ok(StateCount {
                    state: crate::repo::parse(row, 0, "inquiry.state")?,
                    count: row.get(1)?,
                    oldest: row.get(2)?,
                })
            },
        )
        .await
}

/// When an inquiry came, was first answered and was closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimesRow {
    /// What it is about.
    pub category: InquiryCategory,
    /// When it came.
    pub created_at: Timestamp,
    /// When it was first answered.
    pub first_answer_at: Option<Timestamp>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
}

/// The times of all inquiries that came since.
pub async fn list_times(work: &mut Work, since: Timestamp) -> Result<Vec<TimesRow>> {
    work.conn
        .query(
            &sql!("SELECT category, created_at, first_answer_at, closed_at FROM inquiry WHERE created_at >= $1 ORDER BY created_at, ticket"),
            &[P::T(since)],
            |row| {
                Ok(TimesRow {
                    category: crate::repo::parse(row, 0, "inquiry.category")?,
                    created_at: row.get(1)?,
                    first_answer_at: row.get(2)?,
                    closed_at: row.get(3)?,
                })
            },
        )
        .await
}

/// Gives an inquiry to somebody of the help desk; false when it is closed, or somebody else than `seen` (empty: nobody) has it by now.
pub async fn assign(
    work: &mut Work,
    ticket: &str,
    seen: &str,
    to: &str,
    at: Timestamp,
) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("UPDATE inquiry SET assigned_to = $2, changed_at = $3, state = CASE WHEN state = 'received' THEN 'working' ELSE state END WHERE ticket = $1 AND state <> 'closed' AND coalesce(assigned_to, '') = $4"),
            &[P::S(ticket), P::S(to), P::T(at), P::S(seen)],
        )
        .await?;
    Ok(touched == 1)
}

/// Notes what came of a call; false when the inquiry is closed.
pub async fn set_call(
    work: &mut Work,
    ticket: &str,
    state: CallState,
    at: Timestamp,
) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("UPDATE inquiry SET call_state = $2, changed_at = $3 WHERE ticket = $1 AND state <> 'closed'"),
            &[P::S(ticket), P::S(state.code()), P::T(at)],
        )
        .await?;
    Ok(touched == 1)
}

/// What the help desk did or wrote to itself.
#[derive(Clone)]
pub struct NoteRow {
    /// Its inquiry.
    pub ticket: String,
    /// What it is.
    pub kind: InquiryNoteKind,
    /// Who wrote it.
    pub author: String,
    /// To whom it was given; may be empty.
    pub to_whom: String,
    /// The text; may be empty.
    pub body: String,
    /// When.
    pub written_at: Timestamp,
}

/// Adds a note after the last one.
pub async fn add_note(work: &mut Work, row: &NoteRow) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO inquiry_note (ticket, number, kind, author, to_whom, body, written_at) SELECT $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5, $6 FROM inquiry_note WHERE ticket = $1"),
            &[
                P::S(&row.ticket),
                P::S(row.kind.code()),
                P::S(&row.author),
                P::S(&row.to_whom),
                P::S(&row.body),
                P::T(row.written_at),
            ],
        )
        .await?;
    Ok(())
}

/// What the help desk did and wrote to itself, in order.
pub async fn list_notes(work: &mut Work, ticket: &str) -> Result<Vec<NoteRow>> {
    work.conn
        .query(
            &sql!("SELECT ticket, kind, author, to_whom, body, written_at FROM inquiry_note WHERE ticket = $1 ORDER BY number"),
            &[P::S(ticket)],
            |row| {
                Ok(NoteRow {
                    ticket: row.get(0)?,
                    kind: crate::repo::parse(row, 1, "inquiry_note.kind")?,
                    author: row.get(2)?,
                    to_whom: row.get(3)?,
                    body: row.get(4)?,
                    written_at: row.get(5)?,
                })
            },
        )
        .await
}
