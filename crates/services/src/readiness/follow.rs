//! A letter in the morning to whoever follows a municipality, a prefecture or the country (P-3).
//!
//! An address gets letters only after its owner has opened a link that went there, and nothing that a page or an answer's time
//! says tells whether an address is known. Source of the choices: decision 0019.

use crate::{
    Platform,
    forms::{self, FormKey},
    mail::{self, Letter},
    rate::{self, Exhausted, Limit},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use kiban_domain::{Followed, MailAddress, StepDates, Timestamp, Wareki, municipality};
use kiban_store::{
    Error, Work,
    repo::{
        readiness::{self, ChangeRow},
        readiness_readers::{self, FollowRow, ReaderRow},
    },
};
use ring::digest::{SHA256, digest};
use std::fmt::Write as _;
use uuid::Uuid;

/// The hour in Japan from which letters are written, 0 to 23.
pub const HOUR: u8 = 8;
/// For so many days the link by which an owner agrees counts; then the wish is forgotten.
const LINK_DAYS: i64 = 7;
/// A declaration carries the instant at which its writing began; only what is older than this is surely there.
const SETTLED: SignedDuration = SignedDuration::from_mins(1);
/// So many declarations stand in one letter; the others are counted.
const LINES: usize = 100;
/// So many wishes one caller may send.
const PER_ADDRESS: Limit = Limit {
    attempts: 20,
    seconds: 3_600,
};
/// So many links go to one mail address.
const PER_MAIL: Limit = Limit {
    attempts: 6,
    seconds: 86_400,
};

/// Why nothing was asked.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// Too many wishes from here.
    #[error("too many attempts")]
    TooMany(Exhausted),
    /// The database.
    #[error("storage")]
    Storage(#[from] Error),
}

/// Asks the owner of an address by letter whether it is to follow something. The answer is the same whether the address is known, follows
/// it already, or has got too many such letters today; the same form sent again sends no second letter. `portal_url` is the portal's address as browsers see it.
///
/// # Errors
///
/// See [`FollowError`].
pub async fn ask(
    platform: &Platform,
    form: &FormKey,
    address: &str,
    mail: MailAddress,
    followed: Followed,
    portal_url: &str,
) -> Result<(), FollowError> {
    let bucket = (format!("follow:{address}"), PER_ADDRESS);
    if let Err(exhausted) = rate::reserve(platform, vec![bucket]).await? {
        return Err(FollowError::TooMany(exhausted));
    }
    let bucket = (format!("follow-mail:{}", mail.as_str()), PER_MAIL);
    if rate::reserve(platform, vec![bucket]).await?.is_err() {
        return Ok(());
    }
    let now = platform.now();
    let token = URL_SAFE_NO_PAD.encode(platform.random::<32>());
    let row = ReaderRow {
        reader_id: platform.id(),
        mail: mail.as_str().to_owned(),
        end_key: URL_SAFE_NO_PAD.encode(platform.random::<32>()),
        told_until: now,
        // The first letter comes on the next morning.
        told_on: platform.today(),
    };
    let (mail_id, inside, portal_url) = (platform.id(), platform.clone(), portal_url.to_owned());
    let form = form.clone();
    platform
        .store
        .write::<(), Error, _>(move |work| {
            Box::pin(async move {
                if forms::take(work, &inside, &form, "").await?.is_some() {
                    return Ok(());
                }
                let Some(reader) = readiness_readers::find_or_add(work, &row).await? else {
                    return Ok(());
                };
                let id = reader.reader_id;
                let new = readiness_readers::ask(work, id, followed, &hash(&token), now).await?;
                let letter = if new {
                    link_letter(mail, followed, &portal_url, &token)
                } else {
                    known_letter(mail, followed, &leave_url(&portal_url, &reader.end_key))
                };
                mail::queue(work, mail_id, &inside, &letter).await
            })
        })
        .await?;
    Ok(())
}

fn hash(token: &str) -> Vec<u8> {
    digest(&SHA256, token.as_bytes()).as_ref().to_vec()
}

fn leave_url(portal_url: &str, end_key: &str) -> String {
    format!("{portal_url}/readiness/leave/{end_key}")
}

fn link_letter(to: MailAddress, followed: Followed, portal_url: &str, token: &str) -> Letter {
    Letter {
        to,
        subject: "お知らせメールの確認".to_owned(),
        body: format!(
            "「{}」の対応状況が変わったときに、お知らせメールをお送りします。\n\
             受け取るときは、次の画面を開いて「受け取りを始める」を押してください。\n\n\
             {portal_url}/readiness/follow/{token}\n\n\
             この案内は{LINK_DAYS}日間有効です。押されないときは、メールアドレスを消去します。\n\
             心当たりがないときは、このメールを破棄してください。\n",
            followed.label(),
        ),
    }
}

fn known_letter(to: MailAddress, followed: Followed, leave_url: &str) -> Letter {
    Letter {
        to,
        subject: "お知らせメールの確認".to_owned(),
        body: format!(
            "「{}」のお知らせメールは、すでに受け取りを始めています。\n\
             受け取りをやめるとき、受け取っている市町村を確かめるときは、次の画面を開いてください。\n\n\
             {leave_url}\n\n\
             心当たりがないときは、このメールを破棄してください。\n",
            followed.label(),
        ),
    }
}

fn asked_after(platform: &Platform) -> Timestamp {
    platform.now() - SignedDuration::from_hours(24 * LINK_DAYS)
}

/// What a link is about; `None` when it is none or has ended.
///
/// # Errors
///
/// The database only.
pub async fn find_link(platform: &Platform, token: &str) -> Result<Option<Followed>, Error> {
    let mut work = platform.store.point().await?;
    readiness_readers::find_link(&mut work, &hash(token), asked_after(platform)).await
}

/// The owner of an address agrees; a second time changes nothing. `None` when the link is none or has ended.
///
/// # Errors
///
/// The database only.
pub async fn confirm(platform: &Platform, token: &str) -> Result<Option<Followed>, Error> {
    let (hash, after, now) = (hash(token), asked_after(platform), platform.now());
    platform
        .store
        .write(move |work| {
            Box::pin(async move { readiness_readers::confirm(work, &hash, after, now).await })
        })
        .await
}

/// What the owner of a letter's key follows; nothing when the key is nobody's.
///
/// # Errors
///
/// The database only.
pub async fn list(platform: &Platform, end_key: &str) -> Result<Vec<FollowRow>, Error> {
    readiness_readers::list_by_key(&mut platform.store.point().await?, end_key).await
}

/// Ends one thing, or everything, that the owner of a letter's key follows. An address that follows nothing is forgotten.
///
/// # Errors
///
/// The database only.
pub async fn leave(platform: &Platform, end_key: &str, one: Option<Followed>) -> Result<(), Error> {
    let end_key = end_key.to_owned();
    platform
        .store
        .write(move |work| {
            Box::pin(async move { readiness_readers::leave(work, &end_key, one).await })
        })
        .await
}

/// Forgets what nobody agreed to within a week, and addresses that follow nothing; how many.
///
/// # Errors
///
/// The database only.
pub async fn forget(platform: &Platform) -> Result<u64, Error> {
    let before = asked_after(platform);
    platform
        .store
        .write(move |work| Box::pin(async move { readiness_readers::forget(work, before).await }))
        .await
}

/// Writes the letters of the day, from `hour` on by Japan's clock; how many. Whoever has nothing new gets none.
///
/// It may run at any time, in several processes at once, and again after it was interrupted: each address's morning is looked
/// after once, and its letter is queued in the same unit of work.
///
/// # Errors
///
/// The database only; what letters meet on their way is the mail queue's matter.
pub async fn write(platform: &Platform, hour: u8, portal_url: &str) -> Result<usize, Error> {
    let japan = jiff::tz::TimeZone::fixed(jiff::tz::offset(9));
    if platform.now().to_zoned(japan).hour() < i8::try_from(hour).unwrap_or(i8::MAX) {
        return Ok(0);
    }
    let (until, today) = (platform.now() - SETTLED, platform.today());
    let mut work = platform.store.read().await?;
    let due = readiness_readers::list_due(&mut work, today).await?;
    let Some(since) = due.iter().map(|row| row.told_until).min() else {
        return Ok(0);
    };
    let changes = readiness::list_changes(&mut work, (since, until)).await?;
    drop(work);
    let morning = Morning {
        until,
        changes: std::sync::Arc::new(changes),
        portal_url: portal_url.to_owned(),
    };
    let mut written = 0;
    for row in due {
        written += usize::from(write_one(platform, row, morning.clone()).await?);
    }
    Ok(written)
}

/// What is told this morning.
#[derive(Clone)]
struct Morning {
    until: Timestamp,
    changes: std::sync::Arc<Vec<ChangeRow>>,
    portal_url: String,
}

async fn write_one(platform: &Platform, row: ReaderRow, morning: Morning) -> Result<bool, Error> {
    let (today, mail_id, inside) = (platform.today(), platform.id(), platform.clone());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                if !readiness_readers::take(work, row.reader_id, morning.until, today).await? {
                    return Ok(false);
                }
                tell(work, &inside, mail_id, &row, &morning).await
            })
        })
        .await
}

async fn tell(
    work: &mut Work,
    platform: &Platform,
    mail_id: Uuid,
    row: &ReaderRow,
    morning: &Morning,
) -> Result<bool, Error> {
    let follows = readiness_readers::list_follows(work, row.reader_id).await?;
    let wanted = |change: &&ChangeRow| {
        let at = change.row.recorded_at;
        at > row.told_until
            && follows
                .iter()
                .any(|it| it.followed.takes(&change.row.municipality) && at > it.confirmed_at)
    };
    let changes: Vec<_> = morning.changes.iter().filter(wanted).collect();
    let Ok(to) = row.mail.parse() else {
        return Ok(false);
    };
    if changes.is_empty() {
        return Ok(false);
    }
    let leave_url = leave_url(&morning.portal_url, &row.end_key);
    let letter = change_letter(to, changes, &morning.portal_url, &leave_url);
    mail::queue_for_list(work, mail_id, platform, &letter, &leave_url).await?;
    Ok(true)
}

fn change_letter(
    to: MailAddress,
    mut changes: Vec<&ChangeRow>,
    portal_url: &str,
    leave_url: &str,
) -> Letter {
    changes.sort_by_key(|it| (it.row.municipality, it.row.recorded_at));
    let mut body = "市町村の対応状況が、新しく登録されました。\n".to_owned();
    let mut last = None;
    for change in changes.iter().take(LINES) {
        let row = &change.row;
        if last != Some(row.municipality) {
            last = Some(row.municipality);
            let code = row.municipality;
            let name = municipality(&code).map_or_else(
                || code.as_str().to_owned(),
                |it| format!("{}（{}）", it.name, it.prefecture),
            );
            let _ = write!(body, "\n{name}\n{portal_url}/readiness/{}\n", code.as_str());
        }
        let _ = writeln!(
            body,
            "・{}　{}：{}",
            row.function.label(),
            row.step.label(),
            moved(change.before, row.dates)
        );
    }
    if changes.len() > LINES {
        let _ = write!(
            body,
            "\nほかに{}件あります。{portal_url}/readiness-history.csv\n",
            changes.len() - LINES
        );
    }
    let _ = write!(
        body,
        "\n受け取りをやめるときは、次の画面を開いてください。\n{leave_url}\n\nこのメールに返信はできません。\n"
    );
    Letter {
        to,
        subject: format!("市町村の対応状況が変わりました（{}件）", changes.len()),
        body,
    }
}

/// 「予定 令和8年6月 → 予定 令和8年9月」.
fn moved(before: StepDates, after: StepDates) -> String {
    let said = |dates: StepDates| {
        let planned = dates.planned.map(|it| format!("予定 {}", it.label()));
        let actual = dates.actual.map(|day| {
            let day = Wareki::try_from(day).map_or_else(|_| day.to_string(), Wareki::long);
            format!("実際 {day}")
        });
        let said: Vec<_> = planned.into_iter().chain(actual).collect();
        said.join("、")
    };
    match (said(before), said(after)) {
        (_, after) if after.is_empty() => "取り消し".to_owned(),
        (before, after) if before.is_empty() => after,
        (before, after) => format!("{before} → {after}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p3_a_letter_says_what_stood_before_and_what_stands_now() {
        let dates = |planned: &str, actual: &str| StepDates {
            planned: planned.parse().ok(),
            actual: actual.parse().ok(),
        };
        for (before, after, text) in [
            (("", ""), ("2026-06", ""), "予定 令和8年6月"),
            (
                ("2026-06", ""),
                ("2026-09", ""),
                "予定 令和8年6月 → 予定 令和8年9月",
            ),
            (
                ("FY2026", ""),
                ("FY2026", "2026-11-02"),
                "予定 令和8年度 → 予定 令和8年度、実際 令和8年11月2日",
            ),
            (("2026-06", ""), ("", ""), "取り消し"),
        ] {
            let said = moved(dates(before.0, before.1), dates(after.0, after.1));
            assert_eq!(said, text);
        }
    }
}
