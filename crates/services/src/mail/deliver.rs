//! Sending what waits.

use super::refusals::mark;
use crate::Platform;
use jiff::SignedDuration;
use kiban_domain::MailAddress;
use kiban_exchange::delivery_report::{Status, TOKEN};
use kiban_store::{Error, repo::mail};
use std::{fmt, future::Future, pin::Pin};
use uuid::Uuid;

/// A letter on its way.
pub struct Outgoing {
    /// The same at every attempt: goes into `Message-ID`.
    pub mail_id: Uuid,
    /// The same at every attempt: goes into `Message-ID` and return path, so that a report about the letter can be believed.
    pub token: String,
    /// To whom.
    pub to: MailAddress,
    /// One line.
    pub subject: String,
    /// The text.
    pub body: String,
    /// Where its receiver leaves the list it belongs to, where it belongs to one.
    pub leave_url: Option<String>,
}

/// Why a letter did not go out. The reason is kept and must not name the receiver.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PostError {
    /// May work later.
    #[error("{0}")]
    Later(String),
    /// Will never work, such as an address that cannot be written.
    #[error("{0}")]
    Never(String),
    /// A server refused it for good.
    #[error("server said {0}")]
    Refused(Refused),
}

/// How a server refused a letter for good. Its words are left out: they often quote the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    /// 500 to 599.
    pub code: u16,
    /// More exactly, where it said so.
    pub status: Option<Status>,
    /// Whether it was said when the receiver was named, and not of the letter's text.
    pub of_receiver: bool,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.status {
            Some(status) => write!(f, "{} {status}", self.code),
            None => write!(f, "{}", self.code),
        }
    }
}

/// Takes letters away: a mail server, or a folder in a sandbox.
pub trait Post: Send + Sync {
    /// Hands one letter over.
    fn send<'a>(
        &'a self,
        letter: &'a Outgoing,
    ) -> Pin<Box<dyn Future<Output = Result<(), PostError>> + Send + 'a>>;
}

/// How long one attempt may take until another process may try the same letter.
const LEASE: SignedDuration = SignedDuration::from_mins(5);
/// When a letter is tried again after its first, second … failure; after the last it is given up, two days after it was
/// written, as mail servers do.
const AGAIN: [SignedDuration; 8] = [
    SignedDuration::from_mins(1),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(2),
    SignedDuration::from_hours(6),
    SignedDuration::from_hours(12),
    SignedDuration::from_hours(12),
    SignedDuration::from_hours(15),
];

/// Sends every letter that is due, one after the other; how many went out.
///
/// A stop between sending and noting it sends the letter a second time under the same `Message-ID`: twice is better than
/// not at all.
///
/// # Errors
///
/// The database only; what a letter meets on its way is noted with the letter.
pub async fn deliver(platform: &Platform, post: &dyn Post) -> kiban_store::Result<usize> {
    let mut sent = 0;
    loop {
        let now = platform.now();
        let token: String = hex::encode(platform.random::<{ TOKEN / 2 }>());
        let taken = platform
            .store
            .write::<_, Error, _>(move |work| {
                Box::pin(async move { mail::take_due(work, now, now + LEASE, &token).await })
            })
            .await?;
        let Some(row) = taken else {
            return Ok(sent);
        };
        let (mail_id, attempts, recipient) = (row.mail_id, row.attempts, row.recipient.clone());
        let outcome = match row.recipient.parse() {
            Ok(to) => {
                let letter = Outgoing {
                    mail_id,
                    token: row.token,
                    to,
                    subject: row.subject,
                    body: row.body,
                    leave_url: Some(row.leave_url).filter(|it| !it.is_empty()),
                };
                post.send(&letter).await
            }
            Err(_) => Err(PostError::Never("no address".into())),
        };
        let now = platform.now();
        let next = match &outcome {
            Err(PostError::Later(_)) => usize::try_from(attempts - 1)
                .ok()
                .and_then(|index| AGAIN.get(index))
                .map(|wait| now + *wait),
            Ok(()) | Err(PostError::Never(_) | PostError::Refused(_)) => None,
        };
        if let Err(error) = &outcome {
            tracing::warn!(%mail_id, attempts, given_up = next.is_none(), %error, "a letter did not go out");
        }
        sent += usize::from(outcome.is_ok());
        platform
            .store
            .write::<(), Error, _>(move |work| {
                Box::pin(async move {
                    match outcome {
                        Ok(()) => mail::set_sent(work, mail_id, now).await,
                        Err(error) => {
                            if let PostError::Refused(refused) = error {
                                mark(work, mail_id, &recipient, refused.into(), now).await?;
                            }
                            mail::set_trouble(work, mail_id, &error.to_string(), next).await
                        }
                    }
                })
            })
            .await?;
    }
}
