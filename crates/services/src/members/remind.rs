//! Telling administrators that a contractor's time ends.

use super::REMINDER_DAYS;
use crate::{
    Platform,
    mail::{self, Letter},
};
use jiff::ToSpan as _;
use kiban_domain::MailAddress;
use kiban_store::repo::{
    memberships::{self, EndingRow},
    offices,
};

/// At most so many administrators of one office get the letter.
const LETTERS: usize = 20;

/// Tells administrators of contractors whose last day is at most seven days ahead, once for each last day; how many ends were told.
///
/// # Errors
///
/// The database only.
pub async fn remind(platform: &Platform) -> Result<u64, kiban_store::Error> {
    let today = platform.today();
    let until = today.saturating_add(REMINDER_DAYS.days());
    let mut work = platform.store.point().await?;
    let ending = memberships::list_ending(&mut work, today, until).await?;
    drop(work);
    let mut told = 0;
    for row in ending {
        let mail_ids: Vec<_> = (0..LETTERS).map(|_| platform.id()).collect();
        let inside = platform.clone();
        let written = platform
            .store
            .write::<_, kiban_store::Error, _>(move |work| {
                Box::pin(async move {
                    if !memberships::note_told(work, &row).await? {
                        return Ok(false);
                    }
                    let mails = offices::list_mails(work, &row.office_no).await?;
                    for (to, mail_id) in mails.into_iter().zip(mail_ids) {
                        if let Ok(to) = to.parse() {
                            mail::queue(work, mail_id, &inside, &letter(to, &row)).await?;
                        }
                    }
                    Ok(true)
                })
            })
            .await?;
        told += u64::from(written);
    }
    Ok(told)
}

fn letter(to: MailAddress, row: &EndingRow) -> Letter {
    let day = row.ends_on;
    Letter {
        to,
        subject: "委託先の利用期限が近づいています".to_owned(),
        body: format!(
            "次の委託先の利用は、{}年{}月{}日で終わります。その日を過ぎると、ログインできません。\n\n\
             事業所番号　{}\n委託先　　　{}\n\n\
             続けて利用してもらうときは、WEBサービスの「職員・端末」で、利用期限を変更してください。\n",
            day.year(),
            day.month(),
            day.day(),
            row.office_no.as_str(),
            row.name,
        ),
    }
}
