//! 通知 (M05): the same pages for offices, insurers and prefectures, each below its own area.

use crate::{
    PortalState,
    member::{PostedIn, SignedIn, home_of, time_of_day},
    public::{day_of, failed, words},
};
use axum::{
    extract::{Path, Query},
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use kiban_content::Audience;
use kiban_domain::{Body, Timestamp};
use kiban_portal_ui::{Chip, ChipColor, Link, NoticeLine, NoticePage, NoticesPage};
use kiban_services::{
    notices::{self, Item, PublishedItem, Source},
    portal_users::Session,
};
use kiban_ui::paging::Asked;
use kiban_web_kit::Routes;
use serde::Deserialize;

/// The pages of every area.
pub(crate) fn routes() -> Routes<PortalState> {
    ["/mypage", "/insurer", "/prefecture"]
        .into_iter()
        .fold(Routes::new(), |routes, area| {
            routes
                .get(&format!("{area}/notices"), list)
                .post(&format!("{area}/notices"), mark)
                .get(&format!("{area}/notices/{{from}}/{{name}}"), show)
        })
}

/// The list of whoever is signed in; `None` for the operator.
fn path_of(session: &Session) -> Option<&'static str> {
    match session.body {
        Body::Office(_) => Some("/mypage/notices"),
        Body::Insurer(_) => Some("/insurer/notices"),
        Body::Prefecture(_) => Some("/prefecture/notices"),
        Body::Operator => None,
    }
}

/// The way to the list, for the header.
pub(crate) fn link(session: &Session, unread: usize) -> Option<Link> {
    let label = match unread {
        0 => "通知".to_owned(),
        _ => format!("通知（未読{unread}件）"),
    };
    path_of(session).map(|path| Link::new(path, label))
}

/// How many notices somebody has not read.
pub(crate) async fn count_unread(
    state: &PortalState,
    session: &Session,
) -> Result<usize, Response> {
    let published = published(state, session).await?;
    let unread = notices::count_unread(&state.platform, session, &published).await;
    unread.map_err(|error| failed(state, &error))
}

/// What is published for the audience of a body: its own, or everybody's.
async fn published(state: &PortalState, session: &Session) -> Result<Vec<PublishedItem>, Response> {
    let audience: &[Audience] = match session.body {
        Body::Office(number) if matches!(number.class(), '1' | '3' | '4' | '6') => {
            &[Audience::Care, Audience::Medical]
        }
        Body::Office(_) => &[Audience::Care],
        Body::Insurer(_) | Body::Prefecture(_) => &[Audience::Insurer],
        Body::Operator => return Ok(Vec::new()),
    };
    let published = state.public.published.current(&state.platform).await;
    let published = published.map_err(|error| failed(state, &error))?;
    let concerns = |all: &[Audience]| all.is_empty() || all.iter().any(|it| audience.contains(it));
    let news = published.news.iter();
    let own = news.filter(|it| concerns(&it.article.headline.audience));
    Ok(own
        .map(|it| PublishedItem {
            slug: it.slug.clone(),
            title: it.article.headline.title.clone(),
            at: it.since,
        })
        .collect())
}

fn source_label(source: &Source) -> &'static str {
    match source {
        Source::Published => "お知らせ",
        Source::Operator => "運営から",
        Source::Platform => "手続きから",
    }
}

fn source_word(source: &Source) -> &'static str {
    match source {
        Source::Published => "news",
        Source::Operator => "operator",
        Source::Platform => "platform",
    }
}

fn instant(at: Timestamp) -> String {
    format!("{} {}", words::date(day_of(at)).wareki, time_of_day(at))
}

fn line(item: &Item, path: &str) -> NoticeLine {
    NoticeLine {
        href: format!("{path}/{}", item.name),
        title: item.title.clone(),
        source: source_label(&item.source).into(),
        at: instant(item.at),
        state: if item.read {
            Chip::new("既読", ChipColor::Gray)
        } else {
            Chip::new("未読", ChipColor::Orange)
        },
    }
}

/// What the list is filtered by; what is not understood does not filter.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Filter {
    q: String,
    source: String,
    state: String,
    size: String,
    page: String,
    done: String,
}

/// Another area's list is nobody's; the operator has none.
#[expect(
    clippy::result_large_err,
    reason = "the answer itself, made once and sent"
)]
fn own_path(signed_in: &SignedIn) -> Result<&'static str, Response> {
    path_of(&signed_in.session).ok_or_else(|| nowhere(signed_in))
}

fn nowhere(signed_in: &SignedIn) -> Response {
    signed_in.say(
        StatusCode::NOT_FOUND,
        "お探しの通知は見つかりませんでした",
        "アドレスを確かめるか、はじめの画面から開き直してください。",
        Link::new(home_of(&signed_in.session), "はじめの画面へ戻る"),
    )
}

async fn items(signed_in: &SignedIn) -> Result<Vec<Item>, Response> {
    let published = published(&signed_in.state, &signed_in.session).await?;
    let items = notices::list(signed_in.platform(), &signed_in.session, &published).await;
    items.map_err(|error| signed_in.failed(&error))
}

/// GET `…/notices`.
async fn list(signed_in: SignedIn, Query(filter): Query<Filter>) -> Result<Response, Response> {
    let path = own_path(&signed_in)?;
    let all = items(&signed_in).await?;
    let unread = all.iter().filter(|it| !it.read).count();
    let sources = [Source::Published, Source::Operator, Source::Platform];
    let source = sources.iter().find(|it| source_word(it) == filter.source);
    let wanted = filter.q.trim().to_lowercase();
    let read = match filter.state.as_str() {
        "unread" => Some(false),
        "read" => Some(true),
        _ => None,
    };
    let takes = |it: &&Item| {
        source.is_none_or(|source| it.source == *source)
            && read.is_none_or(|read| it.read == read)
            && (it.title.to_lowercase().contains(&wanted)
                || it.body.to_lowercase().contains(&wanted))
    };
    let found: Vec<_> = all.iter().filter(takes).collect();
    let pairs = [
        ("q", filter.q.as_str()),
        ("source", filter.source.as_str()),
        ("state", filter.state.as_str()),
    ];
    let without =
        |name: &str, label: &str| Link::new(format!("{path}{}", words::query(&pairs, name)), label);
    let mut conditions = Vec::new();
    if !wanted.is_empty() {
        conditions.push(without("q", &filter.q));
    }
    conditions.extend(source.map(|it| without("source", source_label(it))));
    conditions.extend(read.map(|read| without("state", if read { "既読" } else { "未読" })));
    let (rows, pager) = Asked::of(&filter.size, &filter.page).pager(found.len(), |size, page| {
        let (size, page) = (size.to_string(), page.to_string());
        let mut all = pairs.to_vec();
        all.extend([("size", size.as_str()), ("page", page.as_str())]);
        format!("{path}{}", words::query(&all, ""))
    });
    let page = NoticesPage {
        frame: signed_in.frame().at(path),
        path: path.into(),
        marked: filter.done == "read",
        unread,
        words: filter.q.clone(),
        source: words::choices(
            "すべて",
            sources.iter().map(|it| (source_word(it), source_label(it))),
            &filter.source,
        ),
        state: words::choices(
            "すべて",
            [("unread", "未読"), ("read", "既読")],
            &filter.state,
        ),
        conditions,
        lines: found[rows].iter().map(|it| line(it, path)).collect(),
        pager,
    };
    Ok(signed_in.page(StatusCode::OK, &page))
}

/// POST `…/notices`: everything counts as read.
async fn mark(PostedIn { signed_in, .. }: PostedIn) -> Result<Response, Response> {
    let path = own_path(&signed_in)?;
    let marked = notices::read_all(signed_in.platform(), &signed_in.session).await;
    marked.map_err(|error| signed_in.failed(&error))?;
    Ok(Redirect::to(&format!("{path}?done=read")).into_response())
}

/// GET `…/notices/{from}/{name}`: the notice, which from now on counts as read; what is published is read where it stands.
async fn show(
    mut signed_in: SignedIn,
    Path((from, name)): Path<(String, String)>,
) -> Result<Response, Response> {
    let path = own_path(&signed_in)?;
    let published = published(&signed_in.state, &signed_in.session).await?;
    let name = format!("{from}/{name}");
    let item = notices::read(signed_in.platform(), &signed_in.session, &published, &name).await;
    let item = item.map_err(|error| signed_in.failed(&error))?;
    let item = item.ok_or_else(|| nowhere(&signed_in))?;
    if item.source == Source::Published {
        return Ok(Redirect::to(&item.link).into_response());
    }
    if !item.read {
        signed_in.unread = signed_in.unread.saturating_sub(1);
    }
    let page = NoticePage {
        frame: signed_in.frame().at(path).below(path, "通知"),
        title: item.title,
        source: source_label(&item.source).into(),
        at: instant(item.at),
        paragraphs: item.body.lines().map(str::to_owned).collect(),
        link: (!item.link.is_empty()).then(|| Link::new(item.link, "手続きの画面へ進む")),
        back: Link::new(path, "通知の一覧へ戻る"),
    };
    Ok(signed_in.page(StatusCode::OK, &page))
}
