//! Pages that anybody may see (P-1, P-3, P-5, P-6): they cost no question to the database and work without script.

mod chat;
mod contact;
mod documents;
mod faq;
mod feed;
mod home;
pub(crate) mod inquiry;
pub(crate) mod news;
mod open_data;
mod pages;
pub(crate) mod posted;
mod preparation;
pub(crate) mod readiness;
mod rephrase;
mod robots;
mod search;
mod status;
pub(crate) mod subsidy;
mod track;
pub(crate) mod uploaded;
pub(crate) mod words;

use crate::{
    PortalState,
    manuals::{ManualDesk, ManualPrinter},
    published::PublishedDesk,
};
use axum::response::{Html, IntoResponse as _, Response};
use http::{StatusCode, header};
use kiban_portal_ui::{Link, MessagePage, PortalFrame, Template};
use kiban_services::{
    mail::Mailbox, operating::OperatingDesk, readiness::OverviewDesk, surveys::SurveyDesk,
};
use kiban_store::Error;
use kiban_web_kit::Routes;
use std::sync::Arc;

pub use contact::{HelpDesk, Hours};
pub(crate) use inquiry::half_width;
pub use rephrase::{Rephrase, Rephraser};
pub(crate) use words::{date, day_of, stage};

/// What the public pages show, kept for every visitor.
#[derive(Debug, Default)]
pub struct PublicDesk {
    pub(crate) overview: OverviewDesk,
    pub(crate) operating: OperatingDesk,
    pub(crate) surveys: SurveyDesk,
    pub(crate) published: PublishedDesk,
    pub(crate) subsidies: subsidy::SubsidyDesk,
    pub(crate) subsidy_figures: subsidy::SubsidyFigures,
    /// The help desk by telephone, where there is one.
    pub(crate) help: Option<HelpDesk>,
    /// Sets documents as PDF, where there are faces for it.
    pub(crate) printer: Option<ManualPrinter>,
    pub(crate) manuals: ManualDesk,
    /// Puts answers of the chat into other words, where that is wanted.
    pub(crate) rephraser: Option<Rephraser>,
    /// The letters of a sandbox.
    pub(crate) mailbox: Option<Arc<Mailbox>>,
}

impl PublicDesk {
    /// Days on which the help desk is closed although they are weekdays.
    pub fn holidays(&self) -> Vec<kiban_domain::Date> {
        let help = self.help.iter();
        help.flat_map(|help| help.holidays.iter().map(|(day, _)| *day))
            .collect()
    }

    /// Nothing read yet; `help` is answered by telephone.
    pub fn new(help: Option<HelpDesk>) -> Self {
        Self {
            help,
            ..Self::default()
        }
    }

    /// With the letters of a sandbox.
    #[must_use]
    pub fn with_mailbox(mut self, mailbox: Arc<Mailbox>) -> Self {
        self.mailbox = Some(mailbox);
        self
    }

    /// With answers of the chat in other words.
    #[must_use]
    pub fn with_rephraser(mut self, rephraser: Option<Rephraser>) -> Self {
        self.rephraser = rephraser;
        self
    }

    /// With documents as PDF.
    #[must_use]
    pub fn with_printer(mut self, printer: Option<ManualPrinter>) -> Self {
        self.printer = printer;
        self
    }
}

/// All public pages.
pub(crate) fn routes() -> Routes<PortalState> {
    Routes::new()
        .get("/", home::show)
        .get("/about", pages::about)
        .get("/first", pages::first)
        .get("/for/{who}", pages::for_whom)
        .get("/terms", pages::terms)
        .get("/privacy", pages::privacy)
        .get("/accessibility", pages::accessibility)
        .get("/environment", pages::environment)
        .get("/licenses", pages::licenses)
        .get("/developers", pages::developers)
        .get("/developers/openapi.json", pages::openapi)
        .get("/developers/municipal-layouts.md", pages::layouts)
        .get("/developers/{part}", pages::for_developers)
        .get("/sitemap", pages::sitemap)
        .get("/checklist", preparation::show)
        .get("/status", status::show)
        .get("/status.atom", feed::status_atom)
        .get("/api/status.json", status::json)
        .get("/maintenance", status::maintenance)
        .get("/robots.txt", robots::show)
        .get("/favicon.ico", robots::icon)
        .get("/apply", pages::apply)
        .get("/subsidy", subsidy::show)
        .get("/subsidy/estimate", subsidy::estimate)
        .get("/subsidy/open-data.csv", subsidy::csv)
        .get("/subsidy/open-data.json", subsidy::json)
        .get("/news", news::list)
        .get("/news.atom", feed::news_atom)
        .get("/news.json", feed::news_json)
        .get("/news/{slug}", news::show)
        .get("/docs", documents::list)
        .get("/docs/{slug}", documents::show)
        .get("/docs/{slug}/print.pdf", documents::pdf)
        .get("/docs/images/{name}", documents::picture)
        .get("/faq", faq::list)
        .get("/faq/{id}", faq::show)
        .get("/search", search::show)
        .get("/contact", contact::show)
        .get("/contact/tel", contact::telephone)
        .get("/contact/form", inquiry::form)
        .post("/contact/form", inquiry::submit)
        .get("/contact/track", track::track)
        .post("/contact/track", track::tracked)
        .get("/contact/chat", chat::show)
        .post("/contact/chat", chat::submit)
        .get("/readiness", readiness::list)
        .get("/readiness/{code}", readiness::show)
        .get("/readiness/follow", readiness::follow::form)
        .post("/readiness/follow", readiness::follow::submit)
        .get("/readiness/follow/{token}", readiness::follow::link)
        .post("/readiness/follow/{token}", readiness::follow::confirm)
        .get("/readiness/leave/{key}", readiness::follow::leaving)
        .post("/readiness/leave/{key}", readiness::follow::leave)
        .get("/readiness/surveys", readiness::surveys::list)
        .get("/readiness/surveys/{number}", readiness::surveys::show)
        .get(
            "/readiness/surveys/{number}/answers.csv",
            readiness::surveys::file,
        )
        .get("/readiness.csv", open_data::csv)
        .get("/readiness-ms932.csv", open_data::csv_ms932)
        .get("/readiness.json", open_data::json)
        .get("/readiness-history.csv", open_data::history)
        .get("/readiness.atom", feed::readiness_atom)
        .get("/readiness.ics", feed::readiness_calendar)
}

/// A page that any cache may keep for half a minute: nobody's own things are on it.
fn page(page: &impl Template) -> Response {
    answer(StatusCode::OK, "public, max-age=30", page)
}

pub(crate) fn answer(status: StatusCode, caching: &'static str, page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => (status, [(header::CACHE_CONTROL, caching)], Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// There is no such page.
pub(crate) fn missing(frame: PortalFrame) -> Response {
    let page = MessagePage {
        frame,
        title: "ページが見つかりません".into(),
        advice: "アドレスを確かめるか、サイト内検索で探してください。".into(),
        reference: String::new(),
        next: Link::new("/search", "サイト内検索へ進む"),
    };
    answer(StatusCode::NOT_FOUND, "no-store", &page)
}

/// The page is there, but not for this method: a form was sent to an address that takes none.
pub(crate) fn wrong_method(frame: PortalFrame) -> Response {
    let page = MessagePage {
        frame,
        title: "この画面では受け取れない送信です".into(),
        advice: "前の画面を開き直して、もう一度お試しください。".into(),
        reference: String::new(),
        next: Link::new("/", "ホームへ戻る"),
    };
    answer(StatusCode::METHOD_NOT_ALLOWED, "no-store", &page)
}

/// The database failed.
pub(crate) fn failed(state: &PortalState, error: &Error) -> Response {
    tracing::error!(
        error = error as &dyn std::error::Error,
        "the database failed"
    );
    let page = MessagePage {
        frame: state.portal_frame(),
        title: "ただいま表示できません".into(),
        advice: "しばらくたってから、もう一度お試しください。".into(),
        reference: String::new(),
        next: Link::new("/contact/tel", "お電話のご案内を見る"),
    };
    answer(StatusCode::SERVICE_UNAVAILABLE, "no-store", &page)
}
