//! What maintenances and incidents do to the pages of the care door (O16).

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::Method;
use kiban_domain::ServiceFunction;
use kiban_services::operating::{self, Banner};
use kiban_ui::{Frame, Link, MessageKind, MessagePage, Notice, NoticeKind, Site};

use crate::{
    CareState,
    answer::{page_with, retry_after},
};

/// After so many seconds at most a shut page is worth another look, even when the maintenance takes longer: it may end early.
const LOOK_AGAIN: i64 = 3_600;

impl CareState {
    /// The lines above a page, as this process knows them.
    pub(crate) fn banners(&self) -> Vec<Notice> {
        let all = operating::banners(&self.operating.known(), self.platform.now());
        let notice = |it: Banner| {
            let kind = if it.grave {
                NoticeKind::Warning
            } else {
                NoticeKind::Info
            };
            let status = Link::new(format!("{}/status", self.portal_url), "稼働状況を見る");
            Notice::new(kind, it.title, it.body).with_link(status)
        };
        all.into_iter().map(notice).collect()
    }
}

/// Answers for what a maintenance shuts; what the pages are made of is always served.
pub(crate) async fn watch(
    State(state): State<CareState>,
    request: Request,
    next: Next,
) -> Response {
    let known = state.operating.current(&state.platform).await;
    let path = request.uri().path();
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    // Whoever may look may sign in and out.
    let ways = ["/care/sign-in", "/care/second-factor", "/care/sign-out"];
    let enters = ways.iter().any(|way| path.starts_with(way));
    let sends = !reads && !enters;
    let now = state.platform.now();
    // The routes of the program at the card reader are the terminals', not the pages'.
    let function = if path.starts_with("/agent/") {
        ServiceFunction::Terminals
    } else {
        ServiceFunction::Care
    };
    let asset = path.starts_with("/static/");
    let shut = known.shut(function, sends, now);
    let Some(matter) = shut.filter(|_| !asset) else {
        return next.run(request).await;
    };
    let row = &matter.row;
    let sent = if sends {
        "送信はされていません。"
    } else {
        ""
    };
    let page = MessagePage {
        frame: Frame {
            site: Site::CareWeb,
            sandbox: state.sandbox,
            member: None,
            current: None,
            banners: state.banners(),
            footer: Vec::new(),
        },
        kind: MessageKind::Unavailable,
        detail: format!(
            "メンテナンス中です（{}）。{sent}{}",
            operating::period(matter),
            row.remains
        ),
        reference: String::new(),
        next: Link::new(
            format!("{}/maintenance", state.portal_url),
            "メンテナンスの内容を見る",
        ),
    };
    let status = http::StatusCode::SERVICE_UNAVAILABLE;
    let left = row.ends_at.map_or(LOOK_AGAIN, |end| {
        end.duration_since(now).as_secs().clamp(1, LOOK_AGAIN)
    });
    retry_after(page_with(status, &page), left)
}
