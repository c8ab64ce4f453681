//! The ledger of the subsidies: every line moves an amount between two accounts, so it balances (G-4).

use crate::{
    Work,
    engine::P,
    error::{Error, Result},
    sql,
};
use kiban_domain::{Programme, Timestamp};
use uuid::Uuid;

/// A line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerRow {
    /// From 1.
    pub entry_no: i64,
    /// The scheme.
    pub scheme: String,
    /// The programme.
    pub programme: Programme,
    /// `budget`, `committed`, `in_transfer` or `paid`.
    pub taken_from: String,
    /// As [`Self::taken_from`].
    pub put_into: String,
    /// In yen.
    pub amount_yen: i64,
    /// The application.
    pub application_id: Uuid,
    /// The payment, once there is one.
    pub payment_no: Option<i64>,
    /// When.
    pub posted_at: Timestamp,
}

/// A line to post: from, to, yen, application, payment.
#[derive(Debug, Clone, Copy)]
pub struct Posting<'a> {
    /// The scheme.
    pub scheme: &'a str,
    /// The programme.
    pub programme: Programme,
    /// Out of which account.
    pub taken_from: &'a str,
    /// Into which.
    pub put_into: &'a str,
    /// In yen.
    pub amount_yen: i64,
    /// The application.
    pub application_id: Uuid,
    /// The payment.
    pub payment_no: Option<i64>,
}

/// What is numbered one after another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbered {
    /// Decisions.
    Decision,
    /// Payment runs.
    Run,
    /// Payments.
    Payment,
    /// Lines of the ledger.
    Ledger,
}

/// Takes so many numbers and says the first. Whoever takes numbers of the same kind waits until this unit of work has ended; take them in the
/// order of [`Numbered`], after the rows they are for.
pub async fn take_numbers(work: &mut Work, of: Numbered, count: i64) -> Result<i64> {
    let name = match of {
        Numbered::Decision => "decision",
        Numbered::Run => "run",
        Numbered::Payment => "payment",
        Numbered::Ledger => "ledger",
    };
    let last: Option<i64> = work
        .conn
        .first(
            &sql!("UPDATE subsidy_counter SET last = last + $2 WHERE name = $1 RETURNING last"),
            &[P::S(name), P::I(count)],
            |row| row.get(0),
        )
        .await?;
    let last = last.ok_or_else(|| Error::corrupt("subsidy_counter.name", name))?;
    Ok(last - count + 1)
}

/// Posts a line under the next number.
pub async fn post(work: &mut Work, row: Posting<'_>, at: Timestamp) -> Result<()> {
    let entry_no = take_numbers(work, Numbered::Ledger, 1).await?;
    work.conn
        .exec(
            &sql!("INSERT INTO subsidy_ledger (entry_no, scheme, programme, taken_from, put_into, amount_yen, application_id, payment_no, posted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"),
            &[
                P::I(entry_no),
                P::S(row.scheme),
                P::S(row.programme.code()),
                P::S(row.taken_from),
                P::S(row.put_into),
                P::I(row.amount_yen),
                P::U(row.application_id),
                row.payment_no.map_or(P::Null, P::I),
                P::T(at),
            ],
        )
        .await?;
    Ok(())
}

/// All lines, in order; from `skip` on, `most` at most.
pub async fn list(work: &mut Work, (skip, most): (i64, i64)) -> Result<Vec<LedgerRow>> {
    work.conn
        .query(
            &sql!("SELECT entry_no, scheme, programme, taken_from, put_into, amount_yen, application_id, payment_no, posted_at FROM subsidy_ledger ORDER BY entry_no LIMIT $1 OFFSET $2"),
            &[P::I(most), P::I(skip)],
            |row| {
                Ok(LedgerRow {
                    entry_no: row.get(0)?,
                    scheme: row.get(1)?,
                    programme: super::parse(row, 2, "subsidy_ledger.programme")?,
                    taken_from: row.get(3)?,
                    put_into: row.get(4)?,
                    amount_yen: row.get(5)?,
                    application_id: row.get(6)?,
                    payment_no: row.get(7)?,
                    posted_at: row.get(8)?,
                })
            },
        )
        .await
}

/// What an account of a scheme and programme holds, in yen: what was put into it less what was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BalanceRow {
    /// The scheme.
    pub scheme: String,
    /// The programme.
    pub programme: Programme,
    /// The account.
    pub account: String,
    /// In yen; that of `budget` is what was granted, below zero.
    pub yen: i64,
}

/// What every account holds.
pub async fn balances(work: &mut Work) -> Result<Vec<BalanceRow>> {
    work.conn
        .query(
            &sql!("SELECT scheme, programme, account, CAST(sum(yen) AS bigint) FROM (SELECT scheme, programme, put_into AS account, amount_yen AS yen FROM subsidy_ledger UNION ALL SELECT scheme, programme, taken_from AS account, -amount_yen AS yen FROM subsidy_ledger) line GROUP BY scheme, programme, account ORDER BY 1, 2, 3"),
            &[],
            |row| {
                Ok(BalanceRow {
                    scheme: row.get(0)?,
                    programme: super::parse(row, 1, "subsidy_ledger.programme")?,
                    account: row.get(2)?,
                    yen: row.get(3)?,
                })
            },
        )
        .await
}

/// What was granted in a scheme and programme, in yen.
pub async fn granted(work: &mut Work, scheme: &str, programme: Programme) -> Result<i64> {
    let sum = work
        .conn
        .first(
            &sql!("SELECT CAST(coalesce(sum(CASE WHEN taken_from = 'budget' THEN amount_yen ELSE -amount_yen END), 0) AS bigint) FROM subsidy_ledger WHERE scheme = $1 AND programme = $2 AND (taken_from = 'budget' OR put_into = 'budget')"),
            &[P::S(scheme), P::S(programme.code())],
            |row| row.get(0),
        )
        .await?;
    Ok(sum.unwrap_or(0))
}
