//! 運営トップ (O01).

use crate::officer::Officer;
use axum::response::Response;
use http::StatusCode;
use kiban_console_ui::HomePage;

/// GET `/ops`.
pub(crate) async fn show(officer: Officer) -> Response {
    let page = HomePage {
        frame: officer.frame("/ops"),
        notice: None,
        queues: Vec::new(),
    };
    officer.page(StatusCode::OK, &page)
}
