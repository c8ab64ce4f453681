//! Accounts of insurers and prefectures, which the operator issues (P-2, R7; O06): ID and first secret by letter.

use crate::{
    CallContext, Platform,
    forms::FormKey,
    portal_users::{
        NewAccount, bodies,
        invitations::{self, InviteError, NewMember},
    },
};
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::{Body, InsurerNumber, PortalRole, Roles, municipalities};
use kiban_store::{
    Error,
    repo::{
        insurers, portal_bodies,
        portal_users::{self, PortalUserRow},
        readiness,
    },
};

pub use kiban_store::repo::portal_bodies::BodyRow;

/// Why no account was issued.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// The number's last digit does not agree with the others.
    #[error("the check digit does not agree")]
    CheckDigit,
    /// No municipality and no union that is known here has this number.
    #[error("nobody insures under this number")]
    NoSuchInsurer,
    /// Such bodies are not given accounts here.
    #[error("neither an insurer nor a prefecture")]
    Kind,
    /// Making the account failed.
    #[error("invitation")]
    Invite(#[from] InviteError),
    /// The database.
    #[error("storage")]
    Storage(#[from] Error),
}

/// Issues an account for a body's person in charge, who keeps its members from then on; the account, and the first secret for
/// whoever issues at the command line.
///
/// # Errors
///
/// See [`IssueError`].
pub async fn issue(
    platform: &Platform,
    context: &CallContext,
    form: &FormKey,
    portal_url: &str,
    body: Body,
    account: NewAccount,
) -> Result<(PortalUserRow, String), IssueError> {
    match &body {
        Body::Insurer(number) => known(platform, number).await?,
        Body::Prefecture(_) => {}
        Body::Office(_) | Body::Operator => return Err(IssueError::Kind),
    }
    let new = NewMember {
        account,
        body,
        body_name: bodies::name(platform, &body).await?,
        roles: Roles::of([PortalRole::Administrator]),
    };
    Ok(invitations::issue(platform, context, form, portal_url, new).await?)
}

async fn known(platform: &Platform, number: &InsurerNumber) -> Result<(), IssueError> {
    if !number.check_digit_agrees() {
        return Err(IssueError::CheckDigit);
    }
    let own = |code| InsurerNumber::of_municipality(code) == *number;
    if municipalities().iter().any(|it| own(&it.code)) {
        return Ok(());
    }
    let mut work = platform.store.point().await?;
    let union = readiness::list_insurers(&mut work).await?;
    if union.iter().any(|(_, it)| it == number)
        || insurers::find(&mut work, number).await?.is_some()
    {
        return Ok(());
    }
    Err(IssueError::NoSuchInsurer)
}

/// Bodies of a kind that have accounts, ordered by number, each with its name.
///
/// # Errors
///
/// The database only.
pub async fn list(platform: &Platform, kind: &str) -> Result<Vec<(Body, String, BodyRow)>, Error> {
    let rows = portal_bodies::list(&mut platform.store.point().await?, kind).await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let body = Body::of(kind, &row.number).map_err(|error| Error::Corrupt {
            place: "portal_membership.body_no".to_owned(),
            reason: error.to_string(),
        })?;
        all.push((body, bodies::name(platform, &body).await?, row));
    }
    Ok(all)
}

/// An account whose holder has not come in yet.
pub struct Waiting {
    /// Of what.
    pub body: Body,
    /// What the body is called.
    pub body_name: String,
    /// The account.
    pub user: PortalUserRow,
    /// The name of who issued it.
    pub by: String,
}

/// Accounts of insurers and prefectures whose first secret counts and whose holders have not come in yet, the newest first.
///
/// # Errors
///
/// The database only. The entry is durable before anybody is shown.
pub async fn list_waiting(
    platform: &Platform,
    context: &CallContext,
) -> Result<Vec<Waiting>, Error> {
    let mut work = platform.store.read().await?;
    let now = platform.now();
    let mut found = Vec::new();
    for (user, row) in portal_users::list_waiting(&mut work, now).await? {
        if invitations::waits(&user, now)
            && matches!(row.body, Body::Insurer(_) | Body::Prefecture(_))
        {
            let by = portal_users::find_by_login(&mut work, &row.granted_by).await?;
            found.push((user, row.body, by.map_or(row.granted_by, |by| by.name)));
        }
    }
    drop(work);
    let mut all = Vec::with_capacity(found.len());
    for (user, body, by) in found {
        let body_name = bodies::name(platform, &body).await?;
        all.push(Waiting {
            body,
            body_name,
            user,
            by,
        });
    }
    let event = context.event(platform, NO_INSURER, Action::AccountRead);
    let event = event.ground(format!("accounts-waiting:{}", all.len()));
    platform.audit.append(event.to_entry()).await?;
    Ok(all)
}
