//! 通知書 and 控え of an application as PDF (M09).

use super::{back, find, page_of};
use crate::mypage::{missing, own::Own};
use crate::printing;
use axum::{extract::Path, response::Response};
use http::StatusCode;
use kiban_portal_ui::Link;
use kiban_services::Outlet;
use kiban_services::subsidies::{self, SubsidyCase, SubsidyPaper};

/// Where the papers of an application can be had; nothing where there are no faces.
pub(super) fn links(own: &Own, case: &SubsidyCase) -> Vec<Link> {
    if own.state.papers.is_none() {
        return Vec::new();
    }
    let to = |file: &str, label: &str| {
        let href = format!("{}/{file}", page_of(&case.row.receipt));
        Link::new(href, format!("{label}をダウンロードする（PDF）"))
    };
    let mut links = Vec::new();
    if let Some(decision) = &case.decision {
        let label = match &*decision.kind {
            "grant" => "交付決定通知書",
            _ => "不交付決定通知書",
        };
        links.push(to("notice.pdf", label));
    }
    if case.filled.is_some() {
        links.push(to("copy.pdf", "申請書の控え"));
    }
    links
}

/// GET `/mypage/applications/{receipt}/notice.pdf`: once it is decided.
pub(in crate::mypage) async fn notice(
    own: Own,
    Path(receipt): Path<String>,
) -> Result<Response, Response> {
    let early = "通知書は、交付または不交付の決定の後に出力できます。";
    print(&own, &receipt, subsidies::notice, early).await
}

/// GET `/mypage/applications/{receipt}/copy.pdf`: once it is submitted.
pub(in crate::mypage) async fn copy(
    own: Own,
    Path(receipt): Path<String>,
) -> Result<Response, Response> {
    let early = "控えは、申請を提出した後に出力できます。";
    print(&own, &receipt, subsidies::copy, early).await
}

async fn print(
    own: &Own,
    receipt: &str,
    write: impl Fn(&SubsidyCase, Outlet) -> Option<SubsidyPaper>,
    early: &str,
) -> Result<Response, Response> {
    let next = back(receipt);
    let turn = printing::turn(own, own.state.papers.as_ref(), &next).await?;
    let case = find(own, receipt).await?.ok_or_else(|| missing(own))?;
    let Some(paper) = write(&case, own.outlet()) else {
        let title = "この書類は、まだありません";
        return Err(own.say(StatusCode::NOT_FOUND, title, early, next));
    };
    let name = paper.file_name.clone();
    printing::print(own, turn, paper, &name, &next).await
}
