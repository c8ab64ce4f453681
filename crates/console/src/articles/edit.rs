//! Writing a version: the head as fields, the body as a text.

use super::{EDITOR, Shelf, missing, shelf, show::changes, title};
use crate::officer::{Officer, PostedBy};
use axum::{
    extract::Path,
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use kiban_console_ui::{ArticleEditPage, EditField, Notice, NoticeKind, TextField};
use kiban_services::articles::{
    self, ArticleKey, ArticleKind, ArticleState, EditError, Fields as Head, Seen, fields_of,
    text_of,
};
use kiban_web_kit::Fields;

/// What a field of a head is to its editor: name, label, help, lines, whether it has to be filled in.
type Shown = (&'static str, &'static str, &'static str, u8, bool);

const LINES: &str = "1行に1つずつ書いてください。";
const AUDIENCE: &str = "1行に1つずつ書いてください。care（介護事業所）、medical（医療機関）、insurer（市町村）、citizen（利用者・家族）、vendor（システム事業者）";
const DAY: &str = "例：2026-12-01";

const NEWS: &[Shown] = &[
    ("title", "題名", "", 1, true),
    (
        "category",
        "区分",
        "general、important、subsidy、readiness、feature、maintenanceのいずれか",
        1,
        true,
    ),
    ("audience", "対象", AUDIENCE, 4, false),
    ("date", "日付", DAY, 1, true),
    ("effective_on", "適用される日", DAY, 1, false),
    (
        "to_do",
        "していただくこと",
        "1文で書いてください。",
        1,
        false,
    ),
    ("supersedes", "置き換えるお知らせの名前", "", 1, false),
];
const DOCUMENT: &[Shown] = &[
    ("title", "題名", "", 1, true),
    ("category", "棚", "例：マニュアル", 1, true),
    ("audience", "対象", AUDIENCE, 4, false),
    ("edition", "版", "例：1.0", 1, true),
    ("date", "版の日付", DAY, 1, true),
    ("summary", "内容の要約", "1文で書いてください。", 1, true),
];
const PAGE: &[Shown] = &[
    ("title", "題名", "", 1, true),
    ("audience", "対象", AUDIENCE, 4, false),
    ("date", "更新日", DAY, 1, true),
    ("lead", "題名の下の1文", "", 1, false),
];
const FAQ: &[Shown] = &[
    ("question", "質問", "", 1, true),
    (
        "kind",
        "種類",
        "案内（ほかの窓口を示すもの）のときだけ guide と書いてください。",
        1,
        false,
    ),
    (
        "audience",
        "対象",
        "1行に1つずつ書いてください。all（すべての方）、care、medical、insurer、citizen、vendor",
        4,
        true,
    ),
    (
        "category",
        "区分",
        "例：terminal、registration、trouble",
        1,
        true,
    ),
    (
        "aliases",
        "言い方",
        "違う言い方を4つ以上、1行に1つずつ書いてください。",
        8,
        true,
    ),
    (
        "readings",
        "読み",
        "ひらがなで、1行に1つずつ書いてください。",
        4,
        true,
    ),
    (
        "sources",
        "出典",
        "1行に1つ「名前 | 場所」の形で書いてください。例：利用規約 | /terms",
        3,
        true,
    ),
    ("valid_from", "この日から", DAY, 1, false),
    ("valid_to", "この日まで", DAY, 1, false),
    ("related", "関連する質問の名前", LINES, 4, false),
    (
        "by_place",
        "市町村によって答えが違うとき",
        "違うときだけ yes と書いてください。",
        1,
        false,
    ),
    ("reviewed", "出典と照らした日", DAY, 1, true),
];

fn shown(kind: ArticleKind) -> &'static [Shown] {
    match kind {
        ArticleKind::News => NEWS,
        ArticleKind::Faq => FAQ,
        ArticleKind::Document => DOCUMENT,
        ArticleKind::Page => PAGE,
    }
}

/// What a field of a head is called.
pub(super) fn label(kind: ArticleKind, name: &str) -> Option<&'static str> {
    let mut fields = shown(kind).iter();
    fields.find(|it| it.0 == name).map(|it| it.1)
}

/// Why a name cannot be used.
pub(crate) const RESERVED: &str =
    "この名前は、画面のアドレスに使われています。別の名前を入力してください";

fn fields(kind: ArticleKind, head: &Head) -> Vec<EditField> {
    let field = |(name, label, help, rows, required): &Shown| EditField {
        name: (*name).to_owned(),
        label: (*label).to_owned(),
        help: (*help).to_owned(),
        value: head.get(*name).cloned().unwrap_or_default(),
        rows: *rows,
        required: *required,
    };
    shown(kind).iter().map(field).collect()
}

/// GET `/ops/{shelf}/new`.
pub(crate) async fn begin(
    officer: Officer,
    Path(shelf): Path<String>,
) -> Result<Response, Response> {
    officer.may(EDITOR)?;
    let shelf = self::shelf(&shelf).ok_or_else(|| missing(&officer))?;
    let today = officer.platform().today().to_string();
    let head: Head = [
        ("date".to_owned(), today.clone()),
        ("reviewed".to_owned(), today),
    ]
    .into();
    let page = empty(&officer, shelf, None, &head);
    Ok(officer.page(StatusCode::OK, &page))
}

/// The form; of an article that is there with its name.
fn empty(officer: &Officer, shelf: Shelf, slug: Option<&str>, head: &Head) -> ArticleEditPage {
    let list = shelf.path();
    let frame = officer.frame(&list).below(list.clone(), shelf.title);
    ArticleEditPage {
        frame: match slug {
            Some(slug) => frame.below(format!("{list}/{slug}"), slug),
            None => frame,
        },
        notice: None,
        list: shelf.link(),
        title: "新しい記事".to_owned(),
        path: match slug {
            Some(slug) => format!("{list}/{slug}/edit"),
            None => format!("{list}/new"),
        },
        back: match slug {
            Some(slug) => format!("{list}/{slug}"),
            None => list,
        },
        slug: TextField::of(slug.unwrap_or_default()),
        new: slug.is_none(),
        version: 0,
        revision: 0,
        fields: fields(shelf.kind, head),
        body: TextField::default(),
        theirs: Vec::new(),
    }
}

/// GET `/ops/{shelf}/{slug}/edit`.
pub(crate) async fn edit(
    officer: Officer,
    Path((shelf, slug)): Path<(String, String)>,
) -> Result<Response, Response> {
    officer.may(EDITOR)?;
    let shelf = self::shelf(&shelf).ok_or_else(|| missing(&officer))?;
    let key = ArticleKey {
        kind: shelf.kind,
        slug: slug.clone(),
    };
    let history = articles::history(officer.platform(), &key).await;
    let history = history.map_err(|error| officer.failed(&error))?;
    let newest = history.ok_or_else(|| missing(&officer))?.remove(0);
    if newest.state == ArticleState::Review {
        return Err(officer.say(
            StatusCode::CONFLICT,
            "確認を待っているため、編集できません",
            "編集するときは、記事の画面で下書きへ戻してください。",
        ));
    }
    let read = fields_of(shelf.kind, &newest.source);
    let mut page = match &read {
        Some((head, body)) => {
            let mut page = empty(&officer, shelf, Some(&slug), head);
            page.body = TextField::of(body.clone());
            page
        }
        // Its head is written in a way that no field shows: it is edited whole.
        None => {
            let mut page = empty(&officer, shelf, Some(&slug), &Head::new());
            page.fields = Vec::new();
            page.body = TextField::of(newest.source.clone());
            page
        }
    };
    page.title = title(&newest);
    (page.version, page.revision) = (newest.version, newest.revision);
    Ok(officer.page(StatusCode::OK, &page))
}

/// POST `/ops/{shelf}/new`.
pub(crate) async fn new(
    Path(shelf): Path<String>,
    PostedBy { officer, fields }: PostedBy,
) -> Result<Response, Response> {
    officer.may(EDITOR)?;
    let shelf = self::shelf(&shelf).ok_or_else(|| missing(&officer))?;
    keep(&officer, shelf, None, &fields).await
}

/// POST `/ops/{shelf}/{slug}/edit`.
pub(crate) async fn save(
    Path((shelf, slug)): Path<(String, String)>,
    PostedBy { officer, fields }: PostedBy,
) -> Result<Response, Response> {
    officer.may(EDITOR)?;
    let shelf = self::shelf(&shelf).ok_or_else(|| missing(&officer))?;
    keep(&officer, shelf, Some(&slug), &fields).await
}

async fn keep(
    officer: &Officer,
    shelf: Shelf,
    slug: Option<&str>,
    typed: &Fields,
) -> Result<Response, Response> {
    let name = slug.unwrap_or_else(|| typed.get("slug")).to_owned();
    let body = typed.get("body").replace("\r\n", "\n");
    let by_fields = typed
        .fields()
        .iter()
        .any(|(name, _)| name.starts_with("head-"));
    let mut head = Head::new();
    for (field, value) in typed.fields() {
        if let Some(field) = field.strip_prefix("head-") {
            head.insert(
                field.to_owned(),
                value.replace("\r\n", "\n").trim().to_owned(),
            );
        }
    }
    head.insert("id".to_owned(), name.clone());
    let source = if by_fields {
        text_of(shelf.kind, &head, &body)
    } else {
        body.clone()
    };
    let seen = slug.map(|_| Seen {
        version: typed.get("version").parse().unwrap_or_default(),
        revision: typed.get("revision").parse().unwrap_or_default(),
    });
    let key = ArticleKey {
        kind: shelf.kind,
        slug: name.clone(),
    };
    let (platform, context) = (officer.platform(), officer.context());
    let saved = articles::save(platform, &context, key, source.clone(), seen).await;
    let error = match saved {
        Ok(_) => {
            let address = format!("{}/{name}", shelf.path());
            return Ok(Redirect::to(&address).into_response());
        }
        Err(EditError::Storage(error)) => return Err(officer.failed(&error)),
        Err(EditError::NotFound) => return Err(missing(officer)),
        Err(error) => error,
    };
    let mut page = empty(officer, shelf, slug, &head);
    if !by_fields {
        page.fields = Vec::new();
    }
    page.title = head
        .get("title")
        .or_else(|| head.get("question"))
        .filter(|it| !it.is_empty())
        .cloned()
        .unwrap_or_else(|| "記事".to_owned());
    page.slug = TextField::of(name);
    page.body = TextField::of(body);
    if let Some(seen) = seen {
        (page.version, page.revision) = (seen.version, seen.revision);
    }
    let status = match error {
        EditError::Conflict(now) if slug.is_none() => {
            page.slug = page.slug.with_error(format!(
                "この名前の記事がすでにあります（{}）。別の名前を入力してください",
                title(&now)
            ));
            StatusCode::CONFLICT
        }
        EditError::Conflict(now) => {
            page.theirs = changes(&articles::diff(&now.source, &source));
            // Saved once more, the text takes the place of what is shown now.
            (page.version, page.revision) = (now.version, now.revision);
            page.notice = Some(Notice::new(
                NoticeKind::Warning,
                "ほかの人が先に更新しました",
                "保存はされていません。違いを確かめて、必要なところを下の欄に書き加えてから、もう一度保存してください。",
            ));
            StatusCode::CONFLICT
        }
        EditError::Elsewhere(_) => {
            page.notice = Some(Notice::new(
                NoticeKind::Warning,
                "確認を待っているため、保存していません",
                "編集するときは、記事の画面で下書きへ戻してください。",
            ));
            StatusCode::CONFLICT
        }
        EditError::Slug => {
            page.slug = page
                .slug
                .with_error("アドレスに使う名前は、英小文字・数字・ハイフンで入力してください（例：cert-renew）");
            StatusCode::UNPROCESSABLE_ENTITY
        }
        EditError::Reserved => {
            page.slug = page.slug.with_error(RESERVED);
            StatusCode::UNPROCESSABLE_ENTITY
        }
        EditError::Length
        | EditError::Remark
        | EditError::Findings(_)
        | EditError::SamePerson
        | EditError::Past
        | EditError::NotFound
        | EditError::Storage(_) => {
            page.body = page
                .body
                .with_error("本文は、60,000文字以内で入力してください");
            StatusCode::UNPROCESSABLE_ENTITY
        }
    };
    Ok(officer.page(status, &page))
}
