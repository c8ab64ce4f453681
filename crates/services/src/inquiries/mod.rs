//! Inquiries to the help desk (P-5): taken, answered, seen again with a code that comes by mail.
//!
//! An inquiry may name offices and tasks; persons who are cared for do not belong into it, and the forms say so.

use crate::{
    CallContext, Platform,
    code::{grouped, new_code, typed_code},
    mail::{self, Letter},
    rate::{self, Exhausted, Limit},
};
use jiff::SignedDuration;
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::{InquiryCategory, InquiryState, MailAddress};
use kiban_store::repo::inquiries::{self, InquiryRow, MessageRow};
use ring::digest::{SHA256, digest};

/// Longest text, in characters.
pub const LONGEST: usize = 4_000;
/// Characters of a number: 40 bits, so that numbers cannot be tried out.
const TICKET: usize = 8;
/// Characters of a code.
const CODE: usize = 8;
/// For so many minutes a code counts.
const CODE_MINUTES: i64 = 30;
/// So many wrong codes end it.
const TRIES: i64 = 5;
/// So many inquiries one address may send.
const PER_ADDRESS: Limit = Limit {
    attempts: 10,
    seconds: 3_600,
};
/// So many codes one address may ask for.
const CODES_PER_ADDRESS: Limit = Limit {
    attempts: 20,
    seconds: 3_600,
};
/// So many codes go to one inquiry.
const CODES_PER_TICKET: Limit = Limit {
    attempts: 5,
    seconds: 3_600,
};

/// What somebody asks.
#[derive(Clone)]
pub struct NewInquiry {
    /// What it is about.
    pub category: InquiryCategory,
    /// Who asks.
    pub name: String,
    /// Office, institution or municipality; may be empty.
    pub organisation: String,
    /// Where the answer goes.
    pub mail: MailAddress,
    /// The telephone; may be empty.
    pub phone: String,
    /// Whether a call is asked for.
    pub call_back: bool,
    /// Screen and reference number it came from; may be empty.
    pub context: String,
    /// The text.
    pub body: String,
}

/// Why nothing was taken or shown.
#[derive(Debug, thiserror::Error)]
pub enum InquiryError {
    /// Too many from here.
    #[error("too many attempts")]
    TooMany(Exhausted),
    /// Number and code do not fit together, or the code has ended: nothing tells which.
    #[error("number and code do not fit")]
    Wrong,
    /// There is no such inquiry; told to operators only.
    #[error("no such inquiry")]
    NotFound,
    /// It is closed: nothing is written any more.
    #[error("the inquiry is closed")]
    Closed,
    /// The text is empty or too long.
    #[error("the text is empty or too long")]
    Body,
    /// The database.
    #[error("storage")]
    Storage(#[from] kiban_store::Error),
}

/// An inquiry with what was written.
pub struct Inquiry {
    /// The inquiry.
    pub row: InquiryRow,
    /// The messages, in order.
    pub messages: Vec<MessageRow>,
}

/// The number as people read it: `K7QM-3XPA`.
pub fn shown_ticket(ticket: &str) -> String {
    grouped(ticket, 4)
}

/// Takes an inquiry; gives back its number. The same form sent again gives the same number and sends no second letter.
///
/// # Errors
///
/// [`InquiryError::TooMany`], [`InquiryError::Body`], [`InquiryError::Storage`].
pub async fn submit(
    platform: &Platform,
    address: &str,
    submit_key: &[u8],
    asked: NewInquiry,
) -> Result<String, InquiryError> {
    let length = asked.body.chars().count();
    if asked.body.trim().is_empty() || length > LONGEST {
        return Err(InquiryError::Body);
    }
    let bucket = (format!("inquiry:{address}"), PER_ADDRESS);
    let reserved = match rate::reserve(platform, vec![bucket]).await? {
        Ok(reserved) => reserved,
        Err(exhausted) => return Err(InquiryError::TooMany(exhausted)),
    };
    let now = platform.now();
    let row = InquiryRow {
        ticket: new_code(platform, TICKET),
        submit_key: digest(&SHA256, submit_key).as_ref().to_vec(),
        category: asked.category,
        state: InquiryState::Received,
        name: asked.name,
        organisation: asked.organisation,
        mail: asked.mail.as_str().to_owned(),
        phone: asked.phone,
        call_back: asked.call_back,
        context: asked.context,
        assigned_to: None,
        created_at: now,
        changed_at: now,
        first_answer_at: None,
    };
    let message = MessageRow {
        ticket: row.ticket.clone(),
        number: 1,
        by_operator: false,
        author: row.name.clone(),
        body: asked.body,
        written_at: now,
    };
    let letter = Letter {
        to: asked.mail,
        subject: format!(
            "お問い合わせを受け付けました（{}）",
            shown_ticket(&row.ticket)
        ),
        body: format!(
            "お問い合わせを受け付けました。\n\n受付番号　{}\n区分　　　{}\n\n\
             回答は、このメールアドレスへお送りします。\n\
             状況は、ポータルの「お問い合わせ」の「受付番号で確認」でご覧いただけます。\n\n\
             心当たりがないときは、このメールを破棄してください。\n",
            shown_ticket(&row.ticket),
            row.category.label(),
        ),
    };
    let mail_id = platform.id();
    let inside = platform.clone();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                if let Some(known) = inquiries::add(work, &row).await? {
                    reserved.give_back(work).await?;
                    return Ok(known);
                }
                inquiries::add_message(work, &message).await?;
                mail::queue(work, mail_id, &inside, &letter).await?;
                Ok(row.ticket)
            })
        })
        .await
}

/// Sends a code to the mail address of an inquiry, if number and address fit together. The answer is the same when they do not.
///
/// # Errors
///
/// [`InquiryError::TooMany`], [`InquiryError::Storage`].
pub async fn send_code(
    platform: &Platform,
    address: &str,
    ticket: &str,
    mail: &str,
) -> Result<(), InquiryError> {
    let ticket = typed_code(ticket, TICKET).unwrap_or_default();
    let buckets = vec![
        (format!("inquiry-code:{address}"), CODES_PER_ADDRESS),
        (format!("inquiry-ticket:{ticket}"), CODES_PER_TICKET),
    ];
    if let Err(exhausted) = rate::reserve(platform, buckets).await? {
        return Err(InquiryError::TooMany(exhausted));
    }
    let code = new_code(platform, CODE);
    let until = platform.now() + SignedDuration::from_mins(CODE_MINUTES);
    let mail_id = platform.id();
    let found = inquiries::find(&mut platform.store.point().await?, &ticket).await?;
    let Some(row) = found.filter(|row| row.mail.eq_ignore_ascii_case(mail.trim())) else {
        return Ok(());
    };
    let Ok(to) = row.mail.parse::<MailAddress>() else {
        return Ok(());
    };
    let letter = Letter {
        to,
        subject: format!("お問い合わせの確認コード（{}）", shown_ticket(&ticket)),
        body: format!(
            "お問い合わせの状況を確認するためのコードです。\n\nコード　{}\n\n\
             {CODE_MINUTES}分のあいだ使えます。ほかの人に教えないでください。\n\
             心当たりがないときは、このメールを破棄してください。\n",
            grouped(&code, 4),
        ),
    };
    let code_hash = hash(&ticket, &code);
    let inside = platform.clone();
    platform
        .store
        .write::<(), InquiryError, _>(move |work| {
            Box::pin(async move {
                inquiries::set_code(work, &ticket, &code_hash, until).await?;
                Ok(mail::queue(work, mail_id, &inside, &letter).await?)
            })
        })
        .await
}

fn hash(ticket: &str, code: &str) -> Vec<u8> {
    let text = format!("{ticket}:{code}");
    digest(&SHA256, text.as_bytes()).as_ref().to_vec()
}

/// Shows an inquiry to whoever has its number and code.
///
/// # Errors
///
/// [`InquiryError::Wrong`], [`InquiryError::Storage`].
pub async fn open(platform: &Platform, ticket: &str, code: &str) -> Result<Inquiry, InquiryError> {
    let ticket = typed_code(ticket, TICKET).ok_or(InquiryError::Wrong)?;
    let code = typed_code(code, CODE).ok_or(InquiryError::Wrong)?;
    let now = platform.now();
    let code_hash = hash(&ticket, &code);
    let tried = ticket.clone();
    let right = platform
        .store
        .write::<_, InquiryError, _>(move |work| {
            Box::pin(
                async move { Ok(inquiries::try_code(work, &tried, &code_hash, TRIES, now).await?) },
            )
        })
        .await?;
    if !right {
        return Err(InquiryError::Wrong);
    }
    load(platform, &ticket).await?.ok_or(InquiryError::Wrong)
}

async fn load(platform: &Platform, ticket: &str) -> Result<Option<Inquiry>, InquiryError> {
    let mut work = platform.store.read().await?;
    let Some(row) = inquiries::find(&mut work, ticket).await? else {
        return Ok(None);
    };
    let messages = inquiries::list_messages(&mut work, ticket).await?;
    Ok(Some(Inquiry { row, messages }))
}

/// Adds to an inquiry by whoever has its number and code; an answered one is received again.
///
/// # Errors
///
/// See [`InquiryError`].
pub async fn reply(
    platform: &Platform,
    ticket: &str,
    code: &str,
    body: &str,
) -> Result<(), InquiryError> {
    let inquiry = open(platform, ticket, code).await?;
    if inquiry.row.state == InquiryState::Closed {
        return Err(InquiryError::Closed);
    }
    let message = MessageRow {
        ticket: inquiry.row.ticket,
        number: 0,
        by_operator: false,
        author: inquiry.row.name,
        body: checked(body)?,
        written_at: platform.now(),
    };
    platform
        .store
        .write::<(), InquiryError, _>(move |work| {
            Box::pin(async move {
                let (ticket, at) = (message.ticket.clone(), message.written_at);
                if !inquiries::move_on(work, &ticket, InquiryState::Received, None, at).await? {
                    return Err(InquiryError::Closed);
                }
                Ok(inquiries::add_message(work, &message).await?)
            })
        })
        .await
}

fn checked(body: &str) -> Result<String, InquiryError> {
    let body = body.trim();
    let fits = !body.is_empty() && body.chars().count() <= LONGEST;
    fits.then(|| body.to_owned()).ok_or(InquiryError::Body)
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
    let rows = inquiries::list(&mut platform.store.point().await?, state, most).await?;
    let event = context.event(platform, NO_INSURER, Action::InquiryRead);
    let entry = event.ground(format!("inquiries:{}", rows.len())).to_entry();
    platform.audit.append(entry).await?;
    Ok(rows)
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
) -> Result<Inquiry, InquiryError> {
    let ticket = typed_code(ticket, TICKET).ok_or(InquiryError::NotFound)?;
    let inquiry = load(platform, &ticket)
        .await?
        .ok_or(InquiryError::NotFound)?;
    let event = context.event(platform, NO_INSURER, Action::InquiryRead);
    let entry = event.ground(format!("inquiry:{ticket}")).to_entry();
    platform.audit.append(entry).await?;
    Ok(inquiry)
}

/// What the help desk does with an inquiry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Handling {
    /// Takes it on.
    Take,
    /// Answers; the sender gets the answer by mail.
    Answer(String),
    /// Closes it.
    Close,
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
    let ticket = typed_code(ticket, TICKET).ok_or(InquiryError::NotFound)?;
    let inquiry = load(platform, &ticket)
        .await?
        .ok_or(InquiryError::NotFound)?;
    if inquiry.row.state == InquiryState::Closed {
        return Err(InquiryError::Closed);
    }
    let (state, body) = match handling {
        Handling::Take => (InquiryState::Working, None),
        Handling::Answer(body) => (InquiryState::Answered, Some(checked(&body)?)),
        Handling::Close => (InquiryState::Closed, None),
    };
    let by = context.actor.staff.clone();
    let by = by.unwrap_or_else(|| context.actor.organisation.clone());
    let now = platform.now();
    let message = body.map(|body| MessageRow {
        ticket: ticket.clone(),
        number: 0,
        by_operator: true,
        author: by.clone(),
        body,
        written_at: now,
    });
    let letter = message
        .as_ref()
        .and_then(|message| answer_letter(&inquiry.row, message));
    let event = context.event(platform, NO_INSURER, Action::InquiryHandled);
    let event = event
        .ground(format!("inquiry:{ticket}"))
        .purpose(state.code());
    let entry = event.to_entry();
    let (mail_id, inside) = (platform.id(), platform.clone());
    platform
        .store
        .write::<(), InquiryError, _>(move |work| {
            Box::pin(async move {
                if !inquiries::move_on(work, &ticket, state, Some(&by), now).await? {
                    return Err(InquiryError::Closed);
                }
                if let Some(message) = &message {
                    inquiries::add_message(work, message).await?;
                }
                if let Some(letter) = &letter {
                    mail::queue(work, mail_id, &inside, letter).await?;
                }
                Ok(work.record(&entry).await?)
            })
        })
        .await
}

fn answer_letter(row: &InquiryRow, message: &MessageRow) -> Option<Letter> {
    let to = row.mail.parse().ok()?;
    Some(Letter {
        to,
        subject: format!("お問い合わせへの回答（{}）", shown_ticket(&row.ticket)),
        body: format!(
            "お問い合わせに回答します。\n\n受付番号　{}\n区分　　　{}\n\n{}\n\n\
             続けてお尋ねになるときは、ポータルの「お問い合わせ」の「受付番号で確認」からお書きください。\n\
             このメールに返信いただいても、お答えできません。\n",
            shown_ticket(&row.ticket),
            row.category.label(),
            message.body,
        ),
    })
}
