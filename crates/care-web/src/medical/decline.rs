//! 「作成できない」 as an answer to a request (D-5): reason, asked once more, told.

use axum::response::Response;
use http::StatusCode;
use kiban_domain::opinion_case::{CaseAct, CaseState, DeclineReason, NotNow};
use kiban_services::opinions::{self, CaseError, CaseView, NOTE_MOST};
use kiban_ui::{Choice, ChoiceField, MenuItem, OpinionDeclinePage, TextField};

use super::{Asked, case, failed, head};
use crate::{
    answer::{page, page_with, see_other},
    form::{Fields, Posted},
    visit::SignedIn,
};

/// GET `…/decline`.
pub(crate) async fn ask(signed_in: SignedIn, asked: Asked) -> Result<Response, Response> {
    let view = case::open(&signed_in, &asked).await?;
    possible(&signed_in, &asked, &view)?;
    Ok(page(&form(&signed_in, &asked, &view, "", "").await?))
}

/// POST `…/decline`: on to the confirmation, back to the form, or told.
pub(crate) async fn decline(
    asked: Asked,
    Posted {
        signed_in,
        form: fields,
    }: Posted,
) -> Result<Response, Response> {
    let view = case::open(&signed_in, &asked).await?;
    let done = format!("{}?done=declined", asked.base());
    if fields.get("go") == "decline" && view.case.row.state == CaseState::Declined {
        // The same answer again.
        return Ok(see_other(&done));
    }
    possible(&signed_in, &asked, &view)?;
    let (mut shown, reason) = read(&signed_in, &asked, &view, &fields).await?;
    let Some(reason) = reason else {
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown));
    };
    match fields.get("go") {
        "back" => Ok(page(&shown)),
        "decline" => {
            let (platform, context) = (signed_in.platform(), &signed_in.context);
            let words = fields.get("note").replace("\r\n", "\n");
            match opinions::decline(platform, context, asked.id, reason, &words).await {
                Ok(()) | Err(CaseError::NotNow(NotNow::Declined)) => Ok(see_other(&done)),
                Err(error) => Err(failed(&signed_in, &error, &asked.base())),
            }
        }
        _ => {
            shown.confirm = true;
            Ok(page(&shown))
        }
    }
}

#[expect(
    clippy::result_large_err,
    reason = "the answer itself, as in the handlers"
)]
fn possible(signed_in: &SignedIn, asked: &Asked, view: &CaseView) -> Result<(), Response> {
    let next = view.case.row.state.after(CaseAct::Decline);
    next.map(|_| ())
        .map_err(|reason| failed(signed_in, &reason.into(), &asked.base()))
}

/// Reads the answers, all of them before any is complained of.
async fn read(
    signed_in: &SignedIn,
    asked: &Asked,
    view: &CaseView,
    fields: &Fields,
) -> Result<(OpinionDeclinePage, Option<DeclineReason>), Response> {
    let (reason, note) = (fields.get("reason"), fields.get("note"));
    let mut shown = form(signed_in, asked, view, reason, note).await?;
    let reason: Option<DeclineReason> = reason.parse().ok();
    if reason.is_none() {
        shown.reason.error = Some("作成できない理由を選択してください".to_owned());
    }
    if reason == Some(DeclineReason::Other) && note.is_empty() {
        shown.note.error =
            Some("「その他」を選んだときは、理由の補足を入力してください".to_owned());
    } else if note.chars().count() > NOTE_MOST {
        shown.note.error = Some(format!(
            "理由の補足は、{NOTE_MOST}文字以内で入力してください"
        ));
    } else if note
        .chars()
        .any(|it| it.is_control() && it != '\n' && it != '\r')
    {
        shown.note.error =
            Some("理由の補足に、使えない文字（制御文字）が含まれています".to_owned());
    }
    let sound = shown.errors().is_empty();
    Ok((shown, reason.filter(|_| sound)))
}

async fn form(
    signed_in: &SignedIn,
    asked: &Asked,
    view: &CaseView,
    reason: &str,
    note: &str,
) -> Result<OpinionDeclinePage, Response> {
    let choice = |known: &DeclineReason| Choice {
        chosen: known.code() == reason,
        ..Choice::new(known.code(), known.label(), "")
    };
    Ok(OpinionDeclinePage {
        frame: signed_in.frame(Some(MenuItem::Opinions)),
        head: head(signed_in, view, None).await?,
        base: asked.base(),
        confirm: false,
        reason: ChoiceField::of(DeclineReason::ALL.iter().map(choice).collect()),
        note: TextField::of(note.replace("\r\n", "\n")),
    })
}
