//! A letter as a use case writes it.

use crate::Platform;
use kiban_domain::MailAddress;
use kiban_store::{
    Work,
    repo::mail::{self, MailRow},
};
use uuid::Uuid;

/// A letter of plain text.
#[derive(Clone)]
pub struct Letter {
    /// To whom.
    pub to: MailAddress,
    /// One line; control characters are taken out.
    pub subject: String,
    /// The text. No names, numbers or facts of persons who are cared for.
    pub body: String,
}

/// Joins a letter to a unit of work: it is sent only if the change is kept. `mail_id` and the time come from the caller,
/// because a unit of work may not wait for chance.
pub async fn queue(
    work: &mut Work,
    mail_id: Uuid,
    platform: &Platform,
    letter: &Letter,
) -> kiban_store::Result<()> {
    queue_for_list(work, mail_id, platform, letter, "").await
}

/// The same for a letter that its receiver asked to get again and again: `leave_url` is where a mail program leaves the list with one
/// request (RFC 8058).
pub async fn queue_for_list(
    work: &mut Work,
    mail_id: Uuid,
    platform: &Platform,
    letter: &Letter,
    leave_url: &str,
) -> kiban_store::Result<()> {
    let subject = letter
        .subject
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let row = MailRow {
        mail_id,
        recipient: letter.to.as_str().to_owned(),
        subject,
        body: letter.body.clone(),
        leave_url: leave_url.to_owned(),
        created_at: platform.now(),
        attempts: 0,
        token: String::new(),
    };
    mail::add(work, &row).await
}
