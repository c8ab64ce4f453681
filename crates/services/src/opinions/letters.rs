//! Letters to institutions whose opinions are due (D-5): numbers, days and a link, nobody's name.

use super::{DueCase, due_cases};
use crate::{
    Platform,
    mail::{self, Letter},
};
use kiban_domain::{Date, MailAddress, OfficeNumber, Wareki};
use kiban_store::{
    Error,
    repo::{offices, opinion_reminders},
};
use std::fmt::Write as _;

/// Writes the letters of the day, from `hour` on by Japan's clock; how many. An institution gets one a day at most, and only on a day on which it is to be
/// reminded; one without an address gets none, and its requests tell on the screen.
///
/// It may run at any time, in several processes at once, and again after it was interrupted. `care_url` is the care door's address as browsers see it.
///
/// # Errors
///
/// The database only; what letters meet on their way is the mail queue's matter.
pub async fn write_letters(platform: &Platform, hour: u8, care_url: &str) -> Result<usize, Error> {
    let japan = jiff::tz::TimeZone::fixed(jiff::tz::offset(9));
    if platform.now().to_zoned(japan).hour() < i8::try_from(hour).unwrap_or(i8::MAX) {
        return Ok(0);
    }
    let due = due_cases(platform).await?;
    let mut written = 0;
    for of_one in due.chunk_by(|one, other| one.institution == other.institution) {
        if let Some(first) = of_one.first() {
            written += write_one(platform, first.institution, of_one, care_url).await?;
        }
    }
    Ok(written)
}

async fn write_one(
    platform: &Platform,
    institution: OfficeNumber,
    due: &[DueCase],
    care_url: &str,
) -> Result<usize, Error> {
    let today = platform.today();
    let body = body(due, today, care_url);
    let inside = platform.clone();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                if !opinion_reminders::take(work, &institution, today).await? {
                    return Ok(0);
                }
                let mails = offices::list_mails(work, &institution).await?;
                let all = mails.iter().filter_map(|it| it.parse::<MailAddress>().ok());
                let mut written = 0;
                for to in all {
                    let letter = Letter {
                        to,
                        subject: "主治医意見書の提出期限のお知らせ".to_owned(),
                        body: body.clone(),
                    };
                    mail::queue(work, inside.id(), &inside, &letter).await?;
                    written += 1;
                }
                Ok(written)
            })
        })
        .await
}

fn body(due: &[DueCase], today: Date, care_url: &str) -> String {
    let mut lines = String::new();
    for it in due {
        let day = Wareki::try_from(it.due_on).map_or_else(|_| it.due_on.to_string(), Wareki::long);
        let left = today.until(it.due_on).map_or(0, |it| it.get_days());
        let left = match left {
            ..0 => format!("{}日過ぎています", -left),
            0 => "今日までです".to_owned(),
            _ => format!("あと{left}日です"),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(lines, "  提出期限 {day}（{left}）：{}件", it.count);
    }
    format!(
        "市町村から依頼された主治医意見書のうち、提出期限が近いもの、または過ぎたものがあります。\n\n\
         {lines}\n\
         次の画面で確認してください。作成できないときは、同じ画面から理由を付けて市町村へ知らせることができます。\n\n\
         {care_url}/medical/requests\n\n\
         画面を開くには、医療機関の端末でログインが必要です。\n\
         このメールに返信はできません。\n"
    )
}
