//! The log as a file, for administrators.

use axum::{extract::Query, response::Response};
use http::StatusCode;
use kiban_access::PersonKey;
use kiban_services::access_log;
use kiban_ui::MessageKind;

use super::{Asked, list::refused, wording};
use crate::{answer::Message, csv::File, visit::SignedIn, words};

const HEADER: [&str; 11] = [
    "日時",
    "見た人",
    "ユーザID",
    "利用者",
    "保険者番号",
    "被保険者番号（下3桁）",
    "したこと",
    "結果",
    "理由",
    "見た情報",
    "端末",
];

/// GET `/care/access-log.csv`.
pub(crate) async fn download(
    signed_in: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    file(&signed_in, &asked, None).await
}

/// What the list shows, all pages of it.
pub(crate) async fn file(
    signed_in: &SignedIn,
    asked: &Asked,
    about: Option<&PersonKey>,
) -> Result<Response, Response> {
    let mut read = asked.read(signed_in, about).await?;
    if !read.is_sound() {
        let detail = "閲覧履歴の条件を確かめて、もう一度ダウンロードしてください。";
        let message = Message::new(MessageKind::Unprocessable, detail);
        let mut response = signed_in.say(message.next("/care/access-log", "閲覧履歴へ戻る"));
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Err(response);
    }
    read.question.before = None;
    let looks = access_log::export(
        signed_in.platform(),
        &signed_in.context,
        signed_in.session.role,
        &read.question,
    )
    .await
    .map_err(|error| refused(signed_in, error))?;
    let mut file = File::new(HEADER);
    for look in &looks {
        let event = &look.event;
        let key = look.person.as_ref();
        let masked = key.map_or_else(String::new, |key| words::masked(key.insured_no.as_str()));
        let outcome = match wording::refused(event) {
            refused if refused.is_empty() => "表示または実施".to_owned(),
            refused => refused,
        };
        file.line([
            words::instant_iso(event.at).as_str(),
            &wording::user(look),
            event.actor.staff.as_deref().unwrap_or_default(),
            &key.map_or_else(|| "複数の方".to_owned(), |_| wording::person(look)),
            key.map_or("", |key| key.insurer_no.as_str()),
            &masked,
            &wording::what(event),
            &outcome,
            &wording::why(look),
            &wording::parts(event),
            &wording::terminal(look),
        ]);
    }
    Ok(file.answer("access-log.csv"))
}
