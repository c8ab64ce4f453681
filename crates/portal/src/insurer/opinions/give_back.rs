//! Giving an opinion back with a reason (I03, D-2).

use super::{
    case::{about, holds},
    frame, id_of, page_of, refused,
};
use crate::member::{PostedIn, SignedIn};
use axum::{
    extract::{Path, Query},
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use kiban_portal_ui::{Link, MemberReasonPage, ReasonForm, TextField};
use kiban_services::opinions::{self, CaseError, CaseId};
use serde::Deserialize;

/// Which opinion.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Which {
    receipt: String,
}

/// GET `/insurer/opinions/{id}/return`.
pub(super) async fn form(
    signed_in: SignedIn,
    Path(id): Path<String>,
    Query(which): Query<Which>,
) -> Result<Response, Response> {
    let id = id_of(&signed_in, &id)?;
    let page = page(&signed_in, id, &which.receipt, TextField::default()).await?;
    Ok(signed_in.page(StatusCode::OK, &page))
}

async fn page(
    signed_in: &SignedIn,
    id: CaseId,
    receipt: &str,
    reason: TextField,
) -> Result<MemberReasonPage, Response> {
    let here = page_of(id);
    let view = opinions::open_asked(signed_in.platform(), &signed_in.context(), id).await;
    let view = view.map_err(|error| refused(signed_in, error, super::HERE))?;
    if !holds(&view, receipt) {
        return Err(super::nowhere(signed_in));
    }
    let number = view.case.row.key.request_no.as_str().to_owned();
    let mut facts = about(&view);
    facts.push(("受付番号".to_owned(), receipt.to_owned()));
    Ok(MemberReasonPage {
        frame: frame(signed_in).below(&here, format!("意見書の依頼 {number}")),
        form: ReasonForm {
            title: "意見書の差戻し".to_owned(),
            lead: "入力した理由は、医療機関の画面に表示されます。医療機関が直した意見書は、あらためて届きます。受領した意見書を差し戻すと、受領は取り消されます。".to_owned(),
            facts,
            action: format!("{here}/return"),
            hidden: vec![("receipt".to_owned(), receipt.to_owned())],
            reason,
            button: "差し戻す".to_owned(),
            back: Link::new(here, "差し戻さないで依頼の画面へ戻る"),
        },
    })
}

/// POST `/insurer/opinions/{id}/return`.
pub(super) async fn submit(Path(id): Path<String>, posted: PostedIn) -> Result<Response, Response> {
    let PostedIn { signed_in, fields } = posted;
    let id = id_of(&signed_in, &id)?;
    let here = page_of(id);
    let (receipt, reason) = (fields.get("receipt"), fields.get("reason"));
    let (platform, context) = (signed_in.platform(), signed_in.context());
    let view = opinions::open_asked(platform, &context, id).await;
    let view = view.map_err(|error| refused(&signed_in, error, super::HERE))?;
    if !holds(&view, receipt) {
        return Err(super::nowhere(&signed_in));
    }
    match opinions::return_with_reason(platform, &context, receipt, reason).await {
        Ok(_) => Ok(Redirect::to(&format!("{here}?done=returned")).into_response()),
        Err(error @ CaseError::Note) => {
            let message = error.message();
            let message = message.trim_end_matches('。');
            let reason = TextField::of(reason).with_error(message);
            let page = page(&signed_in, id, receipt, reason).await?;
            Ok(signed_in.page(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(refused(&signed_in, error, &here)),
    }
}
