//! What has to be set before anything else: a password of one's own, and a second factor.

use super::{
    From, Stage, changed,
    session::{Begun, held},
    sign_in::has_factor,
};
use crate::{
    CallContext, Platform,
    accounts::{CODE_LENGTH, Mistake, RECOVERY_CODES, hash, password_mistake},
    code::{grouped, new_code},
    passkeys::{self as ceremonies, Ceremony, Holder, Kind, PasskeyError, Place},
    rate::{self, Exhausted, Limit},
    sign_in::{Token, matching_step_of, token_hash},
    staff::hash_password,
};
use kiban_store::{
    Error,
    repo::{
        passkeys::{self, PasskeyRow},
        portal_links::{self, LinkKind},
        portal_sessions,
        portal_users::{self, PortalUserRow},
    },
};

/// Wrong codes while a second factor is being set.
const TRIES: Limit = Limit {
    attempts: 10,
    seconds: 900,
};
/// Name of the passkey with which an account is made; its holder may change it.
const FIRST_PASSKEY: &str = "最初のパスキー";

/// Why nothing was set.
#[derive(Debug, thiserror::Error)]
pub enum SetUpError {
    /// The session has ended or is not at this step.
    #[error("no session")]
    NoSession,
    /// What is wrong with the password.
    #[error("the password does not fit")]
    Password(Mistake),
    /// The password is the first secret that is to be replaced.
    #[error("the password is the first secret")]
    SamePassword,
    /// The code does not fit.
    #[error("the code does not fit")]
    WrongCode,
    /// Too many wrong codes.
    #[error("too many attempts")]
    TooMany(Exhausted),
    /// The passkey was not taken.
    #[error("passkey")]
    Passkey(#[from] PasskeyError),
    /// Hashing failed.
    #[error("hashing")]
    Hashing,
    /// The database.
    #[error("storage")]
    Storage(#[from] Error),
}

/// What an account still lacks.
#[derive(Clone)]
pub struct Needs {
    /// ユーザID.
    pub login: String,
    /// Whether a password has to be set.
    pub password: bool,
    /// Whether a second factor has to be set.
    pub factor: bool,
}

/// What is to be set in this session.
///
/// # Errors
///
/// [`SetUpError::NoSession`] or the database.
pub async fn needs(platform: &Platform, token: &str) -> Result<Needs, SetUpError> {
    let (user, by_link) = user_of(platform, token).await?;
    let mut work = platform.store.point().await?;
    Ok(Needs {
        password: user.must_replace || by_link,
        factor: !has_factor(&mut work, &user).await?,
        login: user.login,
    })
}

/// The account, and whether its session began with the link for a forgotten password.
async fn user_of(platform: &Platform, token: &str) -> Result<(PortalUserRow, bool), SetUpError> {
    let held = held(platform, token).await?;
    let held = held.filter(|(row, _)| row.stage == Stage::SetUp);
    let (row, _) = held.ok_or(SetUpError::NoSession)?;
    let mut work = platform.store.point().await?;
    let user = portal_users::find(&mut work, row.user_id).await?;
    let user = user.ok_or(SetUpError::NoSession)?;
    Ok((user, row.may_set_password))
}

/// Sets the password. Every other session of the account ends, and so do links for a forgotten password. An account that has a
/// second factor goes on with it: the token of that step comes back.
///
/// # Errors
///
/// See [`SetUpError`].
pub async fn set_password(
    platform: &Platform,
    context: &CallContext,
    from: &From,
    token: &str,
    password: String,
) -> Result<Option<Token>, SetUpError> {
    let (user, by_link) = user_of(platform, token).await?;
    if !user.must_replace && !by_link {
        return Err(SetUpError::NoSession);
    }
    if let Some(mistake) = password_mistake(&user.login, &password) {
        return Err(SetUpError::Password(mistake));
    }
    let (salt, old_hash) = (platform.random::<16>(), user.password_hash.clone());
    let hashed = tokio::task::spawn_blocking(move || {
        if crate::staff::password_fits(&password, &old_hash) {
            return Err(SetUpError::SamePassword);
        }
        hash_password(&password, salt).map_err(|_| SetUpError::Hashing)
    });
    let password_hash = hashed.await.map_err(|_| SetUpError::Hashing)??;
    let factor = has_factor(&mut platform.store.point().await?, &user).await?;
    let next = if factor {
        let (row, _) = held(platform, token).await?.ok_or(SetUpError::NoSession)?;
        let stage = Stage::SecondFactor;
        Some(Begun::new(
            platform,
            user.user_id,
            row.body,
            stage,
            &from.agent,
        ))
    } else {
        None
    };
    let entry = changed(platform, context, format!("password-set:{}", user.login)).to_entry();
    let (user_id, now, hash) = (user.user_id, platform.now(), token_hash(token));
    let next_row = next.as_ref().map(|it| it.row.clone());
    platform
        .store
        .write::<(), SetUpError, _>(move |work| {
            Box::pin(async move {
                portal_users::set_password(work, user_id, &password_hash, None).await?;
                portal_sessions::end_others(work, user_id, &hash).await?;
                portal_sessions::note_password_set(work, &hash).await?;
                portal_links::take_back(work, user_id, LinkKind::Password, now).await?;
                if let Some(row) = &next_row {
                    if !portal_sessions::end(work, &hash).await? {
                        return Err(SetUpError::NoSession);
                    }
                    portal_sessions::add(work, row).await?;
                }
                Ok(work.record(&entry).await?)
            })
        })
        .await?;
    Ok(next.map(|it| it.token))
}

/// The authenticator's secret to be tried, base 32: the same until it is.
///
/// # Errors
///
/// [`SetUpError::NoSession`] or the database.
pub async fn secret(platform: &Platform, token: &str) -> Result<String, SetUpError> {
    let held = held(platform, token).await?;
    let held = held.filter(|(row, _)| row.stage == Stage::SetUp);
    let (row, _) = held.ok_or(SetUpError::NoSession)?;
    if let Some(secret) = row.draft_secret {
        return Ok(secret);
    }
    let secret = totp_rs::Secret::from(platform.random::<20>()).to_base32();
    let (hash, kept) = (row.token_hash, secret.clone());
    platform
        .store
        .write::<(), Error, _>(move |work| {
            Box::pin(async move { portal_sessions::set_draft(work, &hash, &kept).await })
        })
        .await?;
    Ok(secret)
}

/// What came of setting a second factor.
pub struct Done {
    /// For the cookie of the session that is complete now.
    pub token: Token,
    /// The recovery codes, shown once.
    pub codes: Vec<String>,
}

/// Sets the authenticator application by its first code.
///
/// # Errors
///
/// See [`SetUpError`].
pub async fn finish(
    platform: &Platform,
    context: &CallContext,
    from: &From,
    token: &str,
    code: &str,
) -> Result<Done, SetUpError> {
    let user = ready_for_factor(platform, token).await?;
    let secret = secret(platform, token).await?;
    let bucket = (format!("portal-factor:{}", user.user_id), TRIES);
    let reserved = rate::reserve(platform, vec![bucket]).await?;
    let reserved = reserved.map_err(SetUpError::TooMany)?;
    let step = matching_step_of(&secret, code, platform.now()).ok_or(SetUpError::WrongCode)?;
    platform
        .store
        .write::<(), Error, _>(move |work| Box::pin(async move { reserved.give_back(work).await }))
        .await?;
    store(
        platform,
        context,
        from,
        token,
        &user,
        Factor::Application { secret, step },
    )
    .await
}

/// Asks the browser for a passkey as second factor.
///
/// # Errors
///
/// See [`SetUpError`].
pub async fn ask_passkey(platform: &Platform, place: Place<'_>) -> Result<Ceremony, SetUpError> {
    let user = ready_for_factor(platform, place.secret).await?;
    let holder = Holder {
        id: user.user_id,
        login: &user.login,
        name: &user.name,
    };
    let question = ceremonies::holder_question(place.party, &holder, &[])?;
    let id = Some(user.user_id);
    Ok(ceremonies::ask(platform, place, Kind::Account, id, question).await?)
}

/// Sets the passkey with which the browser answered [`ask_passkey`].
///
/// # Errors
///
/// See [`SetUpError`].
pub async fn finish_by_passkey(
    platform: &Platform,
    context: &CallContext,
    from: &From,
    place: Place<'_>,
    challenge: &str,
    answer: &str,
) -> Result<Done, SetUpError> {
    let user = ready_for_factor(platform, place.secret).await?;
    let asked = ceremonies::answered(platform, place, Kind::Account, challenge).await?;
    if asked.staff_id != Some(user.user_id) {
        return Err(SetUpError::NoSession);
    }
    let made = ceremonies::check_new(
        platform,
        place.party,
        user.user_id,
        &asked.state,
        answer,
        FIRST_PASSKEY,
    )?;
    let factor = Factor::Passkey(Box::new(made));
    store(platform, context, from, place.secret, &user, factor).await
}

async fn ready_for_factor(platform: &Platform, token: &str) -> Result<PortalUserRow, SetUpError> {
    let (user, by_link) = user_of(platform, token).await?;
    let has = has_factor(&mut platform.store.point().await?, &user).await?;
    // The password first: whoever only knows a mailed secret must not bring a second factor of their own.
    if user.must_replace || by_link || has {
        return Err(SetUpError::NoSession);
    }
    Ok(user)
}

enum Factor {
    Application { secret: String, step: i64 },
    Passkey(Box<PasskeyRow>),
}

async fn store(
    platform: &Platform,
    context: &CallContext,
    from: &From,
    token: &str,
    user: &PortalUserRow,
    factor: Factor,
) -> Result<Done, SetUpError> {
    let (half, _) = held(platform, token).await?.ok_or(SetUpError::NoSession)?;
    let codes: Vec<String> = (0..RECOVERY_CODES)
        .map(|_| new_code(platform, CODE_LENGTH))
        .collect();
    let hashes: Vec<Vec<u8>> = codes.iter().map(|code| hash(code)).collect();
    let begun = Begun::new(
        platform,
        user.user_id,
        half.body,
        Stage::Complete,
        &from.agent,
    );
    let opening = Begun {
        token: Token(String::new()),
        row: begun.row.clone(),
    };
    let way = match factor {
        Factor::Application { .. } => "totp",
        Factor::Passkey(_) => "passkey",
    };
    let ground = format!("second-factor-set:{}:{way}", user.login);
    let entry = changed(platform, context, ground).to_entry();
    let (user_id, old) = (user.user_id, half.token_hash);
    platform
        .store
        .write::<(), SetUpError, _>(move |work| {
            Box::pin(async move {
                if !portal_sessions::end(work, &old).await? {
                    return Err(SetUpError::NoSession);
                }
                match &factor {
                    Factor::Application { secret, step } => {
                        portal_users::set_totp(work, user_id, Some(secret), *step).await?;
                    }
                    Factor::Passkey(row) => match passkeys::add(work, row).await {
                        Err(error) if error.is_duplicate() => {
                            return Err(PasskeyError::Taken.into());
                        }
                        other => other?,
                    },
                }
                portal_users::set_recovery_codes(work, user_id, &hashes).await?;
                opening.write(work, way).await?;
                Ok(work.record(&entry).await?)
            })
        })
        .await?;
    Ok(Done {
        token: begun.token,
        codes: codes.iter().map(|code| grouped(code, 4)).collect(),
    })
}
