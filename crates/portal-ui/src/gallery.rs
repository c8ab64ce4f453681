//! Every page in every state, rendered: for the tests and for looking at.

use crate::{
    ApplicantsPage, ApplyPage, ArticlePage, AskConfirmPage, AskPage, BodyUsersPage, ChatPage,
    ChecklistPage, ContactPage, DeclareConfirmPage, DeclarePage, DocumentListPage, EstimatePage,
    FactorPage, FaqListPage, FaqPage, FollowLinkPage, FollowPage, HomePage, InquiryDonePage,
    InquiryFormPage, InquiryPage, InquiryTrackPage, InsurerHomePage, InsurerOpinionPage,
    InsurerOpinionsPage, InsurerReadinessPage, LeavePage, LetterPage, LinkPage, LoginPage,
    MailboxPage, MemberReasonPage, MessagePage, MunicipalityPage, MyAccountPage, MyApplicationPage,
    MyApplicationsPage, MyCertificatesPage, MyConfirmPage, MyOfficePage, MyPage, MySubsidyPage,
    MyTicketPage, MyUserPage, MyUsersPage, NewsListPage, NewsPage, NoticePage, NoticesPage,
    OwnAccountPage, OwnContactPage, OwnInquiriesPage, OwnInquiryFormPage, PaperOpinionPage,
    PasskeyPage, PasswordAskPage, PrefecturePage, PreparationPage, ReadinessPage, SearchPage,
    SetUpPage, SignUpPage, SignUpSentPage, StalePage, StatusPage, SubsidyConfirmPage, SubsidyPage,
    SubsidyStepPage, SurveyFormPage, SurveyPage, SurveysPage, SwitchPage, TelephonePage,
    UnwrittenPage,
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
    add(&mut all, "own_inquiries", OwnInquiriesPage::samples());
    add(&mut all, "own_inquiry_new", OwnInquiryFormPage::samples());
    add(&mut all, "chat", ChatPage::samples());
    add(&mut all, "apply", ApplyPage::samples());
    add(&mut all, "subsidy", SubsidyPage::samples());
    add(&mut all, "subsidy_step", SubsidyStepPage::samples());
    add(&mut all, "subsidy_confirm", SubsidyConfirmPage::samples());
    add(&mut all, "my_subsidy", MySubsidyPage::samples());
    add(&mut all, "my_account", MyAccountPage::samples());
    add(&mut all, "subsidy_estimate", EstimatePage::samples());
    add(&mut all, "readiness", ReadinessPage::samples());
    add(&mut all, "municipality", MunicipalityPage::samples());
    add(&mut all, "sign_up", SignUpPage::samples());
    add(&mut all, "sign_up_sent", SignUpSentPage::samples());
    add(&mut all, "my_page", MyPage::samples());
    add(&mut all, "notices", NoticesPage::samples());
    add(&mut all, "notice", NoticePage::samples());
    add(&mut all, "status", StatusPage::samples());
    add(&mut all, "preparation", PreparationPage::samples());
    add(&mut all, "checklist", ChecklistPage::samples());
    add(&mut all, "my_confirm", MyConfirmPage::samples());
    add(&mut all, "my_office", MyOfficePage::samples());
    add(&mut all, "my_applications", MyApplicationsPage::samples());
    add(&mut all, "my_application", MyApplicationPage::samples());
    add(&mut all, "member_reason", MemberReasonPage::samples());
    add(&mut all, "my_users", MyUsersPage::samples());
    add(&mut all, "my_user", MyUserPage::samples());
    add(&mut all, "my_certificates", MyCertificatesPage::samples());
    add(&mut all, "my_ticket", MyTicketPage::samples());
    add(&mut all, "follow", FollowPage::samples());
    add(&mut all, "follow_link", FollowLinkPage::samples());
    add(&mut all, "leave", LeavePage::samples());
    add(&mut all, "surveys", SurveysPage::samples());
    add(&mut all, "survey", SurveyPage::samples());
    add(&mut all, "insurer_home", InsurerHomePage::samples());
    add(
        &mut all,
        "insurer_readiness",
        InsurerReadinessPage::samples(),
    );
    add(&mut all, "insurer_declare", DeclarePage::samples());
    add(&mut all, "insurer_confirm", DeclareConfirmPage::samples());
    add(&mut all, "insurer_stale", StalePage::samples());
    add(&mut all, "insurer_contact", OwnContactPage::samples());
    add(&mut all, "insurer_opinions", InsurerOpinionsPage::samples());
    add(&mut all, "insurer_applicants", ApplicantsPage::samples());
    add(&mut all, "insurer_ask", AskPage::samples());
    add(&mut all, "insurer_ask_confirm", AskConfirmPage::samples());
    add(&mut all, "insurer_opinion", InsurerOpinionPage::samples());
    add(&mut all, "insurer_paper", PaperOpinionPage::samples());
    add(&mut all, "insurer_unwritten", UnwrittenPage::samples());
    add(&mut all, "insurer_survey", SurveyFormPage::samples());
    add(&mut all, "body_users", BodyUsersPage::samples());
    add(&mut all, "prefecture", PrefecturePage::samples());
    add(&mut all, "message", MessagePage::samples());
    add(&mut all, "mailbox", MailboxPage::samples());
    add(&mut all, "letter", LetterPage::samples());
    add(&mut all, "login", LoginPage::samples());
    add(&mut all, "factor", FactorPage::samples());
    add(&mut all, "set_up", SetUpPage::samples());
    add(&mut all, "passkey", PasskeyPage::samples());
    add(&mut all, "password_ask", PasswordAskPage::samples());
    add(&mut all, "link", LinkPage::samples());
    add(&mut all, "own_account", OwnAccountPage::samples());
    add(&mut all, "switch", SwitchPage::samples());
    all
}

fn add<T: Template>(all: &mut Vec<Sample>, page: &'static str, samples: Vec<(&'static str, T)>) {
    all.extend(samples.into_iter().map(|(state, sample)| Sample {
        page,
        state,
        html: sample.render().expect("every sample renders"),
    }));
}
