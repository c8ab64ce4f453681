//! What programs ask every site for.

use crate::PortalState;
use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use http::header;

/// GET `/robots.txt`: what is behind the sign-in, or belongs to one visitor, is nothing for search engines.
pub(super) async fn show(State(state): State<PortalState>) -> Response {
    let text = format!(
        "User-agent: *\nDisallow: /mypage\nDisallow: /insurer\nDisallow: /prefecture\nDisallow: /account\nDisallow: /ops\nDisallow: /api\nDisallow: /sandbox\nDisallow: /signup/confirm\nDisallow: /contact/track\n\n# サイトマップ: {}/sitemap\n",
        state.own_origin
    );
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, text).into_response()
}

/// The sign in the header, as a picture of its own. Browsers take SVG under this name too, since they go by its type.
const ICON: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" rx="10" fill="#0017c1"/><path d="M20 12v6m-4.6 6-4 3.4M24.6 24l4 3.4" stroke="#fff" stroke-width="2.5" stroke-linecap="round"/><circle cx="20" cy="21" r="4.6" fill="#fff"/><circle cx="20" cy="9.5" r="3.4" fill="#fff"/><circle cx="9.6" cy="28.6" r="3.4" fill="#fff"/><circle cx="30.4" cy="28.6" r="3.4" fill="#fff"/></svg>"##;

/// GET `/favicon.ico`.
pub(super) async fn icon() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CACHE_CONTROL, "public, max-age=86400"),
    ];
    (headers, ICON).into_response()
}
