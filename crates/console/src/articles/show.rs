//! One article: how it will look, what changed, what can be done with it.

use super::{EDITOR, Shelf, findings, missing, shelf, state_chip, title};
use crate::{
    inquiries::{Asking, Names},
    officer::{Officer, PostedBy},
    words,
};
use axum::{
    extract::{Path, Query},
    response::Response,
};
use http::StatusCode;
use kiban_console_ui::{
    ArticleDeskPage, ChangeLine, Link, Notice, NoticeKind, TextField, VersionLine,
};
use kiban_services::{
    articles::{
        self, ArticleKey, ArticleKind, ArticleRow, ArticleState, DiffLine, EditError, LineChange,
        Seen, check, fields_of,
    },
    questions,
};
use kiban_web_kit::Fields;

/// So many lines stand around each that changed.
const AROUND: usize = 2;

/// GET `/ops/{shelf}/{slug}`; with `version` what changed in that one, with `evaluate` what the kept questions say.
pub(crate) async fn show(
    officer: Officer,
    Path((shelf, slug)): Path<(String, String)>,
    Query(asked): Asking,
) -> Result<Response, Response> {
    officer.may(EDITOR)?;
    let shelf = self::shelf(&shelf).ok_or_else(|| missing(&officer))?;
    let page = page(&officer, shelf, &slug, &Fields::of(asked)).await?;
    Ok(officer.page(StatusCode::OK, &page))
}

async fn page(
    officer: &Officer,
    shelf: Shelf,
    slug: &str,
    asked: &Fields,
) -> Result<ArticleDeskPage, Response> {
    let platform = officer.platform();
    let key = ArticleKey {
        kind: shelf.kind,
        slug: slug.to_owned(),
    };
    let history = articles::history(platform, &key).await;
    let history = history.map_err(|error| officer.failed(&error))?;
    let history = history.ok_or_else(|| missing(officer))?;
    let newest = &history[0];
    let published = articles::list_published(platform).await;
    let published = published.map_err(|error| officer.failed(&error))?;
    let wanted = asked.get("version").parse::<i32>().ok();
    let at = history.iter().position(|it| Some(it.version) == wanted);
    let at = at.unwrap_or(0);
    let (shown, before) = (&history[at], history.get(at + 1));
    let diff = before.map_or_else(Vec::new, |before| {
        articles::diff(&before.source, &shown.source)
    });
    let login = &officer.session.login;
    let is_writer = newest.writers.contains(login);
    let in_review = newest.state == ArticleState::Review;
    let mut decided = history.iter().filter(|it| it.decided_at.is_some());
    let may_withdraw = decided
        .next()
        .is_some_and(|it| it.state == ArticleState::Published);
    let found = check(newest.kind, &newest.slug, &newest.source, &published);
    let evaluation = if asked.get("evaluate") == "yes" && newest.kind == ArticleKind::Faq {
        evaluation(officer, newest).await?
    } else {
        Vec::new()
    };
    let names = Names::of(officer).await?;
    let path = format!("{}/{slug}", shelf.path());
    Ok(ArticleDeskPage {
        frame: officer
            .frame(&shelf.path())
            .below(shelf.path(), shelf.title),
        notice: None,
        list: shelf.link(),
        title: title(newest),
        version: newest.version,
        revision: newest.revision,
        state: state_chip(newest, platform.now()),
        facts: facts(&names, newest),
        may_send: newest.state == ArticleState::Draft && found.is_empty(),
        findings: found
            .iter()
            .map(|it| findings::line(newest.kind, &newest.source, it))
            .collect(),
        preview: preview(shown),
        versions: history
            .iter()
            .map(|it| version(&names, it, &path, platform.now()))
            .collect(),
        between: before.map_or_else(String::new, |before| {
            format!("第{}版から第{}版", before.version, shown.version)
        }),
        changes: changes(&diff),
        may_edit: !in_review,
        may_publish: in_review && !is_writer,
        may_return: in_review,
        may_withdraw,
        button: "公開する",
        remark: TextField::default(),
        show_from: TextField::default(),
        evaluation,
        is_question: shelf.kind == ArticleKind::Faq,
        path,
    })
}

fn writers(names: &Names, row: &ArticleRow) -> String {
    let writers: Vec<String> = row.writers.iter().map(|it| names.get(it)).collect();
    writers.join("、")
}

fn facts(names: &Names, row: &ArticleRow) -> Vec<(String, String)> {
    let facts = [
        ("名前", row.slug.clone()),
        ("版", format!("第{}版", row.version)),
        ("書いた人", writers(names, row)),
        ("更新", words::instant(row.made_at)),
        (
            "確認に出した日時",
            row.sent_at.map_or_else(String::new, words::instant),
        ),
        (
            "公開する日時",
            row.show_from.map_or_else(String::new, words::instant),
        ),
        ("理由", row.remark.clone()),
    ];
    let set = facts.into_iter().filter(|(_, text)| !text.is_empty());
    set.map(|(term, text)| (term.to_owned(), text)).collect()
}

fn version(
    names: &Names,
    row: &ArticleRow,
    path: &str,
    now: kiban_domain::Timestamp,
) -> VersionLine {
    let decided = row.decided_by.as_ref().zip(row.decided_at);
    VersionLine {
        link: Link::new(
            format!("{path}?version={}", row.version),
            format!("第{}版", row.version),
        ),
        state: state_chip(row, now),
        written: format!(
            "{}　{}",
            writers(names, row),
            words::short_instant(row.made_at)
        ),
        decided: decided.map_or_else(String::new, |(by, at)| {
            format!("{}　{}", names.get(by), words::short_instant(at))
        }),
        remark: row.remark.clone(),
    }
}

/// How it will look, by the reader that shows it to the public.
fn preview(row: &ArticleRow) -> String {
    let body =
        fields_of(row.kind, &row.source).map_or_else(|| row.source.clone(), |(_, body)| body);
    match row.kind {
        ArticleKind::Faq => kiban_helpdesk::html(&body),
        ArticleKind::News | ArticleKind::Document | ArticleKind::Page => {
            kiban_content::html(&body).html
        }
    }
}

/// The lines that changed, with a few around them.
pub(crate) fn changes(diff: &[DiffLine]) -> Vec<ChangeLine> {
    let changed = |it: &DiffLine| it.change != LineChange::Same;
    let near = |at: usize| {
        let from = at.saturating_sub(AROUND);
        let to = (at + AROUND + 1).min(diff.len());
        diff[from..to].iter().any(changed)
    };
    let lines = diff.iter().enumerate().filter(|(at, _)| near(*at));
    lines
        .map(|(_, it)| {
            let (mark, word) = match it.change {
                LineChange::Same => ("", ""),
                LineChange::Removed => ("-", "削除"),
                LineChange::Added => ("+", "追加"),
            };
            ChangeLine {
                mark,
                word,
                number: it.number,
                text: it.text.clone(),
            }
        })
        .collect()
}

async fn evaluation(officer: &Officer, row: &ArticleRow) -> Result<Vec<[String; 3]>, Response> {
    let found = questions::evaluate(officer.platform(), Some(row.clone())).await;
    let found = found.map_err(|error| officer.failed(&error))?;
    let (now, draft) = (found.published, found.with_draft);
    let line = |name: &str, of: fn(&kiban_helpdesk::evaluation::Tally) -> (usize, usize)| {
        let told = |(part, whole): (usize, usize)| format!("{part}／{whole}");
        [
            name.to_owned(),
            told(of(&now)),
            draft
                .as_ref()
                .map_or_else(|| "読めません".to_owned(), |it| told(of(it))),
        ]
    };
    Ok(vec![
        line("正しい答えが1番目", |it| (it.first, it.in_scope)),
        line("正しい答えが3つの中", |it| {
            (it.among_three, it.in_scope)
        }),
        line("誤った答えを答えとした", |it| {
            (it.wrong_stated, it.in_scope)
        }),
        line("範囲外の質問に答えた", |it| {
            (it.scope_stated, it.out_of_scope)
        }),
    ])
}

/// POST `/ops/{shelf}/{slug}`.
pub(crate) async fn act(
    Path((shelf, slug)): Path<(String, String)>,
    PostedBy { officer, fields }: PostedBy,
) -> Result<Response, Response> {
    officer.may(EDITOR)?;
    let shelf = self::shelf(&shelf).ok_or_else(|| missing(&officer))?;
    let key = ArticleKey {
        kind: shelf.kind,
        slug: slug.clone(),
    };
    if !matches!(
        fields.get("act"),
        "send" | "publish" | "return" | "withdraw"
    ) {
        return Err(officer.unknown_act());
    }
    let (Ok(version), Ok(revision)) = (
        fields.get("version").parse(),
        fields.get("revision").parse(),
    ) else {
        let mut page = page(&officer, shelf, &slug, &Fields::default()).await?;
        page.notice = Some(Notice::new(
            NoticeKind::Warning,
            "どの版を見ていたかが分かりません",
            "いまの内容を確かめて、この画面からもう一度操作してください。何も変更していません。",
        ));
        return Ok(officer.page(StatusCode::CONFLICT, &page));
    };
    let seen = Seen { version, revision };
    let (platform, context) = (officer.platform(), officer.context());
    let (remark, typed) = (fields.get("remark"), fields.get("show_from"));
    let show_from = words::typed_instant(typed);
    let mut unread_time = false;
    let (done, outcome) = match fields.get("act") {
        "send" => {
            let outcome = articles::send_to_review(platform, &context, key, seen).await;
            ("確認に出しました。ほかの編集者が公開します", outcome)
        }
        "publish" if !typed.is_empty() && show_from.is_none() => {
            unread_time = true;
            ("", Ok(()))
        }
        "publish" => {
            let outcome = articles::publish(platform, &context, key, seen, show_from).await;
            ("公開しました", outcome)
        }
        "return" => {
            let outcome = articles::send_back(platform, &context, key, seen, remark).await;
            ("下書きへ戻しました", outcome)
        }
        "withdraw" => {
            let outcome = articles::withdraw(platform, &context, key, seen, remark).await;
            ("公開を取り下げました", outcome)
        }
        _ => ("", Ok(())),
    };
    if let Err(EditError::Storage(error)) = &outcome {
        return Err(officer.failed(error));
    }
    if matches!(outcome, Err(EditError::NotFound)) {
        return Err(missing(&officer));
    }
    let mut page = page(&officer, shelf, &slug, &Fields::default()).await?;
    page.remark = TextField::of(if outcome.is_err() { remark } else { "" });
    page.show_from = TextField::of(if outcome.is_err() || unread_time {
        typed
    } else {
        ""
    });
    page.button = match fields.get("act") {
        "send" => "確認に出す",
        "return" => "下書きへ戻す",
        "withdraw" => "公開を取り下げる",
        _ => "公開する",
    };
    let warn = |title: &str| Some(Notice::new(NoticeKind::Warning, title, ""));
    let status = match outcome {
        Ok(()) if unread_time => {
            page.show_from = page.show_from.with_error(
                "公開する日時は、年月日と時刻で入力してください（例：2026-12-01 09:00）",
            );
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Ok(()) => {
            if !done.is_empty() {
                page.notice = Some(Notice::new(NoticeKind::Success, done, ""));
            }
            StatusCode::OK
        }
        Err(EditError::Conflict(_)) => {
            page.notice = warn("ほかの人が先に更新しました。いまの内容を確かめてください");
            StatusCode::CONFLICT
        }
        Err(EditError::Elsewhere(_)) => {
            page.notice = warn("いまの状態では、この操作はできません");
            StatusCode::CONFLICT
        }
        Err(EditError::SamePerson) => {
            page.notice = warn("この版を書いた人は公開できません。ほかの編集者に頼んでください");
            StatusCode::FORBIDDEN
        }
        Err(EditError::Findings(_)) => {
            page.notice = warn("直すところがあるため、先へ進めません");
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Err(EditError::Remark) => {
            page.remark = page
                .remark
                .with_error(words::text_error("理由", remark, 1_000, true).unwrap_or_default());
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Err(EditError::Past) => {
            page.show_from = page
                .show_from
                .with_error("公開する日時は、いまより後の日時を入力してください");
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Err(
            EditError::Slug
            | EditError::Reserved
            | EditError::Length
            | EditError::NotFound
            | EditError::Storage(_),
        ) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok(officer.page(status, &page))
}
