//! Who is signed in at the portal, and when they came in. Only the hash of a token is kept.

use crate::{
    Work,
    engine::{P, Row},
    error::{Error, Result},
    sql,
};
use kiban_domain::{Body, Roles, Timestamp};
use uuid::Uuid;

/// How far a sign-in has come. The number never changes, since the table stores it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The password was given, the second factor waits.
    SecondFactor = 1,
    /// A password or a second factor has to be set first.
    SetUp = 2,
    /// Everything was given.
    Complete = 3,
}

/// A session.
#[derive(Clone)]
pub struct PortalSessionRow {
    /// SHA-256 of the token.
    pub token_hash: Vec<u8>,
    /// Its name on its holder's page.
    pub session_id: Uuid,
    /// Whose.
    pub user_id: Uuid,
    /// For which body its holder acts.
    pub body: Body,
    /// How far it has come.
    pub stage: Stage,
    /// Whether it began with the link for a forgotten password, which may set another one.
    pub may_set_password: bool,
    /// The authenticator's secret that is being tried, base 32.
    pub draft_secret: Option<String>,
    /// What the browser calls itself, in our words.
    pub agent: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_seen_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
}

/// A session with what its holder is just now.
pub struct HeldPortalSession {
    /// The session.
    pub session: PortalSessionRow,
    /// ユーザID.
    pub login: String,
    /// The name on the screens.
    pub name: String,
    /// Whether the account counts.
    pub active: bool,
    /// What its holder may do for the body; `None` when the membership has ended.
    pub roles: Option<Roles>,
    /// Whether its holder is a member of further bodies.
    pub more: bool,
}

/// How a sign-in went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInOutcome {
    /// Somebody came in.
    In = 1,
    /// The password did not fit.
    WrongPassword = 2,
    /// The second factor did not fit.
    WrongSecondFactor = 3,
}

/// A sign-in, for the account's holder to look at.
#[derive(Debug, Clone)]
pub struct SignInRow {
    /// When.
    pub at: Timestamp,
    /// How it went.
    pub outcome: SignInOutcome,
    /// By what: `password`, `totp`, `recovery`, `passkey`, `link`.
    pub way: String,
    /// What the browser called itself, in our words.
    pub agent: String,
}

/// Begins a session.
pub async fn add(work: &mut Work, row: &PortalSessionRow) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO portal_session (token_hash, session_id, user_id, body_kind, body_no, stage, draft_secret, agent, created_at, last_seen_at, expires_at, may_set_password) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"),
            &[
                P::B(&row.token_hash),
                P::U(row.session_id),
                P::U(row.user_id),
                P::S(row.body.kind()),
                P::S(row.body.number()),
                P::I(row.stage as i64),
                P::opt(row.draft_secret.as_deref()),
                P::S(&row.agent),
                P::T(row.created_at),
                P::T(row.last_seen_at),
                P::T(row.expires_at),
                P::I(i64::from(row.may_set_password)),
            ],
        )
        .await?;
    Ok(())
}

/// The session with this token and what its holder may do: one statement, because every request asks it.
pub async fn find_held(work: &mut Work, token_hash: &[u8]) -> Result<Option<HeldPortalSession>> {
    work.conn
        .first(
            &sql!("SELECT s.token_hash, s.session_id, s.user_id, s.body_kind, s.body_no, s.stage, s.draft_secret, s.agent, s.created_at, s.last_seen_at, s.expires_at, s.may_set_password, u.login, u.name, u.state, m.roles, CASE WHEN EXISTS (SELECT 1 FROM portal_membership x WHERE x.user_id = s.user_id AND x.state = 1 AND (x.body_kind <> s.body_kind OR x.body_no <> s.body_no)) THEN 1 ELSE 0 END FROM portal_session s JOIN portal_user u ON u.user_id = s.user_id LEFT JOIN portal_membership m ON m.user_id = s.user_id AND m.body_kind = s.body_kind AND m.body_no = s.body_no AND m.state = 1 WHERE s.token_hash = $1"),
            &[P::B(token_hash)],
            |row| {
                let roles: Option<String> = row.get(15)?;
                let roles = roles.map(|text| text.parse::<Roles>()).transpose();
                Ok(HeldPortalSession {
                    session: session(row)?,
                    login: row.get(12)?,
                    name: row.get(13)?,
                    active: row.get::<i64>(14)? == 1,
                    roles: roles
                        .map_err(|error| Error::corrupt("portal_membership.roles", error))?,
                    more: row.get(16)?,
                })
            },
        )
        .await
}

/// The sessions of an account that have not ended, the last used first.
pub async fn list(work: &mut Work, user_id: Uuid, now: Timestamp) -> Result<Vec<PortalSessionRow>> {
    work.conn
        .query(
            &sql!("SELECT token_hash, session_id, user_id, body_kind, body_no, stage, draft_secret, agent, created_at, last_seen_at, expires_at, may_set_password FROM portal_session WHERE user_id = $1 AND expires_at > $2 ORDER BY last_seen_at DESC, session_id"),
            &[P::U(user_id), P::T(now)],
            session,
        )
        .await
}

fn session(row: &Row<'_>) -> Result<PortalSessionRow> {
    let (kind, number): (String, String) = (row.get(3)?, row.get(4)?);
    Ok(PortalSessionRow {
        token_hash: row.get(0)?,
        session_id: row.get(1)?,
        user_id: row.get(2)?,
        body: Body::of(&kind, &number)
            .map_err(|error| Error::corrupt("portal_session.body", error))?,
        stage: match row.get::<i64>(5)? {
            1 => Stage::SecondFactor,
            2 => Stage::SetUp,
            _ => Stage::Complete,
        },
        draft_secret: row.get(6)?,
        agent: row.get(7)?,
        created_at: row.get(8)?,
        last_seen_at: row.get(9)?,
        expires_at: row.get(10)?,
        may_set_password: row.get(11)?,
    })
}

/// Notes that a session was used.
pub async fn touch(work: &mut Work, token_hash: &[u8], at: Timestamp) -> Result<()> {
    work.conn
        .exec(
            &sql!("UPDATE portal_session SET last_seen_at = $2 WHERE token_hash = $1"),
            &[P::B(token_hash), P::T(at)],
        )
        .await?;
    Ok(())
}

/// Keeps the authenticator's secret that is being tried.
pub async fn set_draft(work: &mut Work, token_hash: &[u8], secret: &str) -> Result<()> {
    work.conn
        .exec(
            &sql!("UPDATE portal_session SET draft_secret = $2 WHERE token_hash = $1"),
            &[P::B(token_hash), P::S(secret)],
        )
        .await?;
    Ok(())
}

/// The password that the session's link allowed has been set.
pub async fn note_password_set(work: &mut Work, token_hash: &[u8]) -> Result<()> {
    work.conn
        .exec(
            &sql!("UPDATE portal_session SET may_set_password = 0 WHERE token_hash = $1"),
            &[P::B(token_hash)],
        )
        .await?;
    Ok(())
}

/// Lets a session act for another body.
pub async fn set_body(work: &mut Work, token_hash: &[u8], body: &Body) -> Result<()> {
    work.conn
        .exec(
            &sql!("UPDATE portal_session SET body_kind = $2, body_no = $3 WHERE token_hash = $1"),
            &[P::B(token_hash), P::S(body.kind()), P::S(body.number())],
        )
        .await?;
    Ok(())
}

/// Ends a session; false when it had ended before.
pub async fn end(work: &mut Work, token_hash: &[u8]) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("DELETE FROM portal_session WHERE token_hash = $1"),
            &[P::B(token_hash)],
        )
        .await?;
    Ok(touched == 1)
}

/// Ends one of the account's sessions by its name; false when there is none.
pub async fn end_named(work: &mut Work, user_id: Uuid, session_id: Uuid) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("DELETE FROM portal_session WHERE user_id = $1 AND session_id = $2"),
            &[P::U(user_id), P::U(session_id)],
        )
        .await?;
    Ok(touched == 1)
}

/// Ends every session of an account but the one with this token; how many.
pub async fn end_others(work: &mut Work, user_id: Uuid, token_hash: &[u8]) -> Result<u64> {
    work.conn
        .exec(
            &sql!("DELETE FROM portal_session WHERE user_id = $1 AND token_hash <> $2"),
            &[P::U(user_id), P::B(token_hash)],
        )
        .await
}

/// Ends every session of an account; how many.
pub async fn end_all(work: &mut Work, user_id: Uuid) -> Result<u64> {
    work.conn
        .exec(
            &sql!("DELETE FROM portal_session WHERE user_id = $1"),
            &[P::U(user_id)],
        )
        .await
}

/// Ends what has run out.
pub async fn end_expired(work: &mut Work, at: Timestamp) -> Result<u64> {
    work.conn
        .exec(
            &sql!("DELETE FROM portal_session WHERE expires_at < $1"),
            &[P::T(at)],
        )
        .await
}

/// Keeps a sign-in for its account's holder. Two of one kind in one microsecond are one.
pub async fn note(work: &mut Work, user_id: Uuid, row: &SignInRow) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO portal_sign_in (user_id, at, outcome, way, agent) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (user_id, at, outcome) DO NOTHING"),
            &[
                P::U(user_id),
                P::T(row.at),
                P::I(row.outcome as i64),
                P::S(&row.way),
                P::S(&row.agent),
            ],
        )
        .await?;
    Ok(())
}

/// The last sign-ins of an account, the newest first.
pub async fn list_sign_ins(work: &mut Work, user_id: Uuid, most: i64) -> Result<Vec<SignInRow>> {
    work.conn
        .query(
            &sql!("SELECT at, outcome, way, agent FROM portal_sign_in WHERE user_id = $1 ORDER BY at DESC LIMIT $2"),
            &[P::U(user_id), P::I(most)],
            |row| {
                Ok(SignInRow {
                    at: row.get(0)?,
                    outcome: match row.get::<i64>(1)? {
                        1 => SignInOutcome::In,
                        2 => SignInOutcome::WrongPassword,
                        _ => SignInOutcome::WrongSecondFactor,
                    },
                    way: row.get(2)?,
                    agent: row.get(3)?,
                })
            },
        )
        .await
}

/// Forgets sign-ins before an instant; how many.
pub async fn forget_sign_ins(work: &mut Work, before: Timestamp) -> Result<u64> {
    work.conn
        .exec(
            &sql!("DELETE FROM portal_sign_in WHERE at < $1"),
            &[P::T(before)],
        )
        .await
}
