//! 助成金 (O02–O05, O11): the operator's people review, decide and pay. Who has 監査 reads and changes nothing.

mod acts;
mod budget;
mod case;
mod checks;
mod ledger;
mod list;
mod master;
mod masters;
mod notice;
mod payments;
mod run;
mod typed;
mod values;

use crate::{ConsoleState, home, officer::Officer};
use axum::response::Response;
use kiban_console_ui::{Chip, ChipColor, Queue};
use kiban_domain::{PortalRole, Programme, SubsidyStage};
use kiban_services::{
    registrations::ReviewerUser,
    subsidies::{self, Standing, SubsidyFilter},
};
use kiban_web_kit::Routes;

/// The pages of the subsidies.
pub(crate) fn routes() -> Routes<ConsoleState> {
    Routes::new()
        .get("/ops/subsidy", list::show)
        .get("/ops/subsidy.csv", list::file)
        .get("/ops/subsidy/payments", payments::show)
        .post("/ops/subsidy/payments", payments::make)
        .get("/ops/subsidy/payments/{run}", run::show)
        .post("/ops/subsidy/payments/{run}", run::act)
        .get("/ops/subsidy/payments/{run}/transfers.txt", run::file)
        .post("/ops/subsidy/payments/{run}/results", run::take_results)
        .get("/ops/subsidy/budget", budget::show)
        .post("/ops/subsidy/budget", budget::propose)
        .get("/ops/masters", masters::show)
        .post("/ops/masters", masters::propose)
        .get("/ops/masters/{scheme}/{revision}", master::show)
        .post("/ops/masters/{scheme}/{revision}", master::decide)
        .get("/ops/subsidy/ledger", ledger::show)
        .get("/ops/subsidy/ledger.csv", ledger::file)
        .get("/ops/subsidy/{receipt}", case::show)
        .post("/ops/subsidy/{receipt}", acts::submit)
        .get("/ops/subsidy/{receipt}/notice.pdf", notice::show)
        .get("/ops/subsidy/{receipt}/files/{file}", case::file)
}

/// Who may look.
#[expect(clippy::result_large_err, reason = "the refusal is the answer itself")]
fn may_read(officer: &Officer) -> Result<(), Response> {
    officer.may(&[PortalRole::Subsidy, PortalRole::Auditor])
}

/// Who may change something.
fn acts(officer: &Officer) -> bool {
    officer.session.roles.has(PortalRole::Subsidy)
}

/// What waits for who reviews; nothing for others.
pub(crate) async fn queue(officer: &Officer) -> Result<Vec<Queue>, Response> {
    if !acts(officer) {
        return Ok(Vec::new());
    }
    let failed = |error: kiban_store::Error| officer.failed(&error);
    let (platform, context) = (officer.platform(), officer.context());
    let filter = SubsidyFilter {
        stage: "open".into(),
        ..SubsidyFilter::default()
    };
    let listed = subsidies::queue(platform, &context, &filter, (0, 1)).await;
    let listed = listed.map_err(failed)?;
    let since = listed.rows.first().and_then(|it| it.submitted_at);
    let note = since.map_or_else(String::new, |it| home::oldest(officer, it));
    let label = "助成金の審査".to_owned();
    let mut queues = vec![home::queue("/ops/subsidy", label, listed.count, note)];
    let runs = subsidies::list_runs(platform, (0, subsidies::RUN_MOST)).await;
    let runs = runs.map_err(failed)?;
    let waiting = runs.iter().filter(|it| it.state == "made").count();
    let waiting = i64::try_from(waiting).unwrap_or_default();
    let label = "二人目の承認を待つ振込".to_owned();
    queues.push(home::queue(
        "/ops/subsidy/payments",
        label,
        waiting,
        String::new(),
    ));
    let note = warnings(officer).await?.join("　");
    if !note.is_empty() {
        queues.push(Queue {
            href: "/ops/subsidy/budget".into(),
            label: "助成金の予算".into(),
            count: "注意".into(),
            note,
        });
    }
    Ok(queues)
}

/// Budgets of which so much is granted that the reviewers are warned, each a sentence without a full stop.
async fn warnings(officer: &Officer) -> Result<Vec<String>, Response> {
    let failed = |error: kiban_store::Error| officer.failed(&error);
    let standing = subsidies::standing(officer.platform()).await;
    let standing = standing.map_err(failed)?;
    let balances = subsidies::balances(officer.platform()).await;
    let balances = balances.map_err(failed)?;
    let mut warnings = Vec::new();
    for it in &standing {
        for &programme in Programme::ALL {
            let Some(budget) = it.scheme.review().budget(programme) else {
                continue;
            };
            let granted = granted(&balances, it.scheme.code(), programme);
            let percent = percent(granted, signed(budget.get()));
            if percent >= i64::from(it.scheme.review().warn_percent) {
                warnings.push(format!(
                    "{}（{}）：予算{}のうち{}（{percent}%）を交付決定しました",
                    programme.label(),
                    it.scheme.code(),
                    yen(signed(budget.get())),
                    yen(granted),
                ));
            }
        }
    }
    Ok(warnings)
}

/// What of a budget was granted, in yen.
fn granted(balances: &[subsidies::BalanceRow], scheme: &str, programme: Programme) -> i64 {
    -balance(balances, (scheme, programme), "budget")
}

/// What an account of the ledger holds, in yen.
fn balance(
    balances: &[subsidies::BalanceRow],
    (scheme, programme): (&str, Programme),
    account: &str,
) -> i64 {
    let own = balances
        .iter()
        .find(|it| it.scheme == scheme && it.programme == programme && it.account == account);
    own.map_or(0, |it| it.yen)
}

/// Whole percent, rounded down.
fn percent(part: i64, of: i64) -> i64 {
    part.saturating_mul(100).checked_div(of).unwrap_or(100)
}

fn signed(amount: u64) -> i64 {
    i64::try_from(amount).unwrap_or(i64::MAX)
}

/// 「60,000円」.
fn yen(amount: i64) -> String {
    let sign = if amount < 0 { "−" } else { "" };
    let digits = amount.unsigned_abs().to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    format!("{sign}{text}円")
}

fn chip(stage: SubsidyStage, again: bool) -> Chip {
    let color = match stage {
        SubsidyStage::Submitted => ChipColor::Blue,
        SubsidyStage::InReview { .. } | SubsidyStage::Checked { .. } => ChipColor::Yellow,
        SubsidyStage::Returned => ChipColor::Orange,
        SubsidyStage::Granted { .. } | SubsidyStage::Paid { .. } => ChipColor::Green,
        SubsidyStage::Refused { .. } => ChipColor::Red,
        SubsidyStage::Draft | SubsidyStage::Withdrawn => ChipColor::Gray,
    };
    Chip::new(stage.label(again), color)
}

/// The schemes in force.
async fn schemes(officer: &Officer) -> Result<Vec<Standing>, Response> {
    let standing = subsidies::standing(officer.platform()).await;
    standing.map_err(|error| officer.failed(&error))
}

async fn reviewer(officer: &Officer) -> Result<ReviewerUser, Response> {
    let by = ReviewerUser::of(officer.platform(), &officer.session).await;
    by.map_err(|error| officer.failed(&error))
}

/// The words of stages in addresses and their names.
pub(crate) const STAGES: [(&str, &str); 9] = [
    ("open", "運営の作業待ち"),
    ("submitted", "提出済み"),
    ("in_review", "審査中（一次）"),
    ("checked", "審査中（二次）"),
    ("returned", "差戻し"),
    ("granted", "交付決定"),
    ("refused", "不交付"),
    ("withdrawn", "取下げ"),
    ("paid", "振込済み"),
];

fn stage_name(code: &str) -> &str {
    STAGES
        .iter()
        .find(|(it, _)| *it == code)
        .map_or(code, |(_, name)| name)
}

/// The name of the prefecture with these two digits.
fn prefecture_name(digits: &str) -> &str {
    let number: usize = digits.parse().unwrap_or(0);
    let names = kiban_domain::prefectures();
    number
        .checked_sub(1)
        .and_then(|at| names.get(at))
        .map_or(digits, |name| name)
}

/// How a payment stands.
fn payment_state(code: &str) -> &str {
    match code {
        "planned" => "振込の準備",
        "released" => "振込の手続き中",
        "paid" => "振込済み",
        "failed" => "振込不能",
        "dropped" => "取りやめ",
        other => other,
    }
}
