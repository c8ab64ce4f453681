//! The operator's console (O-1), below `/ops` on the portal's address. Signing in is the portal's: one way in for everybody.
//!
//! Care data cannot be reached from here: the crate names no use case and no repository that reads them, and its callers are
//! [`Caller::Operator`](kiban_access), to whom no permit is given.

mod answer_templates;
mod articles;
mod assets;
mod audit;
mod calls;
mod certificates;
mod home;
mod inquiries;
mod insurers;
mod invited;
mod letters;
mod maintenance;
mod notices;
mod officer;
mod readiness;
mod registrations;
mod reports;
mod small_file;
mod subsidies;
mod surveys;
mod unanswered;
mod uploaded;
mod users;
mod words;

pub use officer::menu;

use axum::{Router, extract::DefaultBodyLimit, middleware::map_request};
use kiban_domain::Date;
use kiban_exchange::bank::{LineEnd, Payer};
use kiban_services::{Platform, subsidies::SubsidyPaper};
use kiban_web_kit::{PrintDesk, Routes, query};
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
    /// Weekdays on which the help desk is closed.
    pub holidays: Arc<[Date]>,
    /// From whose account subsidies are paid; nothing: no file for the bank can be written.
    pub payer: Option<Arc<PayFrom>>,
    /// Prints letters of decisions; `None` where no faces are installed.
    pub papers: Option<PrintDesk<SubsidyPaper>>,
}

/// From whose account subsidies are paid, and how the bank wants its file.
#[derive(Clone)]
pub struct PayFrom {
    /// The account and its holder.
    pub payer: Payer,
    /// What ends a record.
    pub line_end: LineEnd,
}

impl std::fmt::Debug for PayFrom {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PayFrom(…)")
    }
}

/// No form of the console is longer, but for those that say so themselves: an article is some pages of text.
const BODY_BYTES: usize = 1_048_576;

/// All routes of the console. Every one wants an operator.
pub fn routes() -> Routes<ConsoleState> {
    Routes::new()
        .get("/ops", home::show)
        .get("/ops/reports", reports::show)
        .get("/ops/reports.csv", reports::file)
        .get("/ops/audit", audit::show)
        .post("/ops/audit", audit::submit)
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
        .get("/ops/notices", notices::show)
        .post("/ops/notices", notices::submit)
        .get("/ops/maintenance", maintenance::list)
        .get("/ops/maintenance/new/{kind}", maintenance::begin)
        .post("/ops/maintenance/new/{kind}", maintenance::add)
        .get("/ops/maintenance/{id}", maintenance::show)
        .post("/ops/maintenance/{id}", maintenance::act)
        .get("/ops/maintenance/{id}/edit", maintenance::edit)
        .post("/ops/maintenance/{id}/edit", maintenance::replan)
        .get("/ops/inquiries", inquiries::list)
        .get("/ops/inquiries.csv", inquiries::export)
        .get("/ops/inquiries/templates", answer_templates::show)
        .post("/ops/inquiries/templates", answer_templates::save)
        .get("/ops/inquiries/{ticket}", inquiries::show)
        .post("/ops/inquiries/{ticket}", inquiries::act)
        .get("/ops/inquiries/{ticket}/files/{file}", inquiries::file)
        .get("/ops/mail", letters::list)
        .post("/ops/mail", letters::retry)
        .get("/ops/tel", calls::show)
        .post("/ops/tel", calls::record)
        .get("/ops/faq/unanswered", unanswered::show)
        .post("/ops/faq/unanswered", unanswered::act)
        .get("/ops/news.csv", articles::news_file)
        .get("/ops/faq.csv", articles::faq_file)
        .get("/ops/docs.csv", articles::docs_file)
        .get("/ops/pages.csv", articles::pages_file)
        .get("/ops/{shelf}", articles::list)
        .get("/ops/{shelf}/new", articles::begin)
        .post("/ops/{shelf}/new", articles::new)
        .get("/ops/{shelf}/{slug}", articles::show)
        .post("/ops/{shelf}/{slug}", articles::act)
        .get("/ops/{shelf}/{slug}/edit", articles::edit)
        .post("/ops/{shelf}/{slug}/edit", articles::save)
        .merge(subsidies::routes())
        .merge(registrations::routes())
        .merge(users::routes())
        .merge(certificates::routes())
}

/// The whole console, to be merged into the portal's router.
pub fn router(state: ConsoleState) -> Router {
    routes()
        .into_router()
        .method_not_allowed_fallback(officer::wrong_method)
        .layer(map_request(query::last_of_each_name))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .with_state(state)
}
