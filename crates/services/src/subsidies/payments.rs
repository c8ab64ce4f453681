//! Payment runs: made by one person, released by another one, written for the bank, settled by its answer (G-4).
//!
//! Nobody is paid twice: a payment of an application stands once in the database, a run is made whole or not at all, its file is made
//! anew from its rows each time and is the same each time, and each answer settles a payment once.

use super::{letters, review::submitted};
use crate::{CallContext, Platform, mail, registrations::ReviewerUser};
use jiff::ToSpan as _;
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::{AccountKind, BankAccount, Date, SubsidyStep, Yen};
use kiban_exchange::bank::{
    LineEnd, Outcome, Payer, ResultFinding, Transfer, TransferFault, TransferOrder, read_results,
    write_transfers,
};
use kiban_store::{
    Error, Work,
    repo::{
        payments::{self, PayableRow, PaymentRow, RunRow},
        subsidies::{self, StepRow, SubsidyRow},
        subsidy_ledger::{self, BalanceRow, LedgerRow, Numbered, Posting},
    },
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The most payments of a run.
pub const RUN_MOST: i64 = 5_000;

/// So many days ahead a transfer may be: the bank's file tells month and day only, so a day of another year would be taken for one of
/// this.
pub const TRANSFER_AHEAD: i64 = 60;

/// Why a run did not move.
#[derive(Debug, thiserror::Error)]
pub enum PaymentError {
    /// There is no such run.
    #[error("no such run")]
    NotFound,
    /// Nothing is to be paid.
    #[error("nothing is to be paid")]
    Nothing,
    /// The day of the transfers is not after today, or more than [`TRANSFER_AHEAD`] days ahead.
    #[error("the day is not after today, or too far ahead")]
    Day,
    /// It cannot be done in this state.
    #[error("not in this state")]
    State,
    /// Whoever made the run does not release it.
    #[error("the second person must be another one")]
    SamePerson,
    /// Somebody moved it on since it was looked at, or another run took the same applications.
    #[error("the run has moved on")]
    Stale,
    /// The file cannot be written.
    #[error("the file cannot be written")]
    File(#[from] TransferFault),
    /// Lines of the bank's answer that cannot be read.
    #[error("{} mistakes", .0.len())]
    Results(Vec<ResultFinding>),
    /// A line names a payment that is none of this run.
    #[error("payment {0} is none of this run")]
    Foreign(u64),
    /// A line says something else of a payment than an earlier answer.
    #[error("payment {0} is settled otherwise")]
    Settled(u64),
    /// The database.
    #[error("storage")]
    Storage(#[from] Error),
}

/// An account as its column holds it.
#[derive(Serialize, Deserialize)]
struct AccountText {
    bank: String,
    bank_name: String,
    branch: String,
    branch_name: String,
    kind: String,
    number: String,
    holder: String,
}

impl AccountText {
    fn account(&self) -> Option<BankAccount> {
        Some(BankAccount {
            bank: self.bank.parse().ok()?,
            branch: self.branch.parse().ok()?,
            kind: self.kind.parse::<AccountKind>().ok()?,
            number: self.number.parse().ok()?,
            holder: self.holder.parse().ok()?,
        })
    }
}

/// The account of a payment. An error when its row cannot be read.
///
/// # Errors
///
/// As said.
pub fn account_of(row: &PaymentRow) -> Result<BankAccount, Error> {
    let text: AccountText = serde_json::from_str(&row.account)
        .map_err(|error| Error::File(std::io::Error::other(error)))?;
    text.account()
        .ok_or_else(|| Error::File(std::io::Error::other("an account")))
}

/// What could be paid now.
///
/// # Errors
///
/// The database only.
pub async fn payable(platform: &Platform) -> Result<Vec<PayableRow>, Error> {
    payments::list_payable(&mut platform.store.point().await?, RUN_MOST).await
}

/// Makes a run of everything that could be paid. A form sent twice makes one run; its number is the answer both times.
///
/// # Errors
///
/// See [`PaymentError`]; nothing has been written.
pub async fn make_run(
    platform: &Platform,
    context: &CallContext,
    transfer_on: Date,
    submit_key: Vec<u8>,
    by: ReviewerUser,
) -> Result<i64, PaymentError> {
    let (inside, context) = (platform.clone(), context.clone());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                if let Some(run) = payments::find_run_by_form(work, &submit_key).await? {
                    return Ok(run.run_no);
                }
                let last = inside.today().saturating_add(TRANSFER_AHEAD.days());
                if transfer_on <= inside.today() || transfer_on > last {
                    return Err(PaymentError::Day);
                }
                let payable = payments::list_payable(work, RUN_MOST).await?;
                if payable.is_empty() {
                    return Err(PaymentError::Nothing);
                }
                let count = i64::try_from(payable.len()).unwrap_or(i64::MAX);
                let run_no = subsidy_ledger::take_numbers(work, Numbered::Run, 1).await?;
                let first = subsidy_ledger::take_numbers(work, Numbered::Payment, count).await?;
                let run = RunRow {
                    run_no,
                    state: "made".into(),
                    version: 1,
                    transfer_on,
                    payments: count,
                    total_yen: payable.iter().map(|it| it.granted_yen).sum(),
                    made_by: by.user_id,
                    made_name: by.name,
                    made_at: inside.now(),
                    released_by: None,
                    released_name: String::new(),
                    released_at: None,
                    settled_at: None,
                    submit_key,
                };
                payments::add_run(work, &run).await.map_err(stale)?;
                for (payment_no, it) in (first..).zip(&payable) {
                    let row = subsidies::find(work, it.application_id).await?;
                    let row = row.ok_or(PaymentError::Stale)?;
                    let payment = PaymentRow {
                        payment_no,
                        run_no,
                        application_id: it.application_id,
                        amount_yen: it.granted_yen,
                        account: account_text(work, &row).await?,
                        state: "planned".into(),
                        reason: String::new(),
                        settled_at: None,
                    };
                    payments::add(work, &payment).await.map_err(stale)?;
                }
                record(work, &inside, &context, run_no, "make").await?;
                Ok(run_no)
            })
        })
        .await
}

fn stale(error: Error) -> PaymentError {
    if error.is_duplicate() {
        PaymentError::Stale
    } else {
        error.into()
    }
}

/// The account of the last submission, which a correction is one of.
async fn account_text(work: &mut Work, row: &SubsidyRow) -> Result<String, Error> {
    let filled = submitted(work, row).await?.filled.account;
    let text = AccountText {
        bank: filled.account.bank.as_str().to_owned(),
        bank_name: filled.bank_name,
        branch: filled.account.branch.as_str().to_owned(),
        branch_name: filled.branch_name,
        kind: filled.account.kind.code().to_owned(),
        number: filled.account.number.as_str().to_owned(),
        holder: filled.account.holder.as_str().to_owned(),
    };
    serde_json::to_string(&text).map_err(|error| Error::File(std::io::Error::other(error)))
}

/// Releases a run: from here on it is with the bank. Another person than who made it.
///
/// # Errors
///
/// See [`PaymentError`].
pub async fn release_run(
    platform: &Platform,
    context: &CallContext,
    (run_no, seen): (i64, i64),
    by: ReviewerUser,
) -> Result<(), PaymentError> {
    let (inside, context) = (platform.clone(), context.clone());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let run = payments::find_run(work, run_no).await?;
                let run = run.ok_or(PaymentError::NotFound)?;
                if run.made_by == by.user_id {
                    return Err(PaymentError::SamePerson);
                }
                if run.version != seen {
                    return Err(PaymentError::Stale);
                }
                if run.state != "made" {
                    return Err(PaymentError::State);
                }
                if run.transfer_on <= inside.today() {
                    return Err(PaymentError::Day);
                }
                let now = inside.now();
                let released = Some((by.user_id, &*by.name));
                if !payments::move_run(work, (run_no, seen), "released", released, now).await? {
                    return Err(PaymentError::Stale);
                }
                payments::move_all(work, run_no, "planned", "released").await?;
                for payment in payments::list_of_run(work, run_no).await? {
                    let row = subsidies::find(work, payment.application_id).await?;
                    let row = row.ok_or(PaymentError::Stale)?;
                    move_money(work, &inside, &row, &payment, ("committed", "in_transfer")).await?;
                    let step = bank_step(&inside, SubsidyStep::Transfer, "");
                    subsidies::add_step(work, row.application_id, &step).await?;
                }
                Ok(record(work, &inside, &context, run_no, "release").await?)
            })
        })
        .await
}

/// Drops a run that was not released; its applications can be paid by another one.
///
/// # Errors
///
/// See [`PaymentError`].
pub async fn drop_run(
    platform: &Platform,
    context: &CallContext,
    (run_no, seen): (i64, i64),
) -> Result<(), PaymentError> {
    let (inside, context) = (platform.clone(), context.clone());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let run = payments::find_run(work, run_no).await?;
                let run = run.ok_or(PaymentError::NotFound)?;
                if run.state != "made" {
                    return Err(PaymentError::State);
                }
                let now = inside.now();
                if !payments::move_run(work, (run_no, seen), "dropped", None, now).await? {
                    return Err(PaymentError::Stale);
                }
                payments::move_all(work, run_no, "planned", "dropped").await?;
                Ok(record(work, &inside, &context, run_no, "drop").await?)
            })
        })
        .await
}

/// The bank's file of a released run: the same bytes each time. When this returns, the record is on disk.
///
/// # Errors
///
/// See [`PaymentError`].
pub async fn transfer_file(
    platform: &Platform,
    context: &CallContext,
    run_no: i64,
    payer: &Payer,
    line_end: LineEnd,
) -> Result<Vec<u8>, PaymentError> {
    let mut work = platform.store.read().await?;
    let run = payments::find_run(&mut work, run_no).await?;
    let run = run.ok_or(PaymentError::NotFound)?;
    if !matches!(&*run.state, "released" | "settled") {
        return Err(PaymentError::State);
    }
    let rows = payments::list_of_run(&mut work, run_no).await?;
    drop(work);
    let mut transfers = Vec::with_capacity(rows.len());
    for row in &rows {
        transfers.push(Transfer {
            number: u64::try_from(row.payment_no).unwrap_or(0),
            account: account_of(row)?,
            amount: Yen::new(u64::try_from(row.amount_yen).unwrap_or(0)),
        });
    }
    let order = TransferOrder {
        payer: payer.clone(),
        on: run.transfer_on,
        transfers,
        line_end,
    };
    let bytes = write_transfers(&order)?;
    let entry = context
        .event(platform, NO_INSURER, Action::PaymentMoved)
        .ground(format!("payment-run:{run_no}"))
        .purpose("file")
        .to_entry();
    platform.audit.append(entry).await?;
    Ok(bytes)
}

/// What an answer of the bank did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Settled {
    /// Payments that arrived.
    pub paid: usize,
    /// Payments that came back.
    pub failed: usize,
    /// Lines that say what was known.
    pub known: usize,
}

/// Takes the bank's answer in, whole or not at all; the same answer again changes nothing.
///
/// # Errors
///
/// See [`PaymentError`]; nothing has been written.
pub async fn take_results(
    platform: &Platform,
    context: &CallContext,
    run_no: i64,
    bytes: &[u8],
    portal: &str,
) -> Result<Settled, PaymentError> {
    let results = read_results(bytes);
    if !results.findings.is_empty() {
        return Err(PaymentError::Results(results.findings));
    }
    let ids: Vec<Uuid> = results.rows.iter().map(|_| platform.id()).collect();
    let (inside, context, portal) = (platform.clone(), context.clone(), portal.to_owned());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let run = payments::find_run(work, run_no).await?;
                let run = run.ok_or(PaymentError::NotFound)?;
                if !matches!(&*run.state, "released" | "settled") {
                    return Err(PaymentError::State);
                }
                let mut settled = Settled::default();
                for (it, mail_id) in results.rows.iter().zip(ids) {
                    let number = i64::try_from(it.number).unwrap_or(i64::MAX);
                    let payment = payments::find(work, number).await?;
                    let payment = payment.filter(|payment| payment.run_no == run_no);
                    let payment = payment.ok_or(PaymentError::Foreign(it.number))?;
                    let (state, reason) = match &it.outcome {
                        Outcome::Paid => ("paid", ""),
                        Outcome::Failed(reason) => ("failed", &**reason),
                    };
                    if payment.state != "released" {
                        if payment.state != state {
                            return Err(PaymentError::Settled(it.number));
                        }
                        settled.known += 1;
                        continue;
                    }
                    let answer = (state, reason, mail_id);
                    settle(work, &inside, &payment, answer, &portal).await?;
                    match it.outcome {
                        Outcome::Paid => settled.paid += 1,
                        Outcome::Failed(_) => settled.failed += 1,
                    }
                }
                let rows = payments::list_of_run(work, run_no).await?;
                let done = rows.iter().all(|it| it.state != "released");
                if done && run.state == "released" {
                    let key = (run_no, run.version);
                    if !payments::move_run(work, key, "settled", None, inside.now()).await? {
                        return Err(PaymentError::Stale);
                    }
                }
                record(work, &inside, &context, run_no, "results").await?;
                Ok(settled)
            })
        })
        .await
}

async fn settle(
    work: &mut Work,
    platform: &Platform,
    payment: &PaymentRow,
    (state, reason, mail_id): (&str, &str, Uuid),
    portal: &str,
) -> Result<(), PaymentError> {
    let now = platform.now();
    if !payments::settle(work, payment.payment_no, state, reason, now).await? {
        return Err(PaymentError::Stale);
    }
    let row = subsidies::find(work, payment.application_id).await?;
    let mut row = row.ok_or(PaymentError::Stale)?;
    let seen = row.version;
    row.changed_at = now;
    let paid = state == "paid";
    let (into, step) = if paid {
        row.stage = row.stage.pay().map_err(|_| PaymentError::Stale)?;
        ("paid", SubsidyStep::Pay)
    } else {
        row.on_hold = true;
        ("committed", SubsidyStep::Fail)
    };
    if !subsidies::save(work, &row, seen).await? {
        return Err(PaymentError::Stale);
    }
    move_money(work, platform, &row, payment, ("in_transfer", into)).await?;
    let step = bank_step(platform, step, reason);
    subsidies::add_step(work, row.application_id, &step).await?;
    let amount = Yen::new(u64::try_from(payment.amount_yen).unwrap_or(0));
    let letter = if paid {
        letters::paid(&row, amount, portal)
    } else {
        letters::failed(&row, portal)
    };
    if let Some(letter) = letter {
        mail::queue(work, mail_id, platform, &letter).await?;
    }
    Ok(())
}

async fn move_money(
    work: &mut Work,
    platform: &Platform,
    row: &SubsidyRow,
    payment: &PaymentRow,
    (from, into): (&str, &str),
) -> Result<(), Error> {
    let posting = Posting {
        scheme: &row.scheme,
        programme: row.programme,
        taken_from: from,
        put_into: into,
        amount_yen: payment.amount_yen,
        application_id: row.application_id,
        payment_no: Some(payment.payment_no),
    };
    subsidy_ledger::post(work, posting, platform.now()).await
}

fn bank_step(platform: &Platform, step: SubsidyStep, note: &str) -> StepRow {
    StepRow {
        step,
        by_operator: true,
        acted_by: None,
        actor: "運営".into(),
        note: note.to_owned(),
        inner_note: String::new(),
        acted_at: platform.now(),
    }
}

async fn record(
    work: &mut Work,
    platform: &Platform,
    context: &CallContext,
    run_no: i64,
    step: &'static str,
) -> Result<(), Error> {
    let entry = context
        .event(platform, NO_INSURER, Action::PaymentMoved)
        .ground(format!("payment-run:{run_no}"))
        .purpose(step)
        .to_entry();
    work.record(&entry).await
}

/// A run with its payments.
#[derive(Clone)]
pub struct Run {
    /// The run.
    pub row: RunRow,
    /// Its payments, by number, with the receipt and office of each.
    pub payments: Vec<(PaymentRow, String, String)>,
}

/// One run. When this returns, the record is on disk.
///
/// # Errors
///
/// The database only.
pub async fn read_run(
    platform: &Platform,
    context: &CallContext,
    run_no: i64,
) -> Result<Option<Run>, Error> {
    let mut work = platform.store.read().await?;
    let Some(row) = payments::find_run(&mut work, run_no).await? else {
        return Ok(None);
    };
    let mut listed = Vec::new();
    for payment in payments::list_of_run(&mut work, run_no).await? {
        let of = subsidies::find(&mut work, payment.application_id).await?;
        let (receipt, office) = of.map_or_else(Default::default, |it| (it.receipt, it.office_name));
        listed.push((payment, receipt, office));
    }
    drop(work);
    let entry = context
        .event(platform, NO_INSURER, Action::SubsidyRead)
        .ground(format!("payment-run:{run_no}"))
        .to_entry();
    platform.audit.append(entry).await?;
    Ok(Some(Run {
        row,
        payments: listed,
    }))
}

/// The runs, the newest first.
///
/// # Errors
///
/// The database only.
pub async fn list_runs(platform: &Platform, page: (i64, i64)) -> Result<Vec<RunRow>, Error> {
    payments::list_runs(&mut platform.store.point().await?, page).await
}

/// Lines of the ledger, in order.
///
/// # Errors
///
/// The database only.
pub async fn ledger(platform: &Platform, page: (i64, i64)) -> Result<Vec<LedgerRow>, Error> {
    subsidy_ledger::list(&mut platform.store.point().await?, page).await
}

/// What every account of the ledger holds.
///
/// # Errors
///
/// The database only.
pub async fn balances(platform: &Platform) -> Result<Vec<BalanceRow>, Error> {
    subsidy_ledger::balances(&mut platform.store.point().await?).await
}
