//! 履歴（基準日）: what held on a day, and how it changed (W-5).

use axum::{extract::Query, response::Response};
use http::StatusCode;
use kiban_access::Part;
use kiban_domain::{ApplicationKind, Date, InvalidDate, Units, read_date};
use kiban_exchange::municipal::record::{
    ApplicationRecord, CertificationRecord, InsuredCardRecord,
};
use kiban_store::repo::facts::FactRow;
use kiban_ui::{AsOf, Fact, HistoryPage, HistoryRow, MenuItem, TextField};
use serde::Deserialize;

use super::{
    certificates::{burden_stage, ratio_on, restriction_kind},
    dossier::{About, Dossier, of_set},
};
use crate::{answer::page_with, words};

/// The query.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    on: String,
}

/// GET `…/history?on=…`; the day in either calendar, today when nothing is asked.
pub(crate) async fn show(about: About, Query(asked): Query<Asked>) -> Result<Response, Response> {
    let read = if asked.on.trim().is_empty() {
        Ok(None)
    } else {
        read_date(&asked.on).map(Some)
    };
    let on = read
        .as_ref()
        .ok()
        .and_then(|read| *read)
        .map(|read| read.date);
    let (dossier, rows) = about.read_with_versions(on, "view_history").await?;
    let day = words::date(dossier.on);
    let mut field = TextField::of(if asked.on.trim().is_empty() {
        day.wareki.clone()
    } else {
        asked.on.trim().to_owned()
    });
    let mut status = StatusCode::OK;
    match &read {
        Ok(Some(read)) => {
            // The day is clear, so it is shown; what was written instead stands beside the field.
            if let Some(hint) = &read.hint {
                field.error = Some(hint.message().trim_end_matches('。').to_owned());
            }
        }
        Ok(None) => {}
        Err(error) => {
            field.error = Some(complaint("基準日", *error));
            status = StatusCode::UNPROCESSABLE_ENTITY;
        }
    }
    let facts = if read.is_ok() {
        facts(&dossier)
    } else {
        Vec::new()
    };
    let history = HistoryPage {
        frame: about.signed_in.frame(Some(MenuItem::Persons)),
        person: dossier.head(),
        as_of: AsOf { field, day },
        facts,
        rows: changes(&dossier, &rows),
    };
    Ok(page_with(status, &history))
}

/// What to say of a day in the field `label` that is none.
pub(crate) fn complaint(label: &str, error: InvalidDate) -> String {
    match error {
        InvalidDate::Empty | InvalidDate::UnknownForm => {
            format!("{label}は、実在する日付を入力してください（例：令和7年10月1日）")
        }
        InvalidDate::YearOutOfRange
        | InvalidDate::MonthOutOfRange
        | InvalidDate::DayOutOfRange
        | InvalidDate::BeforeMeiji => error.message().trim_end_matches('。').to_owned(),
    }
}

/// What held on the day, in few words; what may not be seen is said so.
fn facts(dossier: &Dossier) -> Vec<Fact> {
    let it = &dossier.members;
    let on = dossier.on;
    let card = it.insured_card.as_ref();
    let in_force =
        card.filter(|card| card.true_from <= on && card.true_until.is_none_or(|until| on <= until));
    let in_force = in_force.map(|card| &card.record);
    let fact = |part: Part, term: &str, value: Option<String>| {
        let value = if dossier.may_see(part) {
            value.unwrap_or_else(|| "なし".to_owned())
        } else {
            "表示していません".to_owned()
        };
        Fact::new(term, value)
    };
    let restrictions: Vec<String> = it
        .benefit_restriction
        .iter()
        .map(|it| restriction_kind(&it.record.kind))
        .collect();
    vec![
        fact(
            Part::InsuredCard,
            "要介護度",
            in_force
                .and_then(|card| card.care_level.as_deref())
                .map(words::care_level),
        ),
        fact(
            Part::InsuredCard,
            "区分支給限度基準額",
            in_force
                .and_then(|card| card.benefit_limit_units)
                .map(|units| format!("1月当たり {}", Units::new(units))),
        ),
        fact(
            Part::CostShare,
            "利用者負担の割合",
            it.cost_share
                .as_ref()
                .and_then(|it| ratio_on(&it.record, on)),
        ),
        fact(
            Part::BurdenLimit,
            "負担限度額認定",
            it.burden_limit
                .as_ref()
                .map(|it| burden_stage(&it.record.burden_stage)),
        ),
        fact(
            Part::BenefitRestriction,
            "給付制限",
            (!restrictions.is_empty()).then(|| restrictions.join("、")),
        ),
    ]
}

/// Care level and limit over time, newest first.
fn changes(dossier: &Dossier, rows: &[FactRow]) -> Vec<HistoryRow> {
    let mut cards: Vec<(&FactRow, InsuredCardRecord)> = of_set(rows).collect();
    cards.sort_by_key(|(row, _)| std::cmp::Reverse((row.valid_from, row.history_no)));
    let on = dossier.on;
    cards
        .into_iter()
        .filter(|(_, card)| card.care_level.is_some())
        .map(|(row, card)| HistoryRow {
            period: words::period(row.valid_from, Some(row.valid_to)),
            care_level: words::care_level_chip(card.care_level.as_deref().unwrap_or_default()),
            limit: card
                .benefit_limit_units
                .map_or_else(String::new, |units| Units::new(units).to_string()),
            origin: if dossier.may_see(Part::Progress) {
                origin(rows, &card).unwrap_or_else(|| "記録なし".to_owned())
            } else {
                "表示していません".to_owned()
            },
            holds: holds(row, on),
        })
        .collect()
}

fn holds(row: &FactRow, on: Date) -> bool {
    row.valid_from <= on && on <= row.valid_to
}

/// The kind of the application that the card's certification came from.
fn origin(rows: &[FactRow], card: &InsuredCardRecord) -> Option<String> {
    let (_, certification) = of_set::<CertificationRecord>(rows).find(|(_, it)| {
        it.valid_from == card.valid_from && Some(&it.care_level) == card.care_level.as_ref()
    })?;
    let (_, application) = of_set::<ApplicationRecord>(rows).find(|(_, it)| {
        it.applied_on == certification.applied_on && it.branch == certification.branch
    })?;
    let kind: ApplicationKind = application.kind.parse().ok()?;
    Some(kind.label().to_owned())
}
