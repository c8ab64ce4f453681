//! Style sheets, script and icons.

use axum::{
    extract::Path,
    response::{IntoResponse, Response},
};
use http::{
    HeaderValue,
    header::{CACHE_CONTROL, CONTENT_TYPE},
};
use kiban_ui::assets;

use crate::{answer, visit::Visit};

/// GET `/static/{*path}`. A hashed name may be kept for a year, since another content has another name.
pub(crate) async fn file(visit: Visit, Path(path): Path<String>) -> Response {
    let Some(asset) = assets::get(&path) else {
        return answer::no_such_page(visit).await;
    };
    let keep = if asset.immutable {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(asset.content_type)),
        (CACHE_CONTROL, HeaderValue::from_static(keep)),
    ];
    (headers, asset.bytes).into_response()
}
