//! 入力チェック (D04): what is missing and what contradicts itself, with the way to each field.

use axum::response::Response;
use http::StatusCode;
use kiban_domain::opinion_case::CaseAct;
use kiban_services::opinions::OpenDraft;
use kiban_ui::{
    MenuItem, NoteLevel, Notice, NoticeKind, OpinionCheckPage, OpinionCheckSection, section_of_item,
};

use super::{Asked, edit, head, notes};
use crate::{
    answer::{page, page_with, see_other},
    visit::SignedIn,
};

/// GET `…/check`.
pub(crate) async fn show(signed_in: SignedIn, asked: Asked) -> Result<Response, Response> {
    let open = edit::open(&signed_in, &asked).await?;
    if open.view.case.row.state.after(CaseAct::Save).is_err() {
        return Ok(see_other(&asked.base()));
    }
    Ok(page(&found(&signed_in, &asked, &open).await?))
}

/// Instead of sending: 422 with what is to be mended.
pub(super) async fn instead(
    signed_in: &SignedIn,
    asked: &Asked,
    open: &OpenDraft,
) -> Result<Response, Response> {
    let mut shown = found(signed_in, asked, open).await?;
    shown.notices.insert(
        0,
        Notice::new(
            NoticeKind::Error,
            "まだ送信していません",
            "次の項目を直してから、もう一度送信してください。",
        ),
    );
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown))
}

async fn found(
    signed_in: &SignedIn,
    asked: &Asked,
    open: &OpenDraft,
) -> Result<OpinionCheckPage, Response> {
    let edition = open.check.edition;
    let notes = notes::before_sending(&open.check);
    let sections = edition.sections().iter().enumerate().skip(1);
    let sections = sections.map(|(at, section)| OpinionCheckSection {
        code: section.code.clone(),
        title: section.title.clone(),
        notes: notes
            .iter()
            .filter(|it| section_of_item(edition, it.item) == at)
            .cloned()
            .collect(),
    });
    let errors = notes
        .iter()
        .filter(|it| it.level == NoteLevel::Error)
        .count();
    let cautions = notes.len() - errors;
    let may_be_sent = open.check.may_be_sent();
    let mut notices = vec![if errors > 0 {
        Notice::new(
            NoticeKind::Warning,
            format!("直すところが{errors}件あります"),
            "すべて直すと、送信できます。項目を選ぶと、入力欄へ移ります。",
        )
    } else if cautions > 0 {
        Notice::new(
            NoticeKind::Info,
            format!("確かめるところが{cautions}件あります"),
            "間違いがなければ、このまま送信できます。",
        )
    } else {
        Notice::new(
            NoticeKind::Success,
            "直すところはありません",
            "内容を確認して、送信してください。",
        )
    }];
    for it in &open.check.mismatches {
        notices.push(Notice::new(
            NoticeKind::Warning,
            "依頼の内容と違います",
            it.message(),
        ));
    }
    Ok(OpinionCheckPage {
        frame: signed_in.frame(Some(MenuItem::Opinions)),
        head: head(signed_in, &open.view, Some(edition.code())).await?,
        base: asked.base(),
        notices,
        sections: sections.filter(|it| !it.notes.is_empty()).collect(),
        may_be_sent,
    })
}
