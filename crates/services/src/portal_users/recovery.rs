//! A forgotten password: a link by mail, and then another password. The second factor stays what it is.

use super::{
    From, Stage,
    accounts::{Named, named, shown_login},
    changed,
    links::{self, LinkError, LinkKind},
    session::Begun,
};
use crate::{
    CallContext, Platform,
    mail::{self, Letter},
    rate::{self, Exhausted, Limit},
    sign_in::Token,
};
use kiban_domain::Body;
use kiban_store::{
    Error,
    repo::{
        portal_links, portal_sessions,
        portal_users::{self, PortalUserRow},
    },
};

/// For how long a link counts.
const HOURS: i64 = 1;
/// So many links one account gets.
const PER_ACCOUNT: Limit = Limit {
    attempts: 3,
    seconds: 3_600,
};
/// So many may be asked for from one address.
const PER_ADDRESS: Limit = Limit {
    attempts: 20,
    seconds: 3_600,
};

/// Why nothing was asked for or begun.
#[derive(Debug, thiserror::Error)]
pub enum RecoveryError {
    /// Too many from this address.
    #[error("too many attempts")]
    TooMany(Exhausted),
    /// The link does nothing.
    #[error("link")]
    Link(#[from] LinkError),
    /// The account is stopped, or a member of nothing any more.
    #[error("the account is stopped")]
    Stopped,
    /// The database.
    #[error("storage")]
    Storage(#[from] Error),
}

/// Sends a link to whoever is called so. The answer is the same whether anybody is.
///
/// # Errors
///
/// [`RecoveryError::TooMany`] or the database.
pub async fn ask(
    platform: &Platform,
    context: &CallContext,
    from: &From,
    portal_url: &str,
    user: &str,
) -> Result<(), RecoveryError> {
    let bucket = (
        format!("portal-recovery-from:{}", from.address),
        PER_ADDRESS,
    );
    rate::reserve(platform, vec![bucket])
        .await?
        .map_err(RecoveryError::TooMany)?;
    let mut work = platform.store.point().await?;
    let users = match named(user) {
        Some(Named::Login(login)) => {
            let row = portal_users::find_by_login(&mut work, &login).await?;
            row.filter(|row| row.active).into_iter().collect()
        }
        Some(Named::Mail(mail)) => portal_users::list_by_mail(&mut work, &mail).await?,
        None => Vec::new(),
    };
    drop(work);
    for user in users {
        let bucket = (format!("portal-recovery:{}", user.user_id), PER_ACCOUNT);
        // Whoever has got three letters within the hour has them: asking again is answered like anything else.
        if rate::reserve(platform, vec![bucket]).await?.is_ok() {
            send(platform, context, portal_url, &user).await?;
        }
    }
    Ok(())
}

/// Sends an account's holder a link to set another password.
///
/// # Errors
///
/// The database only.
pub async fn send(
    platform: &Platform,
    context: &CallContext,
    portal_url: &str,
    user: &PortalUserRow,
) -> Result<(), Error> {
    let Ok(to) = user.mail.parse() else {
        return Ok(());
    };
    let facts = String::from("{}");
    let id = Some(user.user_id);
    let draft = links::draft(platform, LinkKind::Password, id, &user.mail, facts, HOURS);
    let letter = Letter {
        to,
        subject: "パスワードの再設定のご案内".into(),
        body: format!(
            "パスワードの再設定の申込みを受け付けました。次のアドレスを開いて、新しいパスワードを設定してください。\n\n{portal_url}/password/{}\n\n\
             ユーザID　{}\n有効期限　このメールが届いてから{HOURS}時間（1回だけ使えます）\n\n\
             申込みに心当たりがないときは、何もする必要はありません。今のパスワードはそのまま使えます。\n",
            draft.secret,
            shown_login(&user.login),
        ),
    };
    let entry = changed(platform, context, format!("password-link:{}", user.login)).to_entry();
    let (inside, mail_id, user_id, now) = (
        platform.clone(),
        platform.id(),
        user.user_id,
        platform.now(),
    );
    platform
        .store
        .write::<(), Error, _>(move |work| {
            Box::pin(async move {
                portal_links::take_back(work, user_id, LinkKind::Password, now).await?;
                portal_links::add(work, &draft.row).await?;
                mail::queue(work, mail_id, &inside, &letter).await?;
                work.record(&entry).await
            })
        })
        .await
}

/// Uses the link: begins a session in which the password is set.
///
/// # Errors
///
/// See [`RecoveryError`].
pub async fn begin(platform: &Platform, from: &From, secret: &str) -> Result<Token, RecoveryError> {
    let link = links::find(platform, LinkKind::Password, secret).await?;
    let user_id = link.user_id.ok_or(LinkError::Unknown)?;
    let mut work = platform.store.point().await?;
    let user = portal_users::find(&mut work, user_id).await?;
    let memberships = portal_users::list_memberships(&mut work, user_id).await?;
    drop(work);
    let body = memberships.first().map(|it| it.body);
    let body: Body = body
        .filter(|_| user.is_some_and(|user| user.active))
        .ok_or(RecoveryError::Stopped)?;
    let now = platform.now();
    let mut begun = Begun::new(platform, user_id, body, Stage::SetUp, &from.agent);
    // Only this session may set another password: whoever does not go on can still use the old one.
    begun.row.may_set_password = true;
    let row = begun.row;
    platform
        .store
        .write::<(), RecoveryError, _>(move |work| {
            Box::pin(async move {
                if !portal_links::use_up(work, &link.link_hash, now).await? {
                    return Err(LinkError::Used.into());
                }
                Ok(portal_sessions::add(work, &row).await?)
            })
        })
        .await?;
    Ok(begun.token)
}
