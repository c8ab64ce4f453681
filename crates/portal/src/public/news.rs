//! お知らせ (P05).

use super::{failed, missing, page, words};
use crate::{PortalState, published::Shown};
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use kiban_content::{Audience, Head, NewsCategory};
use kiban_portal_ui::{Link, NewsLine, NewsListPage, NewsPage, Section};
use serde::Deserialize;
use std::collections::BTreeSet;

/// What the list is filtered by; what is not understood does not filter.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Filter {
    category: String,
    #[serde(rename = "for")]
    audience: String,
    year: String,
}

/// GET `/news`.
pub(super) async fn list(
    State(state): State<PortalState>,
    Query(filter): Query<Filter>,
) -> Response {
    let published = match state.public.published.current(&state.platform).await {
        Ok(published) => published,
        Err(error) => return failed(&state, &error),
    };
    let category = NewsCategory::ALL
        .into_iter()
        .find(|it| it.word() == filter.category);
    let audience = Audience::ALL
        .into_iter()
        .find(|it| it.word() == filter.audience);
    let years: BTreeSet<i16> = published.news.iter().map(|it| it.date().year()).collect();
    let year = filter.year.parse().ok().filter(|year| years.contains(year));
    let takes = |shown: &&Shown| {
        let headline = &shown.article.headline;
        let own = match &headline.head {
            Head::News { category, .. } => Some(*category),
            Head::Document { .. } | Head::Page { .. } => None,
        };
        category.is_none_or(|it| own == Some(it))
            && audience
                .is_none_or(|it| headline.audience.is_empty() || headline.audience.contains(&it))
            && year.is_none_or(|it| shown.date().year() == it)
    };
    let pairs = [
        ("category", filter.category.as_str()),
        ("for", filter.audience.as_str()),
        ("year", filter.year.as_str()),
    ];
    let condition = |name: &str, label: String| {
        Link::new(format!("/news{}", words::query(&pairs, name)), label)
    };
    let mut conditions = Vec::new();
    conditions.extend(category.map(|it| condition("category", it.label().into())));
    conditions.extend(audience.map(|it| condition("for", it.label().into())));
    conditions.extend(year.map(|it| condition("year", format!("{it}年"))));
    let years: Vec<_> = years
        .iter()
        .rev()
        .map(|year| (year.to_string(), format!("{year}年")))
        .collect();
    page(&NewsListPage {
        frame: state.portal_frame().of(Section::News),
        category: words::choices(
            "すべての区分",
            NewsCategory::ALL.map(|it| (it.word(), it.label())),
            &filter.category,
        ),
        audience: words::choices(
            "すべての対象",
            Audience::ALL.map(|it| (it.word(), it.label())),
            &filter.audience,
        ),
        year: words::choices(
            "すべての年",
            years
                .iter()
                .map(|(value, label)| (value.as_str(), label.as_str())),
            &filter.year,
        ),
        conditions,
        lines: published.news.iter().filter(takes).map(line).collect(),
    })
}

/// A notice in a list.
pub(crate) fn line(shown: &Shown) -> NewsLine {
    let category = match shown.article.headline.head {
        Head::News { category, .. } => category,
        Head::Document { .. } | Head::Page { .. } => NewsCategory::General,
    };
    NewsLine {
        href: format!("/news/{}", shown.slug),
        date: words::date(shown.date()),
        category: words::category(category),
        title: shown.article.headline.title.clone(),
    }
}

/// GET `/news/{slug}`.
pub(super) async fn show(State(state): State<PortalState>, Path(slug): Path<String>) -> Response {
    let published = match state.public.published.current(&state.platform).await {
        Ok(published) => published,
        Err(error) => return failed(&state, &error),
    };
    let find = |slug: &str| published.news.iter().find(|it| it.slug == slug);
    let Some(shown) = find(&slug) else {
        return missing(state.portal_frame());
    };
    let headline = &shown.article.headline;
    let Head::News {
        category,
        effective_on,
        to_do,
        supersedes,
        ..
    } = &headline.head
    else {
        return missing(state.portal_frame());
    };
    let link = |other: &Shown| {
        Link::new(
            format!("/news/{}", other.slug),
            other.article.headline.title.clone(),
        )
    };
    let newer = published.news.iter().find(|other| {
        matches!(&other.article.headline.head, Head::News { supersedes: Some(old), .. } if *old == slug)
    });
    page(&NewsPage {
        frame: state
            .portal_frame()
            .of(Section::News)
            .below("/news", "お知らせ"),
        title: headline.title.clone(),
        date: words::date(shown.date()),
        category: words::category(*category),
        audience: words::audiences(&headline.audience),
        effective_on: effective_on.map(words::date),
        to_do: to_do.clone(),
        supersedes: supersedes.as_deref().and_then(find).map(link),
        superseded_by: newer.map(link),
        body: shown.body.html.clone(),
    })
}
