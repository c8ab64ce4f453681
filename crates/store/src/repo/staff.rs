//! People who sign in at the care door (W-2).

use crate::{Work, engine::P, error::Result, sql};
use kiban_domain::{Date, OfficeNumber, Timestamp};
use uuid::Uuid;

/// Until when somebody of another company may come in, and what for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contract {
    /// The last day, in Japan.
    pub ends_on: Date,
    /// Whether one-time codes for terminals may be issued.
    pub may_issue_codes: bool,
}

impl Contract {
    /// From two columns; `None` without an end.
    pub(crate) fn read(row: &crate::engine::Row<'_>, at: usize) -> Result<Option<Self>> {
        let ends_on: Option<Date> = row.get(at)?;
        let may_issue_codes: Option<i64> = row.get(at + 1)?;
        Ok(ends_on.map(|ends_on| Self {
            ends_on,
            may_issue_codes: may_issue_codes == Some(1),
        }))
    }

    /// The two columns of perhaps a contract.
    pub(crate) fn values(contract: Option<Self>) -> [P<'static>; 2] {
        [
            P::opt_day(contract.map(|it| it.ends_on)),
            P::I(contract.map_or(0, |it| i64::from(it.may_issue_codes))),
        ]
    }
}

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
    /// 1 administrator, 2 care manager, 3 staff, 4 clerk, 5 contractor.
    pub role: i16,
    /// Of a contractor.
    pub contract: Option<Contract>,
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
    let [ends_on, may_issue_codes] = Contract::values(row.contract);
    work.conn
        .exec(
            &sql!(
                "INSERT INTO staff (staff_id, office_no, login, name, role, password_hash, totp_secret, totp_last_step, state, created_at, ends_on, may_issue_codes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
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
                ends_on,
                may_issue_codes,
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
                "SELECT staff_id, office_no, login, name, role, password_hash, totp_secret, totp_last_step, state, created_at, ends_on, may_issue_codes FROM staff WHERE office_no = $1 AND login = $2"
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
                "SELECT staff_id, office_no, login, name, role, password_hash, totp_secret, totp_last_step, state, created_at, ends_on, may_issue_codes FROM staff WHERE staff_id = $1"
            ),
            &[P::U(staff_id)],
            staff,
        )
        .await
}

/// What somebody is called in an office: the login, and for a member of another office that office's number behind it.
pub fn login_in(office_no: &OfficeNumber, home: &OfficeNumber, login: &str) -> String {
    if office_no == home {
        login.to_owned()
    } else {
        format!("{login}@{home}")
    }
}

/// The login and name of every account of an office and of its members from other offices, past ones too, by name.
pub async fn list_names(
    work: &mut Work,
    office_no: &OfficeNumber,
) -> Result<Vec<(String, String)>> {
    work.conn
        .query(
            &sql!("SELECT login AS shown, name AS label FROM staff WHERE office_no = $1 UNION ALL SELECT s.login || '@' || s.office_no AS shown, s.name AS label FROM staff_membership m JOIN staff s ON s.staff_id = m.staff_id WHERE m.office_no = $1 ORDER BY label, shown"),
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
        contract: Contract::read(row, 10)?,
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
    /// 1 administrator, 2 care manager, 3 staff, 4 clerk, 5 contractor.
    pub role: i16,
    /// Of a contractor.
    pub contract: Option<Contract>,
    /// 1 active, 2 stopped.
    pub state: i16,
    /// Where letters go.
    pub mail: Option<String>,
}

/// Every account of an office, the active ones first.
pub async fn list_accounts(work: &mut Work, office_no: &OfficeNumber) -> Result<Vec<AccountRow>> {
    work.conn
        .query(
            &sql!("SELECT staff_id, login, name, role, state, mail, ends_on, may_issue_codes FROM staff WHERE office_no = $1 ORDER BY state, role, name, login"),
            &[P::S(office_no.as_str())],
            |row| {
                Ok(AccountRow {
                    staff_id: row.get(0)?,
                    login: row.get(1)?,
                    name: row.get(2)?,
                    role: row.get(3)?,
                    state: row.get(4)?,
                    mail: row.get(5)?,
                    contract: Contract::read(row, 6)?,
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

/// Gives an account another role.
pub async fn set_role(
    work: &mut Work,
    staff_id: Uuid,
    role: i16,
    contract: Option<Contract>,
) -> Result<()> {
    let [ends_on, may_issue_codes] = Contract::values(contract);
    work.conn
        .exec(
            &sql!(
                "UPDATE staff SET role = $2, ends_on = $3, may_issue_codes = $4 WHERE staff_id = $1"
            ),
            &[
                P::U(staff_id),
                P::I(i64::from(role)),
                ends_on,
                may_issue_codes,
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
