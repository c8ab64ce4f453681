//! What somebody wants to register, until the link in the letter is used (P-2).

use super::registrations::{Applicant, AppliedOffice};
use crate::{Work, engine::P, error::Result, sql};
use kiban_domain::Timestamp;
use uuid::Uuid;

/// A sign-up whose mail address is not confirmed yet. No `Debug`: it is about a person.
#[derive(Clone)]
pub struct SignUpRow {
    /// Its identifier.
    pub sign_up_id: Uuid,
    /// SHA-256 of the link's token.
    pub token_hash: Vec<u8>,
    /// SHA-256 of the form it came from.
    pub submit_key: Vec<u8>,
    /// The office.
    pub office: AppliedOffice,
    /// Who signs up.
    pub applicant: Applicant,
    /// When.
    pub created_at: Timestamp,
    /// Until when the link counts.
    pub expires_at: Timestamp,
    /// When the link was used.
    pub used_at: Option<Timestamp>,
}

/// Adds a sign-up; false when the same form has made one already.
pub async fn add(work: &mut Work, row: &SignUpRow) -> Result<bool> {
    let kinds = super::join_kinds(&row.office.service_kinds);
    let [
        kind,
        office_no,
        in_register,
        name,
        postal_code,
        address,
        phone,
        kinds,
        beds,
    ] = row.office.values(&kinds);
    let [applicant, mail, own_phone] = row.applicant.values();
    let touched = work
        .conn
        .exec(
            &sql!("INSERT INTO sign_up (sign_up_id, token_hash, submit_key, kind, office_no, in_register, office_name, postal_code, address, office_phone, service_kinds, beds, applicant_name, applicant_mail, applicant_phone, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) ON CONFLICT (submit_key) DO NOTHING"),
            &[
                P::U(row.sign_up_id),
                P::B(&row.token_hash),
                P::B(&row.submit_key),
                kind,
                office_no,
                in_register,
                name,
                postal_code,
                address,
                phone,
                kinds,
                beds,
                applicant,
                mail,
                own_phone,
                P::T(row.created_at),
                P::T(row.expires_at),
            ],
        )
        .await?;
    Ok(touched == 1)
}

/// The sign-up of a link, used or ended as it may be.
pub async fn find(work: &mut Work, token_hash: &[u8]) -> Result<Option<SignUpRow>> {
    work.conn
        .first(
            &sql!("SELECT sign_up_id, token_hash, submit_key, kind, office_no, in_register, office_name, postal_code, address, office_phone, service_kinds, beds, applicant_name, applicant_mail, applicant_phone, created_at, expires_at, used_at FROM sign_up WHERE token_hash = $1"),
            &[P::B(token_hash)],
            |row| {
                Ok(SignUpRow {
                    sign_up_id: row.get(0)?,
                    token_hash: row.get(1)?,
                    submit_key: row.get(2)?,
                    office: AppliedOffice::of(row, 3)?,
                    applicant: Applicant::of(row, 12)?,
                    created_at: row.get(15)?,
                    expires_at: row.get(16)?,
                    used_at: row.get(17)?,
                })
            },
        )
        .await
}

/// Uses a link that still counts: once, whoever else tries now.
pub async fn take(work: &mut Work, sign_up_id: Uuid, at: Timestamp) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("UPDATE sign_up SET used_at = $2 WHERE sign_up_id = $1 AND used_at IS NULL AND expires_at > $2"),
            &[P::U(sign_up_id), P::T(at)],
        )
        .await?;
    Ok(touched == 1)
}

/// Forgets sign-ups whose links ended before `before`, used or not; how many.
pub async fn forget(work: &mut Work, before: Timestamp) -> Result<u64> {
    work.conn
        .exec(
            &sql!("DELETE FROM sign_up WHERE expires_at <= $1"),
            &[P::T(before)],
        )
        .await
}
