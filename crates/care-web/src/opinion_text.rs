//! 主治医意見書 as pages and paper show it: what was written, in the order of its form.

use axum::response::Response;
use kiban_domain::{
    opinion::{Edition, Opinion, WrittenItem},
    opinion_case::SubmissionState,
};
use kiban_exchange::opinion::editions;
use kiban_print::{OpinionSheet, Sheet};
use kiban_store::repo::opinion_submissions::SubmissionRow;
use kiban_ui::{Chip, ChipColor, MessageKind, OpinionSection, OpinionText, WrittenLine};

use crate::{answer::Message, visit::SignedIn};

/// The form of an opinion; every opinion that was sent is on one that the program has.
fn edition_of(opinion: &Opinion) -> Option<&'static Edition> {
    editions().find(opinion.edition)
}

/// The title of the form: 「主治医意見書（2021年版）」.
pub(crate) fn edition_title(opinion: &Opinion) -> String {
    let edition = edition_of(opinion);
    edition.map_or_else(
        || format!("主治医意見書（{}年版）", opinion.edition),
        |it| it.title().to_owned(),
    )
}

/// What was written on the form, part by part.
pub(crate) fn text(opinion: &Opinion) -> OpinionText {
    let written = edition_of(opinion).map(|it| it.written(opinion));
    let sections = written.unwrap_or_default().into_iter();
    let line = |it: WrittenItem| WrittenLine {
        judged: it.id.is_of_first_judgement(),
        label: it.name,
        value: it.text,
    };
    OpinionText {
        edition: edition_title(opinion),
        sections: sections
            .map(|section| OpinionSection {
                title: section.title,
                lines: section.items.into_iter().map(line).collect(),
            })
            .collect(),
    }
}

/// Where a sent opinion stands, in the words and colours of the screens.
pub(crate) fn chip(state: SubmissionState) -> Chip {
    let color = match state {
        SubmissionState::Sent => ChipColor::Blue,
        SubmissionState::Acknowledged => ChipColor::Green,
        SubmissionState::Returned => ChipColor::Orange,
        SubmissionState::Withdrawn | SubmissionState::Superseded => ChipColor::Gray,
    };
    Chip::new(state.label(), color)
}

/// The opinion on its form, with its number among those of its request at the foot.
#[expect(
    clippy::result_large_err,
    reason = "the answer itself, as in the handlers"
)]
pub(crate) fn sheet(
    signed_in: &SignedIn,
    row: &SubmissionRow,
    opinion: &Opinion,
) -> Result<Sheet, Response> {
    let missing = || {
        let request_id = signed_in.visit.request_id.as_str();
        tracing::error!(request_id, "the form of a stored opinion is not there");
        signed_in.say(Message::new(MessageKind::Failure, ""))
    };
    let edition = edition_of(opinion).ok_or_else(missing)?;
    let sheet = OpinionSheet::filled(edition, opinion, signed_in.imprint());
    let sheet = sheet.map_err(|_| missing())?;
    let version = u32::try_from(row.number).unwrap_or(u32::MAX);
    Ok(Sheet::Opinion(Box::new(sheet.with_version(version))))
}

/// What is different from the one before, in words.
pub(crate) fn differences(before: &Opinion, after: &Opinion) -> Vec<kiban_ui::OpinionDifference> {
    let (Some(earlier), Some(later)) = (edition_of(before), edition_of(after)) else {
        return Vec::new();
    };
    let changes = kiban_domain::opinion::differences((before, earlier), (after, later));
    let words = |it: kiban_domain::opinion::Change| kiban_ui::OpinionDifference {
        label: it.label,
        before: it.before,
        after: it.after,
    };
    changes.into_iter().map(words).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn w8_the_five_items_of_the_first_judgement_stand_there_even_when_empty() {
        for edition in editions().all() {
            let shown = text(&Opinion::blank(edition.code()));
            let judged: usize = shown
                .sections
                .iter()
                .flat_map(|it| &it.lines)
                .filter(|it| it.judged && it.value == "記載はありません")
                .count();
            assert_eq!(judged, 5, "{}", shown.edition);
            assert_eq!(shown.sections.len() + 1, edition.sections().len());
        }
    }
}
