//! One revision of a scheme (O11): what it changes, approved or refused by another person.

use super::{
    acts,
    masters::{chip, in_force, refusal, revisions},
    reviewer,
};
use crate::{
    articles::changes,
    officer::{Officer, PostedBy},
    words::instant,
};
use axum::{
    extract::{Path, Query},
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use kiban_console_ui::{DecidePage, Link, MasterPage, Notice, NoticeKind};
use kiban_domain::PortalRole;
use kiban_services::{
    articles::diff,
    subsidies::{self, SchemeError},
};
use serde::Deserialize;

/// What happened before, in an address.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Said {
    #[serde(default)]
    done: String,
}

type Key = (String, String);

async fn page(officer: &Officer, (scheme, revision): &Key) -> Result<MasterPage, Response> {
    let rows = revisions(officer).await?;
    let number: i64 = revision.parse().unwrap_or_default();
    let row = rows
        .iter()
        .find(|it| it.scheme == *scheme && it.revision == number);
    let Some(row) = row else {
        return Err(officer.say(
            StatusCode::NOT_FOUND,
            "この版が見つかりません",
            "制度の値の一覧からたどってください。",
        ));
    };
    let mut facts = vec![("提案した日時".to_owned(), instant(row.proposed_at))];
    if row.proposed_by.is_some() {
        facts.push(("提案した人".into(), row.proposed_name.clone()));
        facts.push(("理由".into(), row.reason.clone()));
    }
    if let Some(at) = row.decided_at {
        facts.push((
            "決めた人".into(),
            format!("{}（{}）", row.decided_name, instant(at)),
        ));
    }
    let before = in_force(&rows, scheme).filter(|it| it.revision != row.revision);
    let before = before.map_or("", |it| &*it.content);
    let lines = if row.state == "proposed" {
        changes(&diff(before, &row.content))
    } else {
        Vec::new()
    };
    let (mut buttons, mut why_not) = (Vec::new(), "");
    if row.state == "proposed" {
        if !acts(officer) {
            why_not = "監査の役割では、見ることだけができます。";
        } else if row.proposed_by == Some(officer.session.user_id) {
            why_not = "あなたが提案しました。承認と却下は、別の担当者が行います。";
        } else {
            buttons.push(("approve", "承認の確認へ進む"));
            buttons.push(("refuse", "却下の確認へ進む"));
        }
    }
    Ok(MasterPage {
        frame: officer
            .frame("/ops/masters")
            .below("/ops/masters", "制度の値"),
        notice: None,
        code: row.scheme.clone(),
        revision: row.revision,
        chip: chip(&rows, row),
        facts,
        changes: lines,
        content: row.content.clone(),
        buttons,
        why_not: why_not.into(),
    })
}

/// GET `/ops/masters/{scheme}/{revision}`.
pub(super) async fn show(
    officer: Officer,
    Path(key): Path<Key>,
    Query(said): Query<Said>,
) -> Result<Response, Response> {
    let mut page = page(&officer, &key).await?;
    let title = match &*said.done {
        "propose" => "変更を提案しました",
        "approve" => "変更を承認しました",
        "refuse" => "変更を却下しました",
        _ => "",
    };
    if !title.is_empty() {
        page.notice = Some(Notice::new(NoticeKind::Success, title, ""));
    }
    Ok(officer.page(StatusCode::OK, &page))
}

/// POST `/ops/masters/{scheme}/{revision}`: approves or refuses, after asking once more.
pub(super) async fn decide(
    Path(key): Path<Key>,
    PostedBy { officer, fields }: PostedBy,
) -> Result<Response, Response> {
    officer.may(&[PortalRole::Subsidy])?;
    let mut page = page(&officer, &key).await?;
    let word = fields.get("act");
    let (title, button, lead) = match word {
        "approve" => (
            "制度の変更の承認の確認",
            "この変更を承認する",
            "この版を有効にします。これからの申請は、この版で計算します。",
        ),
        "refuse" => (
            "制度の変更の却下の確認",
            "この変更を却下する",
            "この版を使わないことにします。",
        ),
        _ => return Err(officer.unknown_act()),
    };
    let here = format!("/ops/masters/{}/{}", page.code, page.revision);
    let confirmed = fields.get("confirmed") == "yes";
    if !confirmed && !page.buttons.is_empty() {
        let ask = DecidePage {
            frame: page.frame.below(&here, format!("第{}版", page.revision)),
            title: title.into(),
            lead: lead.into(),
            facts: page.facts,
            action: here.clone(),
            hidden: vec![
                ("act".into(), word.into()),
                ("confirmed".into(), "yes".into()),
            ],
            button: button.into(),
            back: Link::new(here, "前の画面へ戻る"),
        };
        return Ok(officer.page(StatusCode::OK, &ask));
    }
    let (platform, context) = (officer.platform(), officer.context());
    let by = reviewer(&officer).await?;
    let place = (&*page.code, page.revision);
    let approve = word == "approve";
    match subsidies::decide_scheme(platform, &context, place, approve, by).await {
        Ok(()) => Ok(Redirect::to(&format!("{here}?done={word}")).into_response()),
        Err(error) => {
            let status = match error {
                SchemeError::SamePerson => StatusCode::FORBIDDEN,
                _ => StatusCode::CONFLICT,
            };
            let words = refusal(&officer, &error)?.join("　");
            page.notice = Some(Notice::new(NoticeKind::Error, "操作できません", words));
            Ok(officer.page(status, &page))
        }
    }
}
