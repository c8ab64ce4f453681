//! What an account's holder keeps themselves: name, address, password, sessions (M04).

use super::{
    Session,
    accounts::shown_login,
    changed,
    links::{self, LinkError, LinkKind},
};
use crate::{
    CallContext, Platform,
    accounts::{CODE_LENGTH, Mistake, RECOVERY_CODES, hash, password_mistake},
    code::{grouped, new_code},
    mail::{self, Letter},
    rate::{self, Exhausted, Limit},
    sign_in::token_hash,
    staff::{hash_password, password_fits},
};
use kiban_domain::MailAddress;
use kiban_store::{
    Error,
    repo::{
        portal_links,
        portal_sessions::{self, PortalSessionRow, SignInRow},
        portal_users::{self, PortalUserRow},
    },
};
use uuid::Uuid;

/// For how long the link to a new address counts.
const HOURS: i64 = 24;
/// Wrong passwords of somebody who is signed in, and letters to new addresses.
const TRIES: Limit = Limit {
    attempts: 5,
    seconds: 900,
};
/// Sign-ins that are shown.
const SHOWN: i64 = 30;

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// The present password does not fit.
    #[error("the password does not fit")]
    WrongPassword,
    /// What is wrong with the new password.
    #[error("the new password does not fit")]
    Password(Mistake),
    /// Too many wrong passwords, or letters.
    #[error("too many attempts")]
    TooMany(Exhausted),
    /// The link does nothing.
    #[error("link")]
    Link(#[from] LinkError),
    /// The session has ended.
    #[error("no session")]
    NoSession,
    /// Hashing failed.
    #[error("hashing")]
    Hashing,
    /// The database.
    #[error("storage")]
    Storage(#[from] Error),
}

/// An account as its holder sees it.
pub struct Profile {
    /// The account.
    pub row: PortalUserRow,
    /// Its sessions, the last used first.
    pub sessions: Vec<PortalSessionRow>,
    /// Its last sign-ins, the newest first.
    pub sign_ins: Vec<SignInRow>,
    /// Recovery codes that were not used.
    pub codes_left: i64,
}

/// Everything about one's own account.
///
/// # Errors
///
/// [`ProfileError::NoSession`] or the database.
pub async fn show(platform: &Platform, session: &Session) -> Result<Profile, ProfileError> {
    let (now, id) = (platform.now(), session.user_id);
    let mut work = platform.store.read().await?;
    let row = portal_users::find(&mut work, id).await?;
    Ok(Profile {
        row: row.ok_or(ProfileError::NoSession)?,
        sessions: portal_sessions::list(&mut work, id, now).await?,
        sign_ins: portal_sessions::list_sign_ins(&mut work, id, SHOWN).await?,
        codes_left: portal_users::count_recovery_codes(&mut work, id).await?,
    })
}

/// Gives oneself another name and telephone.
///
/// # Errors
///
/// The database only.
pub async fn set_name(
    platform: &Platform,
    context: &CallContext,
    session: &Session,
    name: String,
    phone: String,
) -> Result<(), ProfileError> {
    let entry = changed(platform, context, format!("name-set:{}", session.login)).to_entry();
    let id = session.user_id;
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                portal_users::set_name(work, id, &name, &phone).await?;
                Ok(work.record(&entry).await?)
            })
        })
        .await
}

async fn right_password(
    platform: &Platform,
    session: &Session,
    password: String,
) -> Result<PortalUserRow, ProfileError> {
    let bucket = (format!("portal-password:{}", session.user_id), TRIES);
    let reserved = rate::reserve(platform, vec![bucket]).await?;
    let reserved = reserved.map_err(ProfileError::TooMany)?;
    let row = portal_users::find(&mut platform.store.point().await?, session.user_id).await?;
    let row = row.ok_or(ProfileError::NoSession)?;
    let hash = row.password_hash.clone();
    let fits = tokio::task::spawn_blocking(move || password_fits(&password, &hash));
    if !fits.await.map_err(|_| ProfileError::Hashing)? {
        return Err(ProfileError::WrongPassword);
    }
    platform
        .store
        .write::<(), Error, _>(move |work| Box::pin(async move { reserved.give_back(work).await }))
        .await?;
    Ok(row)
}

/// Replaces the password; every other session of the account ends, and a letter says so.
///
/// # Errors
///
/// See [`ProfileError`].
pub async fn set_password(
    platform: &Platform,
    context: &CallContext,
    session: &Session,
    token: &str,
    old: String,
    new: String,
) -> Result<(), ProfileError> {
    if let Some(mistake) = password_mistake(&session.login, &new) {
        return Err(ProfileError::Password(mistake));
    }
    let row = right_password(platform, session, old).await?;
    let salt = platform.random::<16>();
    let hashed = tokio::task::spawn_blocking(move || hash_password(&new, salt));
    let hashed = hashed.await.map_err(|_| ProfileError::Hashing)?;
    let hashed = hashed.map_err(|_| ProfileError::Hashing)?;
    let letter = told(
        &row,
        "パスワードを変更しました",
        "パスワードが変更されました。",
    );
    let entry = changed(platform, context, format!("password-set:{}", row.login)).to_entry();
    let (keep, id) = (token_hash(token), row.user_id);
    let (inside, mail_id) = (platform.clone(), platform.id());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                portal_users::set_password(work, id, &hashed, None).await?;
                portal_sessions::end_others(work, id, &keep).await?;
                if let Some(letter) = &letter {
                    mail::queue(work, mail_id, &inside, letter).await?;
                }
                Ok(work.record(&entry).await?)
            })
        })
        .await
}

pub(super) fn told(row: &PortalUserRow, subject: &str, text: &str) -> Option<Letter> {
    Some(Letter {
        to: row.mail.parse().ok()?,
        subject: subject.to_owned(),
        body: format!(
            "あなたのユーザIDについてお知らせします。{text}\n\nユーザID　{}\n\n\
             心当たりがないときは、ログイン画面の「パスワードをお忘れの方」からパスワードを設定し直し、お問い合わせの窓口に知らせてください。\n",
            shown_login(&row.login),
        ),
    })
}

/// Makes new recovery codes; the old ones stop counting. Shown once.
///
/// # Errors
///
/// See [`ProfileError`].
pub async fn new_codes(
    platform: &Platform,
    context: &CallContext,
    session: &Session,
    password: String,
) -> Result<Vec<String>, ProfileError> {
    let row = right_password(platform, session, password).await?;
    let codes: Vec<String> = (0..RECOVERY_CODES)
        .map(|_| new_code(platform, CODE_LENGTH))
        .collect();
    let hashes: Vec<Vec<u8>> = codes.iter().map(|code| hash(code)).collect();
    let entry = changed(
        platform,
        context,
        format!("recovery-codes-made:{}", row.login),
    )
    .to_entry();
    platform
        .store
        .write::<(), Error, _>(move |work| {
            Box::pin(async move {
                portal_users::set_recovery_codes(work, row.user_id, &hashes).await?;
                work.record(&entry).await
            })
        })
        .await?;
    Ok(codes.iter().map(|code| grouped(code, 4)).collect())
}

/// Asks for another address: it counts from when the link that goes there is used.
///
/// # Errors
///
/// See [`ProfileError`].
pub async fn ask_mail(
    platform: &Platform,
    context: &CallContext,
    session: &Session,
    portal_url: &str,
    mail: MailAddress,
    password: String,
) -> Result<(), ProfileError> {
    let row = right_password(platform, session, password).await?;
    let bucket = (format!("portal-mail:{}", row.user_id), TRIES);
    let counted = rate::reserve(platform, vec![bucket]).await?;
    counted.map_err(ProfileError::TooMany)?;
    let (id, facts) = (Some(row.user_id), String::from("{}"));
    let draft = links::draft(platform, LinkKind::Mail, id, mail.as_str(), facts, HOURS);
    let letter = Letter {
        to: mail,
        subject: "メールアドレスの確認".into(),
        body: format!(
            "介護情報基盤ポータルのメールアドレスを、このアドレスに変更する申込みを受け付けました。次のアドレスを開いて、変更を確定してください。\n\n{portal_url}/mail/{}\n\n\
             有効期限　{HOURS}時間（1回だけ使えます）\n\n心当たりがないときは、このメールを削除してください。\n",
            draft.secret,
        ),
    };
    let entry = changed(platform, context, format!("mail-asked:{}", row.login)).to_entry();
    let (inside, mail_id, now) = (platform.clone(), platform.id(), platform.now());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                portal_links::take_back(work, row.user_id, LinkKind::Mail, now).await?;
                portal_links::add(work, &draft.row).await?;
                mail::queue(work, mail_id, &inside, &letter).await?;
                Ok(work.record(&entry).await?)
            })
        })
        .await
}

/// Uses the link of a new address; the old address is told. Nobody needs to be signed in: the link went to the new address, and was
/// asked for with the password.
///
/// # Errors
///
/// [`ProfileError::Link`] or the database.
pub async fn set_mail(
    platform: &Platform,
    context: &CallContext,
    secret: &str,
) -> Result<(), ProfileError> {
    let link = links::find(platform, LinkKind::Mail, secret).await?;
    let id = link.user_id.ok_or(LinkError::Unknown)?;
    let row = portal_users::find(&mut platform.store.point().await?, id).await?;
    let row = row.ok_or(LinkError::Unknown)?;
    let letter = told(
        &row,
        "メールアドレスを変更しました",
        "お知らせを受け取るメールアドレスが変更されました。",
    );
    let entry = changed(platform, context, format!("mail-set:{}", row.login)).to_entry();
    let (inside, mail_id, now) = (platform.clone(), platform.id(), platform.now());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                if !portal_links::use_up(work, &link.link_hash, now).await? {
                    return Err(LinkError::Used.into());
                }
                portal_users::set_mail(work, id, &link.mail).await?;
                if let Some(letter) = &letter {
                    mail::queue(work, mail_id, &inside, letter).await?;
                }
                Ok(work.record(&entry).await?)
            })
        })
        .await
}

/// Ends one of one's own sessions, or all but the present one (`None`); how many.
///
/// # Errors
///
/// The database only.
pub async fn end_sessions(
    platform: &Platform,
    context: &CallContext,
    session: &Session,
    token: &str,
    which: Option<Uuid>,
) -> Result<u64, Error> {
    let entry = changed(
        platform,
        context,
        format!("sessions-ended:{}", session.login),
    )
    .to_entry();
    let (keep, id) = (token_hash(token), session.user_id);
    platform
        .store
        .write::<u64, Error, _>(move |work| {
            Box::pin(async move {
                let ended = match which {
                    Some(which) => u64::from(portal_sessions::end_named(work, id, which).await?),
                    None => portal_sessions::end_others(work, id, &keep).await?,
                };
                if ended > 0 {
                    work.record(&entry).await?;
                }
                Ok(ended)
            })
        })
        .await
}
