//! Letters about an account's passkeys.

use crate::{Platform, mail::Letter};
use kiban_domain::tokyo_date;

/// What happened to a passkey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Added,
    Removed,
    Stopped,
}

/// To the account's holder. Names the account by its login, and the passkey not at all: mail travels open.
pub(super) fn to_holder(
    platform: &Platform,
    mail: &str,
    login: &str,
    what: What,
) -> Option<Letter> {
    let (subject, text) = match what {
        What::Added => (
            "パスキーを追加しました",
            "あなたのユーザIDに、ログインに使うパスキーが追加されました。",
        ),
        What::Removed => (
            "パスキーを削除しました",
            "あなたのユーザIDから、ログインに使うパスキーが1つ削除されました。",
        ),
        What::Stopped => (
            "パスキーの利用を停止しました",
            "あなたのパスキーと同じものが、ほかでも使われている可能性があります。安全のため、このパスキーではログインできなくしました。別の方法でログインし、「自分の設定」でこのパスキーを削除して、新しく作り直してください。",
        ),
    };
    letter(platform, mail, login, subject, text)
}

/// To an administrator of the office, about somebody's stopped passkey.
pub(super) fn to_administrator(platform: &Platform, mail: &str, login: &str) -> Option<Letter> {
    letter(
        platform,
        mail,
        login,
        "職員のパスキーの利用を停止しました",
        "次の職員のパスキーと同じものが、ほかでも使われている可能性があります。安全のため、このパスキーではログインできなくしました。本人に心当たりを確かめ、必要なときは「職員・端末」でログインを再設定してください。",
    )
}

fn letter(
    platform: &Platform,
    mail: &str,
    login: &str,
    subject: &str,
    text: &str,
) -> Option<Letter> {
    let day = tokyo_date(platform.now());
    let to = mail.parse().ok()?;
    Some(Letter {
        to,
        subject: subject.to_owned(),
        body: format!(
            "{text}\n\nユーザID　{login}\n日付　　　{}年{}月{}日\n\n心当たりがないときは、すぐに事業所の管理者に知らせてください。\n",
            day.year(),
            day.month(),
            day.day(),
        ),
    })
}
