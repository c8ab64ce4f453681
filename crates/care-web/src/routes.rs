//! Which address leads where.

use axum::{Router, extract::DefaultBodyLimit, middleware::from_fn_with_state};
use kiban_web_kit::Routes;

use crate::{
    CareState, access_log, account, answer, assets,
    cards::{agent, api},
    emergency, home, kept, medical, medical_file, office, operating, own_account, person, persons,
    reader_test, registrations, search_batch, session, setup,
    sign_in::{self, second_factor, sign_out},
};

/// Routes that answer without a signed-in session.
pub const OPEN_ROUTES: &[&str] = &[
    "/",
    "/care/sign-in",
    "/care/sign-in/passkey",
    "/care/second-factor",
    "/care/second-factor/passkey",
    "/care/setup",
    "/care/setup/connection",
    "/care/setup/administrator",
    "/care/invitation",
    "/static/{*path}",
];

/// No other form of ours is longer.
const FORM_BYTES: usize = 65_536;

/// All routes, so that a test can walk them.
pub fn routes() -> Routes<CareState> {
    Routes::new()
        .get("/", home::start)
        .get("/static/{*path}", assets::file)
        .get("/care/sign-in", sign_in::show)
        .post("/care/sign-in", sign_in::submit)
        .get("/care/second-factor", second_factor::show)
        .post("/care/second-factor", second_factor::submit)
        .post("/care/sign-in/passkey", sign_in::passkey::first)
        .post("/care/second-factor/passkey", sign_in::passkey::second)
        .get("/care/account", own_account::show)
        .post("/care/account/letters", own_account::letters::choose)
        .get("/care/account/passkeys/new", own_account::add::ask)
        .post("/care/account/passkeys/new", own_account::add::begin)
        .post("/care/account/passkeys", own_account::add::finish)
        .get("/care/account/passkeys/{id}", own_account::change::name)
        .post("/care/account/passkeys/{id}", own_account::change::rename)
        .get(
            "/care/account/passkeys/{id}/remove",
            own_account::change::ask,
        )
        .post(
            "/care/account/passkeys/{id}/remove",
            own_account::change::remove,
        )
        .post("/care/sign-out", sign_out::sign_out)
        .get("/care/setup", setup::go_on)
        .get("/care/setup/connection", setup::connection::show)
        .post("/care/setup/connection", setup::connection::done)
        .get("/care/setup/administrator", account::first)
        .post("/care/setup/administrator", account::make_first)
        .get("/care/setup/staff", setup::staff)
        .post("/care/setup/staff", setup::staff_done)
        .get("/care/setup/done", setup::done)
        .get("/care/setup/done.pdf", setup::done_pdf)
        .get("/care/invitation", account::invited)
        .post("/care/invitation", account::make_invited)
        .get("/care/staff", office::staff::show)
        .get("/care/staff/invite", office::invite::ask)
        .post("/care/staff/invite", office::invite::send)
        .post("/care/invitations/{id}/again", office::invite::again)
        .post("/care/invitations/{id}/cancel", office::invite::cancel)
        .get("/care/staff/{id}/role", office::role::ask)
        .post("/care/staff/{id}/role", office::role::change)
        .get("/care/members/new", office::members::ask_new)
        .post("/care/members/new", office::members::add)
        .get("/care/members/{id}/role", office::members::ask_role)
        .post("/care/members/{id}/role", office::members::change)
        .get("/care/members/{id}/end", office::members::ask_end)
        .post("/care/members/{id}/end", office::members::end)
        .get("/care/company", office::company::show)
        .get("/care/offices", office::switch::show)
        .post("/care/offices", office::switch::switch)
        .get("/care/staff/{id}/{change}", office::staff::ask)
        .post("/care/staff/{id}/{change}", office::staff::change)
        .get("/care/terminals", office::terminals::show)
        .post("/care/terminals/new", office::terminals::add)
        .post("/care/terminals/code.pdf", office::ticket_pdf::download)
        .get("/care/terminals/{id}", office::terminals::name)
        .post("/care/terminals/{id}", office::terminals::rename)
        .post("/care/terminals/{id}/renew", office::terminals::renew)
        .get("/care/terminals/{id}/stop", office::terminals::ask)
        .post("/care/terminals/{id}/stop", office::terminals::stop)
        .get("/care", home::show)
        .get("/care/persons", persons::list::show)
        .get("/care/persons.csv", persons::csv::download)
        .get("/care/persons/new", persons::check::method)
        .get("/care/persons/new/paper", persons::check::items)
        .post("/care/persons/new/paper", persons::check::submit)
        .get("/care/persons/new/card", persons::card::start)
        .post("/care/persons/new/card", persons::card::open)
        .get("/care/persons/new/card/{id}", persons::card::show)
        .post("/care/persons/new/card/{id}", persons::card::go)
        .get("/care/persons/new/register", persons::register::show)
        .post("/care/persons/new/register", persons::register::submit)
        .get(
            "/care/persons/{insurer_no}/{insured_no}",
            person::overview::show,
        )
        .get(
            "/care/persons/{insurer_no}/{insured_no}/qualification",
            person::qualification::show,
        )
        .get(
            "/care/persons/{insurer_no}/{insured_no}/certification",
            person::certification::show,
        )
        .get(
            "/care/persons/{insurer_no}/{insured_no}/progress",
            person::progress::show,
        )
        .get(
            "/care/persons/{insurer_no}/{insured_no}/history",
            person::history::show,
        )
        .get(
            "/care/persons/{insurer_no}/{insured_no}/print",
            person::print::show,
        )
        .get(
            "/care/persons/{insurer_no}/{insured_no}/print.pdf",
            person::print_pdf::download,
        )
        .get(
            "/care/persons/{insurer_no}/{insured_no}/access-log",
            person::access_log::show,
        )
        .get(
            "/care/persons/{insurer_no}/{insured_no}/access-log.csv",
            person::access_log::download,
        )
        .get(
            "/care/persons/{insurer_no}/{insured_no}/consents",
            person::consents::show,
        )
        .get(
            "/care/persons/{insurer_no}/{insured_no}/consents/new",
            person::consent_form::ask,
        )
        .post(
            "/care/persons/{insurer_no}/{insured_no}/consents/new",
            person::consent_form::give,
        )
        .get(
            "/care/persons/{insurer_no}/{insured_no}/consents/withdraw",
            person::consent_form::ask_withdrawal,
        )
        .post(
            "/care/persons/{insurer_no}/{insured_no}/consents/withdraw",
            person::consent_form::withdraw,
        )
        .get(
            "/care/persons/{insurer_no}/{insured_no}/documents",
            person::documents::show,
        )
        .get(
            "/care/persons/{insurer_no}/{insured_no}/documents/new",
            person::documents::add::ask,
        )
        .post(
            "/care/persons/{insurer_no}/{insured_no}/documents/new",
            person::documents::add::submit,
        )
        .get(
            "/care/persons/{insurer_no}/{insured_no}/documents/{id}/file",
            person::documents::file::download,
        )
        .get(
            "/care/persons/{insurer_no}/{insured_no}/documents/{id}/share",
            person::documents::share::ask,
        )
        .post(
            "/care/persons/{insurer_no}/{insured_no}/documents/{id}/share",
            person::documents::share::submit,
        )
        .get(
            "/care/persons/{insurer_no}/{insured_no}/documents/{id}/remove",
            person::documents::change::ask_removal,
        )
        .post(
            "/care/persons/{insurer_no}/{insured_no}/documents/{id}/remove",
            person::documents::change::remove,
        )
        .get(
            "/care/persons/{insurer_no}/{insured_no}/documents/{id}/shares/{share}/end",
            person::documents::change::ask_end,
        )
        .post(
            "/care/persons/{insurer_no}/{insured_no}/documents/{id}/shares/{share}/end",
            person::documents::change::end,
        )
        .get(
            "/care/persons/{insurer_no}/{insured_no}/opinions",
            person::opinions::list::show,
        )
        .get(
            "/care/persons/{insurer_no}/{insured_no}/opinions/{number}",
            person::opinions::one::show,
        )
        .get(
            "/medical/persons/{insurer_no}/{insured_no}",
            person::opinions::list::lead,
        )
        .get("/medical/opinions", medical_file::opinions::show)
        .get("/medical/opinions.csv", medical_file::opinions::download)
        .get("/medical/receipts/{number}", medical_file::opinion::show)
        .get("/medical/import", medical_file::import::show)
        .post("/medical/import", medical_file::import::submit)
        .get("/medical/claims", medical_file::claims::show)
        .get("/medical/claims.csv", medical_file::claims::csv)
        .get("/medical/claims.pdf", medical_file::claims::pdf)
        .get("/medical/settings", medical_file::settings::show)
        .get("/medical/settings/{kind}/{id}", medical_file::settings::ask)
        .post(
            "/medical/settings/{kind}/{id}",
            medical_file::settings::save,
        )
        .get(
            "/medical/settings/{kind}/{id}/remove",
            medical_file::settings::ask_removal,
        )
        .post(
            "/medical/settings/{kind}/{id}/remove",
            medical_file::settings::remove,
        )
        .get("/medical", medical::home::show)
        .get("/medical/requests", medical::requests::show)
        .get("/medical/blank.pdf", medical::paper::blank)
        .get("/medical/opinions/{insurer_no}/{id}", medical::case::show)
        .post("/medical/opinions/{insurer_no}/{id}", medical::case::begin)
        .get(
            "/medical/opinions/{insurer_no}/{id}/edit",
            medical::edit::show,
        )
        .post(
            "/medical/opinions/{insurer_no}/{id}/edit",
            medical::save::save,
        )
        .get(
            "/medical/opinions/{insurer_no}/{id}/check",
            medical::check::show,
        )
        .get(
            "/medical/opinions/{insurer_no}/{id}/send",
            medical::send::ask,
        )
        .post(
            "/medical/opinions/{insurer_no}/{id}/send",
            medical::send::send,
        )
        .get(
            "/medical/opinions/{insurer_no}/{id}/decline",
            medical::decline::ask,
        )
        .post(
            "/medical/opinions/{insurer_no}/{id}/decline",
            medical::decline::decline,
        )
        .get(
            "/medical/opinions/{insurer_no}/{id}/withdraw",
            medical::withdraw::ask,
        )
        .post(
            "/medical/opinions/{insurer_no}/{id}/withdraw",
            medical::withdraw::withdraw,
        )
        .get(
            "/medical/opinions/{insurer_no}/{id}/preview.pdf",
            medical::paper::preview,
        )
        .get(
            "/medical/opinions/{insurer_no}/{id}/paper.pdf",
            medical::paper::to_be_signed,
        )
        .get(
            "/medical/opinions/{insurer_no}/{id}/opinion.pdf",
            medical::paper::sent,
        )
        .get("/care/search-batch", search_batch::show)
        .post("/care/search-batch", search_batch::ask)
        .get("/care/reader-test", reader_test::start)
        .post("/care/reader-test", reader_test::ask)
        .get("/care/reader-test/{id}", reader_test::show)
        .get("/care/emergency", emergency::search::show)
        .post("/care/emergency", emergency::search::search)
        .post("/care/emergency/reason", emergency::reason::ask)
        .post("/care/emergency/open", emergency::reason::open)
        .get("/care/emergency/views/{id}", emergency::view::show)
        .get("/care/access-log", access_log::list::show)
        .get("/care/access-log.csv", access_log::csv::download)
        .get("/care/registrations", registrations::list::show)
        .post(
            "/care/registrations/confirm",
            registrations::waiting::confirm,
        )
        .get(
            "/care/registrations/{id}/hand-over",
            registrations::hand_over::ask,
        )
        .post(
            "/care/registrations/{id}/hand-over",
            registrations::hand_over::offer,
        )
        .get("/care/handovers", registrations::handovers::show)
        .post("/care/handovers/{id}", registrations::handovers::step)
        .get("/care/registrations/{id}/end", registrations::end::ask)
        .post("/care/registrations/{id}/end", registrations::end::end)
        .get("/api/session", session::show)
        .post("/api/session", session::extend)
        .post("/api/challenge", api::open)
        .get("/api/challenge/{id}", api::state)
        .get("/api/reader-test/{id}", reader_test::state)
        .get("/agent/hello", agent::hello)
        .get("/agent/poll", agent::poll)
        .post("/agent/answer/{id}", agent::answer)
        .post("/agent/reader-test/{id}", agent::reader_tested)
        .post("/agent/renew", agent::renew)
}

/// The whole front, with pages for addresses and methods that lead nowhere.
pub fn router(state: CareState) -> Router {
    routes()
        .into_router()
        .fallback(answer::no_such_page)
        .method_not_allowed_fallback(answer::wrong_method)
        .layer(DefaultBodyLimit::max(FORM_BYTES))
        .layer(from_fn_with_state(state.clone(), kept::give_back))
        .layer(from_fn_with_state(state.clone(), operating::watch))
        .with_state(state)
}
