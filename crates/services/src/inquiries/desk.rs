//! What the help desk sees and does.

use super::{
    FormKey, Inquiry, InquiryError, TICKET, add_message, checked, load, message, shown_ticket,
};
use crate::{
    CallContext, Platform,
    code::typed_code,
    forms,
    mail::{self, Letter},
};
use kiban_audit::{Action, Entry, NO_INSURER};
use kiban_domain::{InquiryNoteKind, InquiryState};
use kiban_store::{
    Error,
    repo::inquiries::{
        self, InquiryRow, InquirySearch, MessageRow, NoteRow, StateCount, count_states,
    },
};

/// So many inquiries a search gives out at the most.
const MOST: i64 = 10_000;

/// An inquiry as the help desk sees it. No `Debug`: it holds who asked.
pub struct Case {
    /// The inquiry with its messages.
    pub inquiry: Inquiry,
    /// What the help desk did and wrote to itself, in order.
    pub notes: Vec<NoteRow>,
}

/// What waits for the help desk: numbers only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// By state, without the closed ones.
    pub states: Vec<StateCount>,
    /// How many want a call.
    pub calls: i64,
    /// How many of the open ones nobody works on.
    pub unassigned: i64,
}

/// What waits for the help desk.
///
/// # Errors
///
/// The database only.
pub async fn queue(platform: &Platform) -> Result<Queue, Error> {
    let mut work = platform.store.read().await?;
    let open = InquirySearch {
        open_only: true,
        ..InquirySearch::default()
    };
    let calls = InquirySearch {
        calls_only: true,
        ..open.clone()
    };
    let unassigned = InquirySearch {
        assigned_to: Some(String::new()),
        ..open
    };
    Ok(Queue {
        states: count_states(&mut work).await?,
        calls: inquiries::count(&mut work, &calls).await?,
        unassigned: inquiries::count(&mut work, &unassigned).await?,
    })
}

/// The help desk's list: inquiries in a state, or all, the oldest first.
///
/// # Errors
///
/// The database only. The entry is durable before the list is given out.
pub async fn list(
    platform: &Platform,
    context: &CallContext,
    state: Option<InquiryState>,
    most: i64,
) -> Result<Vec<InquiryRow>, InquiryError> {
    let search = InquirySearch {
        state,
        most,
        ..InquirySearch::default()
    };
    Ok(self::search(platform, context, search).await?.0)
}

/// Inquiries that fit, the oldest first, and how many there are in all.
///
/// # Errors
///
/// The database only. The entry is durable before the list is given out.
pub async fn search(
    platform: &Platform,
    context: &CallContext,
    mut search: InquirySearch,
) -> Result<(Vec<InquiryRow>, i64), InquiryError> {
    search.most = search.most.clamp(1, MOST);
    // A number is typed with a hyphen, in any width.
    search.ticket = match search.ticket.as_deref().map(str::trim) {
        None | Some("") => None,
        Some(typed) => Some(typed_code(typed, TICKET).unwrap_or_else(|| typed.to_owned())),
    };
    let mut work = platform.store.read().await?;
    let rows = inquiries::search(&mut work, &search).await?;
    let count = inquiries::count(&mut work, &search).await?;
    drop(work);
    let event = context.event(platform, NO_INSURER, Action::InquiryRead);
    let entry = event.ground(format!("inquiries:{}", rows.len())).to_entry();
    platform.audit.append(entry).await?;
    Ok((rows, count))
}

/// The help desk reads an inquiry.
///
/// # Errors
///
/// [`InquiryError::NotFound`], [`InquiryError::Storage`]. The entry is durable before the inquiry is given out.
pub async fn read(
    platform: &Platform,
    context: &CallContext,
    ticket: &str,
) -> Result<Case, InquiryError> {
    let inquiry = known(platform, ticket).await?;
    let ticket = inquiry.row.ticket.clone();
    let mut work = platform.store.point().await?;
    let notes = inquiries::list_notes(&mut work, &ticket).await?;
    drop(work);
    let event = context.event(platform, NO_INSURER, Action::InquiryRead);
    let entry = event.ground(format!("inquiry:{ticket}")).to_entry();
    platform.audit.append(entry).await?;
    Ok(Case { inquiry, notes })
}

pub(super) async fn known(platform: &Platform, ticket: &str) -> Result<Inquiry, InquiryError> {
    let ticket = typed_code(ticket, TICKET).ok_or(InquiryError::NotFound)?;
    let found = load(platform, &ticket).await?;
    found.ok_or(InquiryError::NotFound)
}

/// An answer to the sender.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The text.
    pub body: String,
    /// The form it comes from, with the files that wait for it.
    pub form: FormKey,
    /// The place of the last message that its writer had seen; `None` when nobody looked. When another stands there now, the answer is
    /// not given: somebody else was faster, or the sender has written again.
    pub seen: Option<i32>,
}

/// What the help desk does with an inquiry.
#[derive(Debug, Clone)]
pub enum Handling {
    /// Takes it on.
    Take,
    /// Answers; the sender gets the answer by mail.
    Answer(Answer),
    /// Closes it.
    Close,
}

pub(super) fn name(context: &CallContext) -> String {
    let by = context.actor.staff.clone();
    by.unwrap_or_else(|| context.actor.organisation.clone())
}

pub(super) fn handled(
    platform: &Platform,
    context: &CallContext,
    ticket: &str,
    purpose: &'static str,
) -> Entry {
    let event = context.event(platform, NO_INSURER, Action::InquiryHandled);
    let event = event.ground(format!("inquiry:{ticket}")).purpose(purpose);
    event.to_entry()
}

/// Takes an inquiry on, answers or closes it.
///
/// # Errors
///
/// See [`InquiryError`].
pub async fn handle(
    platform: &Platform,
    context: &CallContext,
    ticket: &str,
    handling: Handling,
) -> Result<(), InquiryError> {
    let inquiry = known(platform, ticket).await?;
    let ticket = inquiry.row.ticket.clone();
    if inquiry.row.state == InquiryState::Closed {
        return Err(InquiryError::Closed);
    }
    let by = name(context);
    let (state, note) = match &handling {
        Handling::Take => (InquiryState::Working, Some(InquiryNoteKind::Assigned)),
        Handling::Answer(_) => (InquiryState::Answered, None),
        Handling::Close => (InquiryState::Closed, Some(InquiryNoteKind::Closed)),
    };
    let note = note.map(|kind| NoteRow {
        ticket: ticket.clone(),
        kind,
        author: by.clone(),
        to_whom: by.clone(),
        body: String::new(),
        written_at: platform.now(),
    });
    let entry = handled(platform, context, &ticket, state.code());
    let answer = match handling {
        Handling::Answer(answer) => {
            let mut message = message(platform, &ticket, by.clone(), checked(&answer.body)?);
            message.by_operator = true;
            let letter = answer_letter(&inquiry.row, &message);
            Some((answer, message, letter))
        }
        Handling::Take | Handling::Close => None,
    };
    let (mail_id, now, inside) = (platform.id(), platform.now(), platform.clone());
    let outcome = platform
        .store
        .write::<(), InquiryError, _>(move |work| {
            Box::pin(async move {
                if let Some((answer, message, _)) = &answer {
                    let form = answer.form.as_bytes();
                    if inquiries::has_message_of(work, &message.ticket, form).await? {
                        return Ok(());
                    }
                }
                if !inquiries::move_on(work, &ticket, state, Some(&by), now).await? {
                    return Err(InquiryError::Closed);
                }
                if let Some((answer, message, letter)) = &answer {
                    let last = inquiries::last_message(work, &ticket).await?;
                    if answer.seen.is_some_and(|seen| seen != last) {
                        return Err(InquiryError::Conflict(Box::new(inquiry)));
                    }
                    add_message(work, message, &answer.form).await?;
                    if let Some(letter) = letter {
                        mail::queue(work, mail_id, &inside, letter).await?;
                    }
                }
                if let Some(note) = &note {
                    inquiries::add_note(work, note).await?;
                }
                Ok(work.record(&entry).await?)
            })
        })
        .await;
    match outcome {
        // What stands now, not what stood when this began.
        Err(InquiryError::Conflict(stale)) => {
            let now = load(platform, &stale.row.ticket).await?;
            Err(InquiryError::Conflict(now.map_or(stale, Box::new)))
        }
        outcome => outcome,
    }
}

fn answer_letter(row: &InquiryRow, message: &MessageRow) -> Option<Letter> {
    let to = row.mail.parse().ok()?;
    let way_on = if row.holder.is_some() {
        "マイページの「お問い合わせ履歴」"
    } else {
        "ポータルの「お問い合わせ」の「受付番号で確認」"
    };
    Some(Letter {
        to,
        subject: format!("お問い合わせへの回答（{}）", shown_ticket(&row.ticket)),
        body: format!(
            "お問い合わせに回答します。\n\n受付番号　{}\n区分　　　{}\n\n{}\n\n\
             続けてお尋ねになるときは、{way_on}からお書きください。\n\
             このメールに返信いただいても、お答えできません。\n",
            shown_ticket(&row.ticket),
            row.category.label(),
            message.body,
        ),
    })
}

/// Gives an inquiry to somebody of the help desk, with a note for them (may be empty) that the sender never sees.
///
/// # Errors
///
/// [`InquiryError::NotFound`], [`InquiryError::Closed`], [`InquiryError::Body`] for a note that is too long,
/// [`InquiryError::Conflict`] when somebody else than `seen` (empty: nobody) has it by now, [`InquiryError::Storage`].
pub async fn assign(
    platform: &Platform,
    context: &CallContext,
    ticket: &str,
    seen: &str,
    to: &str,
    note: &str,
) -> Result<(), InquiryError> {
    let note = note.trim();
    let note = if note.is_empty() {
        String::new()
    } else {
        checked(note)?
    };
    let inquiry = known(platform, ticket).await?;
    let row = &inquiry.row;
    let by = name(context);
    let kind = if row.assigned_to.is_none() || to == by {
        InquiryNoteKind::Assigned
    } else {
        InquiryNoteKind::HandedOn
    };
    let note = NoteRow {
        ticket: row.ticket.clone(),
        kind,
        author: by,
        to_whom: to.to_owned(),
        body: note,
        written_at: platform.now(),
    };
    let entry = handled(platform, context, &row.ticket, kind.code());
    let seen = seen.to_owned();
    platform
        .store
        .write::<(), InquiryError, _>(move |work| {
            Box::pin(async move {
                let at = note.written_at;
                if !inquiries::assign(work, &note.ticket, &seen, &note.to_whom, at).await? {
                    let now = inquiries::find(work, &note.ticket).await?;
                    let now = now.ok_or(InquiryError::NotFound)?;
                    return match now.assigned_to.as_deref() {
                        _ if now.state == InquiryState::Closed => Err(InquiryError::Closed),
                        // The same form sent twice: it stands as it was meant to.
                        Some(to) if to == note.to_whom => Ok(()),
                        _ => {
                            let now = Inquiry {
                                row: now,
                                ..inquiry
                            };
                            Err(InquiryError::Conflict(Box::new(now)))
                        }
                    };
                }
                inquiries::add_note(work, &note).await?;
                Ok(work.record(&entry).await?)
            })
        })
        .await
}

/// Writes a note that the sender never sees; also on a closed inquiry. The same form sent again writes nothing more.
///
/// # Errors
///
/// [`InquiryError::NotFound`], [`InquiryError::Body`], [`InquiryError::Storage`].
pub async fn add_note(
    platform: &Platform,
    context: &CallContext,
    form: &FormKey,
    ticket: &str,
    body: &str,
) -> Result<(), InquiryError> {
    let row = known(platform, ticket).await?.row;
    let note = NoteRow {
        ticket: row.ticket,
        kind: InquiryNoteKind::Note,
        author: name(context),
        to_whom: String::new(),
        body: checked(body)?,
        written_at: platform.now(),
    };
    let entry = handled(platform, context, &note.ticket, "note");
    let (inside, form) = (platform.clone(), form.clone());
    platform
        .store
        .write::<(), InquiryError, _>(move |work| {
            Box::pin(async move {
                if forms::take(work, &inside, &form, "").await?.is_some() {
                    return Ok(());
                }
                inquiries::add_note(work, &note).await?;
                Ok(work.record(&entry).await?)
            })
        })
        .await
}
