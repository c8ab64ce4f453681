//! What maintenances and incidents do to every page of the portal: a line above it, or the page that says it is shut (O16, P22).

use crate::{PortalState, public};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use http::{
    HeaderValue, Method, StatusCode,
    header::{LOCATION, RETRY_AFTER},
};
use kiban_domain::{ServiceFunction, Timestamp};
use kiban_portal_ui::{Link, MessagePage, Notice, NoticeKind};
use kiban_services::operating::{self, Matter};

/// After so many seconds at most a shut page is worth another look, even when the maintenance takes longer: it may end early.
const LOOK_AGAIN: i64 = 3_600;

/// The lines above a page, as this process knows them.
pub(crate) fn banners(state: &PortalState) -> Vec<Notice> {
    let known = state.public.operating.known();
    let all = operating::banners(&known, state.platform.now());
    let notice = |it: operating::Banner| {
        let kind = if it.grave {
            NoticeKind::Warning
        } else {
            NoticeKind::Info
        };
        Notice::new(kind, it.title, it.body).with_link(Link::new("/status", "稼働状況を見る"))
    };
    all.into_iter().map(notice).collect()
}

/// Which function an address belongs to. Signing in belongs to none, nor does the console: who ends a maintenance has to come in.
fn function_of(path: &str) -> Option<ServiceFunction> {
    let within = |base: &str| {
        let rest = path.strip_prefix(base);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    if within("/start") || within("/api/enrol") || within("/mypage/certificates") {
        return Some(ServiceFunction::Terminals);
    }
    if within("/signup") {
        return Some(ServiceFunction::SignUp);
    }
    if within("/contact/form") || within("/contact/track") || within("/mypage/inquiries") {
        return Some(ServiceFunction::Inquiries);
    }
    let own = ["/mypage", "/insurer", "/prefecture"];
    own.into_iter()
        .any(within)
        .then_some(ServiceFunction::MyPage)
}

/// Takes a slash at the end away, and answers for what a maintenance shuts.
pub(crate) async fn watch(
    State(state): State<PortalState>,
    request: Request,
    next: Next,
) -> Response {
    if let Some(address) = without_slash(&request) {
        return (StatusCode::PERMANENT_REDIRECT, [(LOCATION, address)]).into_response();
    }
    let known = state.public.operating.current(&state.platform).await;
    let sends = !matches!(*request.method(), Method::GET | Method::HEAD);
    let now = state.platform.now();
    let found = function_of(request.uri().path());
    let shut = found.and_then(|function| known.shut(function, sends, now));
    match shut {
        Some(matter) => answer(&state, matter, sends, now),
        None => next.run(request).await,
    }
}

/// The same address without the slashes at its end. One slash only stands at its beginning, so that it leads nowhere else.
fn without_slash(request: &Request) -> Option<HeaderValue> {
    let path = request.uri().path();
    if !path.ends_with('/') || path == "/" {
        return None;
    }
    let path = format!("/{}", path.trim_matches('/'));
    let query = request.uri().query();
    let query = query.map_or(String::new(), |query| format!("?{query}"));
    HeaderValue::try_from(format!("{path}{query}")).ok()
}

fn answer(state: &PortalState, matter: &Matter, sends: bool, now: Timestamp) -> Response {
    let row = &matter.row;
    let sent = if sends {
        "送信はされていません。"
    } else {
        ""
    };
    let page = MessagePage {
        frame: state.portal_frame(),
        title: "メンテナンスのため、この機能は使えません".into(),
        advice: format!("{}です。{sent}{}", operating::period(matter), row.remains),
        reference: String::new(),
        next: Link::new("/maintenance", "メンテナンスの内容を見る"),
    };
    let left = row.ends_at.map_or(LOOK_AGAIN, |end| {
        end.duration_since(now).as_secs().clamp(1, LOOK_AGAIN)
    });
    let mut response = public::answer(StatusCode::SERVICE_UNAVAILABLE, "no-store", &page);
    response
        .headers_mut()
        .insert(RETRY_AFTER, HeaderValue::from(left));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn o1_every_address_belongs_to_one_function_or_none() {
        for (path, function) in [
            ("/mypage", Some(ServiceFunction::MyPage)),
            (
                "/mypage/certificates/1/stop",
                Some(ServiceFunction::Terminals),
            ),
            ("/insurer/notices", Some(ServiceFunction::MyPage)),
            ("/signup/confirm/abc", Some(ServiceFunction::SignUp)),
            ("/contact/form", Some(ServiceFunction::Inquiries)),
            ("/starting", None),
            ("/login", None),
            ("/ops/maintenance", None),
            ("/status", None),
            ("/", None),
        ] {
            assert_eq!(function_of(path), function, "{path}");
        }
    }
}
