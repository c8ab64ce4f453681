//! The operator's console (O-1), below `/ops` on the portal's address. Signing in is the portal's: one way in for everybody.
//!
//! Care data cannot be reached from here: the crate names no use case and no repository that reads them, and its callers are
//! [`Caller::Operator`](kiban_access), to whom no permit is given.

mod assets;
mod home;
mod officer;

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
        .get("/ops/static/{*path}", assets::show)
}

/// The whole console, to be merged into the portal's router.
pub fn router(state: ConsoleState) -> Router {
    routes()
        .into_router()
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .with_state(state)
}
