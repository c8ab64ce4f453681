//! The letter of a decision as PDF (O03), as the applicant gets it.

use super::{case, may_read};
use crate::officer::Officer;
use axum::{
    extract::Path,
    response::{IntoResponse as _, Response},
};
use http::{HeaderValue, StatusCode, header::RETRY_AFTER};
use kiban_services::Outlet;
use kiban_services::subsidies::{self, SubsidyCase};
use kiban_web_kit::{PrintFailed, download};

/// After so many seconds one tries again when the printer is busy.
const BUSY: HeaderValue = HeaderValue::from_static("5");

/// Where the letter can be had; nothing before there is one, or where there are no faces.
pub(super) fn address(officer: &Officer, case: &SubsidyCase) -> Option<String> {
    let there = officer.state.papers.is_some() && case.decision.is_some();
    there.then(|| format!("/ops/subsidy/{}/notice.pdf", case.row.receipt))
}

/// GET `/ops/subsidy/{receipt}/notice.pdf`: the reading is recorded.
pub(super) async fn show(
    officer: Officer,
    Path(receipt): Path<String>,
) -> Result<Response, Response> {
    may_read(&officer)?;
    let Some(desk) = &officer.state.papers else {
        return Err(officer.say(
            StatusCode::NOT_FOUND,
            "通知書は、PDFで出力できません",
            "このサーバーにはPDFを作る書体がありません。審査の画面を、ブラウザーの印刷機能で印刷してください。",
        ));
    };
    // A place is taken before anything is read, so that nothing is looked up for a paper that cannot be printed.
    let turn = desk.turn().await.ok_or_else(|| busy(&officer))?;
    let review = case::load(&officer, &receipt).await?;
    let outlet = Outlet {
        portal: officer.state.own_origin.to_string(),
        sandbox: officer.state.sandbox,
        office: "介護情報基盤 運営".to_owned(),
        printed_by: officer.session.name.clone(),
        at: officer.platform().now(),
    };
    let Some(paper) = subsidies::notice(&review.case, outlet) else {
        return Err(officer.say(
            StatusCode::NOT_FOUND,
            "通知書は、まだありません",
            "通知書は、交付または不交付の決定の後に出力できます。",
        ));
    };
    let name = paper.file_name.clone();
    let request_id = officer.request_id.as_str();
    let failed = || {
        officer.say(
            StatusCode::INTERNAL_SERVER_ERROR,
            "PDFを作成できませんでした",
            "もう一度お試しください。",
        )
    };
    match turn.print(paper).await {
        Ok(bytes) => Ok(download::answer(&name, "application/pdf", bytes)),
        Err(PrintFailed::Late) => {
            tracing::warn!(request_id, "a paper took too long to print");
            Err(busy(&officer))
        }
        Err(PrintFailed::Print(error)) => {
            let error = &*error as &dyn std::error::Error;
            tracing::error!(error, request_id, "a paper could not be printed");
            Err(failed())
        }
        Err(PrintFailed::Ended) => {
            tracing::error!(request_id, "the printer's thread ended before its time");
            Err(failed())
        }
    }
}

fn busy(officer: &Officer) -> Response {
    let said = officer.say(
        StatusCode::SERVICE_UNAVAILABLE,
        "PDFの作成が混み合っています",
        "少し待ってから、もう一度お試しください。",
    );
    ([(RETRY_AFTER, BUSY)], said).into_response()
}
