//! Every page in every state, rendered: for the tests and for looking at.

use crate::{
    AnswerTemplatesPage, ArticleDeskPage, ArticleEditPage, ArticlesPage, AuditPage, CallPage,
    CasePage, CertificatePage, CertificatesPage, ChangesPage, DecidePage, HomePage, InquiriesPage,
    InsurerPage, InsurersPage, LettersPage, MasterPage, MastersPage, MessagePage,
    OpsMatterFormPage, OpsMatterPage, OpsMattersPage, OpsMunicipalityPage, OpsNoticesPage,
    OpsReadinessPage, OpsSurveyPage, OpsSurveysPage, OutsidePage, ReasonPage, RegistrationPage,
    RegistrationsPage, ReportsPage, SubsidiesPage, SubsidyBudgetPage, SubsidyCasePage,
    SubsidyLedgerPage, SubsidyPaymentsPage, SubsidyRunPage, UnansweredPage, UserPage, UsersPage,
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
    add(&mut all, "outside", OutsidePage::samples());
    add(&mut all, "ops_notices", OpsNoticesPage::samples());
    add(&mut all, "ops_matters", OpsMattersPage::samples());
    add(&mut all, "ops_matter", OpsMatterPage::samples());
    add(&mut all, "ops_matter_form", OpsMatterFormPage::samples());
    add(&mut all, "inquiries", InquiriesPage::samples());
    add(&mut all, "inquiry_case", CasePage::samples());
    add(&mut all, "call", CallPage::samples());
    add(&mut all, "answer_templates", AnswerTemplatesPage::samples());
    add(&mut all, "articles", ArticlesPage::samples());
    add(&mut all, "article_desk", ArticleDeskPage::samples());
    add(&mut all, "article_edit", ArticleEditPage::samples());
    add(&mut all, "unanswered", UnansweredPage::samples());
    add(&mut all, "insurers", InsurersPage::samples());
    add(&mut all, "insurer", InsurerPage::samples());
    add(&mut all, "ops_readiness", OpsReadinessPage::samples());
    add(&mut all, "ops_municipality", OpsMunicipalityPage::samples());
    add(&mut all, "ops_surveys", OpsSurveysPage::samples());
    add(&mut all, "ops_survey", OpsSurveyPage::samples());
    add(&mut all, "letters", LettersPage::samples());
    add(&mut all, "message", MessagePage::samples());
    add(&mut all, "registrations", RegistrationsPage::samples());
    add(&mut all, "registration", RegistrationPage::samples());
    add(&mut all, "decide", DecidePage::samples());
    add(&mut all, "reason", ReasonPage::samples());
    add(&mut all, "changes", ChangesPage::samples());
    add(&mut all, "users", UsersPage::samples());
    add(&mut all, "user", UserPage::samples());
    add(&mut all, "certificates", CertificatesPage::samples());
    add(&mut all, "certificate", CertificatePage::samples());
    add(&mut all, "reports", ReportsPage::samples());
    add(&mut all, "audit", AuditPage::samples());
    add(&mut all, "subsidies", SubsidiesPage::samples());
    add(&mut all, "subsidy_case", SubsidyCasePage::samples());
    add(&mut all, "subsidy_budget", SubsidyBudgetPage::samples());
    add(&mut all, "masters", MastersPage::samples());
    add(&mut all, "master", MasterPage::samples());
    add(&mut all, "subsidy_payments", SubsidyPaymentsPage::samples());
    add(&mut all, "subsidy_run", SubsidyRunPage::samples());
    add(&mut all, "subsidy_ledger", SubsidyLedgerPage::samples());
    all
}

fn add<T: Template>(all: &mut Vec<Sample>, page: &'static str, samples: Vec<(&'static str, T)>) {
    all.extend(samples.into_iter().map(|(state, sample)| Sample {
        page,
        state,
        html: sample.render().expect("every sample renders"),
    }));
}
