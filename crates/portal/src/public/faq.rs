//! よくあるご質問 (P11).

use super::{failed, missing, page, words};
use crate::{
    PortalState,
    served::{is_served, without_dead_links},
};
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use kiban_domain::Date;
use kiban_helpdesk::{Audience, Category, Passage, PassageKind, html, search};
use kiban_portal_ui::{FaqLine, FaqListPage, FaqPage, FaqShelf, FaqSource, Link, Section};
use serde::Deserialize;
use std::collections::BTreeMap;

const AUDIENCES: [(&str, &str); 5] = [
    ("care", "介護事業所"),
    ("medical", "医療機関"),
    ("insurer", "市町村"),
    ("citizen", "利用者・家族"),
    ("vendor", "システム事業者"),
];

/// What the list is filtered by.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Filter {
    q: String,
    #[serde(rename = "for")]
    audience: String,
}

/// Of more questions only the questions are listed: the page stays within its budget.
const ANSWERED: usize = 40;

/// Whether a passage is a question that is shown on `day`.
pub(super) fn is_question(passage: &Passage, day: Date) -> bool {
    matches!(passage.kind, PassageKind::Faq | PassageKind::Guide) && passage.is_valid_on(day)
}

/// GET `/faq`.
pub(super) async fn list(
    State(state): State<PortalState>,
    Query(filter): Query<Filter>,
) -> Response {
    let published = match state.public.published.current(&state.platform).await {
        Ok(published) => published,
        Err(error) => return failed(&state, &error),
    };
    let today = state.platform.today();
    let label = AUDIENCES.iter().find(|(word, _)| *word == filter.audience);
    let audience = label.and_then(|(word, _)| Audience::from_word(word));
    let q = filter.q.trim();
    let found: Vec<&Passage> = if q.is_empty() {
        published.questions.passages().iter().collect()
    } else {
        search(&published.questions, q, today)
    };
    let mut shelves: BTreeMap<Category, Vec<FaqLine>> = BTreeMap::new();
    let mut count = 0;
    for passage in found {
        let own = &passage.audience;
        let for_them = audience.is_none_or(|it| own.contains(&it) || own.contains(&Audience::All));
        if is_question(passage, today) && for_them {
            count += 1;
            shelves.entry(passage.category).or_default().push(FaqLine {
                href: format!("/faq/{}", passage.id),
                question: passage.title.clone(),
                answer: without_dead_links(&html(&passage.text)),
            });
        }
    }
    let pairs = [("q", q), ("for", filter.audience.as_str())];
    let condition =
        |name: &str, label: String| Link::new(format!("/faq{}", words::query(&pairs, name)), label);
    let mut conditions = Vec::new();
    if !q.is_empty() {
        conditions.push(condition("q", format!("「{q}」")));
    }
    conditions.extend(label.map(|(_, label)| condition("for", (*label).into())));
    page(&FaqListPage {
        frame: state.portal_frame().of(Section::Faq),
        query: q.to_owned(),
        audience: words::choices("すべての対象", AUDIENCES, &filter.audience),
        conditions,
        count,
        answers: count <= ANSWERED,
        shelves: shelves
            .into_iter()
            .enumerate()
            .map(|(at, (category, lines))| FaqShelf {
                id: format!("shelf-{}", at + 1),
                label: category.label().to_owned(),
                lines,
            })
            .collect(),
    })
}

/// GET `/faq/{id}`.
pub(super) async fn show(State(state): State<PortalState>, Path(id): Path<String>) -> Response {
    let published = match state.public.published.current(&state.platform).await {
        Ok(published) => published,
        Err(error) => return failed(&state, &error),
    };
    let today = state.platform.today();
    let find = |id: &str| {
        let passage = published.questions.passage(id)?;
        is_question(passage, today).then_some(passage)
    };
    let Some(passage) = find(&id) else {
        return missing(state.portal_frame());
    };
    let related = passage.related.iter().filter_map(|id| find(id));
    page(&FaqPage {
        frame: state
            .portal_frame()
            .of(Section::Faq)
            .below("/faq", "よくあるご質問"),
        question: passage.title.clone(),
        answer: without_dead_links(&html(&passage.text)),
        sources: passage
            .sources
            .iter()
            .map(|it| FaqSource {
                title: it.title.clone(),
                place: it.place.clone(),
                linked: is_served(&it.place),
            })
            .collect(),
        related: related
            .map(|it| Link::new(format!("/faq/{}", it.id), it.title.clone()))
            .collect(),
        reviewed: passage.reviewed.map(words::date),
    })
}
