//! Invitations that nobody has used yet: who keeps a body's members looks at them, takes them back, sends them again.

use super::{
    changed,
    invitations::{Facts, InviteError, by, draft, link_letter},
    links::LinkError,
};
use crate::{
    CallContext, Platform,
    forms::{self, FormKey},
    mail,
};
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::{Body, MailAddress, Roles, Timestamp};
use kiban_store::{
    Error, Work,
    repo::{
        invitations::{self, InvitationRow},
        portal_users,
    },
};
use uuid::Uuid;

/// So many are listed for the operator.
const MOST: i64 = 200;

/// An invitation that nobody has used yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenInvitation {
    /// What forms name it by; opens nothing.
    pub id: Uuid,
    /// To what.
    pub body: Body,
    /// What the body is called.
    pub body_name: String,
    /// Who is invited.
    pub name: String,
    /// Where the link went.
    pub mail: String,
    /// As what.
    pub roles: Roles,
    /// The name of who invited.
    pub by: String,
    /// When it was sent.
    pub at: Timestamp,
    /// Until when its link counts.
    pub until: Timestamp,
}

impl OpenInvitation {
    pub(super) async fn of(work: &mut Work, row: InvitationRow) -> Result<Self, Error> {
        let facts = facts(&row)?;
        let by = portal_users::find_by_login(work, &facts.by).await?;
        Ok(Self {
            id: row.link_id,
            body: row.body,
            body_name: facts.body_name,
            name: facts.name,
            mail: row.mail,
            roles: facts.roles.parse().map_err(|_| corrupt())?,
            by: by.map_or(facts.by, |user| user.name),
            at: row.created_at,
            until: row.expires_at,
        })
    }
}

fn facts(row: &InvitationRow) -> Result<Facts, Error> {
    serde_json::from_str(&row.facts).map_err(|_| corrupt())
}

fn corrupt() -> Error {
    Error::Corrupt {
        place: "portal_link.facts".to_owned(),
        reason: "not the facts of an invitation".to_owned(),
    }
}

/// The open invitations to a body, the newest first.
///
/// # Errors
///
/// The database only.
pub async fn list_of(platform: &Platform, body: &Body) -> Result<Vec<OpenInvitation>, Error> {
    let mut work = platform.store.read().await?;
    let rows = invitations::list_of(&mut work, body, platform.now()).await?;
    read(&mut work, rows).await
}

/// The open invitations to all bodies, the newest first: for the operator.
///
/// # Errors
///
/// The database only. The entry is durable before anybody is shown.
pub async fn list(
    platform: &Platform,
    context: &CallContext,
) -> Result<Vec<OpenInvitation>, Error> {
    let mut work = platform.store.read().await?;
    let rows = invitations::list(&mut work, platform.now(), MOST).await?;
    let all = read(&mut work, rows).await?;
    drop(work);
    let event = context.event(platform, NO_INSURER, Action::AccountRead);
    let event = event.ground(format!("invitations:{}", all.len()));
    platform.audit.append(event.to_entry()).await?;
    Ok(all)
}

async fn read(work: &mut Work, rows: Vec<InvitationRow>) -> Result<Vec<OpenInvitation>, Error> {
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        all.push(OpenInvitation::of(work, row).await?);
    }
    Ok(all)
}

/// Takes an invitation back: its link is dead at once. `of`: the body whose members the caller keeps; `None` for the operator.
///
/// # Errors
///
/// [`LinkError::Unknown`] for one that was used, has ended, was taken back or is another body's; the database.
pub async fn take_back(
    platform: &Platform,
    context: &CallContext,
    of: Option<Body>,
    id: Uuid,
) -> Result<(), InviteError> {
    let now = platform.now();
    let (inside, context) = (platform.clone(), context.clone());
    platform
        .store
        .write::<(), InviteError, _>(move |work| {
            Box::pin(async move {
                let row = held(work, of, id, now).await?;
                let ground = ground("member-invitation-taken-back", &row);
                let entry = changed(&inside, &context, ground).to_entry();
                Ok(work.record(&entry).await?)
            })
        })
        .await
}

/// Sends an invitation again: a new link with the whole time, the old one is dead. The same form sent again does nothing more.
///
/// # Errors
///
/// As for [`take_back`].
pub async fn send_again(
    platform: &Platform,
    context: &CallContext,
    form: &FormKey,
    portal_url: &str,
    of: Option<Body>,
    id: Uuid,
) -> Result<(), InviteError> {
    let (now, link_id, mail_id) = (platform.now(), platform.id(), platform.id());
    let (inside, context, form) = (platform.clone(), context.clone(), form.clone());
    let portal_url = portal_url.to_owned();
    platform
        .store
        .write::<(), InviteError, _>(move |work| {
            Box::pin(async move {
                if forms::take(work, &inside, &form, "").await?.is_some() {
                    return Ok(());
                }
                let row = held(work, of, id, now).await?;
                let mut facts = facts(&row)?;
                facts.by = by(&context);
                let to: MailAddress = row.mail.parse().map_err(|_| corrupt())?;
                let draft = draft(&inside, &facts, &to)?;
                if !invitations::add(work, link_id, &row.body, &draft.row).await? {
                    return Err(LinkError::Used.into());
                }
                let before = "前にお送りしたアドレスは使えなくなりました。\n";
                let name = &facts.body_name;
                let letter = link_letter(to, name, &portal_url, &draft.secret, before);
                mail::queue(work, mail_id, &inside, &letter).await?;
                let ground = ground("member-invited-again", &row);
                let entry = changed(&inside, &context, ground).to_entry();
                Ok(work.record(&entry).await?)
            })
        })
        .await
}

/// The invitation, which is no longer open after this unit of work.
async fn held(
    work: &mut Work,
    of: Option<Body>,
    id: Uuid,
    now: Timestamp,
) -> Result<InvitationRow, InviteError> {
    let row = invitations::find(work, id, now).await?;
    let row = row.filter(|row| of.is_none_or(|body| body == row.body));
    let row = row.ok_or(LinkError::Unknown)?;
    if !invitations::take_back(work, id, now).await? {
        return Err(LinkError::Used.into());
    }
    Ok(row)
}

fn ground(word: &str, row: &InvitationRow) -> String {
    let (kind, number) = (row.body.kind(), row.body.number());
    format!("{word}:{kind}:{number}:{}", row.link_id)
}
