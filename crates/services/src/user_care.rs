//! The operator looks after people who sign in at the portal (O06): finding them, stopping them, letting in whoever is locked out.

use crate::{
    CallContext, Platform,
    portal_users::{Reason, members, recovery},
};
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::normalize;
use kiban_store::repo::{
    portal_unlocks::{self, UnlockRow},
    portal_users::{self, MembershipRow, PortalUserRow},
};
use uuid::Uuid;

/// So many people are shown at most.
pub const MOST: i64 = 50;

/// Somebody who signs in at the portal.
#[derive(Clone)]
pub struct Found {
    /// The account.
    pub user: PortalUserRow,
    /// Of what they are a member.
    pub memberships: Vec<MembershipRow>,
    /// A way in that waits for a second person.
    pub unlock: Option<UnlockRow>,
}

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum CareError {
    /// There is no such person, or nothing waits for them.
    #[error("no such person")]
    NotFound,
    /// Nobody decides on what they have asked for, or on themselves.
    #[error("it takes another person")]
    SamePerson,
    /// A way in waits already, or waits no more.
    #[error("it has moved on")]
    Stale,
    /// A reason is missing or too long.
    #[error("a reason is needed")]
    Reason,
    /// The database.
    #[error("storage")]
    Storage(#[from] kiban_store::Error),
}

/// Finds people by office number, name, ユーザID or mail address. The entry is durable before anybody is shown.
///
/// # Errors
///
/// The database only.
pub async fn search(
    platform: &Platform,
    context: &CallContext,
    text: &str,
) -> Result<Vec<Found>, kiban_store::Error> {
    let text = text.trim();
    let mut found = Vec::new();
    if !text.is_empty() {
        let mut work = platform.store.read().await?;
        let mut ids = portal_unlocks::search_users(&mut work, text, MOST).await?;
        // Numbers and IDs are typed in any width and with hyphens.
        let normal = normalize(text);
        if ids.is_empty() && normal != text {
            ids = portal_unlocks::search_users(&mut work, &normal, MOST).await?;
        }
        for id in ids {
            found.extend(load_one(&mut work, id).await?);
        }
    }
    record(platform, context, format!("accounts:{}", found.len())).await?;
    Ok(found)
}

async fn load_one(
    work: &mut kiban_store::Work,
    user_id: Uuid,
) -> Result<Option<Found>, kiban_store::Error> {
    let Some(user) = portal_users::find(work, user_id).await? else {
        return Ok(None);
    };
    Ok(Some(Found {
        memberships: portal_users::list_memberships(work, user_id).await?,
        unlock: portal_unlocks::find_waiting(work, user_id).await?,
        user,
    }))
}

async fn record(
    platform: &Platform,
    context: &CallContext,
    ground: String,
) -> Result<(), kiban_store::Error> {
    let event = context.event(platform, NO_INSURER, Action::AccountRead);
    platform
        .audit
        .append(event.ground(ground).to_entry())
        .await?;
    Ok(())
}

/// One of them by ユーザID. The entry is durable before anybody is shown.
///
/// # Errors
///
/// [`CareError::NotFound`] or the database.
pub async fn read(
    platform: &Platform,
    context: &CallContext,
    login: &str,
) -> Result<Found, CareError> {
    let mut work = platform.store.read().await?;
    let user = portal_users::find_by_login(&mut work, login).await?;
    let user = user.ok_or(CareError::NotFound)?;
    let found = load_one(&mut work, user.user_id).await?;
    drop(work);
    record(platform, context, format!("account:{login}")).await?;
    found.ok_or(CareError::NotFound)
}

/// The people for whom a way in waits.
///
/// # Errors
///
/// The database only. The entry is durable before anybody is shown.
pub async fn list_waiting(
    platform: &Platform,
    context: &CallContext,
) -> Result<Vec<Found>, kiban_store::Error> {
    let mut work = platform.store.read().await?;
    let mut found = Vec::new();
    for unlock in portal_unlocks::list_waiting(&mut work, MOST).await? {
        found.extend(load_one(&mut work, unlock.user_id).await?);
    }
    drop(work);
    record(platform, context, format!("accounts:{}", found.len())).await?;
    Ok(found)
}

/// Stops an account everywhere for a reason, or lets it in again when there is none.
///
/// # Errors
///
/// See [`CareError`].
pub async fn set_active(
    platform: &Platform,
    context: &CallContext,
    by: Uuid,
    user_id: Uuid,
    stopped_for: Option<&Reason>,
) -> Result<(), CareError> {
    match members::set_active(platform, context, by, user_id, stopped_for).await {
        Ok(()) => Ok(()),
        Err(members::MemberError::Own) => Err(CareError::SamePerson),
        Err(members::MemberError::Storage(error)) => Err(error.into()),
        Err(
            members::MemberError::NotFound
            | members::MemberError::LastAdministrator
            | members::MemberError::Roles,
        ) => Err(CareError::NotFound),
    }
}

/// Asks for a way in for somebody; another one of the operator's people approves it.
///
/// # Errors
///
/// See [`CareError`].
pub async fn ask_unlock(
    platform: &Platform,
    context: &CallContext,
    (by, by_name): (Uuid, String),
    user_id: Uuid,
    reason: &str,
) -> Result<(), CareError> {
    let reason = reason.trim().to_owned();
    if reason.is_empty() || reason.chars().count() > 500 {
        return Err(CareError::Reason);
    }
    if by == user_id {
        return Err(CareError::SamePerson);
    }
    let row = UnlockRow {
        unlock_id: platform.id(),
        user_id,
        reason,
        asked_by: by,
        asked_name: by_name,
        asked_at: platform.now(),
    };
    let entry = context
        .event(platform, NO_INSURER, Action::AccountChanged)
        .ground(format!("unlock-asked:{user_id}"))
        .to_entry();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                if portal_users::find(work, user_id).await?.is_none() {
                    return Err(CareError::NotFound);
                }
                match portal_unlocks::add(work, &row).await {
                    Err(error) if error.is_duplicate() => return Err(CareError::Stale),
                    other => other?,
                }
                Ok(work.record(&entry).await?)
            })
        })
        .await
}

/// A second person opens the way in, and the link to set another password goes out; or refuses it. `portal` is the portal's address
/// as people reach it.
///
/// # Errors
///
/// See [`CareError`].
pub async fn decide_unlock(
    platform: &Platform,
    context: &CallContext,
    portal: &str,
    by: Uuid,
    user_id: Uuid,
    opened: bool,
) -> Result<(), CareError> {
    let word = if opened { "opened" } else { "refused" };
    let entry = context
        .event(platform, NO_INSURER, Action::AccountChanged)
        .ground(format!("unlock-{word}:{user_id}"))
        .to_entry();
    let now = platform.now();
    let user = platform
        .store
        .write::<_, CareError, _>(move |work| {
            Box::pin(async move {
                let row = portal_unlocks::find_waiting(work, user_id).await?;
                let row = row.ok_or(CareError::Stale)?;
                if row.asked_by == by || user_id == by {
                    return Err(CareError::SamePerson);
                }
                if !portal_unlocks::end(work, row.unlock_id, opened, by, now).await? {
                    return Err(CareError::Stale);
                }
                let user = portal_users::find(work, user_id).await?;
                work.record(&entry).await?;
                user.ok_or(CareError::NotFound)
            })
        })
        .await?;
    if opened {
        recovery::send(platform, context, portal, &user).await?;
    }
    Ok(())
}
