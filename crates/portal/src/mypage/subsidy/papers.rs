//! 通知書 and 控え of an application as PDF (M09).

use super::{back, find, page_of};
use crate::mypage::{missing, own::Own};
use axum::{
    extract::Path,
    response::{IntoResponse as _, Response},
};
use http::{HeaderValue, StatusCode, header::RETRY_AFTER};
use kiban_portal_ui::Link;
use kiban_services::subsidies::{self, Outlet, SubsidyCase, SubsidyPaper};
use kiban_web_kit::{PrintFailed, PrintTurn, download};

/// After so many seconds one tries again when the printer is busy.
const BUSY: HeaderValue = HeaderValue::from_static("5");

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
    let turn = turn(own, receipt).await?;
    let case = find(own, receipt).await?.ok_or_else(|| missing(own))?;
    let outlet = Outlet {
        portal: own.state.own_origin.to_string(),
        sandbox: own.state.sandbox.is_some(),
        office: own.organisation.clone(),
        printed_by: own.session.name.clone(),
        at: own.platform().now(),
    };
    let Some(paper) = write(&case, outlet) else {
        let title = "この書類は、まだありません";
        let next = back(&case.row.receipt);
        return Err(own.say(StatusCode::NOT_FOUND, title, early, next));
    };
    let name = paper.file_name.clone();
    let request_id = own.request_id.as_str();
    match turn.print(paper).await {
        Ok(bytes) => Ok(download::answer(&name, "application/pdf", bytes)),
        Err(PrintFailed::Late) => {
            tracing::warn!(request_id, "a paper took too long to print");
            Err(busy(own, receipt))
        }
        Err(PrintFailed::Print(error)) => {
            let error = &*error as &dyn std::error::Error;
            tracing::error!(error, request_id, "a paper could not be printed");
            Err(failed(own, receipt))
        }
        Err(PrintFailed::Ended) => {
            tracing::error!(request_id, "the printer's thread ended before its time");
            Err(failed(own, receipt))
        }
    }
}

/// A place at the printer, taken before anything is looked up.
async fn turn(own: &Own, receipt: &str) -> Result<PrintTurn<SubsidyPaper>, Response> {
    let Some(desk) = &own.state.papers else {
        return Err(own.say(
            StatusCode::NOT_FOUND,
            "この書類は、PDFで出力できません",
            "このサーバーにはPDFを作る書体がありません。申請の画面を、ブラウザーの印刷機能で印刷してください。",
            back(receipt),
        ));
    };
    desk.turn().await.ok_or_else(|| busy(own, receipt))
}

fn busy(own: &Own, receipt: &str) -> Response {
    let said = own.say(
        StatusCode::SERVICE_UNAVAILABLE,
        "PDFの作成が混み合っています",
        "少し待ってから、もう一度お試しください。",
        back(receipt),
    );
    ([(RETRY_AFTER, BUSY)], said).into_response()
}

fn failed(own: &Own, receipt: &str) -> Response {
    own.say(
        StatusCode::INTERNAL_SERVER_ERROR,
        "PDFを作成できませんでした",
        "もう一度お試しください。同じことが続くときは、お問い合わせください。",
        back(receipt),
    )
}
