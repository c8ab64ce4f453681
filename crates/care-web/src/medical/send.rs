//! 確認・送信 (D05): everything that is sent, to whom, and sending it once.

use axum::response::Response;
use http::StatusCode;
use kiban_domain::opinion::{Edition, Opinion};
use kiban_domain::opinion_case::CaseAct;
use kiban_services::opinions::{self, NewOpinion, OpenDraft, SendError};
use kiban_ui::{
    MenuItem, NoteLevel, Notice, NoticeKind, OpinionSendPage, OpinionSendSection, items_of_section,
};

use super::{Asked, check, edit, failed, head, notes};
use crate::{
    answer::{page, page_with, see_other},
    form::Posted,
    visit::SignedIn,
};

/// GET `…/send`: what may not be sent yet leads to the check.
pub(crate) async fn ask(signed_in: SignedIn, asked: Asked) -> Result<Response, Response> {
    let open = edit::open(&signed_in, &asked).await?;
    if open.view.case.row.state.after(CaseAct::Send).is_err() {
        return Ok(see_other(&asked.base()));
    }
    if !open.check.may_be_sent() || open.revision == 0 {
        return Ok(see_other(&format!("{}/check", asked.base())));
    }
    Ok(page(&form(&signed_in, &asked, &open).await?))
}

/// POST `…/send`. The same again is the same receipt.
pub(crate) async fn send(
    asked: Asked,
    Posted {
        signed_in,
        form: fields,
    }: Posted,
) -> Result<Response, Response> {
    let (platform, context) = (signed_in.platform(), &signed_in.context);
    let revision = fields.get("seen").parse().unwrap_or(-1);
    let new = NewOpinion::Draft { revision };
    let Err(error) = opinions::send(platform, context, asked.id, new).await else {
        return Ok(see_other(&format!("{}?done=sent", asked.base())));
    };
    let again = |status, title: &'static str| {
        let messages = error.messages().join("");
        let (signed_in, asked) = (&signed_in, &asked);
        async move {
            let open = edit::open(signed_in, asked).await?;
            let mut shown = form(signed_in, asked, &open).await?;
            let notice = Notice::new(NoticeKind::Error, title, messages);
            shown.notices.insert(0, notice);
            Ok(page_with(status, &shown))
        }
    };
    match &error {
        SendError::Case(error) => Err(failed(&signed_in, error, &asked.base())),
        SendError::Findings(_) | SendError::Form(_) | SendError::Mismatch(_) => {
            let open = edit::open(&signed_in, &asked).await?;
            check::instead(&signed_in, &asked, &open).await
        }
        SendError::Stale { .. } => again(StatusCode::CONFLICT, "ほかの人が先に更新しました").await,
        SendError::UnknownEdition
        | SendError::KeyReused
        | SendError::Unchanged
        | SendError::Pdf(_) => {
            again(StatusCode::UNPROCESSABLE_ENTITY, "まだ送信していません").await
        }
    }
}

async fn form(
    signed_in: &SignedIn,
    asked: &Asked,
    open: &OpenDraft,
) -> Result<OpinionSendPage, Response> {
    let edition = open.check.edition;
    let mut cautions = notes::before_sending(&open.check);
    cautions.retain(|it| it.level == NoteLevel::Caution);
    let mut notices = Vec::new();
    if open.view.case.row.state.after(CaseAct::Withdraw).is_ok() {
        notices.push(Notice::new(
            NoticeKind::Warning,
            "送信済みの意見書があります",
            "送信すると、送信済みの意見書と差し替わります。市町村は、新しい意見書だけを受け取ります。",
        ));
    }
    Ok(OpinionSendPage {
        frame: signed_in.frame(Some(MenuItem::Opinions)),
        head: head(signed_in, &open.view, Some(edition.code())).await?,
        base: asked.base(),
        seen: open.revision,
        notices,
        cautions,
        sections: sections(edition, &open.check.opinion),
        has_printer: signed_in.has_printer(),
    })
}

/// Everything that is sent, in words.
fn sections(edition: &Edition, opinion: &Opinion) -> Vec<OpinionSendSection> {
    let sections = edition.sections().iter().enumerate().skip(1);
    sections
        .map(|(at, section)| {
            let items = items_of_section(edition, at).into_iter();
            let items = items.filter_map(|item| {
                let value = opinion.get(item)?;
                Some((edition.name(item).to_owned(), edition.show(item, &value)))
            });
            OpinionSendSection {
                code: section.code.clone(),
                title: section.title.clone(),
                items: items.collect(),
            }
        })
        .collect()
}
