//! The reason for one view, and opening it.

use axum::response::Response;
use http::StatusCode;
use kiban_access::{EmergencyRefusal, PersonKey};
use kiban_domain::EmergencyReason;
use kiban_services::emergency::{self, Asked, OpenError, STATEMENT_MAX, STATEMENT_MIN, Wanted};
use kiban_ui::{Choice, ChoiceField, EmergencyReasonPage, MenuItem, MessageKind, TextField};

use super::{coded, refused, typed};
use crate::{
    answer::{Message, minutes, page, page_with, retry_after, see_other},
    form::{Fields, Posted},
    visit::SignedIn,
    words,
};

/// POST `/care/emergency/reason`: one of the persons found was chosen. Nothing is read here: the page repeats what was typed.
pub(crate) async fn ask(Posted { signed_in, form }: Posted) -> Result<Response, Response> {
    let (page_, ..) = read(&signed_in, &form)?;
    Ok(page(&page_))
}

/// POST `/care/emergency/open`: leads on to the view.
pub(crate) async fn open(Posted { signed_in, form }: Posted) -> Result<Response, Response> {
    let (mut filled, person, wanted) = read(&signed_in, &form)?;
    let reason = form.get("reason").parse::<EmergencyReason>().ok();
    if reason.is_none() {
        filled.reason.error = Some("緊急閲覧の理由を選択してください".to_owned());
    }
    let statement = form.get("statement").to_owned();
    let length = statement.chars().count();
    if !(STATEMENT_MIN..=STATEMENT_MAX).contains(&length) {
        filled.statement.error = Some(wrong_length());
    }
    let Some(reason) = reason.filter(|_| filled.errors().is_empty()) else {
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &filled));
    };
    let asked = Asked {
        person,
        wanted,
        reason,
        statement,
    };
    match emergency::open(signed_in.platform(), &signed_in.context, asked).await {
        Ok(id) => Ok(see_other(&format!("/care/emergency/views/{id}"))),
        Err(OpenError::Refused(refusal)) => Err(refused(&signed_in, refusal)),
        Err(OpenError::Statement) => {
            filled.statement.error = Some(wrong_length());
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &filled))
        }
        Err(OpenError::TooMany(exhausted)) => {
            let wait = minutes(exhausted.retry_after);
            let wait = format!("{wait}分後に、もう一度操作してください。");
            let detail = coded(&wait, "emergency_too_many_searches");
            let message = Message::new(MessageKind::TooMany, &detail);
            let message = message.next("/care/emergency", "緊急閲覧の画面へ戻る");
            Ok(retry_after(signed_in.say(message), exhausted.retry_after))
        }
        Err(OpenError::Storage(error)) => Err(signed_in.storage(&error)),
    }
}

fn wrong_length() -> String {
    format!("くわしい事情は、{STATEMENT_MIN}文字から{STATEMENT_MAX}文字までで入力してください")
}

/// The form as it was sent; a form that was not made by the list of those found leads back to the search.
#[expect(
    clippy::result_large_err,
    reason = "the answer itself, as in the handlers"
)]
fn read(
    signed_in: &SignedIn,
    form: &Fields,
) -> Result<(EmergencyReasonPage, PersonKey, Wanted), Response> {
    if signed_in.emergency.is_empty() {
        return Err(refused(signed_in, EmergencyRefusal::NotOpen));
    }
    let person = person(form.get("person"));
    let Some((person, wanted)) = person.zip(typed(form).wanted) else {
        return Err(refused(signed_in, EmergencyRefusal::NotFound));
    };
    let carried = [
        "person",
        "kana",
        "birth_era",
        "birth_year",
        "birth_month",
        "birth_day",
        "sex",
    ];
    let choice = |known: &EmergencyReason| Choice {
        chosen: known.code() == form.get("reason"),
        ..Choice::new(known.code(), known.label(), "")
    };
    let page = EmergencyReasonPage {
        frame: signed_in.frame(Some(MenuItem::Emergency)),
        kana: wanted.name_kana.as_str().to_owned(),
        birth: words::date(wanted.birth_date),
        masked_no: words::masked(person.insured_no.as_str()),
        carried: carried
            .map(|name| (name, form.get(name).to_owned()))
            .to_vec(),
        reason: ChoiceField::of(EmergencyReason::ALL.iter().map(choice).collect()),
        statement: TextField::of(form.get("statement")),
    };
    Ok((page, person, wanted))
}

fn person(text: &str) -> Option<PersonKey> {
    let (insurer_no, insured_no) = text.split_once('.')?;
    Some(PersonKey {
        insurer_no: insurer_no.parse().ok()?,
        insured_no: insured_no.parse().ok()?,
    })
}
