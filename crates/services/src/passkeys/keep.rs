//! An account's own passkeys: adding, renaming, removing.

use super::{
    Ceremony, Kind, PasskeyError, Place, RelyingParty, answered, ask, known,
    letter::{self, What},
    webauthn::{self, Holder, Question},
};
use crate::{
    CallContext, Platform, mail,
    rate::{self, Reserved},
    sign_in::PER_LOGIN,
    staff::password_fits,
};
use kiban_audit::{Action, NO_INSURER};
use kiban_store::{
    Work,
    repo::{
        passkeys::{self, PasskeyRow},
        staff::{self, StaffRow},
    },
};
use uuid::Uuid;

/// The second factors of an account, besides its recovery codes.
#[derive(Debug, Clone)]
pub struct Factors {
    /// Whether it has an authenticator application.
    pub application: bool,
    /// Its passkeys, the oldest first.
    pub passkeys: Vec<PasskeyRow>,
}

impl Factors {
    /// Whether one of the passkeys works at this site.
    pub fn works_at(&self, party: &RelyingParty) -> bool {
        self.passkeys.iter().any(|row| works_at(row, party))
    }

    /// Whether the account could still sign in without the passkey `passkey_id`. A stopped one is never missed.
    pub fn can_lose(&self, passkey_id: Uuid) -> bool {
        let mut active = self.passkeys.iter().filter(|row| row.stopped_at.is_none());
        let stopped = !active.clone().any(|row| row.passkey_id == passkey_id);
        stopped || self.application || active.any(|row| row.passkey_id != passkey_id)
    }
}

/// Whether a passkey works at this site.
pub(super) fn works_at(row: &PasskeyRow, party: &RelyingParty) -> bool {
    row.rp_id == party.id() && row.stopped_at.is_none()
}

/// The second factors of an account.
///
/// # Errors
///
/// The database only.
pub async fn factors(platform: &Platform, staff_id: Uuid) -> Result<Factors, kiban_store::Error> {
    let mut work = platform.store.read().await?;
    let row = staff::find(&mut work, staff_id).await?;
    Ok(Factors {
        application: row.is_some_and(|row| row.totp_secret.is_some()),
        passkeys: passkeys::list(&mut work, staff_id).await?,
    })
}

/// Asks the browser for a new passkey of somebody who is signed in and gives the password again.
///
/// # Errors
///
/// - [`PasskeyError::WrongPassword`], [`PasskeyError::TooMany`]: wrong passwords are counted as at the sign-in, in a bucket of
///   their own.
/// - [`PasskeyError::Name`] when the passkey could not have this name afterwards.
pub async fn ask_for_new(
    platform: &Platform,
    place: Place<'_>,
    staff_id: Uuid,
    password: String,
    name: &str,
) -> Result<Ceremony, PasskeyError> {
    checked_name(name)?;
    let bucket = (format!("password:{staff_id}"), PER_LOGIN);
    let reserved = match rate::reserve(platform, vec![bucket]).await? {
        Ok(reserved) => reserved,
        Err(exhausted) => return Err(PasskeyError::TooMany(exhausted)),
    };
    let mut work = platform.store.point().await?;
    let row = staff::find(&mut work, staff_id).await?;
    let others = passkeys::list(&mut work, staff_id).await?;
    drop(work);
    let row = row.filter(|row| row.state == 1);
    let row = row.ok_or(PasskeyError::NoSession)?;
    let hash = row.password_hash.clone();
    let fits = tokio::task::spawn_blocking(move || password_fits(&password, &hash)).await;
    if !fits.unwrap_or(false) {
        return Err(PasskeyError::WrongPassword);
    }
    give_back(platform, reserved).await?;
    let question = holder_question(place.party, &of(&row), &others)?;
    ask(platform, place, Kind::Add, Some(staff_id), question).await
}

async fn give_back(platform: &Platform, reserved: Reserved) -> Result<(), kiban_store::Error> {
    platform
        .store
        .write(move |work| Box::pin(async move { reserved.give_back(work).await }))
        .await
}

fn of(row: &StaffRow) -> Holder<'_> {
    Holder {
        id: row.staff_id,
        login: &row.login,
        name: &row.name,
    }
}

/// Asks for a new passkey for `holder` who has `others`, of whatever site.
pub(crate) fn holder_question(
    party: &RelyingParty,
    holder: &Holder<'_>,
    others: &[PasskeyRow],
) -> Result<Question, PasskeyError> {
    let others = others.iter().filter(|row| row.rp_id == party.id());
    let others: Vec<_> = others.map(known).collect();
    Ok(webauthn::ask_for_new(party, holder, &others)?)
}

fn checked_name(name: &str) -> Result<String, PasskeyError> {
    let name = name.trim();
    let fits = !name.is_empty() && name.chars().count() <= 40 && !name.contains(char::is_control);
    fits.then(|| name.to_owned()).ok_or(PasskeyError::Name)
}

/// Checks the answer to a question for a new passkey.
pub(crate) fn check_new(
    platform: &Platform,
    party: &RelyingParty,
    staff_id: Uuid,
    state: &[u8],
    answer: &str,
    name: &str,
) -> Result<PasskeyRow, PasskeyError> {
    let name = checked_name(name)?;
    let made = webauthn::check_new(party, state, answer)?;
    Ok(PasskeyRow {
        passkey_id: platform.id(),
        credential_id: made.credential_id,
        staff_id,
        rp_id: party.id().to_owned(),
        public_key: made.public_key,
        state: made.now.state,
        sign_count: i64::from(made.now.sign_count),
        transports: i16::from(made.transports),
        name,
        backed_up: made.now.backed_up,
        created_at: platform.now(),
        last_used_at: None,
        stopped_at: None,
    })
}

/// Adds the passkey with which the browser answered [`ask_for_new`].
///
/// # Errors
///
/// See [`PasskeyError`]; a refusal is recorded.
pub async fn add(
    platform: &Platform,
    context: &CallContext,
    place: Place<'_>,
    staff_id: Uuid,
    challenge: &str,
    answer: &str,
    name: &str,
) -> Result<(), PasskeyError> {
    let outcome = try_add(platform, context, place, staff_id, challenge, answer, name).await;
    if let Err(error) = &outcome
        && !matches!(error, PasskeyError::Storage(_))
    {
        let entry = context
            .event(platform, NO_INSURER, Action::AccountChanged)
            .refused(error.code())
            .to_entry();
        platform
            .store
            .write::<(), kiban_store::Error, _>(move |work| {
                Box::pin(async move { work.record(&entry).await })
            })
            .await?;
    }
    outcome
}

async fn try_add(
    platform: &Platform,
    context: &CallContext,
    place: Place<'_>,
    staff_id: Uuid,
    challenge: &str,
    answer: &str,
    name: &str,
) -> Result<(), PasskeyError> {
    let row = answered(platform, place, Kind::Add, challenge).await?;
    if row.staff_id != Some(staff_id) {
        return Err(PasskeyError::TooOld);
    }
    let made = check_new(platform, place.party, staff_id, &row.state, answer, name)?;
    let change = Change::new(platform, context, made.passkey_id, What::Added);
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                match passkeys::add(work, &made).await {
                    Err(error) if error.is_duplicate() => return Err(PasskeyError::Taken),
                    other => other?,
                }
                Ok(change.write(work, staff_id).await?)
            })
        })
        .await
}

/// A passkey's change: its audit entry, and a letter to the holder.
pub(super) struct Change {
    platform: Platform,
    entry: kiban_audit::Entry,
    mail_id: Uuid,
    what: What,
}

impl Change {
    pub(super) fn new(
        platform: &Platform,
        context: &CallContext,
        passkey_id: Uuid,
        what: What,
    ) -> Self {
        let word = match what {
            What::Added => "added",
            What::Removed => "removed",
            What::Stopped => "stopped",
        };
        Self {
            platform: platform.clone(),
            entry: context
                .event(platform, NO_INSURER, Action::AccountChanged)
                .ground(format!("passkey-{word}:{passkey_id}"))
                .to_entry(),
            mail_id: platform.id(),
            what,
        }
    }

    pub(super) async fn write(
        self,
        work: &mut Work,
        staff_id: Uuid,
    ) -> Result<(), kiban_store::Error> {
        let mail = staff::find_mail(work, staff_id).await?;
        let login = staff::find(work, staff_id).await?.map(|row| row.login);
        if let Some((mail, login)) = mail.zip(login)
            && let Some(letter) = letter::to_holder(&self.platform, &mail, &login, self.what)
        {
            mail::queue(work, self.mail_id, &self.platform, &letter).await?;
        }
        work.record(&self.entry).await
    }
}

/// Gives one of the account's passkeys another name.
///
/// # Errors
///
/// [`PasskeyError::Name`], [`PasskeyError::NoneThere`] or the database.
pub async fn rename(
    platform: &Platform,
    context: &CallContext,
    staff_id: Uuid,
    passkey_id: Uuid,
    name: &str,
) -> Result<(), PasskeyError> {
    let name = checked_name(name)?;
    let entry = context
        .event(platform, NO_INSURER, Action::AccountChanged)
        .ground(format!("passkey-renamed:{passkey_id}"))
        .to_entry();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                if !passkeys::rename(work, staff_id, passkey_id, &name).await? {
                    return Err(PasskeyError::NoneThere);
                }
                Ok(work.record(&entry).await?)
            })
        })
        .await
}

/// Removes one of the account's passkeys.
///
/// # Errors
///
/// - [`PasskeyError::Last`]: without it the account would have no second factor.
/// - [`PasskeyError::NoneThere`]: the account has no such passkey.
pub async fn remove(
    platform: &Platform,
    context: &CallContext,
    staff_id: Uuid,
    passkey_id: Uuid,
) -> Result<(), PasskeyError> {
    let change = Change::new(platform, context, passkey_id, What::Removed);
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                // Two removals at the same time would each see the other's passkey.
                let account = staff::hold(work, staff_id).await?;
                let factors = Factors {
                    application: account.is_some_and(|row| row.totp_secret.is_some()),
                    passkeys: passkeys::list(work, staff_id).await?,
                };
                if !factors.can_lose(passkey_id) {
                    return Err(PasskeyError::Last);
                }
                if !passkeys::remove(work, staff_id, passkey_id).await? {
                    return Err(PasskeyError::NoneThere);
                }
                Ok(change.write(work, staff_id).await?)
            })
        })
        .await
}
