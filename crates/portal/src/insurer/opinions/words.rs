//! Words of requests.

use crate::{member::time_of_day, public::words};
use kiban_domain::{
    Date, Timestamp,
    opinion_case::{CaseState, SubmissionState},
};
use kiban_portal_ui::{Chip, ChipColor, DateText};

pub(super) fn state(state: CaseState) -> Chip {
    let color = match state {
        CaseState::Requested | CaseState::Draft => ChipColor::Blue,
        CaseState::Sent => ChipColor::Orange,
        CaseState::Acknowledged => ChipColor::Green,
        CaseState::Returned | CaseState::Withdrawn => ChipColor::Yellow,
        CaseState::Declined => ChipColor::Red,
        CaseState::Cancelled | CaseState::Transferred => ChipColor::Gray,
    };
    Chip::new(state.label(), color)
}

pub(super) fn submission(state: SubmissionState) -> Chip {
    let color = match state {
        SubmissionState::Sent => ChipColor::Orange,
        SubmissionState::Acknowledged => ChipColor::Green,
        SubmissionState::Returned => ChipColor::Yellow,
        SubmissionState::Withdrawn | SubmissionState::Superseded => ChipColor::Gray,
    };
    Chip::new(state.label(), color)
}

/// 「あと3日」「今日まで」「2日超過」.
pub(super) fn left(days: Option<i32>) -> Option<Chip> {
    days.map(|days| match days {
        ..0 => Chip::new(format!("{}日超過", -days), ChipColor::Red),
        0 => Chip::new("今日まで", ChipColor::Yellow),
        1..=3 => Chip::new(format!("あと{days}日"), ChipColor::Yellow),
        _ => Chip::new(format!("あと{days}日"), ChipColor::Gray),
    })
}

/// In both calendars.
pub(super) fn both(day: Date) -> String {
    let it = words::date(day);
    format!("{}（{}）", it.wareki, it.seireki)
}

/// The day and the time of day.
pub(super) fn instant(at: Timestamp) -> (DateText, String) {
    (words::date(words::day_of(at)), time_of_day(at))
}
