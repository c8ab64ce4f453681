//! Members of a body: who they are, what they may do, stopping them (M03, I12, O06).

use super::{Reason, changed};
use crate::{CallContext, Platform};
use kiban_domain::{Body, PortalRole, Roles};
use kiban_store::{
    Error, Work,
    repo::{
        portal_sessions,
        portal_users::{self, MembershipRow, PortalUserRow},
    },
};
use uuid::Uuid;

/// Why a member was left as they were.
#[derive(Debug, thiserror::Error)]
pub enum MemberError {
    /// There is no such member.
    #[error("no such member")]
    NotFound,
    /// Nobody changes what they themselves may do.
    #[error("one's own membership")]
    Own,
    /// Nobody would keep the members any more.
    #[error("the last administrator")]
    LastAdministrator,
    /// No role, or one that members of such a body do not have.
    #[error("no such role here")]
    Roles,
    /// The database.
    #[error("storage")]
    Storage(#[from] Error),
}

/// Everybody who is or was a member of a body, the longest standing first.
///
/// # Errors
///
/// The database only.
pub async fn list(
    platform: &Platform,
    body: &Body,
) -> Result<Vec<(PortalUserRow, MembershipRow)>, Error> {
    portal_users::list_members(&mut platform.store.point().await?, body).await
}

/// The bodies of which somebody is a member, in the order in which they became one.
///
/// # Errors
///
/// The database only.
pub async fn bodies_of(platform: &Platform, user_id: Uuid) -> Result<Vec<MembershipRow>, Error> {
    portal_users::list_memberships(&mut platform.store.point().await?, user_id).await
}

/// Gives a member other roles, from their next request on; an ended membership holds again. `own`: the account of who asks.
///
/// # Errors
///
/// See [`MemberError`].
pub async fn set_roles(
    platform: &Platform,
    context: &CallContext,
    body: Body,
    own: Uuid,
    user_id: Uuid,
    roles: Roles,
) -> Result<(), MemberError> {
    if roles.is_empty() || roles.within(&body) != roles {
        return Err(MemberError::Roles);
    }
    let ground = format!(
        "membership:{}:{}:{user_id}:{roles}",
        body.kind(),
        body.number()
    );
    change(platform, context, body, own, user_id, ground, move |it| {
        it.roles = roles;
        it.holds = true;
    })
    .await
}

/// Ends a membership; whoever is a member of nothing else cannot sign in any more.
///
/// # Errors
///
/// See [`MemberError`].
pub async fn end(
    platform: &Platform,
    context: &CallContext,
    body: Body,
    own: Uuid,
    user_id: Uuid,
    reason: &Reason,
) -> Result<(), MemberError> {
    let ground = format!(
        "membership-ended:{}:{}:{user_id}:{reason}",
        body.kind(),
        body.number()
    );
    change(platform, context, body, own, user_id, ground, |it| {
        it.holds = false;
    })
    .await
}

/// Hands the keeping of the members over: the other one becomes administrator, one's own role becomes 担当者, at once.
///
/// # Errors
///
/// See [`MemberError`].
pub async fn hand_over(
    platform: &Platform,
    context: &CallContext,
    body: Body,
    own: Uuid,
    to: Uuid,
) -> Result<(), MemberError> {
    if own == to {
        return Err(MemberError::Own);
    }
    let ground = format!(
        "membership-handed-over:{}:{}:{to}",
        body.kind(),
        body.number()
    );
    let entry = changed(platform, context, ground).to_entry();
    let (by, now) = (by(context), platform.now());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let members = hold(work, &body).await?;
                for (user_id, role) in [(to, PortalRole::Administrator), (own, PortalRole::Member)]
                {
                    let found = members.iter().find(|it| it.user_id == user_id && it.holds);
                    let mut row = found.cloned().ok_or(MemberError::NotFound)?;
                    row.roles = Roles::of([role]);
                    row.granted_by.clone_from(&by);
                    row.granted_at = now;
                    portal_users::set_membership(work, &row).await?;
                }
                Ok(work.record(&entry).await?)
            })
        })
        .await
}

fn by(context: &CallContext) -> String {
    let actor = &context.actor;
    actor
        .staff
        .clone()
        .unwrap_or_else(|| actor.organisation.clone())
}

/// The members of a body, whom nobody else changes before this unit of work ends.
async fn hold(work: &mut Work, body: &Body) -> Result<Vec<MembershipRow>, Error> {
    portal_users::hold_members(work, body).await?;
    let members = portal_users::list_members(work, body).await?;
    Ok(members.into_iter().map(|(_, row)| row).collect())
}

async fn change(
    platform: &Platform,
    context: &CallContext,
    body: Body,
    own: Uuid,
    user_id: Uuid,
    ground: String,
    edit: impl Fn(&mut MembershipRow) + Send + Sync + 'static,
) -> Result<(), MemberError> {
    if own == user_id {
        return Err(MemberError::Own);
    }
    let entry = changed(platform, context, ground).to_entry();
    let (by, now) = (by(context), platform.now());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let members = hold(work, &body).await?;
                let found = members.iter().find(|it| it.user_id == user_id);
                let mut row = found.cloned().ok_or(MemberError::NotFound)?;
                edit(&mut row);
                row.granted_by = by;
                row.granted_at = now;
                portal_users::set_membership(work, &row).await?;
                let keeps = |it: &MembershipRow| {
                    let roles = it.roles;
                    it.holds
                        && (roles.has(PortalRole::Administrator) || roles.has(PortalRole::Manager))
                };
                let others = members.iter().filter(|it| it.user_id != user_id);
                if !keeps(&row) && !others.into_iter().any(keeps) {
                    return Err(MemberError::LastAdministrator);
                }
                if !row.holds {
                    portal_sessions::end_all(work, user_id).await?;
                }
                Ok(work.record(&entry).await?)
            })
        })
        .await
}

/// Stops an account wherever it is a member for a reason, or lets it in again when there is none: the operator's act.
///
/// # Errors
///
/// [`MemberError::Own`], [`MemberError::NotFound`] or the database.
pub async fn set_active(
    platform: &Platform,
    context: &CallContext,
    own: Uuid,
    user_id: Uuid,
    stopped_for: Option<&Reason>,
) -> Result<(), MemberError> {
    if own == user_id {
        return Err(MemberError::Own);
    }
    let active = stopped_for.is_none();
    let ground = stopped_for.map_or_else(
        || format!("account-resumed:{user_id}"),
        |reason| format!("account-stopped:{user_id}:{reason}"),
    );
    let entry = changed(platform, context, ground).to_entry();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                if !active {
                    keep_operators(work, own, user_id).await?;
                }
                if !portal_users::set_active(work, user_id, active).await? {
                    return Err(MemberError::NotFound);
                }
                portal_sessions::end_all(work, user_id).await?;
                Ok(work.record(&entry).await?)
            })
        })
        .await
}

/// One of the operator's own people is stopped by a manager only, and never the last one.
async fn keep_operators(work: &mut Work, own: Uuid, user_id: Uuid) -> Result<(), MemberError> {
    portal_users::hold_members(work, &Body::Operator).await?;
    let operators = portal_users::list_members(work, &Body::Operator).await?;
    let of = |id: Uuid| {
        let mut found = operators.iter();
        found.find(|(user, row)| user.user_id == id && user.active && row.holds)
    };
    if of(user_id).is_none() {
        return Ok(());
    }
    let manages = |(_, row): &(PortalUserRow, MembershipRow)| row.roles.has(PortalRole::Manager);
    if !of(own).is_some_and(manages) {
        return Err(MemberError::Roles);
    }
    Ok(())
}
