//! Signing in at the care door: password, then second factor, in a session bound to the terminal's certificate (W-2).

use crate::{
    CallContext, Platform,
    accounts::recovery_hash,
    rate::{self, Exhausted, Limit},
    staff::{StaffRole, hash_password, password_fits},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::{Date, OfficeNumber, Timestamp};
use kiban_store::{
    Work,
    repo::{
        accounts,
        memberships::{self, Standing},
        sessions::{self, SessionRow},
        staff::{self, Contract, StaffRow},
    },
};
use ring::digest::{SHA256, digest};
use std::sync::OnceLock;
use uuid::Uuid;

/// Wrong attempts for one login of one office.
pub(crate) const PER_LOGIN: Limit = Limit {
    attempts: 5,
    seconds: 900,
};
/// Wrong attempts from one terminal.
pub(crate) const PER_TERMINAL: Limit = Limit {
    attempts: 30,
    seconds: 900,
};
/// How long the second factor may be given.
const HALF_MINUTES: i64 = 10;
/// How long a session lasts at the most.
const SESSION_HOURS: i64 = 12;
/// How long a session lasts without a request.
const IDLE_MINUTES: i64 = 30;
/// Length of a time step of the second factor, RFC 6238.
const STEP_SECONDS: i64 = 30;

/// Why nobody was signed in. None of them tells whether an account exists.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Login or password does not fit.
    #[error("the login or the password does not fit")]
    Wrong,
    /// The code does not fit or was used.
    #[error("the code does not fit")]
    WrongCode,
    /// Login and password fit, but the contractor's last day is over.
    #[error("the contract is over")]
    ContractOver(Date),
    /// Too many wrong attempts; the same whether the account exists or not.
    #[error("too many attempts")]
    TooMany(Exhausted),
    /// The session ended, or belongs to another terminal.
    #[error("no session")]
    NoSession,
    /// The database.
    #[error("storage")]
    Storage(#[from] kiban_store::Error),
}

/// A session as its holder needs it.
#[derive(Debug, Clone)]
pub struct Session {
    /// The account.
    pub staff_id: Uuid,
    /// The office as which the person acts.
    pub office_no: OfficeNumber,
    /// The office whose terminal it is.
    pub terminal_office_no: OfficeNumber,
    /// What the person is called in the office acted for: what is typed to sign in, and for a member of another office that
    /// office's number behind it.
    pub login: String,
    /// The name on the screens.
    pub name: String,
    /// What the person may do as that office.
    pub role: StaffRole,
    /// Of a contractor.
    pub contract: Option<Contract>,
    /// Whether the person is a member of further offices.
    pub more_offices: bool,
    /// Whether the second factor was given.
    pub complete: bool,
    /// When the session ends at the latest.
    pub expires_at: Timestamp,
    /// When the session ends without another use; never after `expires_at`.
    pub ends_at: Timestamp,
}

/// A token for the holder's cookie, shown once.
pub struct Token(pub String);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Hash under which a token is kept.
pub(crate) fn token_hash(token: &str) -> Vec<u8> {
    digest(&SHA256, token.as_bytes()).as_ref().to_vec()
}

/// First step: login and password. The session it begins opens nothing but the second step.
///
/// # Errors
///
/// See [`SignInError`]. Failures are counted against login and terminal, and recorded. An attempt is counted before the
/// password is compared, so that many at the same time do not get past the bound.
pub async fn begin(
    platform: &Platform,
    context: &CallContext,
    office_no: &OfficeNumber,
    serial: &str,
    login: &str,
    password: String,
) -> Result<Token, SignInError> {
    let login = login.trim().to_lowercase();
    let buckets = vec![
        (
            format!("signin:{}:{}", office_no.as_str(), short(&login)),
            PER_LOGIN,
        ),
        (format!("signin-terminal:{serial}"), PER_TERMINAL),
    ];
    let reserved = match rate::reserve(platform, buckets).await? {
        Ok(reserved) => reserved,
        Err(exhausted) => {
            fail(platform, context, "too_many_attempts").await?;
            return Err(SignInError::TooMany(exhausted));
        }
    };
    let mut work = platform.store.point().await?;
    let found = find_member(&mut work, office_no, &login).await?;
    drop(work);
    // An unknown login costs the same time as a known one.
    let hash = found
        .as_ref()
        .map_or_else(|| decoy().to_owned(), |(row, _)| row.password_hash.clone());
    let fits = tokio::task::spawn_blocking(move || password_fits(&password, &hash))
        .await
        .unwrap_or(false);
    match found {
        Some((row, standing)) if fits => {
            platform
                .store
                .write::<(), SignInError, _>(move |work| {
                    Box::pin(async move { Ok(reserved.give_back(work).await?) })
                })
                .await?;
            if let Some(last) = over(standing, platform.today()) {
                fail(platform, context, "contract_over").await?;
                return Err(SignInError::ContractOver(last));
            }
            Ok(open(platform, &row, office_no, serial, false).await?)
        }
        _ => {
            fail(platform, context, "wrong_password").await?;
            Err(SignInError::Wrong)
        }
    }
}

/// The active account that is called so in this office, and what it may do there: one of its own, or a member from another office
/// of its company, whose number stands behind the login.
async fn find_member(
    work: &mut Work,
    office_no: &OfficeNumber,
    login: &str,
) -> Result<Option<(StaffRow, Standing)>, kiban_store::Error> {
    let own = staff::find_by_login(work, office_no, login).await?;
    let found = match (own, login.rsplit_once('@')) {
        (Some(own), _) => Some(own),
        (None, Some((login, home))) => match home.parse::<OfficeNumber>() {
            Ok(home) => staff::find_by_login(work, &home, login).await?,
            Err(_) => None,
        },
        (None, None) => None,
    };
    let Some(row) = found.filter(|row| row.state == 1) else {
        return Ok(None);
    };
    let standing = standing_in(work, &row, office_no).await?;
    Ok(standing.map(|standing| (row, standing)))
}

/// What an account may do in an office.
pub(crate) async fn standing_in(
    work: &mut Work,
    row: &StaffRow,
    office_no: &OfficeNumber,
) -> Result<Option<Standing>, kiban_store::Error> {
    if row.office_no == *office_no {
        return Ok(Some(Standing {
            role: row.role,
            contract: row.contract,
        }));
    }
    memberships::find(work, row.staff_id, office_no).await
}

/// The last day of a contractor whose time is over. One without a last day was never let in.
pub(crate) fn over(standing: Standing, today: Date) -> Option<Date> {
    if StaffRole::from_number(standing.role) != StaffRole::Contractor {
        return None;
    }
    let last = standing.contract.map_or(Date::MIN, |it| it.ends_on);
    (last < today).then_some(last)
}

/// Keeps bucket names of bounded length whatever is typed.
pub(crate) fn short(login: &str) -> String {
    hex::encode(&digest(&SHA256, login.as_bytes()).as_ref()[..12])
}

pub(crate) fn decoy() -> &'static str {
    static DECOY: OnceLock<String> = OnceLock::new();
    DECOY.get_or_init(|| hash_password("nobody has this password", [7; 16]).unwrap_or_default())
}

pub(crate) async fn open(
    platform: &Platform,
    row: &StaffRow,
    office_no: &OfficeNumber,
    serial: &str,
    complete: bool,
) -> Result<Token, kiban_store::Error> {
    let now = platform.now();
    let token = new_token(platform);
    let lasts = if complete {
        jiff::SignedDuration::from_hours(SESSION_HOURS)
    } else {
        jiff::SignedDuration::from_mins(HALF_MINUTES)
    };
    let session = SessionRow {
        token_hash: token_hash(&token.0),
        staff_id: row.staff_id,
        office_no: *office_no,
        certificate_serial: serial.to_owned(),
        terminal_office_no: *office_no,
        complete,
        created_at: now,
        last_seen_at: now,
        expires_at: now + lasts,
    };
    platform
        .store
        .write(move |work| Box::pin(async move { sessions::add(work, &session).await }))
        .await?;
    Ok(token)
}

pub(crate) fn new_token(platform: &Platform) -> Token {
    Token(URL_SAFE_NO_PAD.encode(platform.random::<32>()))
}

pub(crate) async fn fail(
    platform: &Platform,
    context: &CallContext,
    reason: &'static str,
) -> Result<(), kiban_store::Error> {
    let entry = context
        .event(platform, NO_INSURER, Action::SignIn)
        .refused(reason)
        .to_entry();
    platform
        .store
        .write(move |work| Box::pin(async move { work.record(&entry).await }))
        .await
}

/// Second step: the six digits, or one of the recovery codes. The half session ends and a whole one with a new token takes its place.
///
/// # Errors
///
/// See [`SignInError`]. A code works once.
pub async fn complete(
    platform: &Platform,
    context: &CallContext,
    serial: &str,
    token: &str,
    code: &str,
) -> Result<Token, SignInError> {
    let session = find(platform, serial, token)
        .await?
        .ok_or(SignInError::NoSession)?;
    let mut work = platform.store.point().await?;
    let row = staff::find(&mut work, session.staff_id)
        .await?
        .filter(|row| row.state == 1)
        .ok_or(SignInError::NoSession)?;
    drop(work);
    let bucket = (format!("totp:{}", session.staff_id), PER_LOGIN);
    let reserved = match rate::reserve(platform, vec![bucket]).await? {
        Ok(reserved) => reserved,
        Err(exhausted) => return Err(SignInError::TooMany(exhausted)),
    };
    let recovery = recovery_hash(code);
    let step = matching_step(&row, code, platform.now());
    if step.is_none() && recovery.is_none() {
        fail(platform, context, "wrong_code").await?;
        return Err(SignInError::WrongCode);
    }
    let staff_id = row.staff_id;
    let now = platform.now();
    let old = token_hash(token);
    let entry = {
        let mut context = context.clone();
        context.actor = context.actor.staff(&session.login);
        context
            .event(platform, NO_INSURER, Action::SignIn)
            .to_entry()
    };
    let fresh = platform
        .store
        .write::<bool, SignInError, _>(move |work| {
            Box::pin(async move {
                let fresh = match (step, recovery) {
                    (Some(step), _) => staff::use_totp_step(work, staff_id, step).await?,
                    (None, Some(hash)) => {
                        accounts::use_recovery_code(work, staff_id, &hash, now).await?
                    }
                    (None, None) => false,
                };
                if !fresh {
                    return Ok(false);
                }
                sessions::end(work, &old).await?;
                reserved.give_back(work).await?;
                work.record(&entry).await?;
                Ok(true)
            })
        })
        .await?;
    if !fresh {
        fail(platform, context, "used_code").await?;
        return Err(SignInError::WrongCode);
    }
    Ok(open(platform, &row, &session.office_no, serial, true).await?)
}

/// The time step whose code was typed: the present one, or one before or after for clocks that differ.
fn matching_step(row: &StaffRow, code: &str, now: Timestamp) -> Option<i64> {
    matching_step_of(row.totp_secret.as_deref()?, code, now)
}

/// As [`matching_step`], for a secret that is no account's yet.
pub(crate) fn matching_step_of(secret: &str, code: &str, now: Timestamp) -> Option<i64> {
    let digits: String = code.chars().filter_map(ascii_digit).collect();
    if digits.len() != 6 {
        return None;
    }
    let secret = totp_rs::Secret::try_from_base32(secret).ok()?;
    let totp = totp_rs::Builder::new().with_secret(secret).build().ok()?;
    let present = now.as_second().div_euclid(STEP_SECONDS);
    (present - 1..=present + 1).find(|step| {
        let seconds = u64::try_from(step * STEP_SECONDS).unwrap_or(0);
        let expected = totp.generate(seconds).to_string();
        // Comparing hashes tells nothing about how far two codes agree.
        digest(&SHA256, expected.as_bytes()).as_ref() == digest(&SHA256, digits.as_bytes()).as_ref()
    })
}

/// Full-width digits count as digits.
fn ascii_digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')),
        _ => None,
    }
}

/// The session of a token at this terminal; `None` when it has ended, was idle too long or began at another terminal.
///
/// Asking counts as use.
///
/// # Errors
///
/// The database only.
pub async fn find(
    platform: &Platform,
    serial: &str,
    token: &str,
) -> Result<Option<Session>, kiban_store::Error> {
    let Some(mut session) = look(platform, serial, token).await? else {
        return Ok(None);
    };
    let now = platform.now();
    let fresh = ends_at(now, session.expires_at);
    // Once a minute is often enough to notice idleness, and keeps page views from writing each time.
    if fresh.duration_since(session.ends_at) > jiff::SignedDuration::from_secs(60) {
        let hash = token_hash(token);
        platform
            .store
            .write(move |work| Box::pin(async move { sessions::touch(work, &hash, now).await }))
            .await?;
        session.ends_at = fresh;
    }
    Ok(Some(session))
}

/// As [`find`], but asking does not count as use.
///
/// # Errors
///
/// The database only.
pub async fn look(
    platform: &Platform,
    serial: &str,
    token: &str,
) -> Result<Option<Session>, kiban_store::Error> {
    let mut work = platform.store.point().await?;
    let Some(held) = sessions::find_held(&mut work, &token_hash(token)).await? else {
        return Ok(None);
    };
    drop(work);
    let (row, now, today) = (held.session, platform.now(), platform.today());
    let ends_at = ends_at(row.last_seen_at, row.expires_at);
    if row.certificate_serial != serial || row.expires_at <= now || ends_at < now {
        return Ok(None);
    }
    // Who lost the office acted for or the terminal's, and the contractor whose last day is over, is out with this request.
    let stands = |standing: &Standing| over(*standing, today).is_none();
    let (Some(acting), Some(_)) = (held.acting.filter(stands), held.at_terminal.filter(stands))
    else {
        return Ok(None);
    };
    Ok((held.state == 1).then(|| Session {
        staff_id: row.staff_id,
        login: staff::login_in(&row.office_no, &held.home, &held.login),
        office_no: row.office_no,
        terminal_office_no: row.terminal_office_no,
        name: held.name,
        role: StaffRole::from_number(acting.role),
        contract: acting.contract,
        more_offices: held.more,
        complete: row.complete,
        expires_at: row.expires_at,
        ends_at,
    }))
}

/// When a session that was used at `last` ends without another use.
fn ends_at(last: Timestamp, expires_at: Timestamp) -> Timestamp {
    (last + jiff::SignedDuration::from_mins(IDLE_MINUTES)).min(expires_at)
}

/// Signs out: the token opens nothing any more.
pub async fn sign_out(
    platform: &Platform,
    context: &CallContext,
    token: &str,
) -> Result<(), kiban_store::Error> {
    let hash = token_hash(token);
    let entry = context
        .event(platform, NO_INSURER, Action::SignOut)
        .to_entry();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                sessions::end(work, &hash).await?;
                work.record(&entry).await
            })
        })
        .await
}
