//! 主治医意見書: the pages of a medical institution (D01 to D05; W-7, D-1, D-5).
//!
//! Every page of a request goes through a use case that asks whether the office is the institution that was asked, so an office of another kind is told
//! so, and a request to somebody else is not found.

pub(crate) mod case;
pub(crate) mod check;
pub(crate) mod decline;
pub(crate) mod edit;
pub(crate) mod home;
mod lines;
mod notes;
pub(crate) mod paper;
mod past;
pub(crate) mod requests;
pub(crate) mod save;
pub(crate) mod send;
mod typed;
pub(crate) mod withdraw;

use std::convert::Infallible;

use axum::{
    extract::{FromRequestParts, Path},
    response::Response,
};
use http::request::Parts;
use kiban_domain::{Date, InsurerNumber, opinion::EditionCode};
use kiban_exchange::opinion::editions;
use kiban_services::opinions::{CaseError, CaseId, CaseView, ListedCase};
use kiban_ui::{MessageKind, OpinionHead};
use uuid::Uuid;

use crate::{CareState, answer::Message, visit::SignedIn, words};

/// What every other office is told.
const NOT_FOR_THIS_OFFICE: &str = "主治医意見書の画面は、市町村から作成を依頼された医療機関だけが利用できます。医療機関として利用するときは、事業所の登録を運営者に確認してください。";

/// A request by its address.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) id: CaseId,
}

impl Asked {
    /// Address of its pages.
    pub(crate) fn base(&self) -> String {
        base(&self.id)
    }
}

/// Address of a request's pages.
fn base((insurer_no, case_id): &CaseId) -> String {
    format!("/medical/opinions/{}/{case_id}", insurer_no.as_str())
}

impl FromRequestParts<CareState> for Asked {
    type Rejection = Infallible;

    /// An address that names no request names one that does not exist, so that who asks is answered first, and nothing else is told.
    async fn from_request_parts(parts: &mut Parts, state: &CareState) -> Result<Self, Infallible> {
        let path = Path::<(String, String)>::from_request_parts(parts, state).await;
        let id = path.ok().and_then(|Path((insurer_no, id))| {
            let insurer_no: InsurerNumber = insurer_no.parse().ok()?;
            let id: Uuid = id.parse().ok()?;
            Some((insurer_no, id))
        });
        let nobody = || ("000000".parse().expect("six digits"), Uuid::nil());
        Ok(Self {
            id: id.unwrap_or_else(nobody),
        })
    }
}

fn no_such_request(signed_in: &SignedIn) -> Response {
    let error = CaseError::NotFound.message();
    let message = Message::new(MessageKind::NotFound, &error);
    signed_in.say(message.next("/medical/requests", "作成依頼の一覧へ戻る"))
}

fn not_for_this_office(signed_in: &SignedIn) -> Response {
    signed_in.say(Message::new(MessageKind::Forbidden, NOT_FOR_THIS_OFFICE))
}

/// What went wrong with a step on a request.
fn failed(signed_in: &SignedIn, error: &CaseError, base: &str) -> Response {
    match error {
        CaseError::NotFound => no_such_request(signed_in),
        CaseError::Refused(_) => not_for_this_office(signed_in),
        CaseError::NotNow(_) => {
            let detail = error.message();
            let message = Message::new(MessageKind::Closed, &detail);
            signed_in.say(message.next(base, "依頼の内容を見る"))
        }
        CaseError::Note => {
            let detail = error.message();
            let message = Message::new(MessageKind::Unprocessable, &detail);
            signed_in.say(message.next(base, "依頼の内容を見る"))
        }
        CaseError::Storage(error) => signed_in.storage(error),
    }
}

/// Whom a request is about, and for whom.
async fn head(
    signed_in: &SignedIn,
    view: &CaseView,
    edition: Option<EditionCode>,
) -> Result<OpinionHead, Response> {
    let today = signed_in.platform().today();
    let row = &view.case.row;
    let insurer = words::insurer_name(signed_in.platform(), &row.key.insurer_no).await;
    let edition = edition
        .and_then(|it| editions().find(it))
        .or_else(|| editions().for_new(today));
    let person = row.person.as_ref();
    Ok(OpinionHead {
        name: person.map_or_else(|| "氏名の記録なし".to_owned(), |it| it.name.clone()),
        kana: person.map_or_else(String::new, |it| it.name_kana.clone()),
        birth: person.map_or_else(
            || "記録なし".to_owned(),
            |it| {
                format!(
                    "{}（{}）",
                    words::date(it.birth_date).wareki,
                    words::age(it.birth_date, today)
                )
            },
        ),
        insured_no: row.key.insured_no.as_str().to_owned(),
        insurer: insurer.map_err(|error| signed_in.storage(&error))?,
        due: due(&view.case, today),
        edition: edition.map_or_else(String::new, |it| it.title().to_owned()),
    })
}

/// By when, with the days that are left.
fn due(case: &ListedCase, today: Date) -> String {
    let day = words::date(case.row.due_on).wareki;
    match lines::left(case, today) {
        Some(chip) => format!("{day}（{}）", chip.label),
        None => day,
    }
}
