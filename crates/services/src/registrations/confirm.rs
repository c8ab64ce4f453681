//! A mail address is confirmed: the account and the application come into being together.

use super::{
    apply::{ApplyError, Coming},
    look_up::{Candidate, LookUpError, candidate},
    sign_up::standing,
};
use crate::{
    CallContext, Platform, mail,
    portal_users::{From, NewAccount, account, invitations::welcome, links::LinkError, session},
    sign_in::Token,
};
use kiban_domain::Body;
use kiban_store::repo::{portal_users, sign_ups};
use uuid::Uuid;

/// Why nothing came into being.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmError {
    /// The link does nothing.
    #[error("link")]
    Link(#[from] LinkError),
    /// The office cannot be registered any more: it is taken by now, or closed. The link is not used up.
    #[error("office")]
    Office(#[from] LookUpError),
    /// The database.
    #[error("storage")]
    Storage(#[from] kiban_store::Error),
}

impl std::convert::From<ApplyError> for ConfirmError {
    fn from(error: ApplyError) -> Self {
        match error {
            ApplyError::Office(error) => Self::Office(error),
            ApplyError::Storage(error) => Self::Storage(error),
        }
    }
}

/// Uses the link of a sign-up: makes the account, the application, and the session in which password and second factor are set.
///
/// # Errors
///
/// See [`ConfirmError`].
pub async fn confirm(
    platform: &Platform,
    context: &CallContext,
    from: &From,
    portal: &str,
    token: &str,
) -> Result<Token, ConfirmError> {
    let (user_id, body) = use_link(platform, context, portal, token, None).await?;
    Ok(session::begin_set_up(platform, from, user_id, body).await?)
}

/// Uses the link of a sign-up with an account that is there: one person registers several offices.
///
/// # Errors
///
/// See [`ConfirmError`].
pub async fn join(
    platform: &Platform,
    context: &CallContext,
    portal: &str,
    token: &str,
    user_id: Uuid,
) -> Result<Body, ConfirmError> {
    let (_, body) = use_link(platform, context, portal, token, Some(user_id)).await?;
    Ok(body)
}

async fn use_link(
    platform: &Platform,
    context: &CallContext,
    portal: &str,
    token: &str,
    known: Option<Uuid>,
) -> Result<(Uuid, Body), ConfirmError> {
    let row = standing(platform, token).await?;
    let mail = row.applicant.mail.parse().map_err(|_| LinkError::Unknown)?;
    let new = NewAccount {
        name: row.applicant.name.clone(),
        mail,
        phone: row.applicant.phone.clone(),
    };
    let fresh = known.is_none().then(|| account(platform, &new));
    let user_id = known.or(fresh.as_ref().map(|user| user.user_id));
    let user_id = user_id.ok_or(LinkError::Unknown)?;
    let body = Body::Office(row.office.office_no);
    let coming = Coming::new(platform, context, portal, user_id);
    let letter = fresh.as_ref().and_then(welcome);
    let (inside, mail_id) = (platform.clone(), platform.id());
    platform
        .store
        .write::<(), ConfirmError, _>(move |work| {
            Box::pin(async move {
                let (kind, office_no) = (row.office.kind, row.office.office_no);
                let Candidate { entry, .. } =
                    candidate(work, kind, office_no, inside.today()).await?;
                if !sign_ups::take(work, row.sign_up_id, inside.now()).await? {
                    return Err(LinkError::Used.into());
                }
                if let Some(user) = &fresh {
                    portal_users::add(work, user).await?;
                }
                if let Some(letter) = &letter {
                    mail::queue(work, mail_id, &inside, letter).await?;
                }
                // What the register says by now counts; what was typed stands in when it has not got the office.
                let typed = row.office.into();
                let office = Candidate {
                    kind,
                    office_no,
                    entry,
                };
                coming
                    .add(work, office.applied(typed), row.applicant)
                    .await?;
                Ok(())
            })
        })
        .await?;
    Ok((user_id, body))
}
