//! Saving what was typed on the page of a section: by a button, or by the page's script while one types.

use std::collections::BTreeMap;

use axum::{
    Json,
    response::{IntoResponse as _, Response},
};
use http::{HeaderMap, StatusCode, header::ACCEPT};
use kiban_domain::opinion::ItemId;
use kiban_exchange::opinion::editions;
use kiban_services::opinions::{self, DraftError, DraftPart, SavedPart};
use kiban_ui::{OpinionStale, items_of_section};
use kiban_web_kit::Problem;
use serde::Serialize;

use super::{
    Asked,
    edit::{self, Shown},
    failed, notes, past, typed,
};
use crate::{
    answer::{page_with, see_other},
    form::{Fields, Posted},
    visit::SignedIn,
    words,
};

/// What the page's script is told after saving.
#[derive(Debug, Serialize)]
struct SavedResponse {
    revision: i64,
    /// When, and how many notes there are.
    saved: String,
    /// What is to be told beside each item.
    items: BTreeMap<&'static str, Vec<NoteResponse>>,
    sections: Vec<SectionResponse>,
}

#[derive(Debug, Serialize)]
struct NoteResponse {
    level: &'static str,
    label: &'static str,
    text: String,
}

#[derive(Debug, Serialize)]
struct SectionResponse {
    code: String,
    state: &'static str,
    label: String,
}

/// POST `…/edit`.
pub(crate) async fn save(
    asked: Asked,
    headers: HeaderMap,
    Posted { signed_in, form }: Posted,
) -> Result<Response, Response> {
    let accepts = headers.get(ACCEPT).and_then(|it| it.to_str().ok());
    let script = accepts.is_some_and(|it| it.contains("application/json"));
    // The page says which edition it shows: saving reads nothing that the answer does not need.
    let edition = form.get("edition").parse().ok();
    let edition = edition.and_then(|it| editions().find(it));
    let edition = edition.ok_or_else(|| signed_in.nothing_there())?;
    let section = typed::section_of(edition, form.get("section"));
    let mut part = typed::part(edition, section, &form);
    let taken = take(&signed_in, &asked, section, &form, &mut part).await?;
    let seen = form.get("seen").parse().unwrap_or(-1);
    let (platform, context) = (signed_in.platform(), &signed_in.context);
    let name = &signed_in.office.name;
    match opinions::save_part(platform, context, asked.id, seen, name, &part).await {
        Ok(saved) if script => Ok(Json(response(&saved)).into_response()),
        Ok(saved) => Ok(see_other(&next(&asked, &saved, section, &form, taken))),
        Err(DraftError::Stale { revision }) if script => Ok(moved_on(revision)),
        Err(DraftError::Stale { .. }) => stale(&signed_in, &asked, &form, section, &part).await,
        Err(DraftError::Case(error)) if script => {
            let code = error.code().unwrap_or("storage");
            let detail = error.message();
            Ok(if code == "storage" {
                Problem::busy(5).into_response()
            } else {
                Problem::unprocessable(code, detail).into_response()
            })
        }
        Err(DraftError::Case(error)) => Err(failed(&signed_in, &error, &asked.base())),
    }
}

/// Puts the items that were chosen to be taken over into what was typed; how many there were.
async fn take(
    signed_in: &SignedIn,
    asked: &Asked,
    section: usize,
    form: &Fields,
    part: &mut DraftPart,
) -> Result<usize, Response> {
    if !matches!(form.get("go"), "take" | "take-all") {
        return Ok(0);
    }
    let open = edit::open(signed_in, asked).await?;
    let edition = open.check.edition;
    let here = items_of_section(edition, section);
    let chosen: Vec<ItemId> = match form.get("go") {
        "take" => form.all("take").filter_map(|it| it.parse().ok()).collect(),
        _ => here.clone(),
    };
    let chosen: Vec<ItemId> = chosen.into_iter().filter(|it| here.contains(it)).collect();
    let key = form.get("past");
    match past::find(signed_in, &open.view, edition, key).await? {
        Some(previous) => Ok(previous.take(&chosen, &mut part.form)),
        None => Ok(0),
    }
}

/// Where the button leads.
fn next(asked: &Asked, saved: &SavedPart, section: usize, form: &Fields, taken: usize) -> String {
    let base = asked.base();
    let edition = saved.check.edition;
    let past = words::encoded(form.get("past"));
    let to = |code: &str, past: &str, more: &str| {
        format!("{base}/edit?section={code}&past={past}{more}")
    };
    let here = &edition.sections()[section].code;
    match form.get("go") {
        "next" => match edition.sections().get(section + 1) {
            Some(next) => to(&next.code, &past, ""),
            None => format!("{base}/check"),
        },
        "check" => format!("{base}/check"),
        "preview" => format!("{base}/preview.pdf"),
        "past" => to(here, past::NEWEST, ""),
        "take" | "take-all" => to(here, &past, &format!("&taken={taken}")),
        other => match edition
            .sections()
            .iter()
            .skip(1)
            .find(|it| it.code == other)
        {
            Some(section) => to(&section.code, &past, ""),
            None => to(here, &past, "&done=saved"),
        },
    }
}

fn response(saved: &SavedPart) -> SavedResponse {
    let edition = saved.check.edition;
    let notes = notes::while_writing(&saved.check);
    let mut items: BTreeMap<_, Vec<NoteResponse>> = BTreeMap::new();
    for it in &notes {
        items.entry(it.item.code()).or_default().push(NoteResponse {
            level: it.level.code(),
            label: it.level.label(),
            text: it.text.clone(),
        });
    }
    let sections = notes::sections(edition, &saved.content.form, &notes);
    SavedResponse {
        revision: saved.revision,
        saved: format!(
            "{}に保存しました。{}",
            words::time_of_day(saved.at),
            notes::summary(&notes)
        ),
        items,
        sections: sections
            .into_iter()
            .map(|it| SectionResponse {
                state: it.state.code(),
                label: it.state.label(),
                code: it.code,
            })
            .collect(),
    }
}

fn moved_on(revision: i64) -> Response {
    tracing::debug!(revision, "a draft has moved on");
    let detail = "この下書きは、ほかの画面で先に保存されています。";
    Problem::new(
        StatusCode::CONFLICT,
        "draft_moved_on",
        "ほかの人が先に更新しました",
        detail,
    )
    .into_response()
}

/// Shows both: what stands, and what was typed here. Saving again puts this over that.
async fn stale(
    signed_in: &SignedIn,
    asked: &Asked,
    form: &Fields,
    section: usize,
    part: &DraftPart,
) -> Result<Response, Response> {
    let mut open = edit::open(signed_in, asked).await?;
    let edition = open.check.edition;
    let stands = open.content.form.clone();
    part.over(&mut open.content.form);
    let differing = part.items.iter().filter(|item| {
        let name = format!("{item}.emphasis");
        stands.all(item.code()) != open.content.form.all(item.code())
            || stands.all(&name) != open.content.form.all(&name)
    });
    let differing = differing.map(|item| {
        (
            edition.name(*item).to_owned(),
            typed::said(edition, &stands, *item),
            typed::said(edition, &open.content.form, *item),
        )
    });
    let shown = Shown {
        section,
        past: form.get("past"),
        stale: Some(OpinionStale {
            differing: differing.collect(),
        }),
    };
    let page = edit::form(signed_in, asked, &open, shown).await?;
    Ok(page_with(StatusCode::CONFLICT, &page))
}
