//! Ending a registration: reason and last day, asked once more (W-4).

use axum::{extract::Path, response::Response};
use http::StatusCode;
use kiban_domain::{Date, EndReason};
use kiban_services::relations::{self, End, EndError, NOTE_MAX};
use kiban_store::repo::relations::ListedRow;
use kiban_ui::{
    Choice, ChoiceField, DateField, EndRegistrationPage, EndStage, MenuItem, TextField,
};
use uuid::Uuid;

use crate::{
    answer::{page, page_with, see_other},
    dates,
    form::{Fields, Posted},
    persons::listed,
    visit::SignedIn,
    words,
};

/// GET `/care/registrations/{id}/end`.
pub(crate) async fn ask(signed_in: SignedIn, Path(id): Path<String>) -> Result<Response, Response> {
    let row = find(&signed_in, &id).await?;
    let last = dates::field(signed_in.platform().today());
    Ok(page(&input(&signed_in, &row, "", "", last)))
}

/// POST `/care/registrations/{id}/end`: on to the confirmation, back to the form, or ended.
pub(crate) async fn end(
    Path(id): Path<String>,
    Posted { signed_in, form }: Posted,
) -> Result<Response, Response> {
    let row = find(&signed_in, &id).await?;
    let (mut filled, answers) = read(&signed_in, &row, &form);
    let Some(answers) = answers else {
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &filled));
    };
    match form.get("go") {
        "back" => Ok(page(&filled)),
        "end" => finish(&signed_in, &row, answers, filled).await,
        _ => {
            filled.stage = EndStage::Confirm {
                last_day: answers.last_day.map(words::date),
            };
            Ok(page(&filled))
        }
    }
}

async fn finish(
    signed_in: &SignedIn,
    row: &ListedRow,
    answers: Answers,
    mut filled: EndRegistrationPage,
) -> Result<Response, Response> {
    let today = signed_in.platform().today();
    let request = End {
        person: row.relation.person.clone(),
        relation_id: row.relation.relation_id,
        last_day: answers.last_day,
        reason: answers.reason,
        note: answers.note,
    };
    match relations::end(signed_in.platform(), &signed_in.context, request).await {
        Ok(ended) if ended.is_over(today) => {
            Ok(see_other("/care/registrations?show=ended&done=ended"))
        }
        Ok(_) => Ok(see_other("/care/registrations?done=planned")),
        Err(EndError::NotFound) => Err(signed_in.nothing_there()),
        Err(EndError::LastDayOutOfRange { from, to }) => {
            filled.last.error = Some(out_of_range(from, to));
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &filled))
        }
        Err(EndError::Reason) => {
            filled.reason.error = Some(reason_missing());
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &filled))
        }
        Err(EndError::Note) => {
            filled.note.error = Some(note_missing());
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &filled))
        }
        Err(EndError::Storage(error)) => Err(signed_in.storage(&error)),
    }
}

/// What was answered, understood.
struct Answers {
    reason: EndReason,
    note: String,
    /// A mistake has none.
    last_day: Option<Date>,
}

/// Reads the answers, all of them before any is complained of.
fn read(
    signed_in: &SignedIn,
    row: &ListedRow,
    form: &Fields,
) -> (EndRegistrationPage, Option<Answers>) {
    let reason: Option<EndReason> = form.get("reason").parse().ok();
    let reason = reason.filter(|reason| reason.may_be_given());
    let note = if reason == Some(EndReason::Other) {
        form.get("note")
    } else {
        ""
    };
    let (mut last, day) = dates::read(form, "last", "担当の最後の日");
    let mut last_day = None;
    if reason == Some(EndReason::Mistake) {
        last.error = None;
    } else if let Some(day) = day {
        let (from, to) = relations::span(&row.relation, signed_in.platform().today());
        if (from..=to).contains(&day) {
            last_day = Some(day);
        } else {
            last.error = Some(out_of_range(from, to));
        }
    }
    let mut page = input(signed_in, row, form.get("reason"), note, last);
    if reason.is_none() {
        page.reason.error = Some(reason_missing());
    }
    let length = note.chars().count();
    if reason == Some(EndReason::Other) && (length == 0 || length > NOTE_MAX) {
        page.note.error = Some(note_missing());
    }
    let sound = page.errors().is_empty();
    let answers = reason.filter(|_| sound).map(|reason| Answers {
        reason,
        note: note.to_owned(),
        last_day,
    });
    (page, answers)
}

fn out_of_range(from: Date, to: Date) -> String {
    let (from, to) = (words::date(from).wareki, words::date(to).wareki);
    format!("担当の最後の日は、{from}から{to}までで入力してください")
}

fn reason_missing() -> String {
    "終了の理由を選択してください".to_owned()
}

fn note_missing() -> String {
    format!("その他の理由の内容は、1文字以上{NOTE_MAX}文字以内で入力してください")
}

fn input(
    signed_in: &SignedIn,
    row: &ListedRow,
    reason: &str,
    note: &str,
    last: DateField,
) -> EndRegistrationPage {
    let choice = |known: &EndReason| Choice {
        chosen: known.code() == reason,
        ..Choice::new(known.code(), known.label(), "")
    };
    EndRegistrationPage {
        frame: signed_in.frame(Some(MenuItem::Registrations)),
        stage: EndStage::Input,
        id: row.relation.relation_id.to_string(),
        person: row.name.clone(),
        kana: row.name_kana.clone(),
        service: row.relation.service_kind.label().to_owned(),
        since: words::date(row.relation.valid_from),
        reason: ChoiceField::of(
            EndReason::ALL
                .iter()
                .filter(|reason| reason.may_be_given())
                .map(choice)
                .collect(),
        ),
        note: TextField::of(note),
        last,
    }
}

/// A registration of this office that is not over; any other is not there.
pub(super) async fn find(signed_in: &SignedIn, id: &str) -> Result<ListedRow, Response> {
    let id: Uuid = id.parse().map_err(|_| signed_in.nothing_there())?;
    let today = signed_in.platform().today();
    let rows = listed::all(signed_in).await?;
    rows.into_iter()
        .find(|row| row.relation.relation_id == id && !row.relation.is_over(today))
        .ok_or_else(|| signed_in.nothing_there())
}
