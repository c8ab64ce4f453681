//! A letter in the morning to members who want one when applications have moved on (W-6): a number and a link.

use crate::{
    Platform,
    mail::{self, Letter},
};
use jiff::SignedDuration;
use kiban_domain::MailAddress;
use kiban_store::{
    Error,
    repo::{
        progress_letters::{self, DueRow},
        staff,
    },
};
use uuid::Uuid;

/// The hour in Japan from which letters are written, 0 to 23, unless the operator sets another.
pub const HOUR: u8 = 8;

/// A notice carries the instant at which its delivery began to be written; only what is older than this is surely there.
/// What is younger is told on the next morning.
const SETTLED: SignedDuration = SignedDuration::from_mins(1);

/// What a member has chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// Whether the member gets letters.
    pub wanted: bool,
    /// Whether there is an address to which they could go.
    pub has_address: bool,
}

/// What a member has chosen.
///
/// # Errors
///
/// The database only.
pub async fn choice(platform: &Platform, staff_id: Uuid) -> Result<Choice, Error> {
    let mut work = platform.store.point().await?;
    Ok(Choice {
        wanted: progress_letters::is_wanted(&mut work, staff_id).await?,
        has_address: staff::find_mail(&mut work, staff_id).await?.is_some(),
    })
}

/// A member chooses for itself. The first letter comes on the next morning at the earliest, and tells of what has moved on
/// since now.
///
/// # Errors
///
/// The database only.
pub async fn choose(platform: &Platform, staff_id: Uuid, wanted: bool) -> Result<(), Error> {
    let (since, today) = (platform.now() - SETTLED, platform.today());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                if wanted {
                    progress_letters::add(work, staff_id, since, today).await
                } else {
                    progress_letters::remove(work, staff_id).await
                }
            })
        })
        .await
}

/// Writes the letters of the day, from `hour` on by Japan's clock; how many. Whoever has nothing new gets none.
///
/// It may run at any time, in several processes at once, and again after it was interrupted: each member's morning is
/// looked after once, and its letter is queued in the same unit of work. `care_url` is the care door's address as browsers
/// see it.
///
/// # Errors
///
/// The database only; what letters meet on their way is the mail queue's matter.
pub async fn write(platform: &Platform, hour: u8, care_url: &str) -> Result<usize, Error> {
    let japan = jiff::tz::TimeZone::fixed(jiff::tz::offset(9));
    if platform.now().to_zoned(japan).hour() < i8::try_from(hour).unwrap_or(i8::MAX) {
        return Ok(0);
    }
    let today = platform.today();
    let due = progress_letters::list_due(&mut platform.store.point().await?, today).await?;
    let mut written = 0;
    for row in due {
        written += usize::from(write_one(platform, row, care_url).await?);
    }
    Ok(written)
}

async fn write_one(platform: &Platform, row: DueRow, care_url: &str) -> Result<bool, Error> {
    let (until, today, mail_id) = (platform.now() - SETTLED, platform.today(), platform.id());
    let (inside, care_url) = (platform.clone(), care_url.to_owned());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                if !progress_letters::take(work, &row, until, today).await? {
                    return Ok(false);
                }
                let span = (row.told_until, until);
                let moved =
                    progress_letters::count_moved(work, &row.office_no, span, today).await?;
                let Ok(to) = row.mail.parse() else {
                    return Ok(false);
                };
                if moved == 0 {
                    return Ok(false);
                }
                mail::queue(work, mail_id, &inside, &letter(to, moved, &care_url)).await?;
                Ok(true)
            })
        })
        .await
}

fn letter(to: MailAddress, moved: i64, care_url: &str) -> Letter {
    Letter {
        to,
        subject: "認定申請の進捗が変わりました".to_owned(),
        body: format!(
            "認定申請の進捗が新しく変わった利用者が{moved}人います。次の画面で確認してください。\n\n\
             {care_url}/care#moved\n\n\
             画面を開くには、事業所の端末でログインが必要です。\n\
             このお知らせは、次の画面で止められます。\n\n\
             {care_url}/care/account\n\n\
             このメールに返信はできません。\n"
        ),
    }
}
