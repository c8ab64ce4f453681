//! 各種資料 (P12).

use super::{failed, missing, page, words};
use crate::{PortalState, manuals::manual, published::Shown};
use axum::{
    body::Bytes,
    extract::{Path, Query, State},
    response::{IntoResponse as _, Response},
};
use http::header;
use kiban_content::{Audience, Head};
use kiban_portal_ui::{
    ArticlePage, Chip, ChipColor, DocumentLine, DocumentListPage, Link, Section,
};
use serde::Deserialize;

/// A document with fewer headings needs no table of contents.
const CONTENTS_FROM: usize = 4;

/// What the list is filtered by.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Filter {
    #[serde(rename = "for")]
    audience: String,
}

/// GET `/docs`.
pub(super) async fn list(
    State(state): State<PortalState>,
    Query(filter): Query<Filter>,
) -> Response {
    let published = match state.public.published.current(&state.platform).await {
        Ok(published) => published,
        Err(error) => return failed(&state, &error),
    };
    let audience = Audience::ALL
        .into_iter()
        .find(|it| it.word() == filter.audience);
    let takes = |shown: &&Shown| {
        let own = &shown.article.headline.audience;
        audience.is_none_or(|it| own.is_empty() || own.contains(&it))
    };
    page(&DocumentListPage {
        frame: state.portal_frame().of(Section::Docs),
        audience: words::choices(
            "すべての対象",
            Audience::ALL.map(|it| (it.word(), it.label())),
            &filter.audience,
        ),
        conditions: audience
            .map(|it| Link::new("/docs", it.label()))
            .into_iter()
            .collect(),
        lines: published
            .documents
            .iter()
            .filter(takes)
            .filter_map(line)
            .collect(),
    })
}

fn line(shown: &Shown) -> Option<DocumentLine> {
    let headline = &shown.article.headline;
    let Head::Document {
        category,
        edition,
        date,
        summary,
    } = &headline.head
    else {
        return None;
    };
    Some(DocumentLine {
        href: format!("/docs/{}", shown.slug),
        title: headline.title.clone(),
        category: Chip::new(category.clone(), ChipColor::Blue),
        audience: words::audiences(&headline.audience),
        edition: format!("第{edition}版"),
        date: words::date(*date),
        summary: summary.clone(),
    })
}

/// GET `/docs/{slug}`.
pub(super) async fn show(State(state): State<PortalState>, Path(slug): Path<String>) -> Response {
    let published = match state.public.published.current(&state.platform).await {
        Ok(published) => published,
        Err(error) => return failed(&state, &error),
    };
    let Some(shown) = published.documents.iter().find(|it| it.slug == slug) else {
        return missing(state.portal_frame());
    };
    let headline = &shown.article.headline;
    let (edition, summary) = match &headline.head {
        Head::Document {
            edition, summary, ..
        } => (edition.clone(), summary.clone()),
        Head::News { .. } | Head::Page { .. } => Default::default(),
    };
    let mut facts = vec![("版".to_owned(), format!("第{edition}版"))];
    if !headline.audience.is_empty() {
        facts.push(("対象".to_owned(), words::audiences(&headline.audience)));
    }
    let headings = &shown.body.headings;
    let contents = headings
        .iter()
        .filter(|_| headings.len() >= CONTENTS_FROM)
        .map(|it| Link::new(format!("#{}", it.id), it.title.clone()));
    page(&ArticlePage {
        frame: state
            .portal_frame()
            .of(Section::Docs)
            .below("/docs", "各種資料"),
        title: headline.title.clone(),
        lead: summary,
        facts,
        contents: contents.collect(),
        body: shown.body.html.clone(),
        paper: state.public.printer.as_ref().map(|_| {
            Link::new(
                format!("/docs/{slug}/print.pdf"),
                format!("{}（PDF）", headline.title),
            )
        }),
        date: words::date(shown.date()),
    })
}

/// GET `/docs/{slug}/print.pdf`: the whole document, to be printed or kept.
pub(super) async fn pdf(State(state): State<PortalState>, Path(slug): Path<String>) -> Response {
    let published = match state.public.published.current(&state.platform).await {
        Ok(published) => published,
        Err(error) => return failed(&state, &error),
    };
    let found = published.documents.iter().find(|it| it.slug == slug);
    let manual = found.and_then(|it| manual(&it.slug, &it.article));
    let (Some(manual), Some(printer)) = (manual, &state.public.printer) else {
        return missing(state.portal_frame());
    };
    let Some(file) = state.public.manuals.file(printer, &slug, manual).await else {
        tracing::error!(slug, "a document could not be set as PDF");
        return missing(state.portal_frame());
    };
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CACHE_CONTROL, "public, max-age=30".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("inline; filename=\"{slug}.pdf\""),
        ),
    ];
    (headers, Bytes::copy_from_slice(&file)).into_response()
}

/// GET `/docs/images/{name}`.
pub(super) async fn picture(
    State(state): State<PortalState>,
    Path(name): Path<String>,
) -> Response {
    let Some(bytes) = kiban_content::picture(&name) else {
        return missing(state.portal_frame());
    };
    let headers = [
        (header::CONTENT_TYPE, "image/png"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, bytes).into_response()
}
