//! One run (O04): released by another person, written for the bank, settled by its answer.

use super::{
    acts, may_read,
    payments::{state, told, words},
    reviewer, yen,
};
use crate::{
    officer::{Officer, PostedBy},
    small_file::SmallFile,
    words::{day, instant},
};
use axum::{
    extract::{Path, Query},
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use kiban_console_ui::{DecidePage, Grid, GridCell, Link, Notice, NoticeKind, SubsidyRunPage};
use kiban_domain::PortalRole;
use kiban_services::subsidies::{self, PaymentError, Run, shown_receipt};
use kiban_web_kit::download;
use serde::Deserialize;

/// What happened before, in an address.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Said {
    #[serde(default)]
    done: String,
    #[serde(default)]
    paid: usize,
    #[serde(default)]
    failed: usize,
    #[serde(default)]
    known: usize,
}

async fn load(officer: &Officer, number: &str) -> Result<Run, Response> {
    may_read(officer)?;
    let Ok(number) = number.parse() else {
        return Err(told(officer, &PaymentError::NotFound));
    };
    let run = subsidies::read_run(officer.platform(), &officer.context(), number).await;
    let run = run.map_err(|error| officer.failed(&error))?;
    run.ok_or_else(|| told(officer, &PaymentError::NotFound))
}

/// GET `/ops/subsidy/payments/{run}`.
pub(super) async fn show(
    officer: Officer,
    Path(number): Path<String>,
    Query(said): Query<Said>,
) -> Result<Response, Response> {
    let run = load(&officer, &number).await?;
    let mut page = page(&officer, &run)?;
    page.notice = match &*said.done {
        "make" => Some((
            "振込を作成しました",
            "別の担当者が承認すると、銀行のファイルを保存できます。".to_owned(),
        )),
        "release" => Some(("振込を承認しました", String::new())),
        "drop" => Some(("振込を取りやめました", String::new())),
        "results" => Some((
            "銀行の結果を取り込みました",
            format!(
                "振込済み{}件、振込不能{}件、前と同じ結果{}件です。",
                said.paid, said.failed, said.known
            ),
        )),
        _ => None,
    }
    .map(|(title, body)| Notice::new(NoticeKind::Success, title, body));
    Ok(officer.page(StatusCode::OK, &page))
}

#[expect(
    clippy::result_large_err,
    reason = "the answer itself, made once and sent"
)]
fn page(officer: &Officer, run: &Run) -> Result<SubsidyRunPage, Response> {
    let row = &run.row;
    let number = row.run_no;
    let (mut buttons, mut why_not) = (Vec::new(), String::new());
    if !acts(officer) {
        why_not = "監査の役割では、見ることだけができます。".into();
    } else if row.state == "made" {
        if row.made_by == officer.session.user_id {
            why_not = "あなたが作成しました。承認は、別の担当者が行います。".into();
        } else {
            buttons.push(("release", "承認の確認へ進む"));
        }
        buttons.push(("drop", "取りやめの確認へ進む"));
    }
    let with_bank = acts(officer) && matches!(&*row.state, "released" | "settled");
    let has_payer = officer.state.payer.is_some();
    let file = (with_bank && has_payer).then(|| {
        Link::new(
            format!("/ops/subsidy/payments/{number}/transfers.txt"),
            "総合振込のファイル（全銀協の形式）を保存する",
        )
    });
    let no_file = if with_bank && !has_payer {
        "振込依頼人が設定されていません。サーバーの管理者に、振込依頼人のファイルを「kiban serve --payer ファイル」で指定するよう依頼してください。"
    } else {
        ""
    };
    Ok(SubsidyRunPage {
        frame: officer
            .frame("/ops/subsidy/payments")
            .below("/ops/subsidy/payments", "振込"),
        notice: None,
        number,
        version: row.version,
        facts: facts(run),
        payments: payments(officer, run)?,
        buttons,
        why_not,
        file,
        no_file: no_file.into(),
        takes_results: with_bank,
        findings: Vec::new(),
    })
}

fn facts(run: &Run) -> Vec<(String, String)> {
    let row = &run.row;
    let mut facts = vec![
        ("状態", state(&row.state).label.clone()),
        ("振込日", day(row.transfer_on)),
        ("件数", format!("{}件", row.payments)),
        ("合計", yen(row.total_yen)),
        (
            "作成した人",
            format!("{}（{}）", row.made_name, instant(row.made_at)),
        ),
    ];
    if let Some(at) = row.released_at {
        facts.push((
            "承認した人",
            format!("{}（{}）", row.released_name, instant(at)),
        ));
    }
    if let Some(at) = row.settled_at {
        facts.push(("結果がそろった日時", instant(at)));
    }
    facts
        .into_iter()
        .map(|(term, text)| (term.to_owned(), text))
        .collect()
}

#[expect(
    clippy::result_large_err,
    reason = "the answer itself, made once and sent"
)]
fn payments(officer: &Officer, run: &Run) -> Result<Grid, Response> {
    let heads = [
        ("顧客コード", false),
        ("受付番号", false),
        ("名称", false),
        ("金額", true),
        ("振込先", false),
        ("状態", false),
        ("理由", false),
    ];
    let mut grid = Grid::new("明細の一覧", &heads);
    for (payment, receipt, office) in &run.payments {
        let account = subsidies::account_of(payment).map_err(|error| officer.failed(&error))?;
        let into = format!(
            "{}-{}　{}　{}\n{}",
            account.bank.as_str(),
            account.branch.as_str(),
            account.kind.label(),
            account.masked_number(),
            account.holder.as_str(),
        );
        grid.rows.push(vec![
            GridCell::of(payment.payment_no.to_string()),
            GridCell::link(format!("/ops/subsidy/{receipt}"), shown_receipt(receipt)),
            GridCell::of(office),
            GridCell::of(yen(payment.amount_yen)),
            GridCell::of(into),
            GridCell::of(super::payment_state(&payment.state)),
            GridCell::of(&payment.reason),
        ]);
    }
    Ok(grid)
}

/// POST `/ops/subsidy/payments/{run}`: releases or drops it, after asking once more.
pub(super) async fn act(
    Path(number): Path<String>,
    PostedBy { officer, fields }: PostedBy,
) -> Result<Response, Response> {
    officer.may(&[PortalRole::Subsidy])?;
    let run = load(&officer, &number).await?;
    let releases = match fields.get("act") {
        "release" => true,
        "drop" => false,
        _ => return Err(officer.unknown_act()),
    };
    let seen: i64 = fields.get("version").parse().unwrap_or_default();
    let row = &run.row;
    if fields.get("confirmed") != "yes" {
        let wrong = if releases && row.made_by == officer.session.user_id {
            Some(PaymentError::SamePerson)
        } else if row.state != "made" {
            Some(PaymentError::State)
        } else if row.version != seen {
            Some(PaymentError::Stale)
        } else {
            None
        };
        return match wrong {
            None => Ok(officer.page(StatusCode::OK, &ask(&officer, &run, releases))),
            Some(error) => Err(refused(&officer, &run, &error)),
        };
    }
    let (platform, context) = (officer.platform(), officer.context());
    let key = (row.run_no, seen);
    let done = if releases {
        subsidies::release_run(platform, &context, key, reviewer(&officer).await?).await
    } else {
        subsidies::drop_run(platform, &context, key).await
    };
    match done {
        Ok(()) => {
            let word = if releases { "release" } else { "drop" };
            let address = format!("/ops/subsidy/payments/{}?done={word}", row.run_no);
            Ok(Redirect::to(&address).into_response())
        }
        Err(error) => {
            let run = load(&officer, &number).await?;
            Err(refused(&officer, &run, &error))
        }
    }
}

fn ask(officer: &Officer, run: &Run, releases: bool) -> DecidePage {
    let number = run.row.run_no;
    let here = format!("/ops/subsidy/payments/{number}");
    let (title, lead, button, word) = if releases {
        (
            "振込の承認の確認",
            "この振込を承認します。承認すると、銀行のファイルを保存できます。取り消せません。",
            "この振込を承認する",
            "release",
        )
    } else {
        (
            "振込の取りやめの確認",
            "この振込を取りやめます。申請は、もう一度振り込めるようになります。",
            "この振込を取りやめる",
            "drop",
        )
    };
    DecidePage {
        frame: officer
            .frame("/ops/subsidy/payments")
            .below("/ops/subsidy/payments", "振込")
            .below(&here, format!("第{number}回")),
        title: title.into(),
        lead: lead.into(),
        facts: facts(run),
        action: here.clone(),
        hidden: vec![
            ("version".into(), run.row.version.to_string()),
            ("act".into(), word.into()),
            ("confirmed".into(), "yes".into()),
        ],
        button: button.into(),
        back: Link::new(here, "前の画面へ戻る"),
    }
}

/// The run as it now is, with why it was not done.
fn refused(officer: &Officer, run: &Run, error: &PaymentError) -> Response {
    if let PaymentError::Storage(error) = error {
        return officer.failed(error);
    }
    let (status, title, advice) = words(error);
    match page(officer, run) {
        Ok(mut page) => {
            page.notice = Some(Notice::new(NoticeKind::Error, title, advice));
            officer.page(status, &page)
        }
        Err(response) => response,
    }
}

/// GET `/ops/subsidy/payments/{run}/transfers.txt`: for the bank; the same bytes each time.
pub(super) async fn file(
    officer: Officer,
    Path(number): Path<String>,
) -> Result<Response, Response> {
    officer.may(&[PortalRole::Subsidy])?;
    let run = load(&officer, &number).await?;
    let Some(from) = officer.state.payer.clone() else {
        return Err(officer.say(
            StatusCode::CONFLICT,
            "振込のファイルを作れません",
            "振込依頼人が設定されていません。サーバーの管理者に、振込依頼人のファイルを「kiban serve --payer ファイル」で指定するよう依頼してください。",
        ));
    };
    let (platform, context, number) = (officer.platform(), officer.context(), run.row.run_no);
    let written =
        subsidies::transfer_file(platform, &context, number, &from.payer, from.line_end).await;
    match written {
        Ok(bytes) => {
            let name = format!("furikomi-{number}.txt");
            Ok(download::answer(&name, "application/octet-stream", bytes))
        }
        Err(error) => Err(refused(&officer, &run, &error)),
    }
}

/// POST `/ops/subsidy/payments/{run}/results`: the bank's answer, whole or not at all.
pub(super) async fn take_results(
    Path(number): Path<String>,
    SmallFile { officer, bytes, .. }: SmallFile,
) -> Result<Response, Response> {
    officer.may(&[PortalRole::Subsidy])?;
    let run = load(&officer, &number).await?;
    let number = run.row.run_no;
    if bytes.is_empty() {
        let mut page = page(&officer, &run)?;
        page.findings
            .push("結果のファイルを選択してください".into());
        return Ok(officer.page(StatusCode::UNPROCESSABLE_ENTITY, &page));
    }
    let (platform, context) = (officer.platform(), officer.context());
    let portal = &officer.state.own_origin;
    match subsidies::take_results(platform, &context, number, &bytes, portal).await {
        Ok(it) => {
            let address = format!(
                "/ops/subsidy/payments/{number}?done=results&paid={}&failed={}&known={}",
                it.paid, it.failed, it.known
            );
            Ok(Redirect::to(&address).into_response())
        }
        Err(PaymentError::Results(findings)) => {
            let mut page = page(&officer, &run)?;
            let sentence = |it: &kiban_exchange::bank::ResultFinding| {
                let words = it.fault.message();
                match it.line {
                    0 => words,
                    line => format!("{line}行目：{words}"),
                }
            };
            page.findings = findings.iter().map(sentence).collect();
            Ok(officer.page(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(refused(&officer, &run, &error)),
    }
}
