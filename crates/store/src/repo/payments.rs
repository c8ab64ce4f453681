//! Payment runs and their payments (G-4).

use crate::{
    Work,
    engine::{P, Row},
    error::Result,
    sql,
};
use kiban_domain::{Date, Programme, Timestamp};
use uuid::Uuid;

/// A payment run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRow {
    /// From 1.
    pub run_no: i64,
    /// `made`, `released`, `settled` or `dropped`.
    pub state: String,
    /// Counted up by every step.
    pub version: i64,
    /// The day of the transfers.
    pub transfer_on: Date,
    /// How many payments.
    pub payments: i64,
    /// What they come to, in yen.
    pub total_yen: i64,
    /// Who made it.
    pub made_by: Uuid,
    /// The name at that time.
    pub made_name: String,
    /// When.
    pub made_at: Timestamp,
    /// Who released it.
    pub released_by: Option<Uuid>,
    /// The name at that time.
    pub released_name: String,
    /// When.
    pub released_at: Option<Timestamp>,
    /// When the last payment was settled.
    pub settled_at: Option<Timestamp>,
    /// The form that made it.
    pub submit_key: Vec<u8>,
}

/// A payment. No `Debug`: it has an account.
#[derive(Clone)]
pub struct PaymentRow {
    /// 顧客コード of the transfer, from 1.
    pub payment_no: i64,
    /// Its run.
    pub run_no: i64,
    /// The application.
    pub application_id: Uuid,
    /// How much, in yen.
    pub amount_yen: i64,
    /// The account, as JSON.
    pub account: String,
    /// `planned`, `released`, `paid`, `failed` or `dropped`.
    pub state: String,
    /// Why it failed, in the bank's words.
    pub reason: String,
    /// When it was settled.
    pub settled_at: Option<Timestamp>,
}

/// A granted application that nobody is paying yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayableRow {
    /// The application.
    pub application_id: Uuid,
    /// Its number.
    pub receipt: String,
    /// The scheme.
    pub scheme: String,
    /// The programme.
    pub programme: Programme,
    /// The office.
    pub office_name: String,
    /// How much is granted, in yen.
    pub granted_yen: i64,
}

/// Granted applications of more than nothing without a payment under way or done, by the time of their last step; `most` at most.
pub async fn list_payable(work: &mut Work, most: i64) -> Result<Vec<PayableRow>> {
    work.conn
        .query(
            &sql!("SELECT application_id, receipt, scheme, programme, office_name, granted_yen FROM subsidy_application WHERE stage = 'granted' AND granted_yen > 0 AND on_hold = 0 AND NOT EXISTS (SELECT 1 FROM payment WHERE payment.application_id = subsidy_application.application_id AND payment.state IN ('planned', 'released', 'paid')) ORDER BY changed_at, application_id LIMIT $1"),
            &[P::I(most)],
            |row| {
                Ok(PayableRow {
                    application_id: row.get(0)?,
                    receipt: row.get(1)?,
                    scheme: row.get(2)?,
                    programme: super::parse(row, 3, "subsidy_application.programme")?,
                    office_name: row.get(4)?,
                    granted_yen: row.get(5)?,
                })
            },
        )
        .await
}

/// Adds a run; refused by [`crate::Error::is_duplicate`] when the number or the form has one.
pub async fn add_run(work: &mut Work, row: &RunRow) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO payment_run (run_no, state, version, transfer_on, payments, total_yen, made_by, made_name, made_at, released_name, submit_key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"),
            &[
                P::I(row.run_no),
                P::S(&row.state),
                P::I(row.version),
                P::D(row.transfer_on),
                P::I(row.payments),
                P::I(row.total_yen),
                P::U(row.made_by),
                P::S(&row.made_name),
                P::T(row.made_at),
                P::S(""),
                P::B(&row.submit_key),
            ],
        )
        .await?;
    Ok(())
}

/// Adds a payment; refused by [`crate::Error::is_duplicate`] when one of the application is under way or done.
pub async fn add(work: &mut Work, row: &PaymentRow) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO payment (payment_no, run_no, application_id, amount_yen, account, state, reason) VALUES ($1, $2, $3, $4, $5, $6, $7)"),
            &[
                P::I(row.payment_no),
                P::I(row.run_no),
                P::U(row.application_id),
                P::I(row.amount_yen),
                P::S(&row.account),
                P::S(&row.state),
                P::S(&row.reason),
            ],
        )
        .await?;
    Ok(())
}

/// Moves a run on from the version that was looked at; false when somebody else was first. `released`: who released it, with the name.
pub async fn move_run(
    work: &mut Work,
    (run_no, seen): (i64, i64),
    state: &str,
    released: Option<(Uuid, &str)>,
    at: Timestamp,
) -> Result<bool> {
    let (by, name) = released.map_or((P::Null, P::S("")), |(by, name)| (P::U(by), P::S(name)));
    let touched = work
        .conn
        .exec(
            &sql!("UPDATE payment_run SET state = $3, version = version + 1, released_by = coalesce($4, released_by), released_name = CASE WHEN $5 = '' THEN released_name ELSE $5 END, released_at = CASE WHEN $3 = 'released' THEN $6 ELSE released_at END, settled_at = CASE WHEN $3 = 'settled' THEN $6 ELSE settled_at END WHERE run_no = $1 AND version = $2"),
            &[P::I(run_no), P::I(seen), P::S(state), by, name, P::T(at)],
        )
        .await?;
    Ok(touched == 1)
}

/// Moves every payment of a run from one state to another.
pub async fn move_all(work: &mut Work, run_no: i64, from: &str, to: &str) -> Result<i64> {
    let touched = work
        .conn
        .exec(
            &sql!("UPDATE payment SET state = $3 WHERE run_no = $1 AND state = $2"),
            &[P::I(run_no), P::S(from), P::S(to)],
        )
        .await?;
    Ok(i64::try_from(touched).unwrap_or(i64::MAX))
}

/// Settles one payment that was released; false when it is settled already.
pub async fn settle(
    work: &mut Work,
    payment_no: i64,
    state: &str,
    reason: &str,
    at: Timestamp,
) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("UPDATE payment SET state = $2, reason = $3, settled_at = $4 WHERE payment_no = $1 AND state = 'released'"),
            &[P::I(payment_no), P::S(state), P::S(reason), P::T(at)],
        )
        .await?;
    Ok(touched == 1)
}

/// One run.
pub async fn find_run(work: &mut Work, run_no: i64) -> Result<Option<RunRow>> {
    work.conn
        .first(
            &sql!("SELECT run_no, state, version, transfer_on, payments, total_yen, made_by, made_name, made_at, released_by, released_name, released_at, settled_at, submit_key FROM payment_run WHERE run_no = $1"),
            &[P::I(run_no)],
            run,
        )
        .await
}

/// The run that a form made.
pub async fn find_run_by_form(work: &mut Work, submit_key: &[u8]) -> Result<Option<RunRow>> {
    work.conn
        .first(
            &sql!("SELECT run_no, state, version, transfer_on, payments, total_yen, made_by, made_name, made_at, released_by, released_name, released_at, settled_at, submit_key FROM payment_run WHERE submit_key = $1"),
            &[P::B(submit_key)],
            run,
        )
        .await
}

/// The runs, the newest first.
pub async fn list_runs(work: &mut Work, (skip, most): (i64, i64)) -> Result<Vec<RunRow>> {
    work.conn
        .query(
            &sql!("SELECT run_no, state, version, transfer_on, payments, total_yen, made_by, made_name, made_at, released_by, released_name, released_at, settled_at, submit_key FROM payment_run ORDER BY run_no DESC LIMIT $1 OFFSET $2"),
            &[P::I(most), P::I(skip)],
            run,
        )
        .await
}

/// The payments of a run, by number.
pub async fn list_of_run(work: &mut Work, run_no: i64) -> Result<Vec<PaymentRow>> {
    work.conn
        .query(
            &sql!("SELECT payment_no, run_no, application_id, amount_yen, account, state, reason, settled_at FROM payment WHERE run_no = $1 ORDER BY payment_no"),
            &[P::I(run_no)],
            payment,
        )
        .await
}

/// The payments of an application, by number.
pub async fn list_of_application(work: &mut Work, application_id: Uuid) -> Result<Vec<PaymentRow>> {
    work.conn
        .query(
            &sql!("SELECT payment_no, run_no, application_id, amount_yen, account, state, reason, settled_at FROM payment WHERE application_id = $1 ORDER BY payment_no"),
            &[P::U(application_id)],
            payment,
        )
        .await
}

/// One payment.
pub async fn find(work: &mut Work, payment_no: i64) -> Result<Option<PaymentRow>> {
    work.conn
        .first(
            &sql!("SELECT payment_no, run_no, application_id, amount_yen, account, state, reason, settled_at FROM payment WHERE payment_no = $1"),
            &[P::I(payment_no)],
            payment,
        )
        .await
}

fn run(row: &Row<'_>) -> Result<RunRow> {
    Ok(RunRow {
        run_no: row.get(0)?,
        state: row.get(1)?,
        version: row.get(2)?,
        transfer_on: row.get(3)?,
        payments: row.get(4)?,
        total_yen: row.get(5)?,
        made_by: row.get(6)?,
        made_name: row.get(7)?,
        made_at: row.get(8)?,
        released_by: row.get(9)?,
        released_name: row.get(10)?,
        released_at: row.get(11)?,
        settled_at: row.get(12)?,
        submit_key: row.get(13)?,
    })
}

fn payment(row: &Row<'_>) -> Result<PaymentRow> {
    Ok(PaymentRow {
        payment_no: row.get(0)?,
        run_no: row.get(1)?,
        application_id: row.get(2)?,
        amount_yen: row.get(3)?,
        account: row.get(4)?,
        state: row.get(5)?,
        reason: row.get(6)?,
        settled_at: row.get(7)?,
    })
}
