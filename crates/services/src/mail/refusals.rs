//! Letters that did not arrive, and what follows from it (P-2, P-3).
//!
//! A report that comes by mail is believed only with the token of the letter it is about: anybody can write one, and it would stop somebody
//! else's letters. Source of the choices: decision 0022.

use super::{Letter, Refused, queue};
use crate::{CallContext, Platform};
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::{MailAddress, Timestamp};
use kiban_exchange::delivery_report::{DeliveryReport, Status};
use kiban_store::{
    Error, Work,
    repo::{
        mail,
        mail_refusals::{self, RefusalOrigin, RefusalRow},
        readiness_readers,
    },
};
use uuid::Uuid;

/// So many addresses are listed at once.
pub const MOST: i64 = 200;

/// What came of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reported {
    /// The address is marked.
    Marked,
    /// It was before, because of the same letter.
    Known,
    /// The report names no letter of ours with its token.
    NotBelieved,
    /// The report tells of no failure, or of one that is not final.
    NoFailure,
}

/// Takes in what a mail server reports.
///
/// # Errors
///
/// The database only.
pub async fn note_report(platform: &Platform, report: &DeliveryReport) -> Result<Reported, Error> {
    let worst = report.failed.iter().find(|it| it.is_about_address());
    let Some(status) = worst.or(report.failed.first()).copied() else {
        return Ok(Reported::NoFailure);
    };
    let names: Vec<_> = report
        .letters
        .iter()
        .filter_map(|it| Some((Uuid::parse_str(&it.number).ok()?, it.token.clone())))
        .collect();
    let now = platform.now();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                for (mail_id, token) in names {
                    let found = mail::find_recipient(work, mail_id, &token).await?;
                    let Some(recipient) = found else {
                        continue;
                    };
                    let blame = Blame {
                        origin: RefusalOrigin::Report,
                        reason: status.to_string(),
                        gone: status.is_about_address(),
                    };
                    let news = mark(work, mail_id, &recipient, blame, now).await?;
                    return Ok(if news {
                        Reported::Marked
                    } else {
                        Reported::Known
                    });
                }
                Ok(Reported::NotBelieved)
            })
        })
        .await
}

/// What is said of an address.
pub(super) struct Blame {
    origin: RefusalOrigin,
    reason: String,
    gone: bool,
}

impl From<Refused> for Blame {
    fn from(refused: Refused) -> Self {
        Self {
            origin: RefusalOrigin::Server,
            gone: refused.is_about_address(),
            reason: refused.to_string(),
        }
    }
}

/// Marks an address; what it follows ends when nobody has it. False when the same letter marked it before.
pub(super) async fn mark(
    work: &mut Work,
    mail_id: Uuid,
    recipient: &str,
    blame: Blame,
    at: Timestamp,
) -> Result<bool, Error> {
    let row = RefusalRow {
        address: recipient.to_lowercase(),
        mail_id,
        origin: blame.origin,
        reason: blame.reason,
        gone: blame.gone,
        times: 1,
        first_at: at,
        last_at: at,
    };
    let news = mail_refusals::note(work, &row).await?;
    if news && row.gone {
        readiness_readers::forget_address(work, &row.address).await?;
    }
    Ok(news)
}

/// An address that letters do not reach, as the operator sees it. No `Debug`: it is somebody's.
#[derive(Clone)]
pub struct RefusedAddress {
    /// What is known of it.
    pub row: RefusalRow,
    /// Whether a user of the portal has it.
    pub of_user: bool,
}

/// How many addresses letters do not reach, and since when the first.
///
/// # Errors
///
/// The database only.
pub async fn count_refused(platform: &Platform) -> Result<(i64, Option<Timestamp>), Error> {
    mail_refusals::count(&mut platform.store.point().await?).await
}

/// Addresses that letters do not reach, the newest first, [`MOST`] at the most. The entry is durable before they are given out.
///
/// # Errors
///
/// The database only.
pub async fn list_refused(
    platform: &Platform,
    context: &CallContext,
) -> Result<Vec<RefusedAddress>, Error> {
    let mut work = platform.store.read().await?;
    let mut found = Vec::new();
    for row in mail_refusals::list(&mut work, MOST).await? {
        let of_user = mail_refusals::is_of_user(&mut work, &row.address).await?;
        found.push(RefusedAddress { row, of_user });
    }
    drop(work);
    let event = context.event(platform, NO_INSURER, Action::AccountRead);
    let entry = event.ground(format!("mail-refused:{}", found.len()));
    platform.audit.append(entry.to_entry()).await?;
    Ok(found)
}

/// What is known of the address of a user of the portal; `None` when letters reach it as far as anybody knows.
///
/// # Errors
///
/// The database only.
pub async fn refused_of_user(
    platform: &Platform,
    user_id: Uuid,
) -> Result<Option<RefusalRow>, Error> {
    mail_refusals::find_of_user(&mut platform.store.point().await?, user_id).await
}

/// Takes the mark off the address that the letter `mail_id` marked, and writes a letter to it; should that not arrive either, the mark comes back.
/// False when there is no such mark any more.
///
/// # Errors
///
/// The database only.
pub async fn retry(
    platform: &Platform,
    context: &CallContext,
    mail_id: Uuid,
) -> Result<bool, Error> {
    let event = context.event(platform, NO_INSURER, Action::AccountChanged);
    let entry = event.ground(format!("mail-retry:{mail_id}")).to_entry();
    let (new_id, inside) = (platform.id(), platform.clone());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let Some(address) = mail_refusals::forget(work, mail_id).await? else {
                    return Ok(false);
                };
                if let Ok(to) = address.parse() {
                    queue(work, new_id, &inside, &trial(to)).await?;
                }
                work.record(&entry).await?;
                Ok(true)
            })
        })
        .await
}

fn trial(to: MailAddress) -> Letter {
    Letter {
        to,
        subject: "メールが届くことの確認".into(),
        body: "介護情報基盤ポータルからのお知らせのメールが、以前に届きませんでした。\n\
               このメールは、いまは届くことを確かめるためにお送りしています。手続きは必要ありません。\n\n\
               このメールに返信はできません。\n"
            .into(),
    }
}

/// Whether a code without an enhanced one, said of a receiver, means that nobody has the address.
pub(super) fn code_is_about_address(code: u16) -> bool {
    // 552 is a full mailbox and 554 says nothing of why. Source: RFC 5321, section 4.2.3; RFC 7504.
    matches!(code, 550 | 551 | 553 | 556)
}

impl Refused {
    /// Whether nobody has such an address, as far as the answer tells.
    pub fn is_about_address(&self) -> bool {
        self.status.map_or(
            self.of_receiver && code_is_about_address(self.code),
            Status::is_about_address,
        )
    }
}
