//! 主治医意見書 (I03) and asking for it (I04): the insurer's requests, what came back, and what came on paper (D-2, D-3, M-3).

mod ask;
mod case;
mod files;
mod give_back;
mod list;
mod paper;
mod words;

use super::{insurer, nowhere};
use crate::{PortalState, member::SignedIn};
use axum::response::Response;
use http::StatusCode;
use kiban_domain::{InsurerNumber, MedicalInstitutionCode};
use kiban_portal_ui::{Link, PortalFrame};
use kiban_services::opinions::{self, CaseError, CaseId};
use kiban_store::Error;
use kiban_web_kit::Routes;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The list.
const HERE: &str = "/insurer/opinions";

/// The pages.
pub(super) fn routes() -> Routes<PortalState> {
    Routes::new()
        .get("/insurer/opinions", list::show)
        .post("/insurer/opinions/reference", list::open)
        .get("/insurer/opinions.csv", files::all_waiting)
        .get("/insurer/opinions/request", ask::applicants)
        .get(
            "/insurer/opinions/request/{insured_no}/{applied_on}/{branch}",
            ask::form,
        )
        .post(
            "/insurer/opinions/request/{insured_no}/{applied_on}/{branch}",
            ask::submit,
        )
        .get("/insurer/opinions/{id}", case::show)
        .post("/insurer/opinions/{id}", case::act)
        .get("/insurer/opinions/{id}/return", give_back::form)
        .post("/insurer/opinions/{id}/return", give_back::submit)
        .get("/insurer/opinions/{id}/request", ask::form_again)
        .post("/insurer/opinions/{id}/request", ask::submit_again)
        .get("/insurer/opinions/{id}/request.pdf", files::request)
        .get("/insurer/opinions/{id}/paper", paper::form)
        .post("/insurer/opinions/{id}/paper", paper::submit)
        .get("/insurer/opinions/{id}/{receipt}/{file}", files::one)
}

fn page_of(id: CaseId) -> String {
    format!("{HERE}/{}", id.1)
}

fn frame(signed_in: &SignedIn) -> PortalFrame {
    signed_in.frame().at(HERE).below(HERE, "主治医意見書")
}

/// The insurer that somebody acts for.
#[expect(clippy::result_large_err, reason = "the refusal is the answer itself")]
fn own(signed_in: &SignedIn) -> Result<InsurerNumber, Response> {
    insurer(signed_in).ok_or_else(|| nowhere(signed_in))
}

/// A request of the insurer by the identifier in an address.
#[expect(clippy::result_large_err, reason = "the refusal is the answer itself")]
fn id_of(signed_in: &SignedIn, id: &str) -> Result<CaseId, Response> {
    let number = own(signed_in)?;
    let id = id.parse::<Uuid>().map_err(|_| nowhere(signed_in))?;
    Ok((number, id))
}

/// What became of nothing, as a page.
fn refused(signed_in: &SignedIn, error: CaseError, back: &str) -> Response {
    match error {
        CaseError::NotFound | CaseError::Refused(_) => nowhere(signed_in),
        CaseError::Storage(error) => signed_in.failed(&error),
        CaseError::NotNow(_) | CaseError::Note => signed_in.say(
            StatusCode::CONFLICT,
            "この操作は、いまはできません",
            &error.message(),
            Link::new(back, "依頼の画面へ戻る"),
        ),
    }
}

/// What institutions are called, each with its number; the number alone where it is not known here.
async fn institutions(
    signed_in: &SignedIn,
    codes: impl Iterator<Item = MedicalInstitutionCode>,
) -> Result<BTreeMap<MedicalInstitutionCode, String>, Error> {
    let named = opinions::institution_names(signed_in.platform(), codes.collect()).await?;
    Ok(named
        .into_iter()
        .map(|(code, name)| {
            let shown = match name {
                Some(name) => format!("{name}（{}）", code.as_str()),
                None => code.as_str().to_owned(),
            };
            (code, shown)
        })
        .collect())
}
