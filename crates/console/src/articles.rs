//! 記事・資料 (O10) and FAQ管理 (O09): lists, one article, and what is done with it.

mod edit;
mod findings;
mod show;

pub(crate) use edit::{RESERVED, begin, edit, new, save};
pub(crate) use show::{act, changes, show};

use crate::{
    inquiries::{Asking, Names, address},
    officer::Officer,
    words,
};
use axum::{
    extract::{Path, Query},
    response::Response,
};
use http::StatusCode;
use kiban_console_ui::{
    ArticleLine, ArticlesPage, Asked, Chip, ChipColor, Choice, ChoiceField, Link,
};
use kiban_domain::{PortalRole, Timestamp, tokyo_date};
use kiban_services::{
    articles::{self, ArticleKind, ArticleRow, ArticleState, fields_of},
    questions,
};
use kiban_web_kit::{Fields, csv};
use std::collections::HashMap;

pub(crate) const EDITOR: &[PortalRole] = &[PortalRole::Editor];

/// A shelf of articles as the console names it.
#[derive(Clone, Copy)]
pub(crate) struct Shelf {
    pub(crate) kind: ArticleKind,
    /// In addresses.
    pub(crate) word: &'static str,
    pub(crate) title: &'static str,
}

pub(crate) const SHELVES: [Shelf; 4] = [
    Shelf {
        kind: ArticleKind::News,
        word: "news",
        title: "お知らせ",
    },
    Shelf {
        kind: ArticleKind::Faq,
        word: "faq",
        title: "よくあるご質問",
    },
    Shelf {
        kind: ArticleKind::Document,
        word: "docs",
        title: "各種資料",
    },
    Shelf {
        kind: ArticleKind::Page,
        word: "pages",
        title: "ページ",
    },
];

impl Shelf {
    pub(crate) fn path(self) -> String {
        format!("/ops/{}", self.word)
    }

    pub(crate) fn link(self) -> Link {
        Link::new(self.path(), self.title)
    }
}

/// The shelf of an address.
pub(crate) fn shelf(word: &str) -> Option<Shelf> {
    SHELVES.into_iter().find(|it| it.word == word)
}

pub(crate) fn missing(officer: &Officer) -> Response {
    officer.say(
        StatusCode::NOT_FOUND,
        "ページが見つかりません",
        "アドレスを確かめてください。",
    )
}

pub(crate) fn state_chip(row: &ArticleRow, now: Timestamp) -> Chip {
    match row.state {
        ArticleState::Draft => Chip::new("下書き", ChipColor::Gray),
        ArticleState::Review => Chip::new("確認待ち", ChipColor::Yellow),
        ArticleState::Published if row.show_from.is_some_and(|from| from > now) => {
            Chip::new("公開予定", ChipColor::Blue)
        }
        ArticleState::Published => Chip::new("公開", ChipColor::Green),
        ArticleState::Withdrawn => Chip::new("取下げ", ChipColor::Gray),
    }
}

/// What a text is called: its title, or its name while it cannot be read.
pub(crate) fn title(row: &ArticleRow) -> String {
    let key = match row.kind {
        ArticleKind::Faq => "question",
        ArticleKind::News | ArticleKind::Document | ArticleKind::Page => "title",
    };
    let title = fields_of(row.kind, &row.source).and_then(|(mut fields, _)| fields.remove(key));
    title
        .filter(|it| !it.trim().is_empty())
        .unwrap_or_else(|| row.slug.clone())
}

const STATES: [(&str, &str); 5] = [
    ("", "すべて"),
    ("draft", "下書き"),
    ("review", "確認待ち"),
    ("published", "公開"),
    ("withdrawn", "取下げ"),
];

fn word(state: ArticleState) -> &'static str {
    match state {
        ArticleState::Draft => "draft",
        ArticleState::Review => "review",
        ArticleState::Published => "published",
        ArticleState::Withdrawn => "withdrawn",
    }
}

/// How often each question answered, by its name.
async fn hits_of(officer: &Officer, shelf: Shelf) -> Result<HashMap<String, (i64, i64)>, Response> {
    if shelf.kind != ArticleKind::Faq {
        return Ok(HashMap::new());
    }
    let hits = questions::list_hits(officer.platform()).await;
    let hits = hits.map_err(|error| officer.failed(&error))?;
    let hits = hits.into_iter();
    Ok(hits
        .map(|it| (it.slug, (it.times, it.not_helped)))
        .collect())
}

/// Whether an article is one of those that an address asks for.
fn fits(asked: &Fields, row: &ArticleRow) -> bool {
    let (words, state) = (asked.get("words").to_lowercase(), asked.get("state"));
    (state.is_empty() || word(row.state) == state)
        && (words.is_empty()
            || row.source.to_lowercase().contains(&words)
            || row.slug.contains(&words))
}

/// GET `/ops/news.csv`.
pub(crate) async fn news_file(
    officer: Officer,
    Query(asked): Asking,
) -> Result<Response, Response> {
    file(&officer, SHELVES[0], asked).await
}

/// GET `/ops/faq.csv`.
pub(crate) async fn faq_file(officer: Officer, Query(asked): Asking) -> Result<Response, Response> {
    file(&officer, SHELVES[1], asked).await
}

/// GET `/ops/docs.csv`.
pub(crate) async fn docs_file(
    officer: Officer,
    Query(asked): Asking,
) -> Result<Response, Response> {
    file(&officer, SHELVES[2], asked).await
}

/// GET `/ops/pages.csv`.
pub(crate) async fn pages_file(
    officer: Officer,
    Query(asked): Asking,
) -> Result<Response, Response> {
    file(&officer, SHELVES[3], asked).await
}

/// The list as a file, with the conditions of the page.
async fn file(
    officer: &Officer,
    shelf: Shelf,
    asked: Vec<(String, String)>,
) -> Result<Response, Response> {
    officer.may(EDITOR)?;
    let asked = Fields::of(asked);
    let rows = articles::list_newest(officer.platform(), shelf.kind).await;
    let rows = rows.map_err(|error| officer.failed(&error))?;
    let hits = hits_of(officer, shelf).await?;
    let names = Names::of(officer).await?;
    let now = officer.platform().now();
    let at = |at: Option<Timestamp>| at.map_or_else(String::new, words::short_instant);
    let mut file = csv::File::new([
        "題名",
        "名前",
        "状態",
        "版",
        "書いた人",
        "更新日時",
        "決めた人",
        "決めた日時",
        "公開する日時",
        "答えた回数",
        "役に立たなかった回数",
    ]);
    for row in rows.iter().filter(|row| fits(&asked, row)) {
        let hits = hits.get(&row.slug);
        let count = |it: Option<i64>| it.map_or_else(String::new, |it| it.to_string());
        file.line([
            title(row),
            row.slug.clone(),
            state_chip(row, now).label,
            row.version.to_string(),
            names.get(&row.made_by),
            words::short_instant(row.made_at),
            row.decided_by
                .as_deref()
                .map_or_else(String::new, |it| names.get(it)),
            at(row.decided_at),
            at(row.show_from),
            count(hits.map(|it| it.0)),
            count(hits.map(|it| it.1)),
        ]);
    }
    Ok(file.answer(&format!("{}.csv", shelf.word)))
}

/// GET `/ops/{shelf}`.
pub(crate) async fn list(
    officer: Officer,
    Path(shelf): Path<String>,
    Query(asked): Asking,
) -> Result<Response, Response> {
    officer.may(EDITOR)?;
    let shelf = self::shelf(&shelf).ok_or_else(|| missing(&officer))?;
    let asked = Fields::of(asked);
    let platform = officer.platform();
    let rows = articles::list_newest(platform, shelf.kind).await;
    let rows = rows.map_err(|error| officer.failed(&error))?;
    let is_question = shelf.kind == ArticleKind::Faq;
    let hits = hits_of(&officer, shelf).await?;
    let state = asked.get("state");
    let now = platform.now();
    let names = Names::of(&officer).await?;
    let line = |row: &ArticleRow| {
        let day = words::day(tokyo_date(row.made_at));
        ArticleLine {
            link: Link::new(format!("{}/{}", shelf.path(), row.slug), title(row)),
            slug: row.slug.clone(),
            state: state_chip(row, now),
            changed: format!("第{}版　{}　{day}", row.version, names.get(&row.made_by)),
            hits: hits
                .get(&row.slug)
                .map_or_else(String::new, |(times, not)| {
                    format!("{times}回（役に立たなかった {not}回）")
                }),
        }
    };
    let choice = |(value, label): (&str, &str)| Choice {
        chosen: value == state,
        ..Choice::new(value, label, "")
    };
    let links = if is_question {
        vec![Link::new("/ops/faq/unanswered", "答えられなかった質問")]
    } else {
        let others = SHELVES.into_iter().filter(|it| it.word != shelf.word);
        others.map(Shelf::link).collect()
    };
    let found: Vec<&ArticleRow> = rows.iter().filter(|row| fits(&asked, row)).collect();
    let pages = Asked::of(asked.get("size"), asked.get("page"));
    let (range, pager) = pages.pager(found.len(), |size, page| {
        address(&shelf.path(), &asked, "", Some((size, page)))
    });
    let page = ArticlesPage {
        frame: officer.frame(&shelf.path()),
        title: shelf.title.to_owned(),
        path: shelf.path(),
        csv: address(&format!("{}.csv", shelf.path()), &asked, "", None),
        links,
        words: asked.get("words").to_owned(),
        state: ChoiceField::of(STATES.into_iter().map(choice).collect()),
        lines: found[range].iter().copied().map(line).collect(),
        pager,
        with_hits: is_question,
    };
    Ok(officer.page(StatusCode::OK, &page))
}
