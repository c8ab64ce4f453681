//! The list of what was sent (D06), as a page and as a file.

use axum::{extract::Query, response::Response};
use http::StatusCode;
use kiban_domain::{
    Date,
    opinion_case::{OpinionRoute, SubmissionState},
    read_date,
};
use kiban_services::opinions::{self, Receipt, SentFilter, SentList};
use kiban_store::repo::opinions_sent::SentRow;
use kiban_ui::{Choice, ChoiceField, MedicalOpinionsPage, MenuItem, SentOpinionRow, TextField};
use serde::Deserialize;
use std::collections::BTreeMap;

use crate::{answer::page_with, csv::File, paging, visit::SignedIn, words};

/// Rows that one look reads for a file.
const STEP: usize = 100;
/// The most rows of a file.
const FILE_MOST: usize = 10_000;

const HEADER: [&str; 9] = [
    "受付番号",
    "氏名",
    "被保険者番号（下3桁）",
    "市町村",
    "送信日時",
    "送信の方法",
    "状態",
    "市町村の受領日時",
    "差戻しの理由",
];

/// The query of `/medical/opinions`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    person: String,
    month: String,
    state: String,
    size: String,
    page: String,
}

/// GET `/medical/opinions`.
pub(crate) async fn show(
    signed_in: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let (month_field, month) = month(&asked.month);
    let state: Option<SubmissionState> = asked.state.parse().ok();
    let filter = SentFilter {
        person: asked.person.trim().to_owned(),
        month,
        state,
    };
    let sound = month_field.error.is_none();
    let wanted = paging::Asked::of(&asked.size, &asked.page);
    let address = |size: usize, page: usize| asked.address("/medical/opinions", Some((size, page)));
    let (rows, pager) = if sound {
        // Which rows a page has follows from how many there are: the first look tells, and is enough for the first page.
        let first = list(&signed_in, &filter, (0, STEP)).await?;
        let (range, pager) = wanted.pager(first.total, address);
        let rows = if range.end <= first.rows.len() {
            first.rows[range].to_vec()
        } else {
            let part = (range.start, range.len());
            list(&signed_in, &filter, part).await?.rows
        };
        (rows, pager)
    } else {
        (Vec::new(), wanted.pager(0, address).1)
    };
    let names = names(&signed_in, &rows).await?;
    let status = if sound {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let page = MedicalOpinionsPage {
        frame: signed_in.frame(Some(MenuItem::Opinions)),
        person: TextField::of(asked.person.clone()),
        month: month_field,
        state: states(state),
        narrowed: asked.narrows(),
        rows: rows.iter().map(|it| row(it, &names)).collect(),
        pager,
        csv: asked.address("/medical/opinions.csv", None),
    };
    Ok(page_with(status, &page))
}

/// GET `/medical/opinions.csv`: what the list shows, all pages of it.
pub(crate) async fn download(
    signed_in: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let filter = SentFilter {
        person: asked.person.trim().to_owned(),
        month: month(&asked.month).1,
        state: asked.state.parse().ok(),
    };
    let mut rows: Vec<SentRow> = Vec::new();
    loop {
        let part = list(&signed_in, &filter, (rows.len(), STEP)).await?;
        let last = part.rows.len() < STEP;
        rows.extend(part.rows);
        if last || rows.len() >= FILE_MOST {
            break;
        }
    }
    let names = names(&signed_in, &rows).await?;
    let mut file = File::new(HEADER);
    for it in &rows {
        let shown = row(it, &names);
        let at = it.submission.submitted_at;
        file.line([
            shown.receipt_no.as_str(),
            &shown.name,
            &shown.masked_no,
            &shown.insurer,
            &words::instant_iso(at),
            OpinionRoute::label(&it.submission.route),
            &shown.chip.label,
            &received_at(it).map_or_else(String::new, words::instant_iso),
            &shown.returned,
        ]);
    }
    Ok(file.answer("opinions.csv"))
}

async fn list(
    signed_in: &SignedIn,
    filter: &SentFilter,
    part: (usize, usize),
) -> Result<SentList, Response> {
    let listed = opinions::sent(signed_in.platform(), &signed_in.context, filter, part).await;
    listed.map_err(|error| signed_in.no_case(&error))
}

/// The names of the insurers of these rows.
async fn names(
    signed_in: &SignedIn,
    rows: &[SentRow],
) -> Result<BTreeMap<String, String>, Response> {
    let mut names = BTreeMap::new();
    for it in rows {
        let insurer_no = &it.submission.insurer_no;
        if !names.contains_key(insurer_no.as_str()) {
            let name = words::insurer_name(signed_in.platform(), insurer_no).await;
            let name = name.map_err(|error| signed_in.storage(&error))?;
            names.insert(insurer_no.as_str().to_owned(), name);
        }
    }
    Ok(names)
}

fn received_at(it: &SentRow) -> Option<kiban_domain::Timestamp> {
    let at = it.submission.settled_at;
    at.filter(|_| it.submission.state == SubmissionState::Acknowledged)
}

fn row(it: &SentRow, names: &BTreeMap<String, String>) -> SentOpinionRow {
    let submission = &it.submission;
    let receipt = Receipt::of(submission, false);
    let moment = |at| {
        let (day, time) = words::day_and_time(at);
        format!("{day} {time}")
    };
    let returned = submission.state == SubmissionState::Returned;
    SentOpinionRow {
        href: format!("/medical/receipts/{}", receipt.receipt_no),
        name: it
            .name
            .clone()
            .unwrap_or_else(|| "氏名は表示できません".to_owned()),
        masked_no: words::masked(submission.insured_no.as_str()),
        insurer: names
            .get(submission.insurer_no.as_str())
            .cloned()
            .unwrap_or_default(),
        receipt_no: receipt.receipt_no,
        sent: moment(submission.submitted_at),
        chip: crate::opinion_text::chip(submission.state),
        received: received_at(it).map_or_else(String::new, moment),
        returned: if returned {
            submission.note.clone()
        } else {
            String::new()
        },
    }
}

fn states(chosen: Option<SubmissionState>) -> ChoiceField {
    let all = Choice {
        chosen: chosen.is_none(),
        ..Choice::new("", "すべての状態", "")
    };
    let state = |it: &SubmissionState| Choice {
        chosen: chosen == Some(*it),
        ..Choice::new(it.code(), it.label(), "")
    };
    let states = SubmissionState::ALL.iter().map(state);
    ChoiceField::of(std::iter::once(all).chain(states).collect())
}

/// A month as it is typed: 「令和8年6月」, 「2026-06」, or any day of it.
fn month(typed: &str) -> (TextField, Option<Date>) {
    let typed = typed.trim();
    let field = TextField::of(typed);
    if typed.is_empty() {
        return (field, None);
    }
    let begins = [
        typed.to_owned(),
        format!("{typed}1日"),
        format!("{typed}-01"),
    ];
    let read = begins.iter().find_map(|it| read_date(it).ok());
    match read.filter(|it| it.hint.is_none()) {
        Some(read) => (field, Some(read.date)),
        None => (
            field.with_error("送信した月は、「令和8年6月」か「2026-06」のように入力してください"),
            None,
        ),
    }
}

impl Asked {
    fn conditions(&self) -> [(&'static str, &str); 3] {
        [
            ("person", self.person.trim()),
            ("month", self.month.trim()),
            ("state", self.state.trim()),
        ]
    }

    fn narrows(&self) -> bool {
        self.conditions().iter().any(|it| !it.1.is_empty())
    }

    /// An address with these conditions, and perhaps a size and a page.
    fn address(&self, path: &str, part: Option<(usize, usize)>) -> String {
        let conditions = self.conditions().into_iter();
        let mut pairs: Vec<String> = conditions
            .filter(|it| !it.1.is_empty())
            .map(|(name, value)| format!("{name}={}", words::encoded(value)))
            .collect();
        if let Some((size, page)) = part {
            pairs.push(format!("size={size}&page={page}"));
        }
        if pairs.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{}", pairs.join("&"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::month;

    #[test]
    fn a_month_is_read_in_both_calendars() {
        for typed in ["令和8年6月", "2026-06", "2026年6月", "2026-06-20"] {
            let day = month(typed).1.map(|it| it.first_of_month().to_string());
            assert_eq!(day.as_deref(), Some("2026-06-01"), "{typed}");
        }
        assert!(month("13月").0.error.is_some() && month("13月").1.is_none());
        assert!(month("").0.error.is_none());
    }
}
