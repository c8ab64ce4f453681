//! Every page in every state, rendered: for the tests and for looking at.

use askama::Template;

use crate::{
    AccessLogPage, AccountPage, CardCheckPage, CertificationPage, CompanyPage, ConfirmPage,
    ConnectionPage, ConsentFormPage, ConsentsPage, DocumentFormPage, DocumentSharePage,
    DocumentsPage, EmergencyReasonPage, EmergencySearchPage, EmergencyViewPage,
    EndRegistrationPage, EnrolledPage, HandOverPage, HandoversPage, HistoryPage, HomePage,
    IdentityCheckPage, InvitePage, MedicalClaimsPage, MedicalHomePage, MedicalImportCheckPage,
    MedicalImportDonePage, MedicalImportPage, MedicalOpinionPage, MedicalOpinionsPage,
    MedicalSettingFormPage, MedicalSettingsPage, MessagePage, OfficesPage, OpinionCasePage,
    OpinionCheckPage, OpinionDeclinePage, OpinionEditPage, OpinionRequestsPage, OpinionSendPage,
    OpinionWithdrawPage, OwnAccountPage, PasskeyFormPage, PasskeyPage, PersonListPage,
    PersonOpinionPage, PersonOpinionsPage, PersonPage, PrintPage, ProgressPage, QualificationPage,
    ReaderTestPage, RegisterPage, RegistrationsPage, RolePage, SandboxHomePage, SearchBatchPage,
    SearchBatchResultPage, SecondFactorPage, SetupDonePage, SignInPage, StaffPage, StartPage,
    TerminalNamePage, TerminalsPage, TicketPage,
};

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
    add(&mut all, "sign_in", SignInPage::samples());
    add(&mut all, "second_factor", SecondFactorPage::samples());
    add(&mut all, "home", HomePage::samples());
    add(&mut all, "persons", PersonListPage::samples());
    add(&mut all, "search_batch", SearchBatchPage::samples());
    add(
        &mut all,
        "search_batch_result",
        SearchBatchResultPage::samples(),
    );
    add(&mut all, "identity", IdentityCheckPage::samples());
    add(&mut all, "card_check", CardCheckPage::samples());
    add(&mut all, "reader_test", ReaderTestPage::samples());
    add(&mut all, "register", RegisterPage::samples());
    add(&mut all, "person", PersonPage::samples());
    add(&mut all, "qualification", QualificationPage::samples());
    add(&mut all, "history", HistoryPage::samples());
    add(&mut all, "certification", CertificationPage::samples());
    add(&mut all, "progress", ProgressPage::samples());
    add(&mut all, "consents", ConsentsPage::samples());
    add(&mut all, "consent_form", ConsentFormPage::samples());
    add(&mut all, "person_opinions", PersonOpinionsPage::samples());
    add(&mut all, "person_opinion", PersonOpinionPage::samples());
    add(&mut all, "medical_opinions", MedicalOpinionsPage::samples());
    add(&mut all, "medical_opinion", MedicalOpinionPage::samples());
    add(&mut all, "medical_import", MedicalImportPage::samples());
    add(
        &mut all,
        "medical_import_check",
        MedicalImportCheckPage::samples(),
    );
    add(
        &mut all,
        "medical_import_done",
        MedicalImportDonePage::samples(),
    );
    add(&mut all, "medical_claims", MedicalClaimsPage::samples());
    add(&mut all, "medical_settings", MedicalSettingsPage::samples());
    add(
        &mut all,
        "medical_setting_form",
        MedicalSettingFormPage::samples(),
    );
    add(&mut all, "documents", DocumentsPage::samples());
    add(&mut all, "document_form", DocumentFormPage::samples());
    add(&mut all, "document_share", DocumentSharePage::samples());
    add(&mut all, "access_log", AccessLogPage::samples());
    add(&mut all, "registrations", RegistrationsPage::samples());
    add(&mut all, "handovers", HandoversPage::samples());
    add(&mut all, "hand_over", HandOverPage::samples());
    add(&mut all, "end_registration", EndRegistrationPage::samples());
    add(&mut all, "emergency", EmergencySearchPage::samples());
    add(&mut all, "emergency_reason", EmergencyReasonPage::samples());
    add(&mut all, "emergency_view", EmergencyViewPage::samples());
    add(&mut all, "print", PrintPage::samples());
    add(&mut all, "message", MessagePage::samples());
    add(&mut all, "account", AccountPage::samples());
    add(&mut all, "passkey", PasskeyPage::samples());
    add(&mut all, "own_account", OwnAccountPage::samples());
    add(&mut all, "passkey_form", PasskeyFormPage::samples());
    add(&mut all, "connection", ConnectionPage::samples());
    add(&mut all, "setup_done", SetupDonePage::samples());
    add(&mut all, "staff", StaffPage::samples());
    add(&mut all, "role", RolePage::samples());
    add(&mut all, "offices", OfficesPage::samples());
    add(&mut all, "company", CompanyPage::samples());
    add(&mut all, "invite", InvitePage::samples());
    add(&mut all, "terminals", TerminalsPage::samples());
    add(&mut all, "terminal_name", TerminalNamePage::samples());
    add(&mut all, "ticket", TicketPage::samples());
    add(&mut all, "confirm", ConfirmPage::samples());
    add(&mut all, "medical_home", MedicalHomePage::samples());
    add(&mut all, "opinion_requests", OpinionRequestsPage::samples());
    add(&mut all, "opinion_case", OpinionCasePage::samples());
    add(&mut all, "opinion_decline", OpinionDeclinePage::samples());
    add(&mut all, "opinion_withdraw", OpinionWithdrawPage::samples());
    add(&mut all, "opinion_edit", OpinionEditPage::samples());
    add(&mut all, "opinion_check", OpinionCheckPage::samples());
    add(&mut all, "opinion_send", OpinionSendPage::samples());
    add(&mut all, "start", StartPage::samples());
    add(&mut all, "enrolled", EnrolledPage::samples());
    add(&mut all, "sandbox_home", SandboxHomePage::samples());
    all
}

fn add<T: Template>(all: &mut Vec<Sample>, page: &'static str, samples: Vec<(&'static str, T)>) {
    for (state, sample) in samples {
        let html = sample
            .render()
            .unwrap_or_else(|error| panic!("{page}/{state}: {error}"));
        all.push(Sample { page, state, html });
    }
}
