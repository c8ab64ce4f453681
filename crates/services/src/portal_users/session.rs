//! A sign-in at the portal, from its cookie to what its holder may do.

use super::{From, Stage};
use crate::{
    CallContext, Platform,
    sign_in::{Token, new_token, token_hash},
};
use jiff::SignedDuration;
use kiban_access::Caller;
use kiban_audit::{Action, Actor, Door, NO_INSURER};
use kiban_domain::{Body, PortalRole, Roles, Timestamp};
use kiban_store::{
    Error, Work,
    repo::{
        portal_sessions::{self, PortalSessionRow, SignInOutcome, SignInRow},
        portal_users,
    },
};
use uuid::Uuid;

/// How long the second factor, or what has to be set first, may take.
const HALF_MINUTES: i64 = 20;
/// How long a session lasts at the most.
const SESSION_HOURS: i64 = 12;
/// How long it lasts without a request; an operator's ends sooner.
const IDLE_MINUTES: i64 = 30;
const OPERATOR_IDLE_MINUTES: i64 = 15;

/// A session as its holder needs it.
#[derive(Debug, Clone)]
pub struct Session {
    /// Its name on its holder's page.
    pub session_id: Uuid,
    /// The account.
    pub user_id: Uuid,
    /// ユーザID.
    pub login: String,
    /// The name on the screens.
    pub name: String,
    /// For whom its holder acts.
    pub body: Body,
    /// As what.
    pub roles: Roles,
    /// Whether its holder is a member of further bodies.
    pub more_bodies: bool,
    /// How far the sign-in has come; only a complete one opens pages.
    pub stage: Stage,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
    /// When it ends without another use; never after `expires_at`.
    pub ends_at: Timestamp,
}

impl Session {
    /// For deciding and recording what its holder does.
    pub fn context(&self, request_id: &str) -> CallContext {
        let (caller, door, organisation) = match &self.body {
            Body::Office(number) => (Caller::Office(*number), Door::Portal, number.as_str()),
            Body::Insurer(number) => (Caller::Insurer(*number), Door::Portal, number.as_str()),
            // Of all callers the one who sees no care data at all.
            Body::Prefecture(code) => (Caller::Operator, Door::Portal, code.as_str()),
            Body::Operator => (Caller::Operator, Door::Operator, "operator"),
        };
        CallContext {
            caller,
            actor: Actor::new(door, organisation).staff(&self.login),
            request_id: request_id.to_owned(),
        }
    }

    /// Whether its holder keeps the members of the body.
    pub fn keeps_members(&self) -> bool {
        self.roles.has(PortalRole::Administrator) || self.roles.has(PortalRole::Manager)
    }
}

fn ends_at(row: &PortalSessionRow) -> Timestamp {
    let idle = match (row.stage, row.body) {
        (Stage::SecondFactor | Stage::SetUp, _) => HALF_MINUTES,
        (Stage::Complete, Body::Operator) => OPERATOR_IDLE_MINUTES,
        (Stage::Complete, _) => IDLE_MINUTES,
    };
    (row.last_seen_at + SignedDuration::from_mins(idle)).min(row.expires_at)
}

/// The session of a token; `None` when it has ended, or its holder is stopped or no member any more. Asking counts as use.
///
/// # Errors
///
/// The database only.
pub async fn find(platform: &Platform, token: &str) -> Result<Option<Session>, Error> {
    let Some((mut row, mut session)) = held(platform, token).await? else {
        return Ok(None);
    };
    let now = platform.now();
    // Once a minute is often enough to notice idleness, and keeps page views from writing each time.
    if now.duration_since(row.last_seen_at) > SignedDuration::from_secs(60) {
        row.last_seen_at = now;
        session.ends_at = ends_at(&row);
        platform
            .store
            .write::<(), Error, _>(move |work| {
                Box::pin(async move { portal_sessions::touch(work, &row.token_hash, now).await })
            })
            .await?;
    }
    Ok(Some(session))
}

/// As [`find`], but asking does not count as use.
///
/// # Errors
///
/// The database only.
pub async fn look(platform: &Platform, token: &str) -> Result<Option<Session>, Error> {
    Ok(held(platform, token).await?.map(|(_, session)| session))
}

pub(super) async fn held(
    platform: &Platform,
    token: &str,
) -> Result<Option<(PortalSessionRow, Session)>, Error> {
    let mut work = platform.store.point().await?;
    let held = portal_sessions::find_held(&mut work, &token_hash(token)).await?;
    drop(work);
    let Some(held) = held else {
        return Ok(None);
    };
    let (row, now) = (held.session, platform.now());
    let ends_at = ends_at(&row);
    let roles = held.roles.map(|roles| roles.within(&row.body));
    let Some(roles) = roles.filter(|roles| held.active && !roles.is_empty()) else {
        return Ok(None);
    };
    if row.expires_at <= now || ends_at < now {
        return Ok(None);
    }
    let session = Session {
        session_id: row.session_id,
        user_id: row.user_id,
        login: held.login,
        name: held.name,
        body: row.body,
        roles,
        more_bodies: held.more,
        stage: row.stage,
        expires_at: row.expires_at,
        ends_at,
    };
    Ok(Some((row, session)))
}

/// A session that is about to begin, with the secret for its holder's cookie.
pub(super) struct Begun {
    pub(super) token: Token,
    pub(super) row: PortalSessionRow,
}

impl Begun {
    pub(super) fn new(
        platform: &Platform,
        user_id: Uuid,
        body: Body,
        stage: Stage,
        agent: &str,
    ) -> Self {
        let now = platform.now();
        let token = new_token(platform);
        let lasts = match stage {
            Stage::Complete => SignedDuration::from_hours(SESSION_HOURS),
            Stage::SecondFactor | Stage::SetUp => SignedDuration::from_mins(HALF_MINUTES),
        };
        let row = PortalSessionRow {
            token_hash: token_hash(&token.0),
            session_id: platform.id(),
            user_id,
            body,
            stage,
            may_set_password: false,
            draft_secret: None,
            agent: agent.chars().take(60).collect(),
            created_at: now,
            last_seen_at: now,
            expires_at: now + lasts,
        };
        Self { token, row }
    }

    /// Writes the session; a complete one is noted with the account.
    pub(super) async fn write(&self, work: &mut Work, way: &str) -> Result<(), Error> {
        portal_sessions::add(work, &self.row).await?;
        if self.row.stage != Stage::Complete {
            return Ok(());
        }
        let (user_id, at) = (self.row.user_id, self.row.created_at);
        portal_users::note_sign_in(work, user_id, at).await?;
        let note = SignInRow {
            at,
            outcome: SignInOutcome::In,
            way: way.to_owned(),
            agent: self.row.agent.clone(),
        };
        portal_sessions::note(work, user_id, &note).await
    }
}

/// Begins a session in which an account's password and second factor are set: for somebody who came by a mailed link.
///
/// # Errors
///
/// The database only.
pub async fn begin_set_up(
    platform: &Platform,
    from: &From,
    user_id: Uuid,
    body: Body,
) -> Result<Token, Error> {
    let begun = Begun::new(platform, user_id, body, Stage::SetUp, &from.agent);
    let row = begun.row;
    platform
        .store
        .write::<(), Error, _>(move |work| {
            Box::pin(async move { portal_sessions::add(work, &row).await })
        })
        .await?;
    Ok(begun.token)
}

/// Ends a session.
///
/// # Errors
///
/// The database only.
pub async fn sign_out(
    platform: &Platform,
    context: &CallContext,
    token: &str,
) -> Result<(), Error> {
    let hash = token_hash(token);
    let entry = context
        .event(platform, NO_INSURER, Action::SignOut)
        .to_entry();
    platform
        .store
        .write::<(), Error, _>(move |work| {
            Box::pin(async move {
                if portal_sessions::end(work, &hash).await? {
                    work.record(&entry).await?;
                }
                Ok(())
            })
        })
        .await
}

/// Lets a session act for another body of its holder; false when its holder is no member there.
///
/// # Errors
///
/// The database only.
pub async fn switch(platform: &Platform, token: &str, body: Body) -> Result<bool, Error> {
    let Some((row, session)) = held(platform, token).await? else {
        return Ok(false);
    };
    let mut work = platform.store.point().await?;
    let all = portal_users::list_memberships(&mut work, session.user_id).await?;
    drop(work);
    // Operators' and others' sessions do not turn into each other: the one ends sooner.
    let same_kind = (body == Body::Operator) == (session.body == Body::Operator);
    if !same_kind || !all.iter().any(|it| it.body == body) {
        return Ok(false);
    }
    platform
        .store
        .write::<(), Error, _>(move |work| {
            Box::pin(async move { portal_sessions::set_body(work, &row.token_hash, &body).await })
        })
        .await?;
    Ok(true)
}
