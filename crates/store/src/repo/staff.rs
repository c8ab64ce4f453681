//! People who sign in at the care door (W-2).

use crate::{Work, engine::P, error::Result, sql};
use kiban_domain::{OfficeNumber, Timestamp};
use uuid::Uuid;

/// A staff account.
#[derive(Clone)]
pub struct StaffRow {
    /// Its identifier.
    pub staff_id: Uuid,
    /// The office it belongs to.
    pub office_no: OfficeNumber,
    /// What is typed to sign in, unique within the office.
    pub login: String,
    /// The name on the screens.
    pub name: String,
    /// 1 administrator, 2 care manager, 3 staff, 4 clerk.
    pub role: i16,
    /// Argon2id hash in PHC form.
    pub password_hash: String,
    /// Secret of the authenticator application, base 32; `None` for an account without one.
    pub totp_secret: Option<String>,
    /// The last time step whose code was used: a code works once.
    pub totp_last_step: i64,
    /// 1 active, 2 stopped.
    pub state: i16,
    /// When it was made.
    pub created_at: Timestamp,
}

impl std::fmt::Debug for StaffRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StaffRow")
            .field("staff_id", &self.staff_id)
            .finish_non_exhaustive()
    }
}

/// Adds an account.
pub async fn add(work: &mut Work, row: &StaffRow) -> Result<()> {
    work.conn
        .exec(
            &sql!(
                "INSERT INTO staff (staff_id, office_no, login, name, role, password_hash, totp_secret, totp_last_step, state, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
            ),
            &[
                P::U(row.staff_id),
                P::S(row.office_no.as_str()),
                P::S(&row.login),
                P::S(&row.name),
                P::I(i64::from(row.role)),
                P::S(&row.password_hash),
                P::S(row.totp_secret.as_deref().unwrap_or_default()),
                P::I(row.totp_last_step),
                P::I(i64::from(row.state)),
                P::T(row.created_at),
            ],
        )
        .await?;
    Ok(())
}

/// The account with this login in this office.
pub async fn find_by_login(
    work: &mut Work,
    office_no: &OfficeNumber,
    login: &str,
) -> Result<Option<StaffRow>> {
    work.conn
        .first(
            &sql!(
                "SELECT staff_id, office_no, login, name, role, password_hash, totp_secret, totp_last_step, state, created_at FROM staff WHERE office_no = $1 AND login = $2"
            ),
            &[P::S(office_no.as_str()), P::S(login)],
            staff,
        )
        .await
}

/// The account with this identifier.
pub async fn find(work: &mut Work, staff_id: Uuid) -> Result<Option<StaffRow>> {
    work.conn
        .first(
            &sql!(
                "SELECT staff_id, office_no, login, name, role, password_hash, totp_secret, totp_last_step, state, created_at FROM staff WHERE staff_id = $1"
            ),
            &[P::U(staff_id)],
            staff,
        )
        .await
}

/// The login and name of every account of an office, by name.
pub async fn list_names(
    work: &mut Work,
    office_no: &OfficeNumber,
) -> Result<Vec<(String, String)>> {
    work.conn
        .query(
            &sql!("SELECT login, name FROM staff WHERE office_no = $1 ORDER BY name, login"),
            &[P::S(office_no.as_str())],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .await
}

fn staff(row: &crate::engine::Row<'_>) -> Result<StaffRow> {
    Ok(StaffRow {
        staff_id: row.get(0)?,
        office_no: super::parse(row, 1, "staff.office_no")?,
        login: row.get(2)?,
        name: row.get(3)?,
        role: row.get(4)?,
        password_hash: row.get(5)?,
        totp_secret: Some(row.get::<String>(6)?).filter(|secret| !secret.is_empty()),
        totp_last_step: row.get(7)?,
        state: row.get(8)?,
        created_at: row.get(9)?,
    })
}

/// Marks a time step of the second factor as used; false when it or a later one was used before.
pub async fn use_totp_step(work: &mut Work, staff_id: Uuid, step: i64) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!(
                "UPDATE staff SET totp_last_step = $2 WHERE staff_id = $1 AND totp_last_step < $2"
            ),
            &[P::U(staff_id), P::I(step)],
        )
        .await?;
    Ok(touched == 1)
}

/// An account as an administrator sees it.
#[derive(Clone)]
pub struct AccountRow {
    /// Its identifier.
    pub staff_id: Uuid,
    /// What is typed to sign in.
    pub login: String,
    /// The name on the screens.
    pub name: String,
    /// 1 administrator, 2 care manager, 3 staff, 4 clerk.
    pub role: i16,
    /// 1 active, 2 stopped.
    pub state: i16,
    /// Where letters go.
    pub mail: Option<String>,
}

/// Every account of an office, the active ones first.
pub async fn list_accounts(work: &mut Work, office_no: &OfficeNumber) -> Result<Vec<AccountRow>> {
    work.conn
        .query(
            &sql!("SELECT staff_id, login, name, role, state, mail FROM staff WHERE office_no = $1 ORDER BY state, role, name, login"),
            &[P::S(office_no.as_str())],
            |row| {
                Ok(AccountRow {
                    staff_id: row.get(0)?,
                    login: row.get(1)?,
                    name: row.get(2)?,
                    role: row.get(3)?,
                    state: row.get(4)?,
                    mail: row.get(5)?,
                })
            },
        )
        .await
}

/// Keeps the address of an account.
pub async fn set_mail(work: &mut Work, staff_id: Uuid, mail: &str) -> Result<()> {
    work.conn
        .exec(
            &sql!("UPDATE staff SET mail = $2 WHERE staff_id = $1"),
            &[P::U(staff_id), P::S(mail)],
        )
        .await?;
    Ok(())
}

/// Sets 1 active or 2 stopped; false when the office has no such account or nothing changes.
pub async fn set_state(
    work: &mut Work,
    office_no: &OfficeNumber,
    staff_id: Uuid,
    state: i16,
) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!(
                "UPDATE staff SET state = $3 WHERE office_no = $1 AND staff_id = $2 AND state <> $3"
            ),
            &[
                P::S(office_no.as_str()),
                P::U(staff_id),
                P::I(i64::from(state)),
            ],
        )
        .await?;
    Ok(touched == 1)
}

/// Gives an account another password, and another authenticator application or none.
pub async fn set_secrets(
    work: &mut Work,
    staff_id: Uuid,
    password_hash: &str,
    totp_secret: Option<&str>,
) -> Result<()> {
    work.conn
        .exec(
            &sql!("UPDATE staff SET password_hash = $2, totp_secret = $3, totp_last_step = 0 WHERE staff_id = $1"),
            &[
                P::U(staff_id),
                P::S(password_hash),
                P::S(totp_secret.unwrap_or_default()),
            ],
        )
        .await?;
    Ok(())
}

/// How many administrators of the office are active.
pub async fn count_administrators(work: &mut Work, office_no: &OfficeNumber) -> Result<i64> {
    let count = work
        .conn
        .first(
            &sql!("SELECT count(*) FROM staff WHERE office_no = $1 AND role = 1 AND state = 1"),
            &[P::S(office_no.as_str())],
            |row| row.get(0),
        )
        .await?;
    Ok(count.unwrap_or(0))
}

/// Keeps other units of work from changing an account until this one ends, and gives back the account.
pub async fn hold(work: &mut Work, staff_id: Uuid) -> Result<Option<StaffRow>> {
    work.conn
        .exec(
            &sql!("UPDATE staff SET state = state WHERE staff_id = $1"),
            &[P::U(staff_id)],
        )
        .await?;
    find(work, staff_id).await
}

/// Where letters to an account go, if it has an address.
pub async fn find_mail(work: &mut Work, staff_id: Uuid) -> Result<Option<String>> {
    let mail: Option<Option<String>> = work
        .conn
        .first(
            &sql!("SELECT mail FROM staff WHERE staff_id = $1"),
            &[P::U(staff_id)],
            |row| row.get(0),
        )
        .await?;
    Ok(mail.flatten())
}
