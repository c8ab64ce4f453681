//! Questions that the chat did not answer (O09): a draft of an entry is made of them, or they are put aside.

use crate::{
    articles::{EDITOR, RESERVED},
    officer::{Officer, PostedBy},
    words,
};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use kiban_console_ui::{Notice, NoticeKind, QuestionLine, UnansweredPage};
use kiban_services::{articles::EditError, questions};

/// So many groups are shown.
const SHOWN: usize = 50;

/// GET `/ops/faq/unanswered`.
pub(crate) async fn show(officer: Officer) -> Result<Response, Response> {
    officer.may(EDITOR)?;
    let page = page(&officer).await?;
    Ok(officer.page(StatusCode::OK, &page))
}

async fn page(officer: &Officer) -> Result<UnansweredPage, Response> {
    let groups = questions::list_groups(officer.platform()).await;
    let groups = groups.map_err(|error| officer.failed(&error))?;
    let today = officer.platform().today().to_string().replace('-', "");
    let groups = groups.into_iter().take(SHOWN).enumerate();
    Ok(UnansweredPage {
        frame: officer
            .frame("/ops/faq")
            .below("/ops/faq", "よくあるご質問"),
        notice: None,
        groups: groups
            .map(|(at, group)| QuestionLine {
                texts: group.texts,
                times: group.times,
                last: words::day(group.last_on),
                slug: format!("q-{today}-{}", at + 1),
            })
            .collect(),
    })
}

/// POST `/ops/faq/unanswered`.
pub(crate) async fn act(PostedBy { officer, fields }: PostedBy) -> Result<Response, Response> {
    officer.may(EDITOR)?;
    let texts: Vec<String> = fields.all("text").map(str::to_owned).collect();
    let (platform, context) = (officer.platform(), officer.context());
    if fields.get("act") == "draft" {
        let slug = fields.get("slug");
        let warning = match questions::draft_from(platform, &context, slug, &texts).await {
            Ok(row) => {
                let address = format!("/ops/faq/{}/edit", row.slug);
                return Ok(Redirect::to(&address).into_response());
            }
            Err(EditError::Storage(error)) => return Err(officer.failed(&error)),
            Err(EditError::Slug) => {
                "アドレスに使う名前は、英小文字・数字・ハイフンで入力してください（例：cert-renew）"
            }
            Err(EditError::Reserved) => RESERVED,
            Err(EditError::Conflict(_)) => {
                "この名前の記事がすでにあります。別の名前を入力してください"
            }
            Err(
                EditError::Length
                | EditError::Remark
                | EditError::NotFound
                | EditError::Findings(_)
                | EditError::Elsewhere(_)
                | EditError::SamePerson
                | EditError::Past,
            ) => "下書きを作れませんでした。もう一度お試しください",
        };
        let mut page = page(&officer).await?;
        page.notice = Some(Notice::new(NoticeKind::Warning, warning, ""));
        return Ok(officer.page(StatusCode::UNPROCESSABLE_ENTITY, &page));
    }
    if fields.get("act") != "aside" {
        return Err(officer.unknown_act());
    }
    let aside = questions::set_aside(platform, &context, &texts).await;
    aside.map_err(|error| officer.failed(&error))?;
    Ok(Redirect::to("/ops/faq/unanswered").into_response())
}
