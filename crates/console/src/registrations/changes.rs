//! Wishes of offices for another name or address.

use super::admission;
use crate::{
    officer::{Officer, PostedBy},
    words::day_of,
};
use axum::{
    extract::Query,
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use kiban_console_ui::{ChangeRow, ChangesPage, Notice, NoticeKind};
use kiban_services::office_data::{self, OfficeDataError};
use serde::Deserialize;

/// So many stand on the page.
const MOST: i64 = 50;

/// What was done before.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Done {
    #[serde(default)]
    done: String,
}

/// GET `/ops/changes`.
pub(super) async fn show(officer: Officer, Query(done): Query<Done>) -> Result<Response, Response> {
    admission(&officer)?;
    let title = match done.done.as_str() {
        "accept" => Some("変更を反映しました"),
        "refuse" => Some("差し戻しました"),
        _ => None,
    };
    let notice = title.map(|title| Notice::new(NoticeKind::Success, title, ""));
    page(&officer, StatusCode::OK, notice).await
}

async fn page(
    officer: &Officer,
    status: StatusCode,
    notice: Option<Notice>,
) -> Result<Response, Response> {
    let waiting = office_data::list_waiting(officer.platform(), MOST).await;
    let waiting = waiting.map_err(|error| officer.failed(&error))?;
    let mut rows = Vec::new();
    for wish in waiting {
        let data = office_data::load(officer.platform(), &wish.office_no).await;
        let data = data.map_err(|error| officer.failed(&error))?;
        let (name, profile) = data.map_or((String::new(), None), |data| {
            (data.office.name, data.profile)
        });
        let (postal_code, address) = profile
            .map(|it| (it.postal_code, it.address))
            .unwrap_or_default();
        let line = |term: &str, now: String, wish: String| {
            let now = if now.is_empty() {
                "記録なし".to_owned()
            } else {
                now
            };
            (term.to_owned(), now, wish)
        };
        rows.push(ChangeRow {
            id: wish.change_id.to_string(),
            office_no: wish.office_no.as_str().to_owned(),
            asked: day_of(wish.asked_at),
            compared: vec![
                line("名称", name, wish.name),
                line("郵便番号", postal_code, wish.postal_code),
                line("所在地", address, wish.address),
            ],
            reason: wish.reason.lines().map(str::to_owned).collect(),
        });
    }
    let page = ChangesPage {
        frame: officer
            .frame("/ops/registrations")
            .below("/ops/registrations", "登録審査"),
        notice,
        rows,
    };
    Ok(officer.page(status, &page))
}

/// POST `/ops/changes`.
pub(super) async fn decide(PostedBy { officer, fields }: PostedBy) -> Result<Response, Response> {
    admission(&officer)?;
    let go = fields.get("go");
    if !matches!(go, "accept" | "refuse") {
        return Err(officer.unknown_act());
    }
    let Ok(change_id) = fields.get("change").parse() else {
        return Err(officer.say(
            StatusCode::NOT_FOUND,
            "申請が見つかりません",
            "名称・所在地の変更の一覧からたどってください。",
        ));
    };
    let done = office_data::decide(
        officer.platform(),
        &officer.context(),
        change_id,
        officer.session.user_id,
        go == "accept",
        fields.get("note"),
    )
    .await;
    let (status, title) = match done {
        Ok(()) => return Ok(Redirect::to(&format!("/ops/changes?done={go}")).into_response()),
        Err(OfficeDataError::Storage(error)) => return Err(officer.failed(&error)),
        Err(OfficeDataError::NoteMissing) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "差し戻すときは、事業所への連絡に理由を書いてください",
        ),
        Err(OfficeDataError::Own) => (StatusCode::FORBIDDEN, "ご自身の申請は、審査できません"),
        Err(OfficeDataError::NotFound | OfficeDataError::Stale) => (
            StatusCode::CONFLICT,
            "この申請は、ほかの人が先に処理したか、取り下げられています",
        ),
    };
    page(
        &officer,
        status,
        Some(Notice::new(NoticeKind::Error, title, "")),
    )
    .await
}
