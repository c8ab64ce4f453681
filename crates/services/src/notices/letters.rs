//! Letters to those who want them: once each, in parts, whichever process writes them.

use crate::{
    Platform,
    mail::{self, Letter},
};
use kiban_store::{Error, Work, repo::notices};

/// So many letters are written in one unit of work.
const PART: i64 = 200;

/// Writes the letters of notices that are shown; how many. `portal_url`: the portal's address as browsers see it.
///
/// # Errors
///
/// The database only.
pub async fn write_letters(platform: &Platform, portal_url: &str) -> Result<usize, Error> {
    let mut written = 0;
    while let Some(letters) = part(platform, portal_url).await? {
        written += letters;
    }
    Ok(written)
}

/// One part of the oldest notice; `None` when nothing is left.
async fn part(platform: &Platform, portal_url: &str) -> Result<Option<usize>, Error> {
    let now = platform.now();
    let mut work = platform.store.point().await?;
    let Some(row) = notices::first_unmailed(&mut work, now).await? else {
        return Ok(None);
    };
    drop(work);
    let mail_ids: Vec<_> = (0..PART).map(|_| platform.id()).collect();
    let (inside, portal_url) = (platform.clone(), portal_url.to_owned());
    platform
        .store
        .write(move |work: &mut Work| {
            Box::pin(async move {
                if !notices::take_turn(work, &row).await? {
                    return Ok(Some(0));
                }
                let people = notices::list_wanting(work, &row.to, row.mailed_to, PART).await?;
                let mut letters = 0;
                for ((_, mail), mail_id) in people.iter().zip(mail_ids) {
                    // It was parsed before it was kept.
                    let Ok(to) = mail.parse() else { continue };
                    let letter = Letter {
                        to,
                        subject: format!("通知：{}", row.title),
                        body: text(&row.title, place_of(&row.to.body_kind), &portal_url),
                    };
                    mail::queue(work, mail_id, &inside, &letter).await?;
                    letters += 1;
                }
                let last = people.last().map(|(user_id, _)| *user_id);
                let full = i64::try_from(people.len()).is_ok_and(|it| it == PART);
                let done = (!full).then(|| inside.now());
                notices::set_mailed(work, row.notice_id, last, done).await?;
                Ok(Some(letters))
            })
        })
        .await
}

fn place_of(kind: &str) -> &'static str {
    match kind {
        "insurer" => "/insurer/notices",
        "prefecture" => "/prefecture/notices",
        _ => "/mypage/notices",
    }
}

fn text(title: &str, place: &str, portal_url: &str) -> String {
    format!(
        "介護情報基盤ポータルに、新しい通知があります。\n\n　{title}\n\n\
         ポータルにログインしてご覧ください。\n{portal_url}{place}\n\n\
         このメールは、「自分の設定」で通知のメールを希望した方に送っています。\n\
         不要になったときは、次の画面で希望を取り消してください。\n{portal_url}/account\n\n\
         このメールに返信はできません。\n"
    )
}
