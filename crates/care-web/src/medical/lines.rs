//! Requests as lists show them.

use kiban_domain::{
    Date,
    opinion_case::{CaseState, DeclineReason, SubmissionState},
};
use kiban_services::opinions::ListedCase;
use kiban_store::repo::insurers::InsurerRow;
use kiban_ui::{Chip, ChipColor, OpinionLine};

use super::base;
use crate::words;

/// Within so many days a due date is near.
pub(super) const SOON_DAYS: i32 = 3;

/// A request in a list.
pub(super) fn line(case: &ListedCase, insurers: &[InsurerRow], today: Date) -> OpinionLine {
    let row = &case.row;
    let insurer = insurers
        .iter()
        .find(|it| it.insurer_no == row.key.insurer_no);
    let person = row.person.as_ref();
    OpinionLine {
        href: base(&(row.key.insurer_no, row.case_id)),
        name: person.map_or_else(|| "氏名の記録なし".to_owned(), |it| it.name.clone()),
        kana: person.map_or_else(String::new, |it| it.name_kana.clone()),
        birth: person.map(|it| words::date(it.birth_date)),
        masked_no: words::masked(row.key.insured_no.as_str()),
        insurer: insurer.map_or_else(
            || row.key.insurer_no.as_str().to_owned(),
            |it| it.name.clone(),
        ),
        doctor: row.request.doctor_name.as_str().to_owned(),
        due: words::date(row.due_on),
        left: left(case, today),
        state: state(row.state),
        note: note(&row.reason, &row.note),
    }
}

/// Days that are left, or since when it is late; nothing when nothing is to be done.
pub(super) fn left(case: &ListedCase, today: Date) -> Option<Chip> {
    let days = case.days_left?;
    Some(match days {
        ..0 => Chip::new(format!("期限から{}日経過", -days), ChipColor::Red),
        0..=SOON_DAYS => Chip::new(words::left(today, case.row.due_on), ChipColor::Orange),
        _ => Chip::new(words::left(today, case.row.due_on), ChipColor::Yellow),
    })
}

/// Where a request stands. Source: ui, section 7.4.
pub(super) fn state(state: CaseState) -> Chip {
    let color = match state {
        CaseState::Requested => ChipColor::Yellow,
        CaseState::Sent => ChipColor::Blue,
        CaseState::Acknowledged => ChipColor::Green,
        CaseState::Returned => ChipColor::Orange,
        CaseState::Draft
        | CaseState::Withdrawn
        | CaseState::Declined
        | CaseState::Cancelled
        | CaseState::Transferred => ChipColor::Gray,
    };
    Chip::new(state.label(), color)
}

/// Where an opinion that was sent stands.
pub(super) fn sent_state(state: SubmissionState) -> Chip {
    let color = match state {
        SubmissionState::Sent => ChipColor::Blue,
        SubmissionState::Acknowledged => ChipColor::Green,
        SubmissionState::Returned => ChipColor::Orange,
        SubmissionState::Withdrawn | SubmissionState::Superseded => ChipColor::Gray,
    };
    Chip::new(state.label(), color)
}

/// Why it was declined or given back, in words.
fn note(reason: &str, words: &str) -> String {
    let reason = reason.parse::<DeclineReason>();
    match (reason, words) {
        (Ok(reason), "") => reason.label().to_owned(),
        (Ok(reason), words) => format!("{}（{words}）", reason.label()),
        (Err(_), words) => words.to_owned(),
    }
}
