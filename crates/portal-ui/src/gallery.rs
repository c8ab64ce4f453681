//! Every page in every state, rendered: for the tests and for looking at.

use crate::{
    ApplyPage, ArticlePage, ChatPage, ContactPage, DocumentListPage, FaqListPage, FaqPage,
    FollowLinkPage, FollowPage, HomePage, InquiryDonePage, InquiryFormPage, InquiryPage,
    InquiryTrackPage, LeavePage, MessagePage, MunicipalityPage, NewsListPage, NewsPage,
    ReadinessPage, SearchPage, SurveyPage, SurveysPage, TelephonePage,
};
use askama::Template;

/// One rendered state of a page.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Name of the page, in snake case.
    pub page: &'static str,
    /// Name of the state.
    pub state: &'static str,
    /// The whole document.
    pub html: String,
}

/// All pages in all their states.
///
/// # Panics
///
/// When a sample does not render: that is a mistake in a template.
pub fn all() -> Vec<Sample> {
    let mut all = Vec::new();
    add(&mut all, "home", HomePage::samples());
    add(&mut all, "news_list", NewsListPage::samples());
    add(&mut all, "news", NewsPage::samples());
    add(&mut all, "article", ArticlePage::samples());
    add(&mut all, "documents", DocumentListPage::samples());
    add(&mut all, "faq_list", FaqListPage::samples());
    add(&mut all, "faq", FaqPage::samples());
    add(&mut all, "search", SearchPage::samples());
    add(&mut all, "contact", ContactPage::samples());
    add(&mut all, "telephone", TelephonePage::samples());
    add(&mut all, "inquiry_form", InquiryFormPage::samples());
    add(&mut all, "inquiry_done", InquiryDonePage::samples());
    add(&mut all, "inquiry_track", InquiryTrackPage::samples());
    add(&mut all, "inquiry", InquiryPage::samples());
    add(&mut all, "chat", ChatPage::samples());
    add(&mut all, "apply", ApplyPage::samples());
    add(&mut all, "readiness", ReadinessPage::samples());
    add(&mut all, "municipality", MunicipalityPage::samples());
    add(&mut all, "follow", FollowPage::samples());
    add(&mut all, "follow_link", FollowLinkPage::samples());
    add(&mut all, "leave", LeavePage::samples());
    add(&mut all, "surveys", SurveysPage::samples());
    add(&mut all, "survey", SurveyPage::samples());
    add(&mut all, "message", MessagePage::samples());
    all
}

fn add<T: Template>(all: &mut Vec<Sample>, page: &'static str, samples: Vec<(&'static str, T)>) {
    all.extend(samples.into_iter().map(|(state, sample)| Sample {
        page,
        state,
        html: sample.render().expect("every sample renders"),
    }));
}
