//! Who signs in at the portal, and for which bodies (P-2, O-1).

use crate::{
    Work,
    engine::{P, Row},
    error::{Error, Result},
    sql,
};
use kiban_domain::{Body, Roles, Timestamp};
use uuid::Uuid;

/// Somebody who signs in at the portal.
#[derive(Clone)]
pub struct PortalUserRow {
    /// The account.
    pub user_id: Uuid,
    /// ユーザID: issued by the platform, never changes.
    pub login: String,
    /// The name on the screens.
    pub name: String,
    /// Where letters go; several people of one office may share an address.
    pub mail: String,
    /// The telephone; may be empty.
    pub phone: String,
    /// Argon2id hash in PHC form; no password fits an empty one.
    pub password_hash: String,
    /// Whether the password has to be replaced before anything else.
    pub must_replace: bool,
    /// Until when a first secret counts.
    pub secret_until: Option<Timestamp>,
    /// Secret of the second factor, base 32.
    pub totp_secret: Option<String>,
    /// Whether the account counts; a stopped one opens nothing.
    pub active: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its holder last came in.
    pub last_sign_in_at: Option<Timestamp>,
}

impl std::fmt::Debug for PortalUserRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PortalUserRow")
            .field("user_id", &self.user_id)
            .finish_non_exhaustive()
    }
}

/// What somebody may do for a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MembershipRow {
    /// The account.
    pub user_id: Uuid,
    /// The body.
    pub body: Body,
    /// What the account may do there.
    pub roles: Roles,
    /// Whether it holds; an ended one still gives a name to old acts.
    pub holds: bool,
    /// Who gave it.
    pub granted_by: String,
    /// When.
    pub granted_at: Timestamp,
}

/// Adds an account; a duplicate when the login is taken.
pub async fn add(work: &mut Work, row: &PortalUserRow) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO portal_user (user_id, login, name, mail, phone, password_hash, must_replace, secret_until, totp_secret, totp_last_step, state, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, $11)"),
            &[
                P::U(row.user_id),
                P::S(&row.login),
                P::S(&row.name),
                P::S(&row.mail),
                P::S(&row.phone),
                P::S(&row.password_hash),
                P::I(i64::from(row.must_replace)),
                P::opt_at(row.secret_until),
                P::opt(row.totp_secret.as_deref()),
                P::I(state_number(row.active)),
                P::T(row.created_at),
            ],
        )
        .await?;
    Ok(())
}

fn state_number(active: bool) -> i64 {
    if active { 1 } else { 2 }
}

/// One account.
pub async fn find(work: &mut Work, user_id: Uuid) -> Result<Option<PortalUserRow>> {
    work.conn
        .first(
            &sql!("SELECT user_id, login, name, mail, phone, password_hash, must_replace, secret_until, totp_secret, state, created_at, last_sign_in_at FROM portal_user WHERE user_id = $1"),
            &[P::U(user_id)],
            user,
        )
        .await
}

/// One account, which nobody else changes before this unit of work ends.
pub async fn hold(work: &mut Work, user_id: Uuid) -> Result<Option<PortalUserRow>> {
    work.conn
        .exec(
            &sql!("UPDATE portal_user SET state = state WHERE user_id = $1"),
            &[P::U(user_id)],
        )
        .await?;
    find(work, user_id).await
}

/// The account of a login.
pub async fn find_by_login(work: &mut Work, login: &str) -> Result<Option<PortalUserRow>> {
    work.conn
        .first(
            &sql!("SELECT user_id, login, name, mail, phone, password_hash, must_replace, secret_until, totp_secret, state, created_at, last_sign_in_at FROM portal_user WHERE login = $1"),
            &[P::S(login)],
            user,
        )
        .await
}

/// Accounts that get their letters at an address, stopped ones left out, at most ten.
pub async fn list_by_mail(work: &mut Work, mail: &str) -> Result<Vec<PortalUserRow>> {
    work.conn
        .query(
            &sql!("SELECT user_id, login, name, mail, phone, password_hash, must_replace, secret_until, totp_secret, state, created_at, last_sign_in_at FROM portal_user WHERE lower(mail) = lower($1) AND state = 1 ORDER BY login LIMIT 10"),
            &[P::S(mail)],
            user,
        )
        .await
}

fn user(row: &Row<'_>) -> Result<PortalUserRow> {
    Ok(PortalUserRow {
        user_id: row.get(0)?,
        login: row.get(1)?,
        name: row.get(2)?,
        mail: row.get(3)?,
        phone: row.get(4)?,
        password_hash: row.get(5)?,
        must_replace: row.get(6)?,
        secret_until: row.get(7)?,
        totp_secret: row.get(8)?,
        active: row.get::<i64>(9)? == 1,
        created_at: row.get(10)?,
        last_sign_in_at: row.get(11)?,
    })
}

/// Sets a password. `until`: a first secret, which has to be replaced and counts until then.
pub async fn set_password(
    work: &mut Work,
    user_id: Uuid,
    password_hash: &str,
    until: Option<Timestamp>,
) -> Result<()> {
    work.conn
        .exec(
            &sql!("UPDATE portal_user SET password_hash = $2, must_replace = $3, secret_until = $4 WHERE user_id = $1"),
            &[
                P::U(user_id),
                P::S(password_hash),
                P::I(i64::from(until.is_some())),
                P::opt_at(until),
            ],
        )
        .await?;
    Ok(())
}

/// Sets the authenticator's secret, or takes it away. Codes up to `step` do not count.
pub async fn set_totp(
    work: &mut Work,
    user_id: Uuid,
    secret: Option<&str>,
    step: i64,
) -> Result<()> {
    work.conn
        .exec(
            &sql!(
                "UPDATE portal_user SET totp_secret = $2, totp_last_step = $3 WHERE user_id = $1"
            ),
            &[P::U(user_id), P::opt(secret), P::I(step)],
        )
        .await?;
    Ok(())
}

/// Uses the code of a time step; false when it or a later one was used before.
pub async fn use_totp_step(work: &mut Work, user_id: Uuid, step: i64) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("UPDATE portal_user SET totp_last_step = $2 WHERE user_id = $1 AND totp_last_step < $2"),
            &[P::U(user_id), P::I(step)],
        )
        .await?;
    Ok(touched == 1)
}

/// Lets an account in, or does not any more; false when there is none.
pub async fn set_active(work: &mut Work, user_id: Uuid, active: bool) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("UPDATE portal_user SET state = $2 WHERE user_id = $1"),
            &[P::U(user_id), P::I(state_number(active))],
        )
        .await?;
    Ok(touched == 1)
}

/// Gives an account another name and telephone.
pub async fn set_name(work: &mut Work, user_id: Uuid, name: &str, phone: &str) -> Result<()> {
    work.conn
        .exec(
            &sql!("UPDATE portal_user SET name = $2, phone = $3 WHERE user_id = $1"),
            &[P::U(user_id), P::S(name), P::S(phone)],
        )
        .await?;
    Ok(())
}

/// Gives an account another address.
pub async fn set_mail(work: &mut Work, user_id: Uuid, mail: &str) -> Result<()> {
    work.conn
        .exec(
            &sql!("UPDATE portal_user SET mail = $2 WHERE user_id = $1"),
            &[P::U(user_id), P::S(mail)],
        )
        .await?;
    Ok(())
}

/// Notes that somebody came in.
pub async fn note_sign_in(work: &mut Work, user_id: Uuid, at: Timestamp) -> Result<()> {
    work.conn
        .exec(
            &sql!("UPDATE portal_user SET last_sign_in_at = $2 WHERE user_id = $1"),
            &[P::U(user_id), P::T(at)],
        )
        .await?;
    Ok(())
}

/// Gives somebody roles in a body, or other ones; an ended membership holds again.
pub async fn set_membership(work: &mut Work, row: &MembershipRow) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO portal_membership (user_id, body_kind, body_no, roles, state, granted_by, granted_at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (user_id, body_kind, body_no) DO UPDATE SET roles = excluded.roles, state = excluded.state, granted_by = excluded.granted_by, granted_at = excluded.granted_at"),
            &[
                P::U(row.user_id),
                P::S(row.body.kind()),
                P::S(row.body.number()),
                P::S(&row.roles.to_string()),
                P::I(state_number(row.holds)),
                P::S(&row.granted_by),
                P::T(row.granted_at),
            ],
        )
        .await?;
    Ok(())
}

/// Memberships of an account that hold, in the order in which they were given.
pub async fn list_memberships(work: &mut Work, user_id: Uuid) -> Result<Vec<MembershipRow>> {
    work.conn
        .query(
            &sql!("SELECT user_id, body_kind, body_no, roles, state, granted_by, granted_at FROM portal_membership WHERE user_id = $1 AND state = 1 ORDER BY granted_at, body_kind, body_no"),
            &[P::U(user_id)],
            |row| membership(row, 0),
        )
        .await
}

/// Members who have a first secret that counts and have never come in, of all bodies, the newest first; at most 500.
pub async fn list_waiting(
    work: &mut Work,
    now: Timestamp,
) -> Result<Vec<(PortalUserRow, MembershipRow)>> {
    work.conn
        .query(
            &sql!("SELECT u.user_id, u.login, u.name, u.mail, u.phone, u.password_hash, u.must_replace, u.secret_until, u.totp_secret, u.state, u.created_at, u.last_sign_in_at, m.user_id, m.body_kind, m.body_no, m.roles, m.state, m.granted_by, m.granted_at FROM portal_user u JOIN portal_membership m ON m.user_id = u.user_id WHERE u.secret_until > $1 AND u.last_sign_in_at IS NULL AND u.state = 1 AND m.state = 1 ORDER BY m.granted_at DESC, u.login LIMIT 500"),
            &[P::T(now)],
            |row| Ok((user(row)?, membership(row, 12)?)),
        )
        .await
}

/// Everybody who is or was a member of a body, with what they may do there, the longest standing first; at most a thousand.
pub async fn list_members(
    work: &mut Work,
    body: &Body,
) -> Result<Vec<(PortalUserRow, MembershipRow)>> {
    work.conn
        .query(
            &sql!("SELECT u.user_id, u.login, u.name, u.mail, u.phone, u.password_hash, u.must_replace, u.secret_until, u.totp_secret, u.state, u.created_at, u.last_sign_in_at, m.user_id, m.body_kind, m.body_no, m.roles, m.state, m.granted_by, m.granted_at FROM portal_membership m JOIN portal_user u ON u.user_id = m.user_id WHERE m.body_kind = $1 AND m.body_no = $2 ORDER BY m.granted_at, u.login LIMIT 1000"),
            &[P::S(body.kind()), P::S(body.number())],
            |row| Ok((user(row)?, membership(row, 12)?)),
        )
        .await
}

fn membership(row: &Row<'_>, at: usize) -> Result<MembershipRow> {
    let (kind, number): (String, String) = (row.get(at + 1)?, row.get(at + 2)?);
    Ok(MembershipRow {
        user_id: row.get(at)?,
        body: Body::of(&kind, &number)
            .map_err(|error| Error::corrupt("portal_membership.body", error))?,
        roles: super::parse(row, at + 3, "portal_membership.roles")?,
        holds: row.get::<i64>(at + 4)? == 1,
        granted_by: row.get(at + 5)?,
        granted_at: row.get(at + 6)?,
    })
}

/// Puts new recovery codes in the place of all old ones.
pub async fn set_recovery_codes(work: &mut Work, user_id: Uuid, hashes: &[Vec<u8>]) -> Result<()> {
    work.conn
        .exec(
            &sql!("DELETE FROM portal_recovery_code WHERE user_id = $1"),
            &[P::U(user_id)],
        )
        .await?;
    for hash in hashes {
        work.conn
            .exec(
                &sql!("INSERT INTO portal_recovery_code (user_id, code_hash) VALUES ($1, $2)"),
                &[P::U(user_id), P::B(hash)],
            )
            .await?;
    }
    Ok(())
}

/// Uses a recovery code; false when there is none with this hash or it was used before.
pub async fn use_recovery_code(
    work: &mut Work,
    user_id: Uuid,
    hash: &[u8],
    at: Timestamp,
) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("UPDATE portal_recovery_code SET used_at = $3 WHERE user_id = $1 AND code_hash = $2 AND used_at IS NULL"),
            &[P::U(user_id), P::B(hash), P::T(at)],
        )
        .await?;
    Ok(touched == 1)
}

/// How many recovery codes were not used.
pub async fn count_recovery_codes(work: &mut Work, user_id: Uuid) -> Result<i64> {
    let left = work
        .conn
        .first(
            &sql!(
                "SELECT count(*) FROM portal_recovery_code WHERE user_id = $1 AND used_at IS NULL"
            ),
            &[P::U(user_id)],
            |row| row.get(0),
        )
        .await?;
    Ok(left.unwrap_or(0))
}

/// Keeps everybody else from changing the members of a body before this unit of work ends.
pub async fn hold_members(work: &mut Work, body: &Body) -> Result<()> {
    work.conn
        .exec(
            &sql!(
                "UPDATE portal_membership SET state = state WHERE body_kind = $1 AND body_no = $2"
            ),
            &[P::S(body.kind()), P::S(body.number())],
        )
        .await?;
    Ok(())
}
