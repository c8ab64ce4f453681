//! Public pages; for now the start page of the sandbox.

use axum::{
    extract::{Path, State},
    response::{Html, IntoResponse, Response},
};
use http::{StatusCode, header};
use kiban_ui::{SandboxHomePage, Template as _, assets};
use kiban_web_kit::Routes;
use std::sync::Arc;

/// What the pages show.
#[derive(Debug, Clone)]
pub struct PortalState {
    /// The start page of the sandbox; `None` in other installations.
    pub sandbox: Option<Arc<SandboxHomePage>>,
}

/// All routes of the portal. None of them needs a sign-in: they show nothing but what is public.
pub fn routes() -> Routes<PortalState> {
    Routes::new()
        .get("/", home)
        .get("/health", health)
        .get("/static/{*path}", asset)
}

async fn home(State(state): State<PortalState>) -> Response {
    match state.sandbox.as_ref().map(|page| page.render()) {
        Some(Ok(page)) => Html(page).into_response(),
        Some(Err(_)) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        None => Html("<!doctype html><html lang=\"ja\"><title>介護情報基盤ポータル</title><h1>介護情報基盤ポータル</h1><p>準備中です。</p></html>")
            .into_response(),
    }
}

/// For load balancers: the process answers.
async fn health() -> &'static str {
    "ok\n"
}

async fn asset(Path(path): Path<String>) -> Response {
    let Some(asset) = assets::get(&path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let caching = if asset.immutable {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    (
        [
            (header::CONTENT_TYPE, asset.content_type),
            (header::CACHE_CONTROL, caching),
        ],
        asset.bytes,
    )
        .into_response()
}
