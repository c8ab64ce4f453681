//! Taking an opinion back before the municipality has received it (D-1).

use axum::response::Response;
use http::StatusCode;
use kiban_domain::opinion_case::{CaseAct, CaseState};
use kiban_services::opinions::{self, CaseView, NOTE_MOST, Receipt};
use kiban_ui::{MenuItem, OpinionWithdrawPage, TextField};

use super::{Asked, case, failed, head};
use crate::{
    answer::{page, page_with, see_other},
    form::Posted,
    visit::SignedIn,
    words,
};

/// GET `…/withdraw`.
pub(crate) async fn ask(signed_in: SignedIn, asked: Asked) -> Result<Response, Response> {
    let view = case::open(&signed_in, &asked).await?;
    possible(&signed_in, &asked, &view)?;
    Ok(page(
        &form(&signed_in, &asked, &view, TextField::default()).await?,
    ))
}

/// POST `…/withdraw`.
pub(crate) async fn withdraw(
    asked: Asked,
    Posted {
        signed_in,
        form: fields,
    }: Posted,
) -> Result<Response, Response> {
    let view = case::open(&signed_in, &asked).await?;
    let done = format!("{}?done=withdrawn", asked.base());
    if view.case.row.state == CaseState::Withdrawn {
        // The same answer again.
        return Ok(see_other(&done));
    }
    possible(&signed_in, &asked, &view)?;
    let reason = fields.get("reason");
    let error = if reason.is_empty() {
        Some("取り下げる理由を入力してください".to_owned())
    } else if reason.chars().count() > NOTE_MOST || reason.contains(char::is_control) {
        Some(format!(
            "取り下げる理由は、改行せずに{NOTE_MOST}文字以内で入力してください"
        ))
    } else {
        None
    };
    if let Some(error) = error {
        let field = TextField::of(reason).with_error(error);
        let shown = form(&signed_in, &asked, &view, field).await?;
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown));
    }
    let (platform, context) = (signed_in.platform(), &signed_in.context);
    opinions::withdraw_because(platform, context, asked.id, reason)
        .await
        .map_err(|error| failed(&signed_in, &error, &asked.base()))?;
    Ok(see_other(&done))
}

#[expect(
    clippy::result_large_err,
    reason = "the answer itself, as in the handlers"
)]
fn possible(signed_in: &SignedIn, asked: &Asked, view: &CaseView) -> Result<(), Response> {
    let next = view.case.row.state.after(CaseAct::Withdraw);
    next.map(|_| ())
        .map_err(|reason| failed(signed_in, &reason.into(), &asked.base()))
}

async fn form(
    signed_in: &SignedIn,
    asked: &Asked,
    view: &CaseView,
    reason: TextField,
) -> Result<OpinionWithdrawPage, Response> {
    let last = view.submissions.last();
    Ok(OpinionWithdrawPage {
        frame: signed_in.frame(Some(MenuItem::Opinions)),
        head: head(signed_in, view, None).await?,
        base: asked.base(),
        receipt_no: last.map_or_else(String::new, |it| Receipt::of(it, false).receipt_no),
        sent_at: last.map_or_else(String::new, |it| words::instant(it.submitted_at)),
        reason,
    })
}
