//! Texts to begin an answer with.

use crate::{
    officer::{Officer, PostedBy},
    words,
};
use axum::{
    extract::Query,
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use kiban_console_ui::{
    AnswerTemplatesPage, Choice, ChoiceField, Link, Notice, NoticeKind, TemplateLine, TextField,
};
use kiban_domain::{InquiryCategory, PortalRole, tokyo_date};
use kiban_services::inquiries::{self, TemplateError, TemplateRow};
use kiban_web_kit::Fields;
use uuid::Uuid;

const DESK: &[PortalRole] = &[PortalRole::Desk];
const PATH: &str = "/ops/inquiries/templates";

/// GET `/ops/inquiries/templates`; with `id` the one that is to be changed.
pub(crate) async fn show(
    officer: Officer,
    Query(asked): crate::inquiries::Asking,
) -> Result<Response, Response> {
    officer.may(DESK)?;
    let rows = inquiries::list_templates(officer.platform()).await;
    let rows = rows.map_err(|error| officer.failed(&error))?;
    let asked = Fields::of(asked);
    let id = asked.get("id").parse::<Uuid>().ok();
    let row = rows.iter().find(|it| Some(it.template_id) == id).cloned();
    let mut page = page(&officer, &rows, row.as_ref());
    if asked.get("saved") == "yes" {
        page.notice = Some(Notice::new(NoticeKind::Success, "定型文を保存しました", ""));
    }
    Ok(officer.page(StatusCode::OK, &page))
}

fn page(officer: &Officer, rows: &[TemplateRow], row: Option<&TemplateRow>) -> AnswerTemplatesPage {
    let line = |it: &TemplateRow| TemplateLine {
        link: Link::new(format!("{PATH}?id={}", it.template_id), it.title.clone()),
        category: it
            .category
            .map_or("すべての区分", |it| it.label())
            .to_owned(),
        changed: format!(
            "{}　{}",
            it.changed_by,
            words::day(tokyo_date(it.changed_at))
        ),
    };
    let chosen = row.and_then(|it| it.category);
    AnswerTemplatesPage {
        frame: officer
            .frame("/ops/inquiries")
            .below("/ops/inquiries", "お問い合わせ"),
        notice: None,
        lines: rows.iter().map(line).collect(),
        id: row.map_or_else(String::new, |it| it.template_id.to_string()),
        revision: row.map_or(0, |it| it.revision),
        title: row.map_or_else(TextField::default, |it| TextField::of(it.title.clone())),
        category: categories(chosen.map_or("", |it| it.code())),
        body: row.map_or_else(TextField::default, |it| TextField::of(it.body.clone())),
    }
}

fn categories(chosen: &str) -> ChoiceField {
    let all = InquiryCategory::ALL
        .iter()
        .map(|it| (it.code(), it.label()));
    let choice = |(value, label): (&str, &str)| Choice {
        chosen: value == chosen,
        ..Choice::new(value, label, "")
    };
    let all = std::iter::once(("", "すべての区分")).chain(all);
    ChoiceField::of(all.map(choice).collect())
}

/// POST `/ops/inquiries/templates`.
pub(crate) async fn save(PostedBy { officer, fields }: PostedBy) -> Result<Response, Response> {
    officer.may(DESK)?;
    let (platform, context) = (officer.platform(), officer.context());
    let id = fields.get("id").parse::<Uuid>().ok();
    if let ("remove", Some(id)) = (fields.get("act"), id) {
        let removed = inquiries::remove_template(platform, &context, id).await;
        removed.map_err(|error| officer.failed(&error))?;
        return Ok(Redirect::to(PATH).into_response());
    }
    if !matches!(fields.get("act"), "" | "save") {
        return Err(officer.unknown_act());
    }
    let seen = id.map(|id| (id, fields.get("revision").parse().unwrap_or_default()));
    let (title, body) = (
        fields.get("title"),
        fields.get("body").replace("\r\n", "\n"),
    );
    let category = fields.get("category").parse().ok();
    let form = officer.form("template", &fields);
    let saved =
        inquiries::save_template(platform, &context, &form, seen, title, category, &body).await;
    let error = match saved {
        Ok(()) => return Ok(Redirect::to(&format!("{PATH}?saved=yes")).into_response()),
        Err(TemplateError::Storage(error)) => return Err(officer.failed(&error)),
        Err(error) => error,
    };
    let rows = inquiries::list_templates(platform).await;
    let rows = rows.map_err(|error| officer.failed(&error))?;
    let mut page = page(&officer, &rows, None);
    page.id = id.map_or_else(String::new, |it| it.to_string());
    page.revision = seen.map_or(0, |(_, revision)| revision);
    page.title = TextField::of(title);
    page.category = categories(fields.get("category"));
    page.body = TextField::of(body.clone());
    let status = match error {
        TemplateError::Title => {
            page.title = page
                .title
                .with_error(words::line_error("題名", title, 60, true).unwrap_or_default());
            StatusCode::UNPROCESSABLE_ENTITY
        }
        TemplateError::Body => {
            page.body = page.body.with_error(
                words::text_error("文章", &body, inquiries::LONGEST, true).unwrap_or_default(),
            );
            StatusCode::UNPROCESSABLE_ENTITY
        }
        TemplateError::Conflict(now) => {
            let theirs = now.as_ref().map_or("削除されています。".to_owned(), |it| {
                format!("いまの文章：{}", it.body)
            });
            // Saved once more, it takes the place of what was seen now.
            page.id = now
                .as_ref()
                .map_or_else(String::new, |it| it.template_id.to_string());
            page.revision = now.map_or(0, |it| it.revision);
            page.notice = Some(Notice::new(
                NoticeKind::Warning,
                "ほかの人が先に更新しました",
                theirs,
            ));
            StatusCode::CONFLICT
        }
        TemplateError::Storage(error) => return Err(officer.failed(&error)),
    };
    Ok(officer.page(status, &page))
}
