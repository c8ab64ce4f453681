//! Passkeys of the portal's accounts: adding, removing, and signing in with them (P-2).
//!
//! They are kept in the same table as those of the care door's accounts; an account's identifier tells whose they are.

use super::{
    From, Session, Stage, changed,
    profile::told,
    session::{Begun, held},
    sign_in::note,
};
use crate::{
    CallContext, Platform, mail,
    passkeys::{
        Ceremony, Counted, Holder, Kind, PasskeyError, Place, answered, ask, check_new,
        check_second_factor, check_sign_in, credential_of, holder_question, question_for,
        sign_in_question,
    },
    rate::{self, Limit},
    sign_in::{Token, fail, short, token_hash},
};
use kiban_audit::{Action, NO_INSURER};
use kiban_store::{
    Error,
    repo::{
        passkeys::{self, PasskeyRow},
        portal_sessions::{self, SignInOutcome},
        portal_users::{self, PortalUserRow},
    },
};
use uuid::Uuid;

/// Wrong answers for one account or credential.
const TRIES: Limit = Limit {
    attempts: 10,
    seconds: 900,
};

/// The passkeys of an account, the oldest first.
///
/// # Errors
///
/// The database only.
pub async fn list(platform: &Platform, user_id: Uuid) -> Result<Vec<PasskeyRow>, Error> {
    passkeys::list(&mut platform.store.point().await?, user_id).await
}

/// Asks the browser for a new passkey of somebody who is signed in.
///
/// # Errors
///
/// See [`PasskeyError`].
pub async fn ask_for_new(
    platform: &Platform,
    place: Place<'_>,
    session: &Session,
) -> Result<Ceremony, PasskeyError> {
    let others = list(platform, session.user_id).await?;
    let holder = Holder {
        id: session.user_id,
        login: &session.login,
        name: &session.name,
    };
    let question = holder_question(place.party, &holder, &others)?;
    ask(platform, place, Kind::Add, Some(session.user_id), question).await
}

/// Adds the passkey with which the browser answered [`ask_for_new`]; a letter says so.
///
/// # Errors
///
/// See [`PasskeyError`].
pub async fn add(
    platform: &Platform,
    context: &CallContext,
    place: Place<'_>,
    session: &Session,
    challenge: &str,
    answer: &str,
    name: &str,
) -> Result<(), PasskeyError> {
    let id = session.user_id;
    let asked = answered(platform, place, Kind::Add, challenge).await?;
    if asked.staff_id != Some(id) {
        return Err(PasskeyError::TooOld);
    }
    let made = check_new(platform, place.party, id, &asked.state, answer, name)?;
    let row = portal_users::find(&mut platform.store.point().await?, id).await?;
    let row = row.ok_or(PasskeyError::NoSession)?;
    let letter = told(
        &row,
        "パスキーを追加しました",
        "ログインに使うパスキーが追加されました。",
    );
    let entry = changed(
        platform,
        context,
        format!("passkey-added:{}", made.passkey_id),
    )
    .to_entry();
    let (inside, mail_id) = (platform.clone(), platform.id());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                match passkeys::add(work, &made).await {
                    Err(error) if error.is_duplicate() => return Err(PasskeyError::Taken),
                    other => other?,
                }
                if let Some(letter) = &letter {
                    mail::queue(work, mail_id, &inside, letter).await?;
                }
                Ok(work.record(&entry).await?)
            })
        })
        .await
}

/// Removes a passkey; never the last second factor.
///
/// # Errors
///
/// [`PasskeyError::Last`], [`PasskeyError::NoneThere`] or the database.
pub async fn remove(
    platform: &Platform,
    context: &CallContext,
    session: &Session,
    passkey_id: Uuid,
) -> Result<(), PasskeyError> {
    let entry = changed(platform, context, format!("passkey-removed:{passkey_id}")).to_entry();
    let (id, inside, mail_id) = (session.user_id, platform.clone(), platform.id());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                // Two removals at the same time would each see the other's passkey.
                let row = portal_users::hold(work, id).await?;
                let row = row.ok_or(PasskeyError::NoSession)?;
                let all = passkeys::list(work, id).await?;
                let mut active = all.iter().filter(|it| it.stopped_at.is_none());
                let more = active.any(|it| it.passkey_id != passkey_id);
                if row.totp_secret.is_none() && !more {
                    return Err(PasskeyError::Last);
                }
                if !passkeys::remove(work, id, passkey_id).await? {
                    return Err(PasskeyError::NoneThere);
                }
                let text = "ログインに使うパスキーが1つ削除されました。";
                if let Some(letter) = told(&row, "パスキーを削除しました", text) {
                    mail::queue(work, mail_id, &inside, &letter).await?;
                }
                Ok(work.record(&entry).await?)
            })
        })
        .await
}

/// Asks for one of the passkeys of the account whose password was given.
///
/// # Errors
///
/// See [`PasskeyError`].
pub async fn ask_second_factor(
    platform: &Platform,
    place: Place<'_>,
) -> Result<Ceremony, PasskeyError> {
    let half = half(platform, place.secret).await?;
    let rows = list(platform, half.user_id).await?;
    let question = question_for(place.party, &rows)?;
    ask(
        platform,
        place,
        Kind::SecondFactor,
        Some(half.user_id),
        question,
    )
    .await
}

async fn half(platform: &Platform, token: &str) -> Result<Session, PasskeyError> {
    let held = held(platform, token).await?;
    let held = held.filter(|(row, _)| row.stage == Stage::SecondFactor);
    Ok(held.ok_or(PasskeyError::NoSession)?.1)
}

/// Asks for any passkey of this site, without ID and password.
///
/// # Errors
///
/// See [`PasskeyError`].
pub async fn ask_sign_in(platform: &Platform, place: Place<'_>) -> Result<Ceremony, PasskeyError> {
    let question = sign_in_question(place.party)?;
    ask(platform, place, Kind::SignIn, None, question).await
}

/// Second step by passkey: the half session ends and a whole one takes its place.
///
/// # Errors
///
/// See [`PasskeyError`].
pub async fn complete(
    platform: &Platform,
    context: &CallContext,
    from: &From,
    place: Place<'_>,
    challenge: &str,
    answer: &str,
) -> Result<Token, PasskeyError> {
    let half = half(platform, place.secret).await?;
    let attempt = Attempt {
        kind: Kind::SecondFactor,
        account: Some(half.user_id),
        place,
        challenge,
        answer,
    };
    attempt.enter(platform, context, from).await
}

/// The whole sign-in by passkey: the authenticator made sure of its holder, so no password is asked for.
///
/// # Errors
///
/// See [`PasskeyError`].
pub async fn sign_in(
    platform: &Platform,
    context: &CallContext,
    from: &From,
    place: Place<'_>,
    challenge: &str,
    answer: &str,
) -> Result<Token, PasskeyError> {
    let attempt = Attempt {
        kind: Kind::SignIn,
        account: None,
        place,
        challenge,
        answer,
    };
    attempt.enter(platform, context, from).await
}

struct Attempt<'a> {
    kind: Kind,
    /// The account whose password was given.
    account: Option<Uuid>,
    place: Place<'a>,
    challenge: &'a str,
    answer: &'a str,
}

impl Attempt<'_> {
    async fn enter(
        self,
        platform: &Platform,
        context: &CallContext,
        from: &From,
    ) -> Result<Token, PasskeyError> {
        let outcome = self.try_enter(platform, from, context).await;
        match &outcome {
            Ok(_) | Err(PasskeyError::Storage(_)) => {}
            Err(error) => {
                fail(platform, context, error.code()).await?;
                if let Some(user_id) = self.account {
                    let wrong = SignInOutcome::WrongSecondFactor;
                    note(platform, user_id, wrong, "passkey", from).await?;
                }
            }
        }
        outcome
    }

    async fn try_enter(
        &self,
        platform: &Platform,
        from: &From,
        context: &CallContext,
    ) -> Result<Token, PasskeyError> {
        let named = credential_of(self.answer).ok_or(PasskeyError::Refused)?;
        let bucket = match self.account {
            Some(user_id) => format!("portal-factor:{user_id}"),
            None => format!("portal-passkey:{}", short(&hex::encode(&named))),
        };
        let reserved = rate::reserve(platform, vec![(bucket, TRIES)]).await?;
        let reserved = reserved.map_err(PasskeyError::TooMany)?;
        let (before, user, used) = self.judge(platform, context, &named).await?;
        let mut work = platform.store.point().await?;
        let memberships = portal_users::list_memberships(&mut work, user.user_id).await?;
        drop(work);
        let body = memberships.first().map(|it| it.body);
        let body = body.ok_or(PasskeyError::Stopped)?;
        let passkey = PasskeyRow {
            state: used.state,
            sign_count: i64::from(used.sign_count),
            backed_up: used.backed_up,
            ..before.clone()
        };
        let stage = if user.must_replace {
            Stage::SetUp
        } else {
            Stage::Complete
        };
        let begun = Begun::new(platform, user.user_id, body, stage, &from.agent);
        let opening = Begun {
            token: Token(String::new()),
            row: begun.row.clone(),
        };
        let mut context = context.clone();
        context.actor = context.actor.staff(&user.login);
        let entry = context
            .event(platform, NO_INSURER, Action::SignIn)
            .ground(format!("portal:passkey:{}", passkey.passkey_id))
            .to_entry();
        let (now, half) = (platform.now(), token_hash(self.place.secret));
        let after_password = self.account.is_some();
        platform
            .store
            .write(move |work| {
                Box::pin(async move {
                    // Another answer of the same authenticator was first: which of the two is the copy cannot be told from here.
                    if !passkeys::note_use(work, &passkey, before.sign_count, now).await? {
                        return Err(PasskeyError::TooOld);
                    }
                    if after_password && !portal_sessions::end(work, &half).await? {
                        return Err(PasskeyError::NoSession);
                    }
                    reserved.give_back(work).await?;
                    opening.write(work, "passkey").await?;
                    Ok(work.record(&entry).await?)
                })
            })
            .await?;
        Ok(begun.token)
    }

    async fn judge(
        &self,
        platform: &Platform,
        context: &CallContext,
        named: &[u8],
    ) -> Result<(PasskeyRow, PortalUserRow, Counted), PasskeyError> {
        let party = self.place.party;
        let asked = answered(platform, self.place, self.kind, self.challenge).await?;
        let mut work = platform.store.point().await?;
        let passkey = passkeys::find(&mut work, named).await?;
        let passkey = passkey.filter(|row| row.rp_id == party.id());
        let passkey = passkey.ok_or(PasskeyError::Unknown)?;
        // A passkey of an account of the care door opens nothing here.
        let user = portal_users::find(&mut work, passkey.staff_id).await?;
        let user = user.ok_or(PasskeyError::Unknown)?;
        drop(work);
        let used = match self.account {
            Some(id) if id != user.user_id => return Err(PasskeyError::OtherAccount),
            Some(_) => check_second_factor(party, &asked.state, self.answer, &passkey),
            None => check_sign_in(party, &asked.state, self.answer, &passkey),
        };
        if matches!(used, Err(PasskeyError::Cloned)) {
            stop(platform, context, &passkey, &user).await?;
        }
        let used = used?;
        if passkey.stopped_at.is_some() {
            return Err(PasskeyError::Cloned);
        }
        if !user.active {
            return Err(PasskeyError::Stopped);
        }
        Ok((passkey, user, used))
    }
}

/// Stops a passkey of which there may be a copy, and tells its holder. Source: Web Authentication Level 3, section 7.2, step 22.
async fn stop(
    platform: &Platform,
    context: &CallContext,
    passkey: &PasskeyRow,
    user: &PortalUserRow,
) -> Result<(), Error> {
    let text = "あなたのパスキーと同じものが、ほかでも使われている可能性があります。安全のため、このパスキーではログインできなくしました。";
    let letter = told(user, "パスキーの利用を停止しました", text);
    let (id, now) = (passkey.passkey_id, platform.now());
    let entry = changed(platform, context, format!("passkey-stopped:{id}")).to_entry();
    let (inside, mail_id) = (platform.clone(), platform.id());
    platform
        .store
        .write::<(), Error, _>(move |work| {
            Box::pin(async move {
                if !passkeys::stop(work, id, now).await? {
                    return Ok(());
                }
                if let Some(letter) = &letter {
                    mail::queue(work, mail_id, &inside, letter).await?;
                }
                work.record(&entry).await
            })
        })
        .await
}
