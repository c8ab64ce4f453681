//! Invitations, accounts that are being made, and recovery codes (W-2).

use crate::{
    Work,
    engine::{P, Row},
    error::Result,
    repo::staff::Contract,
    sql,
};
use kiban_domain::{OfficeNumber, Timestamp};
use uuid::Uuid;

/// An invitation to make an account; with `staff_id`, to make password and second factor of that account anew.
#[derive(Clone)]
pub struct InvitationRow {
    /// Its identifier.
    pub invitation_id: Uuid,
    /// The only office in which it counts.
    pub office_no: OfficeNumber,
    /// The account it renews.
    pub staff_id: Option<Uuid>,
    /// SHA-256 of the code.
    pub code_hash: Vec<u8>,
    /// Where it was sent.
    pub mail: String,
    /// Whom it is for.
    pub name: String,
    /// As in the table of staff.
    pub role: i16,
    /// Of a contractor.
    pub contract: Option<Contract>,
    /// Login of who invited.
    pub invited_by: String,
    /// When.
    pub created_at: Timestamp,
    /// Until when it counts.
    pub expires_at: Timestamp,
    /// When it was used.
    pub used_at: Option<Timestamp>,
    /// When it was taken back.
    pub cancelled_at: Option<Timestamp>,
}

/// Adds an invitation.
pub async fn add_invitation(work: &mut Work, row: &InvitationRow) -> Result<()> {
    let [ends_on, may_issue_codes] = Contract::values(row.contract);
    work.conn
        .exec(
            &sql!("INSERT INTO staff_invitation (invitation_id, office_no, staff_id, code_hash, mail, name, role, invited_by, created_at, expires_at, ends_on, may_issue_codes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"),
            &[
                P::U(row.invitation_id),
                P::S(row.office_no.as_str()),
                row.staff_id.map_or(P::Null, P::U),
                P::B(&row.code_hash),
                P::S(&row.mail),
                P::S(&row.name),
                P::I(i64::from(row.role)),
                P::S(&row.invited_by),
                P::T(row.created_at),
                P::T(row.expires_at),
                ends_on,
                may_issue_codes,
            ],
        )
        .await?;
    Ok(())
}

/// The invitation with this code, whatever became of it.
pub async fn find_invitation(work: &mut Work, code_hash: &[u8]) -> Result<Option<InvitationRow>> {
    work.conn
        .first(
            &sql!("SELECT invitation_id, office_no, staff_id, code_hash, mail, name, role, invited_by, created_at, expires_at, used_at, cancelled_at, ends_on, may_issue_codes FROM staff_invitation WHERE code_hash = $1"),
            &[P::B(code_hash)],
            invitation,
        )
        .await
}

/// One invitation of an office.
pub async fn load_invitation(
    work: &mut Work,
    office_no: &OfficeNumber,
    invitation_id: Uuid,
) -> Result<Option<InvitationRow>> {
    work.conn
        .first(
            &sql!("SELECT invitation_id, office_no, staff_id, code_hash, mail, name, role, invited_by, created_at, expires_at, used_at, cancelled_at, ends_on, may_issue_codes FROM staff_invitation WHERE office_no = $1 AND invitation_id = $2"),
            &[P::S(office_no.as_str()), P::U(invitation_id)],
            invitation,
        )
        .await
}

/// The invitations of an office that were neither used nor taken back, the newest first.
pub async fn list_open(work: &mut Work, office_no: &OfficeNumber) -> Result<Vec<InvitationRow>> {
    work.conn
        .query(
            &sql!("SELECT invitation_id, office_no, staff_id, code_hash, mail, name, role, invited_by, created_at, expires_at, used_at, cancelled_at, ends_on, may_issue_codes FROM staff_invitation WHERE office_no = $1 AND used_at IS NULL AND cancelled_at IS NULL ORDER BY created_at DESC, invitation_id LIMIT 200"),
            &[P::S(office_no.as_str())],
            invitation,
        )
        .await
}

fn invitation(row: &Row<'_>) -> Result<InvitationRow> {
    Ok(InvitationRow {
        invitation_id: row.get(0)?,
        office_no: super::parse(row, 1, "staff_invitation.office_no")?,
        staff_id: row.get(2)?,
        code_hash: row.get(3)?,
        mail: row.get(4)?,
        name: row.get(5)?,
        role: row.get(6)?,
        invited_by: row.get(7)?,
        created_at: row.get(8)?,
        expires_at: row.get(9)?,
        used_at: row.get(10)?,
        cancelled_at: row.get(11)?,
        contract: Contract::read(row, 12)?,
    })
}

/// Uses an invitation; false when it was used or taken back before, or has ended.
pub async fn use_invitation(work: &mut Work, invitation_id: Uuid, at: Timestamp) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("UPDATE staff_invitation SET used_at = $2 WHERE invitation_id = $1 AND used_at IS NULL AND cancelled_at IS NULL AND expires_at > $2"),
            &[P::U(invitation_id), P::T(at)],
        )
        .await?;
    Ok(touched == 1)
}

/// Takes an invitation back; false when there is none that is open.
pub async fn cancel_invitation(
    work: &mut Work,
    office_no: &OfficeNumber,
    invitation_id: Uuid,
    at: Timestamp,
) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("UPDATE staff_invitation SET cancelled_at = $3 WHERE office_no = $1 AND invitation_id = $2 AND used_at IS NULL AND cancelled_at IS NULL"),
            &[P::S(office_no.as_str()), P::U(invitation_id), P::T(at)],
        )
        .await?;
    Ok(touched == 1)
}

/// An account whose second factor has not been shown to work.
#[derive(Clone)]
pub struct DraftRow {
    /// SHA-256 of the token that the page holds.
    pub token_hash: Vec<u8>,
    /// The office.
    pub office_no: OfficeNumber,
    /// The only certificate with which it may be finished.
    pub certificate_serial: String,
    /// The invitation it answers; `None` for an office's first administrator.
    pub invitation_id: Option<Uuid>,
    /// The account it renews; `None` for a new one.
    pub staff_id: Option<Uuid>,
    /// What is typed to sign in.
    pub login: String,
    /// The name on the screens.
    pub name: String,
    /// Where letters go.
    pub mail: String,
    /// As in the table of staff.
    pub role: i16,
    /// Argon2id hash in PHC form.
    pub password_hash: String,
    /// Secret of the second factor, base 32.
    pub totp_secret: String,
    /// Until when it may be finished.
    pub expires_at: Timestamp,
}

/// Adds a draft.
pub async fn add_draft(work: &mut Work, row: &DraftRow) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO account_draft (token_hash, office_no, certificate_serial, invitation_id, staff_id, login, name, mail, role, password_hash, totp_secret, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"),
            &[
                P::B(&row.token_hash),
                P::S(row.office_no.as_str()),
                P::S(&row.certificate_serial),
                row.invitation_id.map_or(P::Null, P::U),
                row.staff_id.map_or(P::Null, P::U),
                P::S(&row.login),
                P::S(&row.name),
                P::S(&row.mail),
                P::I(i64::from(row.role)),
                P::S(&row.password_hash),
                P::S(&row.totp_secret),
                P::T(row.expires_at),
            ],
        )
        .await?;
    Ok(())
}

/// The draft of a token that may still be finished with this certificate.
pub async fn find_draft(
    work: &mut Work,
    token_hash: &[u8],
    serial: &str,
    at: Timestamp,
) -> Result<Option<DraftRow>> {
    work.conn
        .first(
            &sql!("SELECT token_hash, office_no, certificate_serial, invitation_id, staff_id, login, name, mail, role, password_hash, totp_secret, expires_at FROM account_draft WHERE token_hash = $1 AND certificate_serial = $2 AND expires_at > $3"),
            &[P::B(token_hash), P::S(serial), P::T(at)],
            |row| {
                Ok(DraftRow {
                    token_hash: row.get(0)?,
                    office_no: super::parse(row, 1, "account_draft.office_no")?,
                    certificate_serial: row.get(2)?,
                    invitation_id: row.get(3)?,
                    staff_id: row.get(4)?,
                    login: row.get(5)?,
                    name: row.get(6)?,
                    mail: row.get(7)?,
                    role: row.get(8)?,
                    password_hash: row.get(9)?,
                    totp_secret: row.get(10)?,
                    expires_at: row.get(11)?,
                })
            },
        )
        .await
}

/// Takes a draft away; false when it was taken before.
pub async fn end_draft(work: &mut Work, token_hash: &[u8]) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("DELETE FROM account_draft WHERE token_hash = $1"),
            &[P::B(token_hash)],
        )
        .await?;
    Ok(touched == 1)
}

/// Puts new recovery codes in the place of all old ones.
pub async fn set_recovery_codes(work: &mut Work, staff_id: Uuid, hashes: &[Vec<u8>]) -> Result<()> {
    work.conn
        .exec(
            &sql!("DELETE FROM recovery_code WHERE staff_id = $1"),
            &[P::U(staff_id)],
        )
        .await?;
    for hash in hashes {
        work.conn
            .exec(
                &sql!("INSERT INTO recovery_code (staff_id, code_hash) VALUES ($1, $2)"),
                &[P::U(staff_id), P::B(hash)],
            )
            .await?;
    }
    Ok(())
}

/// Uses a recovery code; false when there is none with this hash or it was used before.
pub async fn use_recovery_code(
    work: &mut Work,
    staff_id: Uuid,
    hash: &[u8],
    at: Timestamp,
) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("UPDATE recovery_code SET used_at = $3 WHERE staff_id = $1 AND code_hash = $2 AND used_at IS NULL"),
            &[P::U(staff_id), P::B(hash), P::T(at)],
        )
        .await?;
    Ok(touched == 1)
}

/// Forgets drafts and challenges that have ended and invitations that ended before `before`; how many.
pub async fn forget(work: &mut Work, now: Timestamp, before: Timestamp) -> Result<u64> {
    let drafts = work
        .conn
        .exec(
            &sql!("DELETE FROM account_draft WHERE expires_at <= $1"),
            &[P::T(now)],
        )
        .await?;
    let invitations = work
        .conn
        .exec(
            &sql!("DELETE FROM staff_invitation WHERE expires_at <= $1"),
            &[P::T(before)],
        )
        .await?;
    let challenges = super::passkeys::forget_challenges(work, now).await?;
    Ok(drafts + invitations + challenges)
}
