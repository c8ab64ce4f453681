//! 運営トップ (O01).

use crate::{officer::Officer, registrations};
use axum::response::Response;
use http::StatusCode;
use kiban_console_ui::HomePage;

/// GET `/ops`.
pub(crate) async fn show(officer: Officer) -> Result<Response, Response> {
    let mut queues = Vec::new();
    queues.extend(registrations::queue(&officer).await?);
    let page = HomePage {
        frame: officer.frame("/ops"),
        notice: None,
        queues,
    };
    Ok(officer.page(StatusCode::OK, &page))
}
