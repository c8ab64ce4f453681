//! Pages of insurers (I01, I02, the questionnaire) and of prefectures: how far their municipalities are. Nobody's personal data.

mod contact;
mod declare;
mod home;
mod opinions;
mod prefecture;
mod readiness;
mod survey;
mod users;

use crate::{PortalState, member::SignedIn};
use axum::response::Response;
use http::StatusCode;
use kiban_domain::{Body, InsurerNumber, LocalGovernmentCode, Municipality, Timestamp};
use kiban_portal_ui::{Link, PortalFrame};
use kiban_services::readiness::{self as use_cases, Seen};
use kiban_web_kit::Routes;

/// Pages of insurers and prefectures.
pub(crate) fn routes() -> Routes<PortalState> {
    Routes::new()
        .get("/insurer", home::show)
        .get("/insurer/readiness/{code}", readiness::show)
        .get("/insurer/readiness/{code}/contact", contact::form)
        .post("/insurer/readiness/{code}/contact", contact::submit)
        .get("/insurer/readiness/{code}/{function}", declare::form)
        .post("/insurer/readiness/{code}/{function}", declare::submit)
        .get("/insurer/surveys/{number}/{code}", survey::form)
        .post("/insurer/surveys/{number}/{code}", survey::submit)
        .get("/insurer/users", users::show)
        .post("/insurer/users", users::submit)
        .get("/prefecture/users", users::show)
        .post("/prefecture/users", users::submit)
        .get("/prefecture", prefecture::show)
        .post("/prefecture/remind", prefecture::remind)
        .merge(opinions::routes())
}

/// What is somebody else's is not there.
fn nowhere(signed_in: &SignedIn) -> Response {
    signed_in.say(
        StatusCode::NOT_FOUND,
        "ページが見つかりません",
        "アドレスを確かめるか、はじめの画面から開き直してください。",
        Link::new(
            crate::member::home_of(&signed_in.session),
            "はじめの画面へ戻る",
        ),
    )
}

/// The insurer that somebody acts for; everybody else finds no such page.
fn insurer(signed_in: &SignedIn) -> Option<InsurerNumber> {
    match signed_in.session.body {
        Body::Insurer(number) => Some(number),
        Body::Office(_) | Body::Prefecture(_) | Body::Operator => None,
    }
}

/// A municipality that the insurer declares for.
async fn own(signed_in: &SignedIn, code: &str) -> Result<&'static Municipality, Response> {
    let number = insurer(signed_in).ok_or_else(|| nowhere(signed_in))?;
    let all = use_cases::list_insured(signed_in.platform(), &number).await;
    let all = all.map_err(|error| signed_in.failed(&error))?;
    let code = code.parse::<LocalGovernmentCode>().ok();
    let found = all.into_iter().find(|it| Some(it.code) == code);
    found.ok_or_else(|| nowhere(signed_in))
}

fn frame(signed_in: &SignedIn) -> PortalFrame {
    signed_in
        .frame()
        .at("/insurer")
        .below("/insurer", "業務トップ")
}

fn page_of(it: &Municipality) -> String {
    format!("/insurer/readiness/{}", it.code.as_str())
}

/// What a form has seen, as it goes along with it: microseconds, or nothing.
fn seen_text(at: Option<Timestamp>) -> String {
    at.map_or_else(String::new, |at| at.as_microsecond().to_string())
}

fn seen_of(text: &str) -> Seen {
    let at = text.parse().ok().map(Timestamp::from_microsecond);
    match at {
        Some(Ok(at)) => Seen::UpTo(at),
        Some(Err(_)) | None => Seen::Nothing,
    }
}
