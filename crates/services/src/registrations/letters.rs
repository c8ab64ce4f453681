//! What the applicant is told by mail.

use super::{Decision, shown_receipt, sign_up::LINK_HOURS};
use crate::mail::Letter;
use kiban_domain::MailAddress;
use kiban_store::repo::{registrations::RegistrationRow, sign_ups::SignUpRow};

/// The link that confirms a mail address.
pub(super) fn link(row: &SignUpRow, to: MailAddress, portal: &str, token: &str) -> Letter {
    Letter {
        to,
        subject: "ユーザ登録の確認（介護情報基盤ポータル）".into(),
        body: format!(
            "介護情報基盤ポータルのユーザ登録を受け付けました。\n\
             次のページを開いて、登録を続けてください。\n\n\
             {portal}/signup/confirm/{token}\n\n\
             事業所番号　{number}\n\
             名称　　　　{name}\n\n\
             このページは{LINK_HOURS}時間のあいだ、1回だけ使えます。\n\
             期限が過ぎたときは、もう一度「ユーザ登録」からお申し込みください。\n\
             心当たりがないときは、このメールを破棄してください。登録は行われません。\n",
            number = row.office.office_no.as_str(),
            name = row.office.name,
        ),
    }
}

/// The application has come.
pub(super) fn received(row: &RegistrationRow, portal: &str) -> Option<Letter> {
    letter(
        row,
        "事業所の登録の申請を受け付けました",
        &format!(
            "事業所の登録の申請を受け付けました。運営で確認します。\n\
             結果は、このメールアドレスへお知らせします。\n\
             状況は、マイページの「申請の状況」でご覧いただけます。\n\n{portal}/mypage/applications\n"
        ),
    )
}

/// A reviewer has decided something that the applicant has to know; a first check is none.
pub(super) fn decided(
    row: &RegistrationRow,
    decision: Decision,
    note: &str,
    portal: &str,
) -> Option<Letter> {
    match decision {
        Decision::Check => None,
        Decision::Approve => letter(
            row,
            "事業所の登録が承認されました",
            &format!(
                "事業所の登録が承認されました。\n\
                 マイページで、担当者の登録と、端末の電子証明書の申込みができます。\n\n{portal}/mypage\n"
            ),
        ),
        Decision::Return => letter(
            row,
            "事業所の登録の申請を差し戻しました",
            &format!(
                "申請の内容に、直していただきたいところがあります。\n\n{note}\n\n\
                 マイページの「申請の状況」で修正して、もう一度提出してください。\n\n{portal}/mypage/applications\n"
            ),
        ),
        Decision::Refuse => letter(
            row,
            "事業所の登録の申請の結果について",
            &format!(
                "事業所の登録の申請は、次の理由により承認できませんでした。\n\n{note}\n\n\
                 ご不明な点は、お問い合わせフォームからお尋ねください。\n\n{portal}/contact\n"
            ),
        ),
    }
}

fn letter(row: &RegistrationRow, subject: &str, text: &str) -> Option<Letter> {
    // It was parsed before it was kept.
    let to = row.applicant.mail.parse().ok()?;
    Some(Letter {
        to,
        subject: format!("{subject}（{}）", shown_receipt(&row.receipt)),
        body: format!(
            "{text}\n受付番号　　{}\n事業所番号　{}\n名称　　　　{}\n\n\
             このメールに返信いただいても、お答えできません。\n",
            shown_receipt(&row.receipt),
            row.office.office_no.as_str(),
            row.office.name,
        ),
    })
}
