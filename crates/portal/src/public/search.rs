//! サイト内検索 (P13).

use super::{failed, page, readiness::named};
use crate::PortalState;
use axum::{
    extract::{Query, State},
    response::Response,
};
use kiban_domain::municipalities;
use kiban_helpdesk::{Passage, PassageKind, plain_text, search};
use kiban_portal_ui::{Chip, ChipColor, SearchHit, SearchPage};
use serde::Deserialize;

/// So many of each kind are shown.
const MOST: usize = 15;
/// So many municipalities are shown: a name has that many only when it is a single letter.
const MOST_PLACES: usize = 5;
/// So many characters of a text are shown.
const EXCERPT: usize = 90;

/// What is searched for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
}

/// GET `/search`.
pub(super) async fn show(State(state): State<PortalState>, Query(asked): Query<Asked>) -> Response {
    let published = match state.public.published.current(&state.platform).await {
        Ok(published) => published,
        Err(error) => return failed(&state, &error),
    };
    let query: String = asked.q.trim().chars().take(100).collect();
    let today = state.platform.today();
    let mut hits = Vec::new();
    if !query.is_empty() {
        let places = municipalities().iter().filter(|it| named(&query, it));
        hits.extend(places.take(MOST_PLACES).map(|it| SearchHit {
            kind: Chip::new("市町村", ChipColor::Green),
            href: format!("/readiness/{}", it.code.as_str()),
            title: format!("{}（{}）の対応状況", it.name, it.prefecture),
            excerpt: "証の情報などの機能ごとの対応状況と予定".into(),
        }));
        for index in [&published.questions, &published.texts] {
            let found = search(index, &query, today).into_iter();
            hits.extend(found.take(MOST).map(|it| hit(it, &query)));
        }
        let pages = published.pages.values().filter(|it| {
            it.article.headline.title.contains(&query) || it.article.body.contains(&query)
        });
        hits.extend(pages.map(|it| SearchHit {
            kind: Chip::new("ページ", ChipColor::Gray),
            href: address(&it.slug),
            title: it.article.headline.title.clone(),
            excerpt: excerpt(&plain_text(&it.article.body), &query),
        }));
    }
    page(&SearchPage {
        frame: state.portal_frame(),
        asked: !query.is_empty(),
        query,
        hits,
    })
}

fn address(slug: &str) -> String {
    match slug.strip_prefix("for-") {
        Some(who) => format!("/for/{who}"),
        None => format!("/{slug}"),
    }
}

fn hit(passage: &Passage, query: &str) -> SearchHit {
    let (kind, color) = match passage.kind {
        PassageKind::Faq | PassageKind::Guide => ("よくあるご質問", ChipColor::Blue),
        PassageKind::News => ("お知らせ", ChipColor::Orange),
        PassageKind::Document => ("各種資料", ChipColor::Green),
    };
    let href = match passage.kind {
        PassageKind::Faq | PassageKind::Guide => format!("/faq/{}", passage.id),
        PassageKind::News | PassageKind::Document => passage.link.clone(),
    };
    SearchHit {
        kind: Chip::new(kind, color),
        href,
        title: passage.title.clone(),
        excerpt: excerpt(&plain_text(&passage.text), query),
    }
}

/// The words around the first place where the query stands, or the beginning.
fn excerpt(text: &str, query: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let before = text.find(query).map_or(0, |at| text[..at].chars().count());
    let from = before.saturating_sub(EXCERPT / 3);
    let part: String = text.chars().skip(from).take(EXCERPT).collect();
    let start = if from > 0 { "…" } else { "" };
    let end = if text.chars().count() > from + EXCERPT {
        "…"
    } else {
        ""
    };
    format!("{start}{part}{end}")
}

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[test]
    fn an_excerpt_stands_around_what_was_searched() {
        let long = format!("{}証明書{}", "あ".repeat(100), "い".repeat(100));
        let part = excerpt(&long, "証明書");
        assert!(part.starts_with('…') && part.ends_with('…') && part.contains("証明書"));
        assert_eq!(excerpt("短い", "無い"), "短い");
    }
}
