//! 審査一覧 (O02): those that have waited longest first.

use super::{STAGES, chip, may_read, prefecture_name, schemes, warnings, yen};
use crate::{
    officer::Officer,
    words::{ROWS, choices, days_between, encoded, page_number, pager, short_instant},
};
use axum::{extract::Query, response::Response};
use http::StatusCode;
use kiban_console_ui::{Grid, GridCell, Link, SubsidiesPage};
use kiban_domain::{Programme, normalize};
use kiban_services::subsidies::{self, SubsidyFilter, SubsidyQueue, SubsidyRow, shown_receipt};
use kiban_web_kit::csv;
use serde::Deserialize;

/// So many applications a file has, and a sum counts, at most.
const MOST: i64 = 10_000;

/// What an address asks for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    stage: Option<String>,
    #[serde(default)]
    scheme: String,
    #[serde(default)]
    programme: String,
    #[serde(default)]
    prefecture: String,
    #[serde(default)]
    words: String,
    #[serde(default)]
    page: String,
}

impl Asked {
    fn stage(&self) -> &str {
        self.stage.as_deref().unwrap_or("open")
    }

    fn filter(&self) -> SubsidyFilter {
        // A receipt may be typed with the hyphen with which it is shown.
        let words = self.words.trim();
        let bare = normalize(words).replace('-', "");
        let is_receipt = bare.len() == 8 && bare.bytes().all(|it| it.is_ascii_alphanumeric());
        SubsidyFilter {
            scheme: self.scheme.clone(),
            programme: self.programme.parse().ok(),
            stage: self.stage().to_owned(),
            prefecture: self.prefecture.clone(),
            words: if is_receipt {
                bare.to_uppercase()
            } else if bare.bytes().all(|it| it.is_ascii_digit()) {
                bare
            } else {
                words.to_owned()
            },
        }
    }
}

async fn found(
    officer: &Officer,
    filter: &SubsidyFilter,
    range: (i64, i64),
) -> Result<SubsidyQueue, Response> {
    let queue = subsidies::queue(officer.platform(), &officer.context(), filter, range).await;
    queue.map_err(|error| officer.failed(&error))
}

/// GET `/ops/subsidy`: without conditions, what waits for the operator.
pub(super) async fn show(
    officer: Officer,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    may_read(&officer)?;
    let number = page_number(&asked.page);
    let filter = asked.filter();
    let listed = found(&officer, &filter, ((number - 1) * ROWS, ROWS)).await?;
    let conditions = format!(
        "?stage={}&scheme={}&programme={}&prefecture={}&words={}",
        encoded(asked.stage()),
        encoded(&asked.scheme),
        encoded(&asked.programme),
        encoded(&asked.prefecture),
        encoded(&asked.words),
    );
    let schemes = schemes(&officer).await?;
    let schemes = schemes
        .iter()
        .map(|it| (it.scheme.code(), it.scheme.title()));
    let programmes = Programme::ALL.iter().map(|it| (it.code(), it.label()));
    let digits: Vec<String> = (1..=kiban_domain::prefectures().len())
        .map(|it| format!("{it:02}"))
        .collect();
    let prefectures = digits.iter().map(|it| (&**it, prefecture_name(it)));
    let sum =
        |of: fn(&SubsidyRow) -> Option<i64>| -> i64 { listed.rows.iter().filter_map(of).sum() };
    let page = SubsidiesPage {
        frame: officer.frame("/ops/subsidy"),
        beside: vec![
            Link::new("/ops/subsidy/payments", "振込"),
            Link::new("/ops/subsidy/budget", "予算・執行"),
            Link::new("/ops/masters", "制度の値"),
        ],
        warnings: warnings(&officer).await?,
        scheme: choices("すべて", schemes, &asked.scheme),
        programme: choices("すべて", programmes, &asked.programme),
        stage: choices("すべて", STAGES, asked.stage()),
        prefecture: choices("すべて", prefectures, &asked.prefecture),
        words: asked.words.clone(),
        sums: vec![
            (
                "このページの件数".into(),
                format!("{}件", listed.rows.len()),
            ),
            ("申請額の合計".into(), yen(sum(|it| it.claimed_yen))),
            (
                "交付額（案を含む）の合計".into(),
                yen(sum(|it| it.granted_yen)),
            ),
        ],
        rows: grid(&officer, &listed.rows),
        pager: pager(listed.count, number, &format!("/ops/subsidy{conditions}")),
        csv: format!("/ops/subsidy.csv{conditions}"),
    };
    Ok(officer.page(StatusCode::OK, &page))
}

fn grid(officer: &Officer, rows: &[SubsidyRow]) -> Grid {
    let heads = [
        ("受付番号", false),
        ("状態", false),
        ("名称", false),
        ("助成の種類", false),
        ("申請額", true),
        ("交付額（案）", true),
        ("提出した日", false),
        ("経過", true),
        ("担当", false),
    ];
    let now = officer.platform().now();
    let mut grid = Grid::new("申請の一覧", &heads);
    for row in rows {
        let amount = |it: Option<i64>| it.map_or_else(String::new, yen);
        let office = format!("{}\n{}", row.office_name, row.office_no.as_str());
        let came = row.submitted_at;
        grid.rows.push(vec![
            GridCell::link(
                format!("/ops/subsidy/{}", row.receipt),
                shown_receipt(&row.receipt),
            ),
            GridCell::chip(chip(row.stage, row.submissions > 1)),
            GridCell::of(office),
            GridCell::of(row.programme.label()),
            GridCell::of(amount(row.claimed_yen)),
            GridCell::of(amount(row.granted_yen)),
            GridCell::of(came.map_or_else(String::new, short_instant)),
            GridCell::of(
                came.map_or_else(String::new, |it| format!("{}日", days_between(it, now))),
            ),
            GridCell::of(&row.reviewer_name),
        ]);
    }
    grid
}

/// GET `/ops/subsidy.csv`: the list as a file, with the conditions of the page.
pub(super) async fn file(
    officer: Officer,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    may_read(&officer)?;
    let listed = found(&officer, &asked.filter(), (0, MOST)).await?;
    let mut file = csv::File::new([
        "受付番号",
        "制度",
        "助成の種類",
        "状態",
        "事業所番号",
        "名称",
        "都道府県",
        "申請額",
        "交付額（案を含む）",
        "提出した日時",
        "経過日数",
        "担当",
    ]);
    let now = officer.platform().now();
    for row in &listed.rows {
        let amount = |it: Option<i64>| it.map_or_else(String::new, |it| it.to_string());
        let came = row.submitted_at;
        let number = row.office_no.as_str();
        file.line([
            shown_receipt(&row.receipt),
            row.scheme.clone(),
            row.programme.label().to_owned(),
            row.stage.label(row.submissions > 1).to_owned(),
            number.to_owned(),
            row.office_name.clone(),
            prefecture_name(&number[..2]).to_owned(),
            amount(row.claimed_yen),
            amount(row.granted_yen),
            came.map_or_else(String::new, short_instant),
            came.map_or_else(String::new, |it| days_between(it, now).to_string()),
            row.reviewer_name.clone(),
        ]);
    }
    Ok(file.answer("subsidies.csv"))
}
