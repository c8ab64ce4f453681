//! What an operator writes to one body, or to all of a kind.

use crate::{CallContext, Platform};
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::{Body, PrefectureCode};
use kiban_store::{
    Error,
    repo::notices::{self, Addressee, NoticeRow},
};
use uuid::Uuid;

pub use kiban_store::repo::notices::NoticeRow as Written;

/// Longest title, in characters.
const TITLE: usize = 80;
/// Longest text.
const BODY: usize = 2_000;
/// So many are listed.
const LISTED: i64 = 200;

/// A notice to be written.
#[derive(Debug, Clone)]
pub struct NewNotice {
    /// The form it came from: sent twice, it is one notice.
    pub notice_id: Uuid,
    /// `office`, `insurer` or `prefecture`.
    pub kind: String,
    /// The number of one body; empty for all.
    pub number: String,
    /// The two digits of a prefecture; empty for every one.
    pub prefecture: String,
    /// In one line, at most 80 characters.
    pub title: String,
    /// In plain text, at most 2,000 characters.
    pub body: String,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// No such kind of body.
    #[error("no such kind of body")]
    Kind,
    /// No body can have this number.
    #[error("no such number")]
    Number,
    /// No such prefecture, or one beside a number.
    #[error("no such prefecture")]
    Prefecture,
    /// The title is empty or too long.
    #[error("the title is empty or too long")]
    Title,
    /// The text is empty or too long.
    #[error("the text is empty or too long")]
    Body,
    /// Nobody there has an account.
    #[error("nobody to read it")]
    Nobody,
    /// The database.
    #[error("storage")]
    Storage(#[from] Error),
}

fn checked(new: &NewNotice) -> Result<Addressee, WriteError> {
    if !matches!(&*new.kind, "office" | "insurer" | "prefecture") {
        return Err(WriteError::Kind);
    }
    let mut number = String::new();
    if !new.number.is_empty() {
        let body = Body::of(&new.kind, &new.number).map_err(|_| WriteError::Number)?;
        body.number().clone_into(&mut number);
    }
    if !new.prefecture.is_empty()
        && (!number.is_empty() || new.prefecture.parse::<PrefectureCode>().is_err())
    {
        return Err(WriteError::Prefecture);
    }
    let wrong = |text: &str, most| text.is_empty() || text.chars().count() > most;
    if wrong(&new.title, TITLE) || new.title.contains(char::is_control) {
        return Err(WriteError::Title);
    }
    if wrong(&new.body, BODY) {
        return Err(WriteError::Body);
    }
    Ok(Addressee {
        body_kind: new.kind.clone(),
        prefecture: new.prefecture.clone(),
        body_no: number,
    })
}

/// How many bodies and how many people would get it, for a page that asks once more.
///
/// # Errors
///
/// See [`WriteError`].
pub async fn reach(platform: &Platform, new: &NewNotice) -> Result<(i64, i64), WriteError> {
    let to = checked(new)?;
    let reached = notices::count_reached(&mut platform.store.point().await?, &to).await?;
    if reached.1 == 0 {
        return Err(WriteError::Nobody);
    }
    Ok(reached)
}

/// Keeps a notice; letters go out afterwards to those who want them.
///
/// # Errors
///
/// See [`WriteError`].
pub async fn write(
    platform: &Platform,
    context: &CallContext,
    new: NewNotice,
) -> Result<(), WriteError> {
    let to = checked(&new)?;
    reach(platform, &new).await?;
    let now = platform.now();
    let row = NoticeRow {
        notice_id: new.notice_id,
        to,
        kind: "operator".to_owned(),
        event: None,
        title: new.title,
        body: new.body,
        link: String::new(),
        made_by: context.name(),
        made_at: now,
        show_from: now,
        mailed_at: None,
    };
    let event = context.event(platform, NO_INSURER, Action::SettingChanged);
    let entry = event.ground(format!("notice:{}", row.notice_id)).to_entry();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                if notices::add(work, &row).await? {
                    work.record(&entry).await?;
                }
                Ok(())
            })
        })
        .await
}

/// What operators wrote, the newest first.
///
/// # Errors
///
/// The database only.
pub async fn list_written(platform: &Platform) -> Result<Vec<Written>, Error> {
    notices::list_written(&mut platform.store.point().await?, LISTED).await
}
