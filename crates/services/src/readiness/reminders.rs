//! A letter that reminds an insurer of its readiness: one a week at most, whoever sends it (P-3).

use crate::{
    CallContext, Platform,
    mail::{self, Letter},
    notices::{self, Event},
};
use jiff::SignedDuration;
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::{Body, InsurerNumber, MailAddress, Timestamp};
use kiban_store::{
    Error,
    repo::readiness_reminders::{self, ReminderRow},
};

/// Between two letters to the same insurer.
const WAIT: SignedDuration = SignedDuration::from_hours(24 * 7);

/// A letter to be sent.
#[derive(Clone)]
pub struct Reminder {
    /// To which insurer.
    pub insurer_no: InsurerNumber,
    /// The people in charge there.
    pub to: Vec<MailAddress>,
    /// Who sends it, as the letter says: 「新潟県」.
    pub from: String,
    /// Names of the municipalities it is about.
    pub about: Vec<String>,
}

/// Why no letter was sent.
#[derive(Debug, thiserror::Error)]
pub enum RemindError {
    /// Nobody there has an account.
    #[error("nobody to write to")]
    Nobody,
    /// One was sent within the week before.
    #[error("a letter was sent this week")]
    ThisWeek,
    /// The database.
    #[error("storage")]
    Storage(#[from] Error),
}

/// Sends the letter and notes it; `portal_url` is the portal's address as browsers see it.
///
/// # Errors
///
/// See [`RemindError`].
pub async fn send(
    platform: &Platform,
    context: &CallContext,
    reminder: Reminder,
    portal_url: &str,
) -> Result<(), RemindError> {
    if reminder.to.is_empty() {
        return Err(RemindError::Nobody);
    }
    let now = platform.now();
    let row = ReminderRow {
        insurer_no: reminder.insurer_no,
        sent_at: now,
        sent_by: reminder.from.clone(),
    };
    let number = reminder.insurer_no;
    let letters: Vec<_> = reminder
        .to
        .iter()
        .map(|to| (platform.id(), letter(to.clone(), &reminder, portal_url)))
        .collect();
    let event = context.event(platform, NO_INSURER, Action::SettingChanged);
    let ground = format!("readiness-reminder:{}", number.as_str());
    let entry = event.ground(ground).to_entry();
    let (inside, notice_id) = (platform.clone(), platform.id());
    let told = Event::Reminded {
        from: reminder.from.clone(),
        about: reminder.about.clone(),
        at: now,
    };
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                if !readiness_reminders::take(work, &row, now - WAIT).await? {
                    return Err(RemindError::ThisWeek);
                }
                notices::tell(work, &inside, notice_id, Some(Body::Insurer(number)), &told).await?;
                for (mail_id, letter) in &letters {
                    mail::queue(work, *mail_id, &inside, letter).await?;
                }
                Ok(work.record(&entry).await?)
            })
        })
        .await
}

fn letter(to: MailAddress, reminder: &Reminder, portal_url: &str) -> Letter {
    Letter {
        to,
        subject: "介護情報基盤への対応状況の登録のお願い".to_owned(),
        body: format!(
            "{}からのお知らせです。\n\n\
             次の市町村について、介護情報基盤への対応状況の登録または更新をお願いします。\n\n{}\n\n\
             ポータルにログインし、「対応状況の登録」の画面で登録できます。\n{portal_url}/insurer\n\n\
             このメールに返信はできません。\n",
            reminder.from,
            reminder.about.join("、"),
        ),
    }
}

/// The newest letter to each insurer that ever got one.
///
/// # Errors
///
/// The database only.
pub async fn list(platform: &Platform) -> Result<Vec<ReminderRow>, Error> {
    readiness_reminders::list(&mut platform.store.point().await?).await
}

/// Whether another letter may be sent now.
pub fn may_send(newest: Option<&ReminderRow>, now: Timestamp) -> bool {
    newest.is_none_or(|row| row.sent_at <= now - WAIT)
}
