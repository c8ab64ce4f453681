//! 振込 (O04): what can be paid, and the runs in which it is.

use super::{acts, may_read, reviewer, yen};
use crate::{
    officer::{Officer, PostedBy},
    words::{day, short_instant},
};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use kiban_console_ui::{Chip, ChipColor, Grid, GridCell, SubsidyPaymentsPage, TextField};
use kiban_domain::{PortalRole, read_date};
use kiban_services::subsidies::{self, PaymentError, RunRow, shown_receipt};
use kiban_web_kit::once;

/// So many runs the page shows.
const RUNS: i64 = 200;
/// The place of the form that makes runs.
const PLACE: &str = "/ops/subsidy/payments";

/// GET `/ops/subsidy/payments`.
pub(super) async fn show(officer: Officer) -> Result<Response, Response> {
    page(&officer, StatusCode::OK, TextField::default()).await
}

async fn page(
    officer: &Officer,
    status: StatusCode,
    day_field: TextField,
) -> Result<Response, Response> {
    may_read(officer)?;
    let payable = subsidies::payable(officer.platform()).await;
    let payable = payable.map_err(|error| officer.failed(&error))?;
    let listed = subsidies::list_runs(officer.platform(), (0, RUNS)).await;
    let listed = listed.map_err(|error| officer.failed(&error))?;
    let total = payable.iter().map(|it| it.granted_yen).sum();
    let heads = [
        ("受付番号", false),
        ("名称", false),
        ("助成の種類", false),
        ("交付額", true),
    ];
    let mut grid = Grid::new("振り込める申請の一覧", &heads);
    for it in &payable {
        grid.rows.push(vec![
            GridCell::link(
                format!("/ops/subsidy/{}", it.receipt),
                shown_receipt(&it.receipt),
            ),
            GridCell::of(&it.office_name),
            GridCell::of(it.programme.label()),
            GridCell::of(yen(it.granted_yen)),
        ]);
    }
    let may_make = acts(officer) && !payable.is_empty();
    let page = SubsidyPaymentsPage {
        frame: officer.frame(PLACE),
        notice: None,
        facts: vec![
            ("件数".into(), format!("{}件", payable.len())),
            ("合計".into(), yen(total)),
        ],
        payable: grid,
        day: may_make.then_some(day_field),
        runs: runs(&listed),
    };
    Ok(officer.page(status, &page))
}

fn runs(rows: &[RunRow]) -> Grid {
    let heads = [
        ("回", false),
        ("状態", false),
        ("振込日", false),
        ("件数", true),
        ("合計", true),
        ("作成した人", false),
        ("作成した日時", false),
        ("承認した人", false),
    ];
    let mut grid = Grid::new("まとめた振込の一覧", &heads);
    for row in rows {
        grid.rows.push(vec![
            GridCell::link(
                format!("{PLACE}/{}", row.run_no),
                format!("第{}回", row.run_no),
            ),
            GridCell::chip(state(&row.state)),
            GridCell::of(day(row.transfer_on)),
            GridCell::of(format!("{}件", row.payments)),
            GridCell::of(yen(row.total_yen)),
            GridCell::of(&row.made_name),
            GridCell::of(short_instant(row.made_at)),
            GridCell::of(&row.released_name),
        ]);
    }
    grid
}

/// How a run stands.
pub(super) fn state(code: &str) -> Chip {
    match code {
        "made" => Chip::new("承認待ち", ChipColor::Yellow),
        "released" => Chip::new("銀行の結果待ち", ChipColor::Blue),
        "settled" => Chip::new("完了", ChipColor::Green),
        _ => Chip::new("取りやめ", ChipColor::Gray),
    }
}

/// POST `/ops/subsidy/payments`: makes a run; the same form sent twice makes one.
pub(super) async fn make(PostedBy { officer, fields }: PostedBy) -> Result<Response, Response> {
    officer.may(&[PortalRole::Subsidy])?;
    let typed = fields.get("day");
    let field = TextField::of(typed);
    let mend = StatusCode::UNPROCESSABLE_ENTITY;
    let on = match read_date(typed) {
        Ok(read) => read.date,
        Err(why) => {
            let error = if typed.is_empty() {
                "振込日を入力してください".to_owned()
            } else {
                format!("振込日：{}", why.message())
            };
            return page(&officer, mend, field.with_error(error)).await;
        }
    };
    let Some(key) = once::secret(&officer.token, PLACE, &fields) else {
        return Err(officer.unknown_act());
    };
    let by = reviewer(&officer).await?;
    let made = subsidies::make_run(officer.platform(), &officer.context(), on, key, by).await;
    match made {
        Ok(run) => Ok(Redirect::to(&format!("{PLACE}/{run}?done=make")).into_response()),
        Err(PaymentError::Day) => {
            let error = "振込日は、明日から60日先までの日を入力してください";
            page(&officer, mend, field.with_error(error)).await
        }
        Err(error) => Err(told(&officer, &error)),
    }
}

/// A refusal on a page of its own.
pub(super) fn told(officer: &Officer, error: &PaymentError) -> Response {
    let (status, title, advice) = words(error);
    if let PaymentError::Storage(error) = error {
        return officer.failed(error);
    }
    officer.say(status, title, &advice)
}

/// A refusal in words: status, title and what to do.
pub(super) fn words(error: &PaymentError) -> (StatusCode, &'static str, String) {
    let look = "振込の画面を開き直して、いまの状態を確かめてください。何も変更していません。";
    match error {
        PaymentError::NotFound => (
            StatusCode::NOT_FOUND,
            "振込が見つかりません",
            "振込の一覧からたどってください。".into(),
        ),
        PaymentError::Nothing => (
            StatusCode::CONFLICT,
            "振り込める申請がありません",
            format!("ほかの人が先に振込を作成したかもしれません。{look}"),
        ),
        PaymentError::Day => (
            StatusCode::CONFLICT,
            "振込日を過ぎています",
            "この振込を取りやめて、新しい振込日で作成してください。".into(),
        ),
        PaymentError::State => (
            StatusCode::CONFLICT,
            "いまの状態では、この操作はできません",
            look.into(),
        ),
        PaymentError::SamePerson => (
            StatusCode::FORBIDDEN,
            "作成した人は、承認できません",
            "別の担当者に依頼してください。".into(),
        ),
        PaymentError::Stale => (
            StatusCode::CONFLICT,
            "ほかの人が先に更新しました",
            look.into(),
        ),
        PaymentError::File(_) => (
            StatusCode::CONFLICT,
            "振込のファイルを作れません",
            "振込依頼人の設定と、振込の明細を確かめてください。".into(),
        ),
        PaymentError::Results(_) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "結果のファイルに誤りがあります",
            "誤りを直して、もう一度取り込んでください。何も取り込んでいません。".into(),
        ),
        PaymentError::Foreign(number) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "この振込にない顧客コードがあります",
            format!(
                "顧客コード{number}は、この振込の明細にありません。ファイルを確かめてください。何も取り込んでいません。"
            ),
        ),
        PaymentError::Settled(number) => (
            StatusCode::CONFLICT,
            "前の結果と違う結果があります",
            format!(
                "顧客コード{number}は、前に取り込んだ結果と違います。銀行に確かめてください。何も取り込んでいません。"
            ),
        ),
        PaymentError::Storage(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "ただいま操作できません",
            "しばらくたってから、もう一度お試しください。".into(),
        ),
    }
}
