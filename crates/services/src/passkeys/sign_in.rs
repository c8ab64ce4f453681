//! Signing in by passkey: after the password, or without it.

use super::{
    Ceremony, Kind, PasskeyError, Place, answered, ask,
    keep::Change,
    known,
    letter::{self, What},
    question_for, sign_in_question,
    webauthn::{self, Counted, Fault},
};
use crate::{
    CallContext, Platform, mail,
    rate::{self, Limit, Reserved},
    sign_in::{self, PER_LOGIN, PER_TERMINAL, Token, token_hash},
};
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::OfficeNumber;
use kiban_store::repo::{
    passkeys::{self, PasskeyRow},
    sessions,
    staff::{self, StaffRow},
};
use ring::digest::{SHA256, digest};
use uuid::Uuid;

/// Asks for one of the passkeys of the account whose password was given.
///
/// # Errors
///
/// [`PasskeyError::NoSession`], [`PasskeyError::NoneThere`] when the account has none for this site, [`PasskeyError::TooMany`].
pub async fn ask_second_factor(
    platform: &Platform,
    place: Place<'_>,
) -> Result<Ceremony, PasskeyError> {
    let session = sign_in::find(platform, place.serial, place.secret).await?;
    let session = session.ok_or(PasskeyError::NoSession)?;
    let mut work = platform.store.point().await?;
    let rows = passkeys::list(&mut work, session.staff_id).await?;
    drop(work);
    let question = question_for(place.party, &rows)?;
    let staff_id = Some(session.staff_id);
    ask(platform, place, Kind::SecondFactor, staff_id, question).await
}

/// Asks for any passkey of this site, without login and password.
///
/// # Errors
///
/// [`PasskeyError::TooMany`] or the database.
pub async fn ask_sign_in(platform: &Platform, place: Place<'_>) -> Result<Ceremony, PasskeyError> {
    let question = sign_in_question(place.party)?;
    ask(platform, place, Kind::SignIn, None, question).await
}

/// Second step by passkey: the half session ends and a whole one with a new token takes its place.
///
/// # Errors
///
/// See [`PasskeyError`]. Wrong answers are counted together with wrong codes of the authenticator application, and recorded.
pub async fn complete(
    platform: &Platform,
    context: &CallContext,
    place: Place<'_>,
    challenge: &str,
    answer: &str,
) -> Result<Token, PasskeyError> {
    let session = sign_in::find(platform, place.serial, place.secret).await?;
    let session = session.ok_or(PasskeyError::NoSession)?;
    let attempt = Attempt {
        place,
        who: Who::Account(session.staff_id),
        office_no: &session.office_no,
        challenge,
        answer,
    };
    let buckets = vec![(format!("totp:{}", session.staff_id), PER_LOGIN)];
    recorded(platform, context, attempt, buckets).await
}

/// The whole sign-in by passkey: the authenticator made sure of its holder, so no password is asked for.
///
/// # Errors
///
/// See [`PasskeyError`]. Wrong answers are counted against terminal and credential, known or not, and recorded.
pub async fn sign_in(
    platform: &Platform,
    context: &CallContext,
    office_no: &OfficeNumber,
    place: Place<'_>,
    challenge: &str,
    answer: &str,
) -> Result<Token, PasskeyError> {
    let named = webauthn::credential_of(answer).unwrap_or_default();
    let short = hex::encode(&digest(&SHA256, &named).as_ref()[..12]);
    let buckets = vec![
        (format!("passkey:{short}"), PER_LOGIN),
        (format!("signin-terminal:{}", place.serial), PER_TERMINAL),
    ];
    let attempt = Attempt {
        place,
        who: Who::Office,
        office_no,
        challenge,
        answer,
    };
    recorded(platform, context, attempt, buckets).await
}

/// Whose passkey may answer.
#[derive(Clone, Copy)]
enum Who {
    /// This account's, after its password.
    Account(Uuid),
    /// That of any account of the office.
    Office,
}

struct Attempt<'a> {
    place: Place<'a>,
    who: Who,
    /// The terminal's office.
    office_no: &'a OfficeNumber,
    challenge: &'a str,
    answer: &'a str,
}

async fn recorded(
    platform: &Platform,
    context: &CallContext,
    attempt: Attempt<'_>,
    buckets: Vec<(String, Limit)>,
) -> Result<Token, PasskeyError> {
    let outcome = match rate::reserve(platform, buckets).await? {
        Ok(reserved) => enter(platform, context, attempt, reserved).await,
        Err(exhausted) => Err(PasskeyError::TooMany(exhausted)),
    };
    match &outcome {
        Ok(_) | Err(PasskeyError::Storage(_)) => {}
        Err(error) => sign_in::fail(platform, context, error.code()).await?,
    }
    outcome
}

async fn enter(
    platform: &Platform,
    context: &CallContext,
    attempt: Attempt<'_>,
    reserved: Reserved,
) -> Result<Token, PasskeyError> {
    let (place, who, office_no) = (attempt.place, attempt.who, attempt.office_no);
    let (before, account, used) = judge(platform, context, attempt).await?;
    let passkey = PasskeyRow {
        state: used.state,
        sign_count: i64::from(used.sign_count),
        backed_up: used.backed_up,
        ..before.clone()
    };
    let now = platform.now();
    let mut context = context.clone();
    let login = staff::login_in(office_no, &account.office_no, &account.login);
    context.actor = context.actor.staff(&login);
    let entry = context
        .event(platform, NO_INSURER, Action::SignIn)
        .ground(format!("passkey:{}", passkey.passkey_id))
        .to_entry();
    let half = matches!(who, Who::Account(_)).then(|| token_hash(place.secret));
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                // Another answer of the same authenticator was first: which of the two is the copy cannot be told from here.
                if !passkeys::note_use(work, &passkey, before.sign_count, now).await? {
                    return Err(PasskeyError::TooOld);
                }
                if let Some(half) = half {
                    sessions::end(work, &half).await?;
                }
                reserved.give_back(work).await?;
                Ok(work.record(&entry).await?)
            })
        })
        .await?;
    Ok(sign_in::open(platform, &account, office_no, place.serial, true).await?)
}

async fn judge(
    platform: &Platform,
    context: &CallContext,
    attempt: Attempt<'_>,
) -> Result<(PasskeyRow, StaffRow, Counted), PasskeyError> {
    let Attempt {
        place,
        who,
        office_no,
        challenge,
        answer,
    } = attempt;
    let kind = match who {
        Who::Account(_) => Kind::SecondFactor,
        Who::Office => Kind::SignIn,
    };
    let asked = answered(platform, place, kind, challenge).await?;
    let credential = webauthn::credential_of(answer).ok_or(PasskeyError::Refused)?;
    let mut work = platform.store.point().await?;
    let passkey = passkeys::find(&mut work, &credential).await?;
    let passkey = passkey.filter(|row| row.rp_id == place.party.id());
    let passkey = passkey.ok_or(PasskeyError::Unknown)?;
    let account = staff::find(&mut work, passkey.staff_id).await?;
    let account = account.ok_or(PasskeyError::Unknown)?;
    let standing = sign_in::standing_in(&mut work, &account, office_no).await?;
    drop(work);
    let used = match who {
        Who::Account(id) if id != account.staff_id => return Err(PasskeyError::OtherAccount),
        Who::Account(_) => {
            webauthn::check_second_factor(place.party, &asked.state, answer, &known(&passkey))
        }
        Who::Office if standing.is_none() => {
            return Err(PasskeyError::Unknown);
        }
        Who::Office => webauthn::check_sign_in(place.party, &asked.state, answer, &known(&passkey)),
    };
    if used.as_ref().err() == Some(&Fault::CounterBack) {
        stop(platform, context, &passkey, &account).await?;
    }
    let used = used?;
    if passkey.stopped_at.is_some() {
        return Err(PasskeyError::Cloned);
    }
    if account.state != 1 {
        return Err(PasskeyError::Stopped);
    }
    match standing {
        None => return Err(PasskeyError::NoSession),
        Some(standing) if sign_in::over(standing, platform.today()).is_some() => {
            return Err(PasskeyError::ContractOver);
        }
        Some(_) => {}
    }
    Ok((passkey, account, used))
}

/// Stops a passkey of which there may be a copy, and tells its holder and the office's administrators. Source: Web
/// Authentication Level 3, section 7.2, step 22: what then happens is ours to say; a stopped passkey cannot be the thief's.
async fn stop(
    platform: &Platform,
    context: &CallContext,
    passkey: &PasskeyRow,
    account: &StaffRow,
) -> Result<(), kiban_store::Error> {
    let change = Change::new(platform, context, passkey.passkey_id, What::Stopped);
    let (passkey_id, staff_id, now) = (passkey.passkey_id, account.staff_id, platform.now());
    let mut work = platform.store.point().await?;
    let accounts = staff::list_accounts(&mut work, &account.office_no).await?;
    drop(work);
    let letters: Vec<_> = accounts
        .into_iter()
        .filter(|row| row.role == 1 && row.state == 1 && row.staff_id != staff_id)
        .filter_map(|row| letter::to_administrator(platform, &row.mail?, &account.login))
        .map(|letter| (platform.id(), letter))
        .collect();
    let own = platform.clone();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                if !passkeys::stop(work, passkey_id, now).await? {
                    return Ok(());
                }
                for (mail_id, letter) in &letters {
                    mail::queue(work, *mail_id, &own, letter).await?;
                }
                change.write(work, staff_id).await
            })
        })
        .await
}
