//! The operator's console (O-1), below `/ops` on the portal's address. Signing in is the portal's: one way in for everybody.
//!
//! Care data cannot be reached from here: the crate names no use case and no repository that reads them, and its callers are
//! [`Caller::Operator`](kiban_access), to whom no permit is given.

mod assets;
mod home;
mod insurers;
mod officer;
mod readiness;
mod surveys;

pub use officer::menu;

use axum::{Router, extract::DefaultBodyLimit};
use kiban_services::Platform;
use kiban_web_kit::Routes;
use std::sync::Arc;

/// What the pages work with. Cheap to clone.
#[derive(Debug, Clone)]
pub struct ConsoleState {
    /// The platform.
    pub platform: Platform,
    /// Scheme, host and port of the portal as browsers see them.
    pub own_origin: Arc<str>,
    /// Whether to show the bar that says all data are invented.
    pub sandbox: bool,
}

/// No form of the console is longer, but for those that say so themselves: an article is some pages of text.
const BODY_BYTES: usize = 1_048_576;

/// All routes of the console. Every one wants an operator.
pub fn routes() -> Routes<ConsoleState> {
    Routes::new()
        .get("/ops", home::show)
        .get("/ops/insurers", insurers::list)
        .post("/ops/insurers", insurers::issue)
        .get("/ops/insurers/{number}", insurers::show)
        .post("/ops/insurers/{number}", insurers::change)
        .get("/ops/readiness", readiness::list)
        .get("/ops/readiness/{code}", readiness::show)
        .post("/ops/readiness/{code}", readiness::change)
        .get("/ops/surveys", surveys::list)
        .post("/ops/surveys", surveys::open)
        .get("/ops/surveys/{number}", surveys::show)
        .post("/ops/surveys/{number}", surveys::close)
        .get("/ops/surveys/{number}/answers.csv", surveys::file)
        .get("/ops/static/{*path}", assets::show)
}

/// The whole console, to be merged into the portal's router.
pub fn router(state: ConsoleState) -> Router {
    routes()
        .into_router()
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .with_state(state)
}
