//! The letter of the week to an office with silent registrations: numbers and a link, nobody's name.

use super::after;
use crate::{
    Platform,
    days::first_instant,
    mail::{self, Letter},
};
use kiban_domain::{MailAddress, OfficeNumber};
use kiban_store::{
    Error,
    repo::silence::{self, Silence},
};

/// Days from one letter to the next.
const EVERY_DAYS: i32 = 7;
/// The most members of an office who get it.
const RECEIVERS: usize = 50;

/// Writes the office's letter, if it is its turn and there is something to say; whether it was written.
pub(super) async fn write(
    platform: &Platform,
    office_no: OfficeNumber,
    care_url: &str,
) -> Result<bool, Error> {
    let now = platform.now();
    let since = first_instant(after(platform.today(), 1 - EVERY_DAYS));
    let mail_ids: Vec<_> = (0..RECEIVERS).map(|_| platform.id()).collect();
    let (inside, care_url) = (platform.clone(), care_url.to_owned());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let silence = silence::take_letter(work, &office_no, since, now).await?;
                let Some(silence) = silence else {
                    return Ok(false);
                };
                let mails = silence::list_mails(work, &office_no).await?;
                for (to, mail_id) in mails.into_iter().zip(mail_ids) {
                    if let Ok(to) = to.parse() {
                        let letter = letter(to, silence, &care_url);
                        mail::queue(work, mail_id, &inside, &letter).await?;
                    }
                }
                Ok(true)
            })
        })
        .await
}

fn letter(to: MailAddress, silence: Silence, care_url: &str) -> Letter {
    let Silence { waiting, ended } = silence;
    let asked = format!(
        "しばらく利用のない担当登録が{waiting}件あります。担当を続けるかどうかを、次の画面で回答してください。\n\
         回答がないと、画面に示した日に担当登録が終わり、その方の情報は見られなくなります。\n\n\
         {care_url}/care/registrations?show=waiting\n\n"
    );
    let gone = format!(
        "回答がなかった担当登録{ended}件は終了しました。担当を続けるときは、もう一度、本人確認と担当登録をしてください。\n\n\
         {care_url}/care/registrations?show=ended\n\n"
    );
    let body = [
        if waiting > 0 { asked.as_str() } else { "" },
        if ended > 0 { gone.as_str() } else { "" },
        "画面を開くには、事業所の端末でログインが必要です。このメールに返信はできません。\n",
    ]
    .concat();
    Letter {
        to,
        subject: if waiting > 0 {
            "担当登録の継続を確認してください".to_owned()
        } else {
            "回答のなかった担当登録が終了しました".to_owned()
        },
        body,
    }
}
