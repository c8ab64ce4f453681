//! Papers as PDF for somebody who is signed in: a place at the printer, the printing, and what is said when it fails.

use crate::member::SignedIn;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header::RETRY_AFTER};
use kiban_portal_ui::Link;
use kiban_web_kit::{PrintDesk, PrintFailed, PrintTurn, download};

/// After so many seconds one tries again when the printer is busy.
const BUSY: HeaderValue = HeaderValue::from_static("5");

/// A place at the printer, taken before anything is looked up; otherwise what to answer, with the way `back`.
pub(crate) async fn turn<S: Send + 'static>(
    signed_in: &SignedIn,
    desk: Option<&PrintDesk<S>>,
    back: &Link,
) -> Result<PrintTurn<S>, Response> {
    let Some(desk) = desk else {
        return Err(signed_in.say(
            StatusCode::NOT_FOUND,
            "この書類は、PDFで出力できません",
            "このサーバーにはPDFを作る書体がありません。画面を、ブラウザーの印刷機能で印刷してください。",
            back.clone(),
        ));
    };
    desk.turn().await.ok_or_else(|| busy(signed_in, back))
}

/// The paper as a file of this name.
pub(crate) async fn print<S: Send + 'static>(
    signed_in: &SignedIn,
    turn: PrintTurn<S>,
    paper: S,
    name: &str,
    back: &Link,
) -> Result<Response, Response> {
    let request_id = signed_in.request_id.as_str();
    match turn.print(paper).await {
        Ok(bytes) => Ok(download::answer(name, "application/pdf", bytes)),
        Err(PrintFailed::Late) => {
            tracing::warn!(request_id, "a paper took too long to print");
            Err(busy(signed_in, back))
        }
        Err(PrintFailed::Print(error)) => {
            let error = &*error as &dyn std::error::Error;
            tracing::error!(error, request_id, "a paper could not be printed");
            Err(failed(signed_in, back))
        }
        Err(PrintFailed::Ended) => {
            tracing::error!(request_id, "the printer's thread ended before its time");
            Err(failed(signed_in, back))
        }
    }
}

fn busy(signed_in: &SignedIn, back: &Link) -> Response {
    let said = signed_in.say(
        StatusCode::SERVICE_UNAVAILABLE,
        "PDFの作成が混み合っています",
        "少し待ってから、もう一度お試しください。",
        back.clone(),
    );
    ([(RETRY_AFTER, BUSY)], said).into_response()
}

/// The paper could not be made.
pub(crate) fn failed(signed_in: &SignedIn, back: &Link) -> Response {
    signed_in.say(
        StatusCode::INTERNAL_SERVER_ERROR,
        "PDFを作成できませんでした",
        "もう一度お試しください。同じことが続くときは、お問い合わせください。",
        back.clone(),
    )
}
