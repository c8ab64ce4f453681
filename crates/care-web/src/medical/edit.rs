//! 主治医意見書の入力 (D03): the form, a section at a time, in the order of the paper.

use axum::{extract::Query, response::Response};
use kiban_domain::opinion_case::{CaseAct, CaseState};
use kiban_services::opinions::{self, OpenDraft};
use kiban_ui::{
    MenuItem, Notice, NoticeKind, OpinionEditPage, OpinionPast, OpinionStale, items_of_section,
    opinion_groups, section_of_item,
};
use serde::Deserialize;

use super::{Asked, failed, head, notes, past, typed};
use crate::{
    answer::{page, see_other},
    visit::SignedIn,
};

/// Which section, which previous opinion beside it, and what just happened.
#[derive(Debug, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    section: String,
    #[serde(default)]
    past: String,
    #[serde(default)]
    done: String,
    #[serde(default)]
    taken: usize,
}

/// GET `…/edit`.
pub(crate) async fn show(
    signed_in: SignedIn,
    asked: Asked,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Response> {
    let open = open(&signed_in, &asked).await?;
    // What cannot be written now has its page with the reason and the way on.
    if open.view.case.row.state.after(CaseAct::Save).is_err() {
        return Ok(see_other(&asked.base()));
    }
    let shown = Shown {
        section: typed::section_of(open.check.edition, &wanted.section),
        past: &wanted.past,
        stale: None,
    };
    let mut form = form(&signed_in, &asked, &open, shown).await?;
    if wanted.taken > 0 {
        form.notices.insert(
            0,
            Notice::new(
                NoticeKind::Success,
                format!("前回の意見書から{}件の項目を引き継ぎました", wanted.taken),
                "今回の状態と違うところがないか、確かめてください。",
            ),
        );
    } else if wanted.done == "saved" {
        let told = notes::summary(&notes::while_writing(&open.check));
        form.notices.insert(
            0,
            Notice::new(NoticeKind::Success, "下書きを保存しました", told),
        );
    }
    Ok(page(&form))
}

/// The request with its draft.
pub(super) async fn open(signed_in: &SignedIn, asked: &Asked) -> Result<OpenDraft, Response> {
    let (platform, context) = (signed_in.platform(), &signed_in.context);
    opinions::open_draft(platform, context, asked.id, &signed_in.office.name)
        .await
        .map_err(|error| failed(signed_in, &error, &asked.base()))
}

/// What of a draft is shown.
pub(super) struct Shown<'a> {
    /// The section.
    pub(super) section: usize,
    /// The previous opinion beside it; empty: none.
    pub(super) past: &'a str,
    /// What differs, when somebody else saved meanwhile.
    pub(super) stale: Option<OpinionStale>,
}

/// The page of a section.
pub(super) async fn form(
    signed_in: &SignedIn,
    asked: &Asked,
    open: &OpenDraft,
    shown: Shown<'_>,
) -> Result<OpinionEditPage, Response> {
    let (edition, section) = (open.check.edition, shown.section);
    let whole = &open.content.form;
    let notes = notes::while_writing(&open.check);
    let here = items_of_section(edition, section);
    let loose = notes
        .iter()
        .filter(|it| section_of_item(edition, it.item) == section && !here.contains(&it.item));
    let sections = notes::sections(edition, whole, &notes);
    let next = sections.get(section).map_or_else(
        || "保存して入力チェックへ進む".to_owned(),
        |it| format!("保存して「{}」へ進む", it.label),
    );
    let code = edition.sections()[section].code.clone();
    let address = format!("{}/edit?section={code}", asked.base());
    let beside = match shown.past {
        "" => OpinionPast::Closed,
        key => match past::find(signed_in, &open.view, edition, key).await? {
            Some(previous) => previous.panel(edition, section, whole, &address),
            None => past::none(),
        },
    };
    Ok(OpinionEditPage {
        frame: signed_in.frame(Some(MenuItem::Opinions)),
        head: head(signed_in, &open.view, Some(edition.code())).await?,
        base: asked.base(),
        edition: edition.code().to_string(),
        seen: open.revision,
        saved: if open.revision == 0 {
            String::new()
        } else {
            "この下書きは保存されています。".to_owned()
        },
        notices: notices(open),
        stale: shown.stale,
        sections,
        title: edition.sections()[section].title.clone(),
        section: code,
        next,
        loose: loose.cloned().collect(),
        groups: opinion_groups(edition, section, whole, &notes),
        past: beside,
    })
}

/// Why it was given back, and that something is under way.
fn notices(open: &OpenDraft) -> Vec<Notice> {
    let row = &open.view.case.row;
    let mut notices = Vec::new();
    if row.state == CaseState::Returned {
        notices.push(Notice::new(
            NoticeKind::Warning,
            "市町村から差し戻されています",
            format!("理由：{}", row.note),
        ));
    }
    if row.state == CaseState::Sent {
        notices.push(Notice::new(
            NoticeKind::Info,
            "この意見書は送信済みです",
            "直してもう一度送信すると、送信済みの意見書と差し替わります。",
        ));
    }
    for it in &open.check.mismatches {
        notices.push(Notice::new(
            NoticeKind::Warning,
            "依頼の内容と違います",
            it.message(),
        ));
    }
    notices
}
