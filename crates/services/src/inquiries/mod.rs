//! Inquiries to the help desk (P-5): taken, answered, seen again with a code that comes by mail.
//!
//! An inquiry may name offices and tasks; persons who are cared for do not belong into it, and the forms say so. What the help desk
//! writes to itself is kept apart from the messages, so that no answer to the sender can hold it.

mod call;
mod desk;
mod files;
mod own;
mod templates;
mod times;

use crate::{
    Platform,
    code::{grouped, new_code, typed_code},
    mail::{self, Letter},
    rate::{self, Exhausted, Limit},
};
use jiff::SignedDuration;
use kiban_domain::{CallState, InquiryCategory, InquiryChannel, InquiryState, MailAddress};
use kiban_store::Work;
use kiban_store::repo::{
    inquiries::{self, InquiryRow, MessageRow},
    inquiry_files,
};
use ring::digest::{SHA256, digest};

pub use crate::forms::FormKey;
pub use call::{NewCall, record_call, set_called};
pub use desk::{
    Answer, Case, Handling, Queue, add_note, assign, handle, list, queue, read, search,
};
pub use files::{
    FileError, MOST_FILES, Opened, TOGETHER, Upload, admit_file, drop_file, open_for_desk,
    open_with_code, waiting,
};
pub use kiban_store::repo::{
    inquiries::{InquiryHolder, InquirySearch, NoteRow},
    inquiry_files::FileRow,
    inquiry_templates::TemplateRow,
};
pub use own::{list_own, open_own_file, read_own, reply_own};
pub use templates::{TemplateError, list_templates, remove_template, save_template};
pub use times::{Due, Times, TimesOf, due_on, dues, times};

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
    /// Where the answer goes; `None` when somebody called who gave no address.
    pub mail: Option<MailAddress>,
    /// The telephone; may be empty.
    pub phone: String,
    /// Whether a call is asked for.
    pub call_back: bool,
    /// When a call is wanted, in words; may be empty.
    pub call_times: String,
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
    /// Somebody has written since: what stands now.
    #[error("somebody else has written since")]
    Conflict(Box<Inquiry>),
    /// More files, or longer ones, than a message may have.
    #[error("too many files")]
    TooManyFiles,
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
    /// Their files.
    pub files: Vec<FileRow>,
}

impl std::fmt::Debug for Inquiry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inquiry").finish_non_exhaustive()
    }
}

/// Who sends: somebody unknown at an address, or an account as a body.
#[derive(Debug, Clone)]
pub enum Sender {
    /// Somebody at this address of the network.
    Visitor(String),
    /// Somebody who is signed in.
    Account(InquiryHolder),
}

impl Sender {
    fn bucket(&self) -> String {
        match self {
            Self::Visitor(address) => address.clone(),
            Self::Account(holder) => format!("user:{}", holder.user_id.simple()),
        }
    }
}

/// The number as people read it: `K7QM-3XPA`.
pub fn shown_ticket(ticket: &str) -> String {
    grouped(ticket, 4)
}

/// Takes an inquiry with the files that wait for its form; gives back its number. The same form sent again gives the same number
/// and sends no second letter.
///
/// # Errors
///
/// [`InquiryError::TooMany`], [`InquiryError::Body`], [`InquiryError::TooManyFiles`], [`InquiryError::Storage`].
pub async fn submit(
    platform: &Platform,
    sender: &Sender,
    form: &FormKey,
    asked: NewInquiry,
) -> Result<String, InquiryError> {
    checked(&asked.body)?;
    let bucket = (format!("inquiry:{}", sender.bucket()), PER_ADDRESS);
    let reserved = match rate::reserve(platform, vec![bucket]).await? {
        Ok(reserved) => reserved,
        Err(exhausted) => return Err(InquiryError::TooMany(exhausted)),
    };
    let (channel, holder) = match sender {
        Sender::Visitor(_) => (InquiryChannel::Form, None),
        Sender::Account(holder) => (InquiryChannel::Account, Some(holder.clone())),
    };
    let row = InquiryRow {
        channel,
        holder,
        ..new_row(platform, form, &asked)
    };
    let mut message = message(platform, &row.ticket, row.name.clone(), asked.body);
    message.number = 1;
    let letter = asked.mail.map(|to| received_letter(&row, to));
    let (mail_id, form) = (platform.id(), form.clone());
    let inside = platform.clone();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                if let Some(known) = inquiries::add(work, &row).await? {
                    reserved.give_back(work).await?;
                    return Ok(known);
                }
                add_message(work, &message, &form).await?;
                if let Some(letter) = &letter {
                    mail::queue(work, mail_id, &inside, letter).await?;
                }
                Ok(row.ticket)
            })
        })
        .await
}

fn new_row(platform: &Platform, form: &FormKey, asked: &NewInquiry) -> InquiryRow {
    let now = platform.now();
    InquiryRow {
        ticket: new_code(platform, TICKET),
        submit_key: form.as_bytes().to_vec(),
        category: asked.category,
        state: InquiryState::Received,
        name: asked.name.clone(),
        organisation: asked.organisation.clone(),
        mail: asked
            .mail
            .as_ref()
            .map_or_else(String::new, |it| it.as_str().to_owned()),
        phone: asked.phone.clone(),
        call_back: asked.call_back,
        context: asked.context.clone(),
        assigned_to: None,
        created_at: now,
        changed_at: now,
        first_answer_at: None,
        channel: InquiryChannel::Form,
        holder: None,
        call_times: asked.call_times.clone(),
        call_state: asked.call_back.then_some(CallState::Wanted),
        closed_at: None,
    }
}

fn message(platform: &Platform, ticket: &str, author: String, body: String) -> MessageRow {
    MessageRow {
        ticket: ticket.to_owned(),
        number: 0,
        by_operator: false,
        author,
        body,
        written_at: platform.now(),
    }
}

/// Adds a message with the files that wait for its form; nothing when the form had added one before.
async fn add_message(
    work: &mut Work,
    message: &MessageRow,
    form: &FormKey,
) -> Result<(), InquiryError> {
    let key = Some(form.as_bytes());
    let Some(number) = inquiries::add_message(work, message, key).await? else {
        return Ok(());
    };
    let waiting = inquiry_files::list_waiting(work, form.as_bytes()).await?;
    if !files::fit_together(&waiting) {
        return Err(InquiryError::TooManyFiles);
    }
    inquiry_files::attach(work, form.as_bytes(), &message.ticket, number.into()).await?;
    Ok(())
}

fn received_letter(row: &InquiryRow, to: MailAddress) -> Letter {
    let where_to_look = match row.channel {
        InquiryChannel::Account => "マイページの「お問い合わせ履歴」",
        InquiryChannel::Form | InquiryChannel::Telephone => {
            "ポータルの「お問い合わせ」の「受付番号で確認」"
        }
    };
    Letter {
        to,
        subject: format!(
            "お問い合わせを受け付けました（{}）",
            shown_ticket(&row.ticket)
        ),
        body: format!(
            "お問い合わせを受け付けました。\n\n受付番号　{}\n区分　　　{}\n\n\
             回答は、このメールアドレスへお送りします。\n\
             状況は、{where_to_look}でご覧いただけます。\n\n\
             心当たりがないときは、このメールを破棄してください。\n",
            shown_ticket(&row.ticket),
            row.category.label(),
        ),
    }
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
    let files = inquiry_files::list(&mut work, ticket).await?;
    Ok(Some(Inquiry {
        row,
        messages,
        files,
    }))
}

/// Adds to an inquiry by whoever has its number and code, with the files that wait for the form; an answered one is received
/// again. The same form sent again changes nothing.
///
/// # Errors
///
/// See [`InquiryError`].
pub async fn reply(
    platform: &Platform,
    ticket: &str,
    code: &str,
    form: &FormKey,
    body: &str,
) -> Result<(), InquiryError> {
    let inquiry = open(platform, ticket, code).await?;
    reply_to(platform, &inquiry.row, form, body).await
}

async fn reply_to(
    platform: &Platform,
    row: &InquiryRow,
    form: &FormKey,
    body: &str,
) -> Result<(), InquiryError> {
    if row.state == InquiryState::Closed {
        return Err(InquiryError::Closed);
    }
    let message = message(platform, &row.ticket, row.name.clone(), checked(body)?);
    let form = form.clone();
    platform
        .store
        .write::<(), InquiryError, _>(move |work| {
            Box::pin(async move {
                let (ticket, at) = (message.ticket.clone(), message.written_at);
                if inquiries::has_message_of(work, &ticket, form.as_bytes()).await? {
                    return Ok(());
                }
                if !inquiries::move_on(work, &ticket, InquiryState::Received, None, at).await? {
                    return Err(InquiryError::Closed);
                }
                add_message(work, &message, &form).await
            })
        })
        .await
}

fn checked(body: &str) -> Result<String, InquiryError> {
    let body = body.trim();
    let fits = !body.is_empty() && body.chars().count() <= LONGEST;
    fits.then(|| body.to_owned()).ok_or(InquiryError::Body)
}
