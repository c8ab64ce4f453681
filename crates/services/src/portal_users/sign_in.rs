//! Signing in at the portal: ID or address and password, then the second factor (P-2).

use super::{
    From, Stage,
    accounts::{FIRST_SECRET, Named, named},
    session::{Begun, held},
};
use crate::{
    CallContext, Platform,
    accounts::recovery_hash,
    code::{grouped, typed_code},
    rate::{self, Exhausted, Limit, Reserved},
    sign_in::{Token, decoy, fail, matching_step_of, short, token_hash},
    staff::password_fits,
};
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::Timestamp;
use kiban_store::{
    Error, Work,
    repo::{
        passkeys, portal_sessions,
        portal_sessions::{SignInOutcome, SignInRow},
        portal_users::{self, PortalUserRow},
    },
};
use uuid::Uuid;

/// Wrong attempts for one account, whether it exists or not.
const PER_ACCOUNT: Limit = Limit {
    attempts: 5,
    seconds: 900,
};
/// Wrong attempts from one address: many offices stand behind one.
const PER_ADDRESS: Limit = Limit {
    attempts: 60,
    seconds: 900,
};

/// Why nobody was signed in. None of them tells whether an account exists.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Account and password do not fit.
    #[error("account and password do not fit")]
    Wrong,
    /// The code does not fit or was used.
    #[error("the code does not fit")]
    WrongCode,
    /// They fit, but the first secret's time is over: a new one has to be asked for.
    #[error("the first secret has ended")]
    SecretEnded,
    /// They fit, but the account is a member of nothing any more.
    #[error("no membership")]
    NoMembership,
    /// Too many wrong attempts.
    #[error("too many attempts")]
    TooMany(Exhausted),
    /// The session has ended, or is not at this step.
    #[error("no session")]
    NoSession,
    /// The database.
    #[error("storage")]
    Storage(#[from] Error),
}

/// What the first step began.
#[derive(Debug)]
pub struct Started {
    /// For the cookie.
    pub token: Token,
    /// What comes next; never [`Stage::Complete`].
    pub stage: Stage,
}

/// First step: ID or address, and password.
///
/// # Errors
///
/// See [`SignInError`]. An attempt is counted before the password is compared, so that many at the same time do not get past the
/// bound; an unknown account costs the same time as a known one. Failures are recorded, and noted for the account's holder.
pub async fn begin(
    platform: &Platform,
    context: &CallContext,
    from: &From,
    user: &str,
    password: String,
) -> Result<Started, SignInError> {
    let named = named(user);
    let bucket = match &named {
        Some(Named::Login(text) | Named::Mail(text)) => short(text),
        None => short(&user.trim().to_lowercase()),
    };
    let buckets = vec![
        (format!("portal-signin:{bucket}"), PER_ACCOUNT),
        (format!("portal-signin-from:{}", from.address), PER_ADDRESS),
    ];
    let reserved = match rate::reserve(platform, buckets).await? {
        Ok(reserved) => reserved,
        Err(exhausted) => {
            fail(platform, context, "too_many_attempts").await?;
            return Err(SignInError::TooMany(exhausted));
        }
    };
    let found = match &named {
        Some(named) => find(&mut platform.store.point().await?, named).await?,
        None => None,
    };
    let hash = found
        .as_ref()
        .map_or_else(|| decoy().to_owned(), |row| row.password_hash.clone());
    let fits = tokio::task::spawn_blocking(move || {
        // A first secret is read from a letter: however it is typed, it is the same.
        let code = typed_code(&password, FIRST_SECRET).map(|code| grouped(&code, 4));
        password_fits(&password, &hash) || code.is_some_and(|code| password_fits(&code, &hash))
    });
    let fits = fits.await.unwrap_or(false);
    match found {
        Some(row) if fits && row.active => enter(platform, context, from, &row, reserved).await,
        known => {
            fail(platform, context, "wrong_password").await?;
            if let Some(row) = known {
                note(
                    platform,
                    row.user_id,
                    SignInOutcome::WrongPassword,
                    "password",
                    from,
                )
                .await?;
            }
            Err(SignInError::Wrong)
        }
    }
}

async fn find(work: &mut Work, named: &Named) -> Result<Option<PortalUserRow>, Error> {
    match named {
        Named::Login(login) => portal_users::find_by_login(work, login).await,
        Named::Mail(mail) => {
            let mut rows = portal_users::list_by_mail(work, mail).await?;
            // An address that several people share says nothing about who one is.
            Ok(rows.pop().filter(|_| rows.is_empty()))
        }
    }
}

async fn enter(
    platform: &Platform,
    context: &CallContext,
    from: &From,
    row: &PortalUserRow,
    reserved: Reserved,
) -> Result<Started, SignInError> {
    let mut work = platform.store.point().await?;
    let memberships = portal_users::list_memberships(&mut work, row.user_id).await?;
    let has_factor = has_factor(&mut work, row).await?;
    drop(work);
    let give_back = |reserved: Reserved| {
        platform.store.write::<(), Error, _>(move |work| {
            Box::pin(async move { reserved.give_back(work).await })
        })
    };
    if row.must_replace
        && row
            .secret_until
            .is_some_and(|until| until <= platform.now())
    {
        give_back(reserved).await?;
        fail(platform, context, "first_secret_ended").await?;
        return Err(SignInError::SecretEnded);
    }
    let Some(first) = memberships.first() else {
        give_back(reserved).await?;
        fail(platform, context, "no_membership").await?;
        return Err(SignInError::NoMembership);
    };
    let stage = if row.must_replace || !has_factor {
        Stage::SetUp
    } else {
        Stage::SecondFactor
    };
    let begun = Begun::new(platform, row.user_id, first.body, stage, &from.agent);
    let session = begun.row;
    platform
        .store
        .write::<(), Error, _>(move |work| {
            Box::pin(async move {
                reserved.give_back(work).await?;
                portal_sessions::add(work, &session).await
            })
        })
        .await?;
    Ok(Started {
        token: begun.token,
        stage,
    })
}

/// Whether an account has a second factor, at whatever site.
pub(super) async fn has_factor(work: &mut Work, row: &PortalUserRow) -> Result<bool, Error> {
    if row.totp_secret.is_some() {
        return Ok(true);
    }
    let passkeys = passkeys::list(work, row.user_id).await?;
    Ok(passkeys.iter().any(|it| it.stopped_at.is_none()))
}

pub(super) async fn note(
    platform: &Platform,
    user_id: Uuid,
    outcome: SignInOutcome,
    way: &str,
    from: &From,
) -> Result<(), Error> {
    let row = SignInRow {
        at: platform.now(),
        outcome,
        way: way.to_owned(),
        agent: from.agent.chars().take(60).collect(),
    };
    platform
        .store
        .write::<(), Error, _>(move |work| {
            Box::pin(async move { portal_sessions::note(work, user_id, &row).await })
        })
        .await
}

/// Second step: the six digits, or one of the recovery codes. The half session ends and a whole one with a new token takes its place.
///
/// # Errors
///
/// [`SignInError::NoSession`], [`SignInError::WrongCode`], [`SignInError::TooMany`] or the database. A code works once.
pub async fn complete(
    platform: &Platform,
    context: &CallContext,
    from: &From,
    token: &str,
    code: &str,
) -> Result<Token, SignInError> {
    let half = held(platform, token).await?;
    let (half, session) = half
        .filter(|(row, _)| row.stage == Stage::SecondFactor)
        .ok_or(SignInError::NoSession)?;
    let mut work = platform.store.point().await?;
    let user = portal_users::find(&mut work, session.user_id).await?;
    let user = user.ok_or(SignInError::NoSession)?;
    drop(work);
    let bucket = (format!("portal-factor:{}", user.user_id), PER_ACCOUNT);
    let reserved = rate::reserve(platform, vec![bucket]).await?;
    let reserved = reserved.map_err(SignInError::TooMany)?;
    let now = platform.now();
    let secret = user.totp_secret.as_deref();
    let step = secret.and_then(|secret| matching_step_of(secret, code, now));
    let factor = match (step, recovery_hash(code)) {
        (Some(step), _) => Some(Used::Step(step)),
        (None, Some(hash)) => Some(Used::Recovery(hash)),
        (None, None) => None,
    };
    let way = match factor {
        Some(Used::Recovery(_)) => "recovery",
        _ => "totp",
    };
    let begun = Begun::new(
        platform,
        user.user_id,
        half.body,
        Stage::Complete,
        &from.agent,
    );
    let entry = {
        let context = session.context(&context.request_id);
        let event = context.event(platform, NO_INSURER, Action::SignIn);
        event.ground(format!("portal:{way}")).to_entry()
    };
    let old = token_hash(token);
    let (user_id, opened) = (user.user_id, begun.row.clone());
    let opening = Begun {
        token: Token(String::new()),
        row: opened,
    };
    let outcome = match factor {
        None => Err(SignInError::WrongCode),
        Some(factor) => {
            platform
                .store
                .write(move |work| {
                    Box::pin(async move {
                        // Two answers at once would otherwise both come in. An error takes all of it back.
                        if !portal_sessions::end(work, &old).await? {
                            return Err(SignInError::NoSession);
                        }
                        if !factor.use_up(work, user_id, now).await? {
                            return Err(SignInError::WrongCode);
                        }
                        reserved.give_back(work).await?;
                        opening.write(work, way).await?;
                        Ok(work.record(&entry).await?)
                    })
                })
                .await
        }
    };
    if let Err(SignInError::WrongCode) = outcome {
        fail(platform, context, "wrong_code").await?;
        let wrong = SignInOutcome::WrongSecondFactor;
        note(platform, user_id, wrong, way, from).await?;
    }
    outcome.map(|()| begun.token)
}

enum Used {
    Step(i64),
    Recovery(Vec<u8>),
}

impl Used {
    async fn use_up(&self, work: &mut Work, user_id: Uuid, now: Timestamp) -> Result<bool, Error> {
        match self {
            Self::Step(step) => portal_users::use_totp_step(work, user_id, *step).await,
            Self::Recovery(hash) => portal_users::use_recovery_code(work, user_id, hash, now).await,
        }
    }
}
