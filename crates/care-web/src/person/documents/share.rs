//! Sharing a file with another office of the same person.

use axum::{extract::Path, response::Response};
use http::StatusCode;
use kiban_access::{DocumentRefusal, Refusal};
use kiban_domain::OfficeNumber;
use kiban_services::documents::{self, ShareError};
use kiban_ui::{Choice, ChoiceField, DocumentSharePage, MenuItem, MessageKind, TextField};
use uuid::Uuid;

use super::{About, PURPOSE, facts};
use crate::{
    answer::{Message, minutes, page, page_with, retry_after, see_other},
    form::{Fields, Posted},
    persons::listed,
    visit::SignedIn,
};

/// The choice that wants a number.
const OTHER: &str = "other";

/// GET `…/documents/{id}/share`.
pub(crate) async fn ask(
    signed_in: SignedIn,
    Path((insurer_no, insured_no, id)): Path<(String, String, String)>,
) -> Result<Response, Response> {
    let about = About::of(&signed_in, &(insurer_no, insured_no))
        .ok_or_else(|| signed_in.refused(Refusal::NotFound))?;
    let id = about.document_id(&id)?;
    Ok(page(&input(&about, id, &Fields::default()).await?))
}

/// POST `…/documents/{id}/share`.
pub(crate) async fn submit(
    Path((insurer_no, insured_no, id)): Path<(String, String, String)>,
    Posted { signed_in, form }: Posted,
) -> Result<Response, Response> {
    let about = About::of(&signed_in, &(insurer_no, insured_no))
        .ok_or_else(|| signed_in.refused(Refusal::NotFound))?;
    let id = about.document_id(&id)?;
    let mut filled = input(&about, id, &form).await?;
    let Some(office_no) = read(&mut filled, &form) else {
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &filled));
    };
    let (platform, context) = (signed_in.platform(), &signed_in.context);
    let error = match documents::share(platform, context, &about.key, id, office_no).await {
        Ok(_) => return Ok(see_other(&format!("{}?done=shared", about.documents()))),
        Err(ShareError::OfficeCannot) => {
            "この番号の事業所とは共有できません。番号と、この方の担当登録があるかを相手の事業所に確かめてください"
        }
        Err(ShareError::AlreadyShared) => "この事業所とは、すでに共有しています",
        Err(error) => return Err(about.not_shared(error)),
    };
    let field = if form.get("office") == OTHER || filled.office.choices.is_empty() {
        &mut filled.office_no.error
    } else {
        &mut filled.office.error
    };
    *field = Some(error.to_owned());
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &filled))
}

/// The office that was picked or typed; what is missing stands beside its field.
fn read(filled: &mut DocumentSharePage, form: &Fields) -> Option<OfficeNumber> {
    let picked = form.get("office");
    let none = filled.office.choices.is_empty();
    if !none && !filled.office.choices.iter().any(|it| it.chosen) {
        filled.office.error = Some("相手の事業所を選択してください".to_owned());
        return None;
    }
    if !none && picked != OTHER {
        return picked.parse().ok();
    }
    let typed = form.get("office_no").parse().ok();
    if typed.is_none() {
        let error = "相手の事業所番号は、10桁で入力してください";
        filled.office_no.error = Some(error.to_owned());
    }
    typed
}

async fn input(about: &About, id: Uuid, form: &Fields) -> Result<DocumentSharePage, Response> {
    let signed_in = &about.signed_in;
    let (platform, context) = (signed_in.platform(), &signed_in.context);
    let known = documents::partners(platform, context, &about.key, id).await;
    let (row, partners) = known.map_err(|error| about.not_shared(error))?;
    let person = about.read(None, PURPOSE).await?.head();
    let mut choices: Vec<Choice> = partners
        .iter()
        .map(|it| Choice::new(it.office_no.as_str(), &it.name, it.office_no.as_str()))
        .collect();
    if !choices.is_empty() {
        let help = "事業所番号を入力します。";
        choices.push(Choice::new(OTHER, "ほかの事業所", help));
    }
    for choice in &mut choices {
        choice.chosen = choice.value == form.get("office");
    }
    Ok(DocumentSharePage {
        frame: signed_in.frame(Some(MenuItem::Persons)),
        person,
        facts: facts(&row),
        office: ChoiceField::of(choices),
        office_no: TextField::of(form.get("office_no")),
    })
}

impl About {
    fn not_shared(&self, error: ShareError) -> Response {
        match error {
            ShareError::NotFound | ShareError::OfficeCannot | ShareError::AlreadyShared => {
                self.no_document()
            }
            ShareError::TooMany(exhausted) => {
                let minutes = minutes(exhausted.retry_after);
                let detail = format!(
                    "共有できない事業所番号が続いたため、しばらく受け付けません。約{minutes}分たってからお試しください。"
                );
                let message = Message::new(MessageKind::Unavailable, &detail);
                let message = message.next(&self.documents(), "書類の一覧へ戻る");
                let mut response = self.signed_in.say(message);
                *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
                retry_after(response, exhausted.retry_after)
            }
            ShareError::Refused(DocumentRefusal::Refused(refusal)) => {
                self.signed_in.refused(refusal)
            }
            ShareError::Refused(DocumentRefusal::Withheld(why)) => {
                let reason = super::reason(why);
                let detail = format!("{}。{}", reason.label(), reason.remedy());
                let consents = format!("{}/consents", listed::path(&self.key));
                let message = Message::new(MessageKind::Forbidden, &detail);
                self.signed_in
                    .say(message.next(&consents, "同意の記録を開く"))
            }
            ShareError::Storage(error) => self.signed_in.storage(&error),
        }
    }
}
