//! The console's own sheet and icons.

use axum::{
    extract::Path,
    response::{IntoResponse as _, Response},
};
use http::{StatusCode, header};
use kiban_console_ui::assets;

/// GET `/ops/static/{*path}`: like all sheets, for everybody.
pub(crate) async fn show(Path(path): Path<String>) -> Response {
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
