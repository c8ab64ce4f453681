//! What the applicant is told by mail. Letters name the office and the receipt, never the account.

use super::shown_receipt;
use crate::mail::Letter;
use kiban_domain::Yen;
use kiban_store::repo::subsidies::SubsidyRow;

/// The application has come.
pub(super) fn received(row: &SubsidyRow, amount: Yen, portal: &str) -> Option<Letter> {
    letter(
        row,
        "助成金の申請を受け付けました",
        &format!(
            "助成金の申請を受け付けました。\n申請額　　　{amount}\n\n\
             内容を確認し、結果をこのメールアドレスへお知らせします。"
        ),
        portal,
    )
}

/// It goes back.
pub(super) fn returned(row: &SubsidyRow, note: &str, portal: &str) -> Option<Letter> {
    letter(
        row,
        "助成金の申請を差し戻しました",
        &format!(
            "申請の内容に、直していただきたいところがあります。\n\n{note}\n\n\
             次のページで、項目ごとの指摘を確認して修正し、もう一度提出してください。"
        ),
        portal,
    )
}

/// It is granted.
pub(super) fn granted(row: &SubsidyRow, amount: Yen, portal: &str) -> Option<Letter> {
    letter(
        row,
        "助成金の交付を決定しました",
        &format!(
            "助成金の交付を決定しました。\n交付決定額　{amount}\n\n\
             交付決定通知書は、次のページからダウンロードできます。"
        ),
        portal,
    )
}

/// It is not granted.
pub(super) fn refused(row: &SubsidyRow, reason: &str, portal: &str) -> Option<Letter> {
    letter(
        row,
        "助成金の申請の結果について",
        &format!(
            "助成金は、次の理由により交付できませんでした。\n\n{reason}\n\n\
             不交付決定通知書は、次のページからダウンロードできます。"
        ),
        portal,
    )
}

/// The money has arrived.
pub(super) fn paid(row: &SubsidyRow, amount: Yen, portal: &str) -> Option<Letter> {
    letter(
        row,
        "助成金を振り込みました",
        &format!("助成金を、申請の振込先へ振り込みました。\n振込額　　　{amount}"),
        portal,
    )
}

/// The money came back.
pub(super) fn failed(row: &SubsidyRow, portal: &str) -> Option<Letter> {
    letter(
        row,
        "助成金を振り込めませんでした",
        "申請の振込先へ助成金を振り込めませんでした。\n次のページで振込先を確認し、訂正してください。",
        portal,
    )
}

fn letter(row: &SubsidyRow, subject: &str, text: &str, portal: &str) -> Option<Letter> {
    let receipt = shown_receipt(&row.receipt);
    Some(Letter {
        // An address that was changed to something else meanwhile gets no letter; the page tells the same.
        to: row.applicant_mail.parse().ok()?,
        subject: format!("{subject}（介護情報基盤ポータル）"),
        body: format!(
            "{name}\n\n{text}\n\n{portal}/mypage/applications/{receipt}\n\n\
             申請番号　　{receipt}\n",
            name = row.office_name,
        ),
    })
}
