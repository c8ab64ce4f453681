//! Inviting staff by mail.

use super::{CODE_LENGTH, hash};
use crate::{
    CallContext, Platform,
    code::{grouped, new_code},
    mail::{self, Letter},
    staff::StaffRole,
};
use jiff::SignedDuration;
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::{MailAddress, OfficeNumber, tokyo_date};
use kiban_store::{
    Work,
    repo::{
        accounts::{self, InvitationRow},
        staff::Contract,
    },
};
use uuid::Uuid;

/// For so many days an invitation counts.
const DAYS: i64 = 7;

/// Whom to invite.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    /// Where to.
    pub mail: MailAddress,
    /// Name on the screens.
    pub name: String,
    /// What the person may do.
    pub role: StaffRole,
    /// Of a contractor, checked by [`crate::members::contract_of`].
    pub contract: Option<Contract>,
}

/// Why an invitation was not changed.
#[derive(Debug, thiserror::Error)]
pub enum InvitationError {
    /// The office has no such open invitation.
    #[error("no such open invitation")]
    NotFound,
    /// The database.
    #[error("storage")]
    Storage(#[from] kiban_store::Error),
}

/// Writes an invitation and its letter. `care_url` is the care door's address as browsers see it.
///
/// # Errors
///
/// The database only.
pub async fn invite(
    platform: &Platform,
    context: &CallContext,
    office_no: OfficeNumber,
    invited_by: &str,
    care_url: &str,
    new: NewInvitation,
) -> Result<(), kiban_store::Error> {
    let prepared = Prepared::new(
        platform,
        context,
        office_no,
        None,
        new.mail.as_str(),
        &new.name,
        new.role as i16,
        new.contract,
        invited_by,
        care_url,
    );
    platform
        .store
        .write(move |work| Box::pin(async move { prepared.write(work).await }))
        .await
}

/// The invitations that were neither used nor taken back.
///
/// # Errors
///
/// The database only.
pub async fn list_open(
    platform: &Platform,
    office_no: &OfficeNumber,
) -> Result<Vec<InvitationRow>, kiban_store::Error> {
    accounts::list_open(&mut platform.store.read().await?, office_no).await
}

/// Takes an invitation back.
///
/// # Errors
///
/// See [`InvitationError`].
pub async fn cancel(
    platform: &Platform,
    context: &CallContext,
    office_no: OfficeNumber,
    invitation_id: Uuid,
) -> Result<(), InvitationError> {
    let entry = context
        .event(platform, NO_INSURER, Action::AccountChanged)
        .ground(format!("invitation-cancelled:{invitation_id}"))
        .to_entry();
    let now = platform.now();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                if !accounts::cancel_invitation(work, &office_no, invitation_id, now).await? {
                    return Err(InvitationError::NotFound);
                }
                work.record(&entry).await?;
                Ok(())
            })
        })
        .await
}

/// Sends an invitation with a new code; the old one counts no more.
///
/// # Errors
///
/// See [`InvitationError`].
pub async fn send_again(
    platform: &Platform,
    context: &CallContext,
    office_no: OfficeNumber,
    invited_by: &str,
    care_url: &str,
    invitation_id: Uuid,
) -> Result<(), InvitationError> {
    let mut work = platform.store.point().await?;
    let old = accounts::load_invitation(&mut work, &office_no, invitation_id).await?;
    drop(work);
    let old = old.ok_or(InvitationError::NotFound)?;
    let prepared = Prepared::new(
        platform,
        context,
        office_no,
        old.staff_id,
        &old.mail,
        &old.name,
        old.role,
        old.contract,
        invited_by,
        care_url,
    );
    let now = platform.now();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                if !accounts::cancel_invitation(work, &office_no, invitation_id, now).await? {
                    return Err(InvitationError::NotFound);
                }
                prepared.write(work).await?;
                Ok(())
            })
        })
        .await
}

/// An invitation and its letter, before the unit of work.
pub(super) struct Prepared {
    platform: Platform,
    row: InvitationRow,
    mail_id: Uuid,
    letter: Option<Letter>,
    entry: kiban_audit::Entry,
}

impl Prepared {
    #[expect(clippy::too_many_arguments, reason = "a row's worth of values")]
    pub(super) fn new(
        platform: &Platform,
        context: &CallContext,
        office_no: OfficeNumber,
        staff_id: Option<Uuid>,
        mail: &str,
        name: &str,
        role: i16,
        contract: Option<Contract>,
        invited_by: &str,
        care_url: &str,
    ) -> Self {
        let code = new_code(platform, CODE_LENGTH);
        let now = platform.now();
        let row = InvitationRow {
            invitation_id: platform.id(),
            office_no,
            staff_id,
            code_hash: hash(&code),
            mail: mail.to_owned(),
            name: name.to_owned(),
            role,
            contract,
            invited_by: invited_by.to_owned(),
            created_at: now,
            expires_at: now + SignedDuration::from_hours(24 * DAYS),
            used_at: None,
            cancelled_at: None,
        };
        let entry = context
            .event(platform, NO_INSURER, Action::AccountChanged)
            .ground(format!("invitation:{}", row.invitation_id))
            .to_entry();
        let letter = mail
            .parse()
            .ok()
            .map(|to| letter(to, &row, &code, care_url));
        Self {
            platform: platform.clone(),
            mail_id: platform.id(),
            row,
            letter,
            entry,
        }
    }

    pub(super) async fn write(self, work: &mut Work) -> Result<(), kiban_store::Error> {
        accounts::add_invitation(work, &self.row).await?;
        if let Some(letter) = &self.letter {
            mail::queue(work, self.mail_id, &self.platform, letter).await?;
        }
        work.record(&self.entry).await
    }
}

fn letter(to: MailAddress, row: &InvitationRow, code: &str, care_url: &str) -> Letter {
    let day = tokyo_date(row.expires_at);
    let (subject, what) = if row.staff_id.is_some() {
        (
            "パスワードと認証アプリの再設定のお願い",
            "事業所の管理者が、あなたのログインの再設定を始めました。次のページで、新しいパスワードと認証アプリを設定してください。設定が終わるまで、ログインできません。",
        )
    } else {
        (
            "WEBサービスの利用者登録のご案内",
            "事業所の管理者から、介護保険資格確認等WEBサービスの利用者登録に招待されました。次のページで、ユーザID、パスワード、認証アプリを設定してください。",
        )
    };
    let code = grouped(code, 4);
    Letter {
        to,
        subject: subject.to_owned(),
        body: format!(
            "{what}\n\n\
             事業所の端末（電子証明書の入ったパソコンまたはタブレット）で開いてください。\n\n\
             {care_url}/care/invitation?code={code}\n\n\
             事業所番号　{}\nコード　　　{code}\n有効期限　　{}年{}月{}日\n\n\
             このご案内は1回だけ使えます。心当たりがないときは、事業所の管理者に知らせてください。\n",
            row.office_no.as_str(),
            day.year(),
            day.month(),
            day.day(),
        ),
    }
}
