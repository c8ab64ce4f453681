//! How somebody becomes a member of a body: by a mailed link, or by an ID and a first secret (P-2: insurers' accounts).

use super::{
    From, Reason,
    accounts::{FIRST_SECRET, NewAccount, account, shown_login},
    changed,
    links::{self, Draft, LinkError, LinkKind},
    session,
};
use crate::{
    CallContext, Platform,
    code::{grouped, new_code},
    forms::{self, FormKey},
    mail::{self, Letter},
    sign_in::Token,
    staff::hash_password,
};
use jiff::SignedDuration;
use kiban_domain::{Body, MailAddress, Roles, Timestamp};
use kiban_store::{
    Error,
    repo::{
        invitations, portal_links, portal_sessions,
        portal_users::{self, MembershipRow, PortalUserRow},
    },
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use super::open_invitations::OpenInvitation;

/// For how long an invitation's link counts.
const LINK_DAYS: i64 = 7;
/// For how long a first secret counts.
const SECRET_DAYS: i64 = 14;

/// Who is to become a member.
#[derive(Clone)]
pub struct NewMember {
    /// Name and address.
    pub account: NewAccount,
    /// Of what.
    pub body: Body,
    /// What the letter calls it.
    pub body_name: String,
    /// What they may do there.
    pub roles: Roles,
}

/// Why nobody was invited.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// No role, or one that members of such a body do not have.
    #[error("no such role here")]
    Roles,
    /// Hashing failed.
    #[error("hashing")]
    Hashing,
    /// The same form was sent before and did what it was meant to; nothing was done now.
    #[error("the form was sent before")]
    SentBefore,
    /// The address has an open invitation to this body already.
    #[error("the address is invited already")]
    AlreadyInvited(Box<OpenInvitation>),
    /// The address was given an account of this body, and nobody has come in with its first secret yet.
    #[error("an account waits for this address already")]
    AlreadyIssued(Box<PortalUserRow>),
    /// The link does nothing.
    #[error("link")]
    Link(#[from] LinkError),
    /// The database.
    #[error("storage")]
    Storage(#[from] Error),
}

/// What an invitation's link says, kept with it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Facts {
    pub(super) name: String,
    phone: String,
    kind: String,
    number: String,
    pub(super) body_name: String,
    pub(super) roles: String,
    pub(super) by: String,
}

/// Invites by a link: whoever opens it gets an account of their own, or adds the body to the one they have. The same form sent again
/// does nothing more.
///
/// # Errors
///
/// See [`InviteError`]; [`InviteError::AlreadyInvited`] while an invitation of this address is open.
pub async fn invite(
    platform: &Platform,
    context: &CallContext,
    form: &FormKey,
    portal_url: &str,
    new: NewMember,
) -> Result<(), InviteError> {
    let roles = checked(&new)?;
    let facts = Facts {
        name: new.account.name.clone(),
        phone: new.account.phone.clone(),
        kind: new.body.kind().to_owned(),
        number: new.body.number().to_owned(),
        body_name: new.body_name.clone(),
        roles: roles.to_string(),
        by: by(context),
    };
    let to = new.account.mail.clone();
    let draft = draft(platform, &facts, &to)?;
    let letter = link_letter(to, &facts.body_name, portal_url, &draft.secret, "");
    let ground = format!("member-invited:{}:{}", facts.kind, facts.number);
    let entry = changed(platform, context, ground).to_entry();
    let (inside, mail_id, link_id) = (platform.clone(), platform.id(), platform.id());
    let (form, body) = (form.clone(), new.body);
    platform
        .store
        .write::<(), InviteError, _>(move |work| {
            Box::pin(async move {
                if forms::take(work, &inside, &form, "").await?.is_some() {
                    return Ok(());
                }
                if !invitations::add(work, link_id, &body, &draft.row).await? {
                    let (mail, now) = (&draft.row.mail, inside.now());
                    let open = invitations::find_open(work, &body, mail, now).await?;
                    let open = open.ok_or(LinkError::Unknown)?;
                    let open = OpenInvitation::of(work, open).await?;
                    return Err(InviteError::AlreadyInvited(Box::new(open)));
                }
                mail::queue(work, mail_id, &inside, &letter).await?;
                Ok(work.record(&entry).await?)
            })
        })
        .await
}

pub(super) fn draft(
    platform: &Platform,
    facts: &Facts,
    to: &MailAddress,
) -> Result<Draft, InviteError> {
    let facts = serde_json::to_string(facts).map_err(|_| InviteError::Hashing)?;
    let (kind, hours) = (LinkKind::Invitation, LINK_DAYS * 24);
    Ok(links::draft(
        platform,
        kind,
        None,
        to.as_str(),
        facts,
        hours,
    ))
}

/// `before`: what is said ahead of the validity; may be empty.
pub(super) fn link_letter(
    to: MailAddress,
    body_name: &str,
    portal_url: &str,
    secret: &str,
    before: &str,
) -> Letter {
    Letter {
        to,
        subject: format!("介護情報基盤ポータルへのご招待（{body_name}）"),
        body: format!(
            "「{body_name}」の担当者として、介護情報基盤ポータルに招待されています。次のアドレスを開いて、手続きを進めてください。\n\n{portal_url}/invitation/{secret}\n\n\
             {before}有効期限　{LINK_DAYS}日間（1回だけ使えます）\n\n\
             心当たりがないときは、このメールを削除してください。\n",
        ),
    }
}

pub(super) fn by(context: &CallContext) -> String {
    let actor = &context.actor;
    actor
        .staff
        .clone()
        .unwrap_or_else(|| actor.organisation.clone())
}

fn checked(new: &NewMember) -> Result<Roles, InviteError> {
    let fits = !new.roles.is_empty() && new.roles.within(&new.body) == new.roles;
    fits.then_some(new.roles).ok_or(InviteError::Roles)
}

/// An open invitation, as its page shows it.
pub struct Invitation {
    /// What the body is called.
    pub body_name: String,
    /// The name of who is invited.
    pub name: String,
    /// The address to which the link went.
    pub mail: String,
    /// What they may do there.
    pub roles: Roles,
}

/// The invitation of a link.
///
/// # Errors
///
/// [`InviteError::Link`] or the database.
pub async fn find(platform: &Platform, secret: &str) -> Result<Invitation, InviteError> {
    let link = links::find(platform, LinkKind::Invitation, secret).await?;
    let facts: Facts = serde_json::from_str(&link.facts).map_err(|_| LinkError::Unknown)?;
    Ok(Invitation {
        body_name: facts.body_name,
        name: facts.name,
        mail: link.mail,
        roles: facts.roles.parse().map_err(|_| LinkError::Unknown)?,
    })
}

/// Accepts an invitation with an account that is there.
///
/// # Errors
///
/// [`InviteError::Link`] or the database.
pub async fn join(
    platform: &Platform,
    context: &CallContext,
    secret: &str,
    user_id: Uuid,
) -> Result<Body, InviteError> {
    let (body, _) = accept(platform, context, secret, Some(user_id)).await?;
    Ok(body)
}

/// Accepts an invitation with a new account; its password and second factor are set in the session that begins.
///
/// # Errors
///
/// [`InviteError::Link`] or the database.
pub async fn make(
    platform: &Platform,
    context: &CallContext,
    from: &From,
    secret: &str,
) -> Result<Token, InviteError> {
    let (body, user_id) = accept(platform, context, secret, None).await?;
    Ok(session::begin_set_up(platform, from, user_id, body).await?)
}

async fn accept(
    platform: &Platform,
    context: &CallContext,
    secret: &str,
    user_id: Option<Uuid>,
) -> Result<(Body, Uuid), InviteError> {
    let link = links::find(platform, LinkKind::Invitation, secret).await?;
    let facts: Facts = serde_json::from_str(&link.facts).map_err(|_| LinkError::Unknown)?;
    let body = Body::of(&facts.kind, &facts.number).map_err(|_| LinkError::Unknown)?;
    let mail: MailAddress = link.mail.parse().map_err(|_| LinkError::Unknown)?;
    let fresh = user_id.is_none().then(|| {
        let new = NewAccount {
            name: facts.name.clone(),
            mail,
            phone: facts.phone.clone(),
        };
        account(platform, &new)
    });
    let known = user_id.or(fresh.as_ref().map(|row| row.user_id));
    let user_id = known.ok_or(LinkError::Unknown)?;
    let membership = MembershipRow {
        user_id,
        body,
        roles: facts.roles.parse().map_err(|_| LinkError::Unknown)?,
        holds: true,
        granted_by: facts.by,
        granted_at: platform.now(),
    };
    let ground = format!("member-joined:{}:{}:{user_id}", body.kind(), body.number());
    let entry = changed(platform, context, ground).to_entry();
    let letter = fresh.as_ref().and_then(welcome);
    let (inside, mail_id, now) = (platform.clone(), platform.id(), platform.now());
    platform
        .store
        .write::<(), InviteError, _>(move |work| {
            Box::pin(async move {
                if !portal_links::use_up(work, &link.link_hash, now).await? {
                    return Err(LinkError::Used.into());
                }
                if let Some(row) = &fresh {
                    portal_users::add(work, row).await?;
                }
                if let Some(letter) = &letter {
                    mail::queue(work, mail_id, &inside, letter).await?;
                }
                portal_users::set_membership(work, &membership).await?;
                Ok(work.record(&entry).await?)
            })
        })
        .await?;
    Ok((body, user_id))
}

/// The letter with which a new account's holder keeps their ID.
pub fn welcome(row: &PortalUserRow) -> Option<Letter> {
    Some(Letter {
        to: row.mail.parse().ok()?,
        subject: "ユーザIDのお知らせ".into(),
        body: format!(
            "介護情報基盤ポータルのユーザIDをお知らせします。ログインに使いますので、大切に保管してください。\n\nユーザID　{}\n\n\
             続けて、画面でパスワードと2つ目の認証方法を設定してください。途中で画面を閉じたときは、ログイン画面の「パスワードをお忘れの方」から続けられます。\n",
            shown_login(&row.login),
        ),
    })
}

/// Makes an account with a first secret and mails both: for insurers, prefectures and operators, who do not register themselves.
/// Gives back the account's row, and the secret for who makes it at the command line.
///
/// # Errors
///
/// See [`InviteError`]; [`InviteError::SentBefore`] for the same form again, [`InviteError::AlreadyIssued`] while an account that was
/// made for this address waits for its holder.
pub async fn issue(
    platform: &Platform,
    context: &CallContext,
    form: &FormKey,
    portal_url: &str,
    new: NewMember,
) -> Result<(PortalUserRow, String), InviteError> {
    let roles = checked(&new)?;
    let mut row = account(platform, &new.account);
    let (secret, password_hash) = first_secret(platform).await?;
    row.password_hash = password_hash;
    row.secret_until = Some(platform.now() + SignedDuration::from_hours(24 * SECRET_DAYS));
    let membership = MembershipRow {
        user_id: row.user_id,
        body: new.body,
        roles,
        holds: true,
        granted_by: by(context),
        granted_at: platform.now(),
    };
    let letter = secret_letter(&row, &new.body_name, portal_url, &secret, Secret::First);
    let ground = format!("account-issued:{}:{}", new.body.kind(), new.body.number());
    let entry = changed(platform, context, ground).to_entry();
    let (inside, mail_id, added) = (platform.clone(), platform.id(), row.clone());
    let (form, body) = (form.clone(), new.body);
    platform
        .store
        .write::<(), InviteError, _>(move |work| {
            Box::pin(async move {
                if forms::take(work, &inside, &form, "").await?.is_some() {
                    return Err(InviteError::SentBefore);
                }
                let about = format!("account:{}:{}:{}", body.kind(), body.number(), added.mail);
                forms::take_turn(work, &inside, &about).await?;
                let members = portal_users::list_members(work, &body).await?;
                let now = inside.now();
                let mut waiting = members
                    .into_iter()
                    .filter(|(user, row)| user.mail == added.mail && row.holds && waits(user, now));
                if let Some((user, _)) = waiting.next() {
                    return Err(InviteError::AlreadyIssued(Box::new(user)));
                }
                portal_users::add(work, &added).await?;
                portal_users::set_membership(work, &membership).await?;
                if let Some(letter) = &letter {
                    mail::queue(work, mail_id, &inside, letter).await?;
                }
                Ok(work.record(&entry).await?)
            })
        })
        .await?;
    Ok((row, secret))
}

/// Whether an account's first secret still counts and nobody has come in with it.
pub fn waits(user: &PortalUserRow, now: Timestamp) -> bool {
    let counts = user.secret_until.is_some_and(|until| until > now);
    user.active && user.must_replace && counts && user.last_sign_in_at.is_none()
}

/// Gives an account another first secret and mails it; its sessions end, its second factor stays. The same form sent again does nothing
/// more.
///
/// # Errors
///
/// [`LinkError::Unknown`] when there is no such account; hashing or the database.
pub async fn issue_again(
    platform: &Platform,
    context: &CallContext,
    form: &FormKey,
    portal_url: &str,
    (user_id, body_name): (Uuid, &str),
    reason: &Reason,
) -> Result<(), InviteError> {
    let (secret, password_hash) = first_secret(platform).await?;
    let until = platform.now() + SignedDuration::from_hours(24 * SECRET_DAYS);
    let ground = format!("account-issued-again:{user_id}:{reason}");
    let entry = changed(platform, context, ground).to_entry();
    let (inside, mail_id, form) = (platform.clone(), platform.id(), form.clone());
    let (portal_url, body_name) = (portal_url.to_owned(), body_name.to_owned());
    platform
        .store
        .write::<(), InviteError, _>(move |work| {
            Box::pin(async move {
                if forms::take(work, &inside, &form, "").await?.is_some() {
                    return Ok(());
                }
                let row = portal_users::hold(work, user_id).await?;
                let row = row.ok_or(LinkError::Unknown)?;
                portal_users::set_password(work, user_id, &password_hash, Some(until)).await?;
                portal_sessions::end_all(work, user_id).await?;
                let kind = Secret::Again;
                let letter = secret_letter(&row, &body_name, &portal_url, &secret, kind);
                if let Some(letter) = letter {
                    mail::queue(work, mail_id, &inside, &letter).await?;
                }
                Ok(work.record(&entry).await?)
            })
        })
        .await
}

async fn first_secret(platform: &Platform) -> Result<(String, String), InviteError> {
    let secret = grouped(&new_code(platform, FIRST_SECRET), 4);
    let (salt, typed) = (platform.random::<16>(), secret.clone());
    let hashed = tokio::task::spawn_blocking(move || hash_password(&typed, salt));
    let hashed = hashed.await.map_err(|_| InviteError::Hashing)?;
    let hashed = hashed.map_err(|_| InviteError::Hashing)?;
    Ok((secret, hashed))
}

/// Whether a secret is the first one of an account, or takes the place of another.
#[derive(Clone, Copy)]
enum Secret {
    First,
    Again,
}

fn secret_letter(
    row: &PortalUserRow,
    body_name: &str,
    portal_url: &str,
    secret: &str,
    kind: Secret,
) -> Option<Letter> {
    let (subject, lead) = match kind {
        Secret::First => (
            "ユーザIDと初回パスワードのお知らせ",
            "介護情報基盤ポータルのユーザIDを発行しました。",
        ),
        Secret::Again => (
            "初回パスワードの再発行のお知らせ",
            "介護情報基盤ポータルの初回パスワードを再発行しました。これまでのパスワードは、初回パスワードも含めて使えなくなりました。",
        ),
    };
    Some(Letter {
        to: row.mail.parse().ok()?,
        subject: format!("{subject}（{body_name}）"),
        body: format!(
            "{lead}次のアドレスからログインし、はじめに新しいパスワードと2つ目の認証方法を設定してください。\n\n{portal_url}/login\n\n\
             利用する団体　　{body_name}\nユーザID　　　　{}\n初回パスワード　{secret}\n\n\
             初回パスワードは{SECRET_DAYS}日間有効です。期限が過ぎたときは、発行の窓口に再発行を依頼してください。\n",
            shown_login(&row.login),
        ),
    })
}

/// Makes an account whose password and authenticator are known: for sandboxes, whose sign-ins are printed. An account with this address
/// that is there already is left as it is.
///
/// # Errors
///
/// See [`InviteError`].
pub async fn settle(
    platform: &Platform,
    context: &CallContext,
    new: NewMember,
    password: &str,
    totp_secret: &str,
) -> Result<PortalUserRow, InviteError> {
    let roles = checked(&new)?;
    let mail = new.account.mail.as_str().to_owned();
    let known = portal_users::list_by_mail(&mut platform.store.point().await?, &mail).await?;
    if let Some(row) = known.into_iter().next() {
        return Ok(row);
    }
    let mut row = account(platform, &new.account);
    let (salt, password) = (platform.random::<16>(), password.to_owned());
    let hashed = tokio::task::spawn_blocking(move || hash_password(&password, salt));
    let hashed = hashed.await.map_err(|_| InviteError::Hashing)?;
    row.password_hash = hashed.map_err(|_| InviteError::Hashing)?;
    row.must_replace = false;
    row.totp_secret = Some(totp_secret.to_owned());
    let membership = MembershipRow {
        user_id: row.user_id,
        body: new.body,
        roles,
        holds: true,
        granted_by: by(context),
        granted_at: platform.now(),
    };
    let ground = format!("account-made:{}:{}", new.body.kind(), new.body.number());
    let entry = changed(platform, context, ground).to_entry();
    let added = row.clone();
    platform
        .store
        .write::<(), InviteError, _>(move |work| {
            Box::pin(async move {
                portal_users::add(work, &added).await?;
                portal_users::set_membership(work, &membership).await?;
                Ok(work.record(&entry).await?)
            })
        })
        .await?;
    Ok(row)
}
