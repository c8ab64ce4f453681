//! The operator lets an office in.

use super::{
    CODE_LENGTH, EnrolmentSettings,
    ticket::{NewTicket, TicketError, prepare},
};
use crate::{
    CallContext, Platform,
    code::new_code,
    mail::{self, Letter},
};
use jiff::{
    SignedDuration,
    tz::{TimeZone, offset},
};
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::MailAddress;
use kiban_store::repo::{
    offices::{self, OfficeRow},
    terminals,
};

/// What the operator did.
#[derive(Debug, Clone)]
pub struct Invited {
    /// The code, for an operator who has to tell it in another way.
    pub ticket: NewTicket,
}

/// Why nobody was invited.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// No code could be made.
    #[error("code")]
    Ticket(#[from] TicketError),
    /// The database.
    #[error("storage")]
    Storage(#[from] kiban_store::Error),
}

/// Registers the office, or brings it up to date, and sends its first code by mail. `portal` is the portal's address as
/// people reach it. A second invitation ends no earlier one: a letter may be late.
///
/// # Errors
///
/// See [`InviteError`].
pub async fn invite_office(
    platform: &Platform,
    context: &CallContext,
    settings: EnrolmentSettings,
    office: OfficeRow,
    to: MailAddress,
    portal: &str,
) -> Result<Invited, InviteError> {
    let lasts = SignedDuration::from_hours(24 * settings.first_code_days);
    let (row, ticket) = prepare(
        platform,
        office.office_no,
        &context.actor.organisation,
        None,
        true,
        lasts,
        new_code(platform, CODE_LENGTH),
    )
    .await?;
    let entry = context
        .event(platform, NO_INSURER, Action::SettingChanged)
        .ground(format!("office-invited:{}", office.office_no.as_str()))
        .to_entry();
    let letter = Letter {
        subject: "介護情報基盤の利用開始のご案内".to_owned(),
        body: body(&office, &ticket, portal),
        to,
    };
    let (mail_id, inside) = (platform.id(), platform.clone());
    platform
        .store
        .write::<(), kiban_store::Error, _>(move |work| {
            Box::pin(async move {
                offices::save(work, &office).await?;
                offices::set_contact_mail(work, &office.office_no, letter.to.as_str()).await?;
                terminals::add_ticket(work, &row).await?;
                mail::queue(work, mail_id, &inside, &letter).await?;
                work.record(&entry).await
            })
        })
        .await?;
    Ok(Invited { ticket })
}

fn body(office: &OfficeRow, ticket: &NewTicket, portal: &str) -> String {
    let until = ticket.expires_at.to_zoned(TimeZone::fixed(offset(9)));
    format!(
        "{name} ご担当者さま\n\n\
         介護保険資格確認等WEBサービスの利用を始めるためのご案内です。\n\
         WEBサービスで使うパソコンまたはタブレットで次のページを開き、事業所番号とコードを入力してください。\n\n\
         {portal}/start\n\n\
         事業所番号　{number}\n\
         コード　　　{code}\n\
         有効期限　　{year}年{month}月{day}日 {hour}時{minute:02}分\n\n\
         コードは1回だけ使えます。ほかの人に知らせないでください。\n\
         心当たりがないときは、このメールを破棄してください。\n",
        name = office.name,
        number = office.office_no.as_str(),
        code = ticket.code,
        year = until.year(),
        month = until.month(),
        day = until.day(),
        hour = until.hour(),
        minute = until.minute(),
    )
}
