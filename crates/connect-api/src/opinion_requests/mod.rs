//! Requests for opinions, as the institution and the insurer see them.

mod ask;
mod cancel;
mod decline;
mod list;
mod paper;
mod send;
mod show;
mod validate;
mod withdraw;

pub(crate) use ask::ask;
pub(crate) use cancel::cancel;
pub(crate) use decline::decline;
pub(crate) use list::list;
pub(crate) use paper::paper;
pub(crate) use send::send;
pub(crate) use show::{described, show};
pub(crate) use validate::validate;
pub(crate) use withdraw::withdraw;

use crate::{
    items,
    opinions::not_found,
    wire::{OpinionRequestItem, RequestPerson},
};
use kiban_domain::opinion::Choice as _;
use kiban_services::opinions::{CaseId, ListedCase};
use kiban_web_kit::Problem;

/// What stands in the path of a request.
pub(crate) type Place = axum::extract::Path<(String, String)>;

/// The request that a path names; whatever is none names nothing.
pub(crate) fn id_of((insurer_no, request_id): &(String, String)) -> Result<CaseId, Problem> {
    let insurer_no = insurer_no.parse().map_err(|_| not_found())?;
    Ok((insurer_no, items::id(request_id, not_found)?))
}

fn item(listed: &ListedCase) -> OpinionRequestItem {
    let row = &listed.row;
    let (key, request) = (&row.key, &row.request);
    let filled = |text: &str| Some(text.to_owned()).filter(|it| !it.is_empty());
    OpinionRequestItem {
        request_id: row.case_id.to_string(),
        insurer_no: key.insurer_no.to_string(),
        insured_no: key.insured_no.as_str().to_owned(),
        applied_on: key.applied_on.to_string(),
        branch: key.branch,
        request_no: key.request_no.as_str().to_owned(),
        institution_code: request.institution.as_str().to_owned(),
        doctor_no: request.doctor_no.clone(),
        doctor_name: request.doctor_name.as_str().to_owned(),
        requested_on: request.requested_on.to_string(),
        due_on: row.due_on.to_string(),
        days_left: listed.days_left,
        setting: request.setting.map(|it| it.code().to_string()),
        writing: request.writing.as_ref().map(|it| it.code().to_owned()),
        state: row.state.code().to_owned(),
        reason: filled(&row.reason),
        note: filled(&row.note),
        received_on: row.received_on.map(|it| it.to_string()),
        person: row.person.as_ref().map(|it| RequestPerson {
            name: it.name.clone(),
            name_kana: it.name_kana.clone(),
            birth_date: it.birth_date.to_string(),
            sex: it.sex.code().to_owned(),
        }),
    }
}
