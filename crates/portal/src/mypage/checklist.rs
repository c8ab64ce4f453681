//! 導入準備チェック (M13).

use super::{
    Done, frame,
    home::kind_of,
    own::{Own, PostedOwn},
    see_other,
};
use crate::public::{date, day_of};
use axum::{extract::Query, response::Response};
use http::StatusCode;
use kiban_domain::{ChecklistItem, RegistrationKind};
use kiban_portal_ui::{ChecklistLine, ChecklistPage, Notice, NoticeKind};
use kiban_services::{checklists, registrations};

async fn kind(own: &Own) -> Result<RegistrationKind, Response> {
    let data = own.data().await?;
    let registration = registrations::latest_of_office(own.platform(), &own.office_no).await;
    let registration = registration.map_err(|error| own.failed(&error))?;
    Ok(kind_of(registration.as_ref(), data.as_ref()))
}

/// GET `/mypage/checklist`.
pub(super) async fn show(own: Own, Query(done): Query<Done>) -> Result<Response, Response> {
    let kind = kind(&own).await?;
    let items = checklists::list(own.platform(), &own.office_no, kind).await;
    let items = items.map_err(|error| own.failed(&error))?;
    let line = |(item, ticked): &(ChecklistItem, Option<kiban_domain::Timestamp>)| ChecklistLine {
        code: item.code().to_owned(),
        label: item.label().to_owned(),
        ticked: ticked.map(|at| date(day_of(at))),
    };
    let saved = done.done == "saved";
    let page = ChecklistPage {
        frame: frame(&own, "/mypage/checklist"),
        notice: saved.then(|| Notice::new(NoticeKind::Success, "保存しました", "")),
        kind_label: kind.label().to_owned(),
        done: items.iter().filter(|(_, at)| at.is_some()).count(),
        items: items.iter().map(line).collect(),
    };
    Ok(own.page(StatusCode::OK, &page))
}

/// POST `/mypage/checklist`.
pub(super) async fn save(posted: PostedOwn) -> Result<Response, Response> {
    let PostedOwn { own, fields } = posted;
    let kind = kind(&own).await?;
    // What is no item of the list is nothing that a browser sent from our page.
    let ticked = fields.all("item").filter_map(|item| item.parse().ok());
    let (platform, by) = (own.platform(), own.session.user_id);
    let saved = checklists::save(platform, own.office_no, kind, ticked.collect(), by).await;
    saved.map_err(|error| own.failed(&error))?;
    Ok(see_other("/mypage/checklist?done=saved"))
}
