//! Passkeys of accounts and the challenges they answer (W-2).

use crate::{
    Work,
    engine::{P, Row},
    error::Result,
    sql,
};
use kiban_domain::Timestamp;
use uuid::Uuid;

/// A passkey of an account.
#[derive(Clone)]
pub struct PasskeyRow {
    /// Its identifier, for addresses and the audit trail.
    pub passkey_id: Uuid,
    /// What the authenticator calls it, 1 to 1,023 bytes; no two accounts have the same.
    pub credential_id: Vec<u8>,
    /// The account.
    pub staff_id: Uuid,
    /// The name of the site for which it was made, and the only one where it works.
    pub rp_id: String,
    /// The public key, as the library writes it.
    pub public_key: Vec<u8>,
    /// What changes when it is used, as the library writes it.
    pub state: Vec<u8>,
    /// Signatures counted by the authenticator; 0 when it does not count.
    pub sign_count: i64,
    /// How the authenticator is reached, as the library writes it.
    pub transports: i16,
    /// The name that its holder gave.
    pub name: String,
    /// Whether it is kept elsewhere too.
    pub backed_up: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
    /// Since when it signs nobody in.
    pub stopped_at: Option<Timestamp>,
}

impl std::fmt::Debug for PasskeyRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PasskeyRow")
            .field("passkey_id", &self.passkey_id)
            .finish_non_exhaustive()
    }
}

/// Adds a passkey; a duplicate when some account has it.
pub async fn add(work: &mut Work, row: &PasskeyRow) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO passkey (passkey_id, credential_id, staff_id, rp_id, public_key, state, sign_count, transports, name, backed_up, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"),
            &[
                P::U(row.passkey_id),
                P::B(&row.credential_id),
                P::U(row.staff_id),
                P::S(&row.rp_id),
                P::B(&row.public_key),
                P::B(&row.state),
                P::I(row.sign_count),
                P::I(i64::from(row.transports)),
                P::S(&row.name),
                P::I(i64::from(row.backed_up)),
                P::T(row.created_at),
            ],
        )
        .await?;
    Ok(())
}

/// The passkey of a credential, whosever it is.
pub async fn find(work: &mut Work, credential_id: &[u8]) -> Result<Option<PasskeyRow>> {
    work.conn
        .first(
            &sql!("SELECT passkey_id, credential_id, staff_id, rp_id, public_key, state, sign_count, transports, name, backed_up, created_at, last_used_at, stopped_at FROM passkey WHERE credential_id = $1"),
            &[P::B(credential_id)],
            passkey,
        )
        .await
}

/// Every passkey of an account, the oldest first.
pub async fn list(work: &mut Work, staff_id: Uuid) -> Result<Vec<PasskeyRow>> {
    work.conn
        .query(
            &sql!("SELECT passkey_id, credential_id, staff_id, rp_id, public_key, state, sign_count, transports, name, backed_up, created_at, last_used_at, stopped_at FROM passkey WHERE staff_id = $1 ORDER BY created_at, passkey_id"),
            &[P::U(staff_id)],
            passkey,
        )
        .await
}

fn passkey(row: &Row<'_>) -> Result<PasskeyRow> {
    Ok(PasskeyRow {
        passkey_id: row.get(0)?,
        credential_id: row.get(1)?,
        staff_id: row.get(2)?,
        rp_id: row.get(3)?,
        public_key: row.get(4)?,
        state: row.get(5)?,
        sign_count: row.get(6)?,
        transports: row.get(7)?,
        name: row.get(8)?,
        backed_up: row.get::<i64>(9)? != 0,
        created_at: row.get(10)?,
        last_used_at: row.get(11)?,
        stopped_at: row.get(12)?,
    })
}

/// Keeps what a use changed; false when the passkey was used, stopped or removed since `counted` was read.
pub async fn note_use(
    work: &mut Work,
    row: &PasskeyRow,
    counted: i64,
    at: Timestamp,
) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("UPDATE passkey SET state = $3, sign_count = $4, backed_up = $5, last_used_at = $6 WHERE passkey_id = $1 AND sign_count = $2 AND stopped_at IS NULL"),
            &[
                P::U(row.passkey_id),
                P::I(counted),
                P::B(&row.state),
                P::I(row.sign_count),
                P::I(i64::from(row.backed_up)),
                P::T(at),
            ],
        )
        .await?;
    Ok(touched == 1)
}

/// Lets a passkey sign nobody in any more; false when it was stopped or removed before.
pub async fn stop(work: &mut Work, passkey_id: Uuid, at: Timestamp) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!(
                "UPDATE passkey SET stopped_at = $2 WHERE passkey_id = $1 AND stopped_at IS NULL"
            ),
            &[P::U(passkey_id), P::T(at)],
        )
        .await?;
    Ok(touched == 1)
}

/// Gives a passkey of an account another name; false when the account has no such passkey.
pub async fn rename(work: &mut Work, staff_id: Uuid, passkey_id: Uuid, name: &str) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("UPDATE passkey SET name = $3 WHERE staff_id = $1 AND passkey_id = $2"),
            &[P::U(staff_id), P::U(passkey_id), P::S(name)],
        )
        .await?;
    Ok(touched == 1)
}

/// Removes a passkey of an account; false when the account has no such passkey.
pub async fn remove(work: &mut Work, staff_id: Uuid, passkey_id: Uuid) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("DELETE FROM passkey WHERE staff_id = $1 AND passkey_id = $2"),
            &[P::U(staff_id), P::U(passkey_id)],
        )
        .await?;
    Ok(touched == 1)
}

/// Removes every passkey of an account; how many.
pub async fn remove_all(work: &mut Work, staff_id: Uuid) -> Result<u64> {
    work.conn
        .exec(
            &sql!("DELETE FROM passkey WHERE staff_id = $1"),
            &[P::U(staff_id)],
        )
        .await
}

/// A challenge that waits for its answer.
#[derive(Clone)]
pub struct ChallengeRow {
    /// Its identifier, for the page's form.
    pub challenge_id: Uuid,
    /// 1 add, 2 second factor, 3 sign-in, 4 new account.
    pub kind: i16,
    /// SHA-256 of the secret that the browser holds.
    pub binding: Vec<u8>,
    /// The only certificate with which it may be answered.
    pub certificate_serial: String,
    /// Whose answer is awaited; `None` when the answer is to tell.
    pub staff_id: Option<Uuid>,
    /// The name of the site that asks.
    pub rp_id: String,
    /// What the library needs to check the answer, as it writes it.
    pub state: Vec<u8>,
    /// Until when it may be answered.
    pub expires_at: Timestamp,
    /// When it was answered.
    pub used_at: Option<Timestamp>,
}

/// Adds a challenge.
pub async fn add_challenge(work: &mut Work, row: &ChallengeRow) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO passkey_challenge (challenge_id, kind, binding, certificate_serial, staff_id, rp_id, state, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"),
            &[
                P::U(row.challenge_id),
                P::I(i64::from(row.kind)),
                P::B(&row.binding),
                P::S(&row.certificate_serial),
                row.staff_id.map_or(P::Null, P::U),
                P::S(&row.rp_id),
                P::B(&row.state),
                P::T(row.expires_at),
            ],
        )
        .await?;
    Ok(())
}

/// The challenge with this identifier, whatever became of it.
pub async fn find_challenge(work: &mut Work, challenge_id: Uuid) -> Result<Option<ChallengeRow>> {
    work.conn
        .first(
            &sql!("SELECT challenge_id, kind, binding, certificate_serial, staff_id, rp_id, state, expires_at, used_at FROM passkey_challenge WHERE challenge_id = $1"),
            &[P::U(challenge_id)],
            |row| {
                Ok(ChallengeRow {
                    challenge_id: row.get(0)?,
                    kind: row.get(1)?,
                    binding: row.get(2)?,
                    certificate_serial: row.get(3)?,
                    staff_id: row.get(4)?,
                    rp_id: row.get(5)?,
                    state: row.get(6)?,
                    expires_at: row.get(7)?,
                    used_at: row.get(8)?,
                })
            },
        )
        .await
}

/// Takes a challenge for its one answer; false when another answer was first.
pub async fn use_challenge(work: &mut Work, challenge_id: Uuid, at: Timestamp) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("UPDATE passkey_challenge SET used_at = $2 WHERE challenge_id = $1 AND used_at IS NULL"),
            &[P::U(challenge_id), P::T(at)],
        )
        .await?;
    Ok(touched == 1)
}

/// Forgets challenges that ended before `before`; how many.
pub async fn forget_challenges(work: &mut Work, before: Timestamp) -> Result<u64> {
    work.conn
        .exec(
            &sql!("DELETE FROM passkey_challenge WHERE expires_at < $1"),
            &[P::T(before)],
        )
        .await
}
