//! Letting in an account of another office of the company, giving it another role, taking the membership away.

use crate::{
    CallContext, Platform,
    mail::{self, Letter},
    staff::StaffRole,
};
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::OfficeNumber;
use kiban_store::{
    Work,
    repo::{
        companies,
        memberships::{self, MemberRow, MembershipRow, Standing},
        offices, sessions,
        staff::{self, StaffRow},
    },
};
use uuid::Uuid;

/// Whom to let in, and as what.
#[derive(Debug, Clone)]
pub struct Grant {
    /// The office to which the account belongs.
    pub home: OfficeNumber,
    /// What is typed to sign in there.
    pub login: String,
    /// What it may do, from [`super::contract_of`].
    pub standing: Standing,
}

/// Why a membership was not granted, changed or ended.
#[derive(Debug, thiserror::Error)]
pub enum MemberError {
    /// The office belongs to no company.
    #[error("the office belongs to no company")]
    NoCompany,
    /// No other office of the company has such an active account, or the account is no member.
    #[error("no such account")]
    NotFound,
    /// The account is a member already.
    #[error("a member already")]
    Already,
    /// Nobody changes what they may do themselves.
    #[error("one's own membership")]
    Own,
    /// A contractor is one in every office, and nobody else is one anywhere.
    #[error("a contractor")]
    Contractor,
    /// The database.
    #[error("storage")]
    Storage(#[from] kiban_store::Error),
}

/// The members of the office whose accounts belong to other offices.
///
/// # Errors
///
/// The database only.
pub async fn list(
    platform: &Platform,
    office_no: &OfficeNumber,
) -> Result<Vec<MemberRow>, kiban_store::Error> {
    memberships::list_members(&mut platform.store.point().await?, office_no).await
}

/// One of them.
///
/// # Errors
///
/// [`MemberError::NotFound`] or the database.
pub async fn load(
    platform: &Platform,
    office_no: &OfficeNumber,
    staff_id: Uuid,
) -> Result<MemberRow, MemberError> {
    let all = list(platform, office_no).await?;
    all.into_iter()
        .find(|row| row.staff_id == staff_id)
        .ok_or(MemberError::NotFound)
}

/// Lets an account of another office of the company act as this office. `context` is the administrator's of this office, `own`
/// that administrator's account. The account's holder gets a letter.
///
/// # Errors
///
/// See [`MemberError`].
pub async fn grant(
    platform: &Platform,
    context: &CallContext,
    office_no: OfficeNumber,
    own: Uuid,
    wanted: Grant,
) -> Result<(), MemberError> {
    let (inside, context) = (platform.clone(), context.clone());
    let mail_id = platform.id();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                companies::hold_office(work, &office_no).await?;
                let account = account(work, &office_no, &wanted).await?;
                if account.staff_id == own {
                    return Err(MemberError::Own);
                }
                if memberships::find(work, account.staff_id, &office_no)
                    .await?
                    .is_some()
                {
                    return Err(MemberError::Already);
                }
                save(
                    work,
                    &inside,
                    &context,
                    office_no,
                    &account,
                    wanted.standing,
                )
                .await?;
                let office = offices::find(work, &office_no).await?;
                let to = staff::find_mail(work, account.staff_id).await?;
                if let (Some(office), Some(Ok(to))) = (office, to.map(|to| to.parse())) {
                    let called = staff::login_in(&office_no, &account.office_no, &account.login);
                    let letter = letter(to, &office, wanted.standing.role, &called);
                    mail::queue(work, mail_id, &inside, &letter).await?;
                }
                Ok(())
            })
        })
        .await
}

/// The account that is meant, while both offices belong to one company. An account of another company is as good as none.
async fn account(
    work: &mut Work,
    office_no: &OfficeNumber,
    wanted: &Grant,
) -> Result<StaffRow, MemberError> {
    let company = companies::find_of_office(work, office_no).await?;
    let company = company.ok_or(MemberError::NoCompany)?;
    let other = companies::find_of_office(work, &wanted.home).await?;
    let same = other.is_some_and(|other| other.company_id == company.company_id);
    if !same || wanted.home == *office_no {
        return Err(MemberError::NotFound);
    }
    let found = staff::find_by_login(work, &wanted.home, &wanted.login).await?;
    let found = found.filter(|row| row.state == 1);
    let row = found.ok_or(MemberError::NotFound)?;
    Ok(staff::hold(work, row.staff_id).await?.unwrap_or(row))
}

async fn save(
    work: &mut Work,
    platform: &Platform,
    context: &CallContext,
    office_no: OfficeNumber,
    account: &StaffRow,
    standing: Standing,
) -> Result<(), MemberError> {
    let contractor = |role| StaffRole::from_number(role) == StaffRole::Contractor;
    if contractor(account.role) != contractor(standing.role) {
        return Err(MemberError::Contractor);
    }
    let row = MembershipRow {
        staff_id: account.staff_id,
        office_no,
        standing,
        granted_by: context.actor.staff.clone().unwrap_or_default(),
        granted_at: platform.now(),
    };
    memberships::save(work, &row).await?;
    record(
        work,
        platform,
        context,
        account,
        &format!("role:{}", standing.role),
    )
    .await
}

/// The entry names the office that acts as its organisation, and the account's own office in its ground.
async fn record(
    work: &mut Work,
    platform: &Platform,
    context: &CallContext,
    account: &StaffRow,
    what: &str,
) -> Result<(), MemberError> {
    let (staff_id, home) = (account.staff_id, account.office_no);
    let entry = context
        .event(platform, NO_INSURER, Action::AccountChanged)
        .ground(format!("membership:{staff_id}@{home}:{what}"))
        .to_entry();
    Ok(work.record(&entry).await?)
}

/// Gives a member another role from its next request on.
///
/// # Errors
///
/// See [`MemberError`].
pub async fn change(
    platform: &Platform,
    context: &CallContext,
    office_no: OfficeNumber,
    own: Uuid,
    staff_id: Uuid,
    standing: Standing,
) -> Result<(), MemberError> {
    if own == staff_id {
        return Err(MemberError::Own);
    }
    let (inside, context) = (platform.clone(), context.clone());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                companies::hold_office(work, &office_no).await?;
                let account = staff::hold(work, staff_id).await?;
                let account = account.ok_or(MemberError::NotFound)?;
                let member = memberships::find(work, staff_id, &office_no).await?;
                member.ok_or(MemberError::NotFound)?;
                save(work, &inside, &context, office_no, &account, standing).await
            })
        })
        .await
}

/// Takes a membership away; sessions as this office, and at its terminals, end at once.
///
/// # Errors
///
/// See [`MemberError`].
pub async fn end(
    platform: &Platform,
    context: &CallContext,
    office_no: OfficeNumber,
    own: Uuid,
    staff_id: Uuid,
) -> Result<(), MemberError> {
    if own == staff_id {
        return Err(MemberError::Own);
    }
    let (inside, context) = (platform.clone(), context.clone());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let account = staff::find(work, staff_id).await?;
                let account = account.ok_or(MemberError::NotFound)?;
                if !memberships::end(work, staff_id, &office_no).await? {
                    return Err(MemberError::NotFound);
                }
                sessions::end_in(work, staff_id, &office_no).await?;
                record(work, &inside, &context, &account, "ended").await
            })
        })
        .await
}

fn letter(
    to: kiban_domain::MailAddress,
    office: &offices::OfficeRow,
    role: i16,
    called: &str,
) -> Letter {
    Letter {
        to,
        subject: "ほかの事業所で利用できるようになりました".to_owned(),
        body: format!(
            "次の事業所の管理者が、あなたを職員に加えました。今お使いのログインのまま、この事業所として利用できます。\n\n\
             事業所番号　{}\n事業所　　　{}\n役割　　　　{}\n\n\
             いつもの端末では、ログインしたあと「事業所の切替え」で切り替えてください。\n\
             この事業所の端末では、ユーザIDに {called} と入力してください。\n\n\
             心当たりがないときは、事業所の管理者に知らせてください。\n",
            office.office_no.as_str(),
            office.name,
            StaffRole::from_number(role).label(),
        ),
    }
}
