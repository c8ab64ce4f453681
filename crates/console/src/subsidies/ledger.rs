//! 台帳 (O04): every movement of money, and what each account holds.

use super::{may_read, yen};
use crate::{
    officer::Officer,
    words::{ROWS, page_number, short_instant},
};
use axum::{extract::Query, response::Response};
use http::StatusCode;
use kiban_console_ui::{Grid, GridCell, Link, SubsidyLedgerPage};
use kiban_services::subsidies::{self, LedgerRow};
use kiban_web_kit::csv;
use serde::Deserialize;

/// So many lines a file has at most.
const MOST: i64 = 100_000;

/// Which page an address asks for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    page: String,
}

fn account(code: &str) -> &str {
    match code {
        "budget" => "予算",
        "committed" => "交付決定（未振込）",
        "in_transfer" => "振込の手続き中",
        "paid" => "振込済み",
        other => other,
    }
}

async fn lines(officer: &Officer, range: (i64, i64)) -> Result<Vec<LedgerRow>, Response> {
    may_read(officer)?;
    let rows = subsidies::ledger(officer.platform(), range).await;
    rows.map_err(|error| officer.failed(&error))
}

/// GET `/ops/subsidy/ledger`.
pub(super) async fn show(
    officer: Officer,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let number = page_number(&asked.page);
    // One more than are shown says whether there is a next page.
    let mut rows = lines(&officer, ((number - 1) * ROWS, ROWS + 1)).await?;
    let more = rows.len() > usize::try_from(ROWS).unwrap_or(usize::MAX);
    rows.truncate(usize::try_from(ROWS).unwrap_or(usize::MAX));
    let balances = subsidies::balances(officer.platform()).await;
    let balances = balances.map_err(|error| officer.failed(&error))?;
    let heads = [
        ("制度", false),
        ("助成の種類", false),
        ("科目", false),
        ("残高", true),
    ];
    let mut held = Grid::new("科目ごとの残高", &heads);
    for it in &balances {
        held.rows.push(vec![
            GridCell::of(&it.scheme),
            GridCell::of(it.programme.label()),
            GridCell::of(account(&it.account)),
            GridCell::of(yen(it.yen)),
        ]);
    }
    let heads = [
        ("番号", false),
        ("日時", false),
        ("助成の種類", false),
        ("から", false),
        ("へ", false),
        ("金額", true),
        ("顧客コード", false),
    ];
    let mut grid = Grid::new("台帳の記録", &heads);
    for it in &rows {
        grid.rows.push(vec![
            GridCell::of(it.entry_no.to_string()),
            GridCell::of(short_instant(it.posted_at)),
            GridCell::of(it.programme.label()),
            GridCell::of(account(&it.taken_from)),
            GridCell::of(account(&it.put_into)),
            GridCell::of(yen(it.amount_yen)),
            GridCell::of(it.payment_no.map_or_else(String::new, |it| it.to_string())),
        ]);
    }
    let mut beside = Vec::new();
    let href = |number: i64| format!("/ops/subsidy/ledger?page={number}");
    if number > 1 {
        beside.push(Link::new(href(number - 1), "前へ"));
    }
    if more {
        beside.push(Link::new(href(number + 1), "次へ"));
    }
    let page = SubsidyLedgerPage {
        frame: officer
            .frame("/ops/subsidy/payments")
            .below("/ops/subsidy/payments", "振込"),
        balances: held,
        lines: grid,
        beside,
    };
    Ok(officer.page(StatusCode::OK, &page))
}

/// GET `/ops/subsidy/ledger.csv`.
pub(super) async fn file(officer: Officer) -> Result<Response, Response> {
    let rows = lines(&officer, (0, MOST)).await?;
    let mut file = csv::File::new([
        "番号",
        "日時",
        "制度",
        "助成の種類",
        "から",
        "へ",
        "金額",
        "申請の識別子",
        "顧客コード",
    ]);
    for it in &rows {
        file.line([
            it.entry_no.to_string(),
            short_instant(it.posted_at),
            it.scheme.clone(),
            it.programme.label().to_owned(),
            account(&it.taken_from).to_owned(),
            account(&it.put_into).to_owned(),
            it.amount_yen.to_string(),
            it.application_id.to_string(),
            it.payment_no.map_or_else(String::new, |it| it.to_string()),
        ]);
    }
    Ok(file.answer("subsidy-ledger.csv"))
}
