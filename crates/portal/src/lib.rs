//! The portal: public pages, the start page of the sandbox, and 利用開始, where a one-time code becomes a terminal's certificate.

mod account;
mod entrance;
mod forms;
mod insurer;
mod invited;
mod mailbox;
mod manuals;
mod member;
mod mypage;
mod notices;
mod operating;
mod own_inquiries;
mod passkey_words;
mod printing;
mod public;
mod published;
mod qr;
mod served;
mod sign_up;
mod start;
mod typed;

pub use manuals::{Manual, ManualPrinter};
pub use public::{HelpDesk, Hours, PublicDesk, Rephrase, Rephraser};
pub use published::publish_first;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Path, State},
    middleware::{from_fn_with_state, map_request},
    response::{Html, IntoResponse, Response},
};
use http::{StatusCode, header};
use kiban_domain::Clock;
use kiban_portal_ui::{PortalFrame, assets};
use kiban_services::{
    Platform, certificates::Authorities, enrolment::EnrolmentSettings, opinions::OpinionPaper,
    subsidies::SubsidyPaper,
};
use kiban_ui::{Frame, SandboxHomePage, Site, Template};
use kiban_web_kit::{PrintDesk, Routes, Transport, query};
use std::sync::Arc;

/// What the pages show and work with. Cheap to clone.
#[derive(Debug, Clone)]
pub struct PortalState {
    /// What the public pages show.
    pub public: Arc<PublicDesk>,
    /// The start page of the sandbox; `None` in other installations.
    pub sandbox: Option<Arc<SandboxHomePage>>,
    /// The platform.
    pub platform: Platform,
    /// Issue certificates.
    pub authorities: Arc<Authorities>,
    /// The machine's clock: certificates live by it whatever day a sandbox plays.
    pub clock: Arc<dyn Clock>,
    /// How codes and files are made.
    pub settings: EnrolmentSettings,
    /// Scheme, host and port of the portal as browsers see them.
    pub own_origin: Arc<str>,
    /// The care door's address as browsers see it.
    pub care_url: Arc<str>,
    /// Whether a proxy stands in front whose `X-Forwarded-For` names the other end.
    pub behind_proxy: bool,
    /// Prints the papers of subsidies; `None` where no faces are installed.
    pub papers: Option<PrintDesk<SubsidyPaper>>,
    /// Prints the papers of opinions; `None` where no faces are installed.
    pub opinions: Option<PrintDesk<OpinionPaper>>,
}

impl PortalState {
    fn frame(&self) -> Frame {
        Frame {
            site: Site::Portal,
            sandbox: self.sandbox.is_some(),
            member: None,
            current: None,
            banners: operating::banners(self),
            footer: Vec::new(),
        }
    }

    fn portal_frame(&self) -> PortalFrame {
        PortalFrame {
            sandbox: self.sandbox.is_some(),
            banners: operating::banners(self),
            ..PortalFrame::default()
        }
    }

    fn transport(&self) -> Transport {
        if self.own_origin.starts_with("https:") {
            Transport::Tls
        } else {
            Transport::Plain
        }
    }
}

/// No form or request of the portal is longer.
const BODY_BYTES: usize = 65_536;

/// All routes of the portal.
pub fn routes() -> Routes<PortalState> {
    public::routes()
        .merge(entrance::routes())
        .merge(account::routes())
        .merge(own_inquiries::routes())
        .merge(sign_up::routes())
        .merge(mypage::routes())
        .merge(notices::routes())
        .merge(insurer::routes())
        .get("/sandbox", sandbox)
        .get("/sandbox/mail", mailbox::list)
        .get("/sandbox/mail/{id}", mailbox::show)
        .get("/health", health)
        .get("/static/{*path}", asset)
        .get("/start", start::show)
        .post("/start", start::submit)
        .post("/start/file", start::file)
        .post("/api/enrol", start::api::enrol)
}

/// The whole front.
pub fn router(state: PortalState) -> Router {
    routes()
        .into_router()
        .fallback(missing)
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn_with_state(state.clone(), operating::watch))
        .layer(map_request(query::last_of_each_name))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .with_state(state)
}

/// What there is to try; only in a sandbox.
async fn sandbox(State(state): State<PortalState>) -> Response {
    match &state.sandbox {
        Some(shown) => page(StatusCode::OK, &**shown),
        None => public::missing(state.portal_frame()),
    }
}

async fn missing(State(state): State<PortalState>) -> Response {
    public::missing(state.portal_frame())
}

async fn wrong_method(State(state): State<PortalState>) -> Response {
    public::wrong_method(state.portal_frame())
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

/// A page that nobody keeps: it may hold a password.
fn page(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => (status, [(header::CACHE_CONTROL, "no-store")], Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
