//! The queue, those that have waited longest first.

use super::{admission, chip};
use crate::{
    officer::Officer,
    words::{ROWS, choices, day_of, days_between, encoded, page_number, pager, short_instant},
};
use axum::{extract::Query, response::Response};
use http::StatusCode;
use kiban_console_ui::{Link, RegistrationLine, RegistrationsPage, TextField};
use kiban_domain::{RegistrationKind, normalize};
use kiban_services::{
    office_data,
    registrations::{self, Filter, RegistrationRow, StageFilter, shown_receipt},
};
use kiban_web_kit::csv;
use serde::Deserialize;

/// So many applications a file has at most.
const MOST: i64 = 10_000;
/// So many wishes are counted at most.
const CHANGES: i64 = 200;

/// What an address asks for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    stage: Option<String>,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    listed: String,
    #[serde(default)]
    office_no: String,
    #[serde(default)]
    page: String,
}

impl Asked {
    fn filter(&self) -> Filter {
        Filter {
            stage: StageFilter::of(self.stage.as_deref().unwrap_or("open")),
            kind: self.kind.parse().ok(),
            in_register: match self.listed.as_str() {
                "yes" => Some(true),
                "no" => Some(false),
                _ => None,
            },
            office_no: Some(normalize(&self.office_no).into_owned()),
        }
    }
}

fn label(stage: StageFilter) -> &'static str {
    match stage {
        StageFilter::Open => "運営の作業待ち",
        StageFilter::Applied => "一次確認待ち",
        StageFilter::Checked => "承認待ち",
        StageFilter::Returned => "差戻し",
        StageFilter::Approved => "承認",
        StageFilter::Refused => "却下",
        StageFilter::Withdrawn => "取下げ",
    }
}

/// GET `/ops/registrations`: without conditions, what waits for the operator.
pub(super) async fn show(
    officer: Officer,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    admission(&officer)?;
    let stage = asked.stage.as_deref().unwrap_or("open");
    let number = page_number(&asked.page);
    let filter = asked.filter();
    let office_no = filter.office_no.clone().unwrap_or_default();
    let (platform, context) = (officer.platform(), officer.context());
    let range = ((number - 1) * ROWS, ROWS);
    let listed = registrations::list(platform, &context, &filter, range).await;
    let listed = listed.map_err(|error| officer.failed(&error))?;
    let changes = office_data::list_waiting(platform, CHANGES).await;
    let changes = changes.map_err(|error| officer.failed(&error))?;
    let conditions = format!(
        "?stage={}&kind={}&listed={}&office_no={}",
        encoded(stage),
        encoded(&asked.kind),
        encoded(&asked.listed),
        encoded(&office_no),
    );
    let stages = StageFilter::ALL.map(|it| (it.code(), label(it)));
    let kinds = RegistrationKind::ALL
        .iter()
        .map(|it| (it.code(), it.label()));
    let now = platform.now();
    let line = |row: &RegistrationRow| RegistrationLine {
        link: Link::new(
            format!("/ops/registrations/{}", row.receipt),
            shown_receipt(&row.receipt),
        ),
        office: row.office.name.clone(),
        office_no: row.office.office_no.as_str().to_owned(),
        sort: row.office.kind.label().to_owned(),
        chip: chip(row.stage),
        listed: row.office.in_register,
        applied: day_of(row.applied_at),
        days: days_between(row.changed_at, now),
    };
    let page = RegistrationsPage {
        frame: officer.frame("/ops/registrations"),
        stage: choices("すべて", stages, stage),
        sort: choices("すべて", kinds, &asked.kind),
        listed: choices("すべて", [("yes", "あり"), ("no", "なし")], &asked.listed),
        office_no: TextField::of(office_no),
        rows: listed.rows.iter().map(line).collect(),
        pager: pager(
            listed.count,
            number,
            &format!("/ops/registrations{conditions}"),
        ),
        csv: format!("/ops/registrations.csv{conditions}"),
        changes: changes.len(),
    };
    Ok(officer.page(StatusCode::OK, &page))
}

/// GET `/ops/registrations.csv`: the list as a file, with the conditions of the page.
pub(super) async fn file(
    officer: Officer,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    admission(&officer)?;
    let (platform, context) = (officer.platform(), officer.context());
    let listed = registrations::list(platform, &context, &asked.filter(), (0, MOST)).await;
    let listed = listed.map_err(|error| officer.failed(&error))?;
    let mut file = csv::File::new([
        "受付番号",
        "申請日時",
        "状態",
        "状態が変わった日時",
        "区分",
        "番号",
        "名称",
        "所在地",
        "事業所の一覧",
    ]);
    for row in &listed.rows {
        let office = &row.office;
        file.line([
            shown_receipt(&row.receipt),
            short_instant(row.applied_at),
            row.stage.label().to_owned(),
            short_instant(row.changed_at),
            office.kind.label().to_owned(),
            office.office_no.as_str().to_owned(),
            office.name.clone(),
            office.address.clone(),
            if office.in_register {
                "あり"
            } else {
                "なし"
            }
            .to_owned(),
        ]);
    }
    Ok(file.answer("registrations.csv"))
}
