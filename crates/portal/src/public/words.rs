//! Dates and states as the public pages say them.

use jiff::tz::{TimeZone, offset};
use kiban_content::{Audience, NewsCategory};
use kiban_domain::{Date, MunicipalityStage, PlanKept, ReadinessStep, Steps, Timestamp, Wareki};
use kiban_portal_ui::{Chip, ChipColor, Choice, ChoiceField, DateText};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// A day in both calendars.
pub(crate) fn date(day: Date) -> DateText {
    let seireki = format!("{}年{}月{}日", day.year(), day.month(), day.day());
    let wareki = Wareki::try_from(day).map_or_else(|_| seireki.clone(), Wareki::long);
    DateText::new(day.to_string(), wareki, seireki)
}

/// The day in Japan of an instant.
pub(crate) fn day_of(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::fixed(offset(9))).date()
}

/// For whom: 「介護事業所、医療機関」.
pub(crate) fn audiences(all: &[Audience]) -> String {
    let labels: Vec<_> = all.iter().map(|it| it.label()).collect();
    labels.join("、")
}

/// A notice's category as a chip.
pub(crate) fn category(category: NewsCategory) -> Chip {
    let color = match category {
        NewsCategory::General => ChipColor::Blue,
        NewsCategory::Important => ChipColor::Orange,
        NewsCategory::Subsidy | NewsCategory::Readiness => ChipColor::Green,
        NewsCategory::Feature => ChipColor::Gray,
        NewsCategory::Maintenance => ChipColor::Yellow,
    };
    Chip::new(category.label(), color)
}

/// A municipality's stage as a chip.
pub(crate) fn stage(stage: MunicipalityStage) -> Chip {
    let color = match stage {
        MunicipalityStage::Unknown => ChipColor::Gray,
        MunicipalityStage::Preparing => ChipColor::Yellow,
        MunicipalityStage::Sending | MunicipalityStage::Migrating => ChipColor::Blue,
        MunicipalityStage::Sharing => ChipColor::Green,
    };
    Chip::new(stage.label(), color)
}

/// When a municipality shares or is to share.
pub(crate) fn sharing(steps: &Steps) -> String {
    let dates = steps.of(ReadinessStep::Sharing);
    match (dates.actual, dates.planned) {
        (Some(day), _) => date(day).wareki,
        (None, Some(planned)) => format!("{}（予定）", planned.label()),
        (None, None) => "—".into(),
    }
}

/// 「10日おくれ」, 「予定どおり」, 「21日早い」.
pub(crate) fn late(days: i32) -> String {
    match days {
        0 => "予定どおり".into(),
        1.. => format!("{days}日おくれ"),
        _ => format!("{}日早い", -days),
    }
}

/// How the first plan held: what happened against it, or how far it was moved; empty when neither can be said.
pub(crate) fn slip(kept: PlanKept) -> String {
    match (kept.late_of_first(), kept.moved_days()) {
        (Some(days), _) => late(days),
        (None, Some(days @ 1..)) => format!("予定を{days}日おそく変更"),
        (None, Some(days @ ..=-1)) => format!("予定を{}日早く変更", -days),
        (None, Some(0) | None) => String::new(),
    }
}

/// Text in an address.
pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// A field to choose from, with a first choice that does not filter.
pub(crate) fn choices<'a>(
    all: &'a str,
    some: impl IntoIterator<Item = (&'a str, &'a str)>,
    chosen: &str,
) -> ChoiceField {
    let choice = |(value, label): (&str, &str)| Choice {
        chosen: value == chosen,
        ..Choice::new(value, label, "")
    };
    let all = [("", all)].into_iter().chain(some);
    ChoiceField::of(all.map(choice).collect())
}

/// The query of an address from its pairs, without those named `without` and empty ones, with the mark before it.
pub(crate) fn query(pairs: &[(&str, &str)], without: &str) -> String {
    let pairs: Vec<_> = pairs
        .iter()
        .filter(|(name, value)| *name != without && !value.is_empty())
        .map(|(name, value)| format!("{name}={}", encoded(value)))
        .collect();
    if pairs.is_empty() {
        String::new()
    } else {
        format!("?{}", pairs.join("&"))
    }
}

/// 「PDF・1.2MB」.
pub(crate) fn file(kind: kiban_domain::FileKind, size_bytes: i64) -> String {
    let size = match size_bytes {
        ..1_024 => format!("{size_bytes}バイト"),
        1_024..1_048_576 => format!("{}KB", size_bytes / 1_024),
        _ => {
            let tenths = size_bytes * 10 / 1_048_576;
            format!("{}.{}MB", tenths / 10, tenths % 10)
        }
    };
    format!("{}・{size}", kind.label())
}
