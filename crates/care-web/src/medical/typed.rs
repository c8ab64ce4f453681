//! What was typed on the page of a section, as a part of the draft.

use kiban_domain::opinion::{Edition, ItemId, Kind, OpinionForm};
use kiban_services::opinions::DraftPart;
use kiban_ui::{EraChoice, OpinionDay, items_of_section};

use crate::form::Fields;

/// The section of this code that has a page; anything else is the first.
pub(super) fn section_of(edition: &Edition, code: &str) -> usize {
    let mut sections = edition.sections().iter().skip(1);
    sections
        .position(|it| it.code == code)
        .map_or(1, |at| at + 1)
}

/// What was typed of a section's items, to the letter.
pub(super) fn part(edition: &Edition, section: usize, fields: &Fields) -> DraftPart {
    let items = items_of_section(edition, section);
    let mut form = OpinionForm::default();
    for item in &items {
        let code = item.code();
        let kind = edition.item(*item).map(|it| it.kind);
        if let Some(Kind::Date | Kind::PartialDate) = kind {
            form.set(code, &[&day(code, fields).to_text()]);
            continue;
        }
        let emphasis = format!("{code}.emphasis");
        for (name, value) in fields.fields() {
            if name == code || *name == emphasis {
                form.add(name, &value.replace("\r\n", "\n"));
            }
        }
    }
    DraftPart { items, form }
}

/// A day in its fields.
fn day(code: &str, fields: &Fields) -> OpinionDay {
    let part = |part: &str| fields.get(&format!("{code}_{part}")).to_owned();
    OpinionDay {
        era: EraChoice::from_code(&part("era")).unwrap_or_default(),
        year: part("year"),
        month: part("month"),
        day: part("day"),
        unknown: part("unknown") == "1",
    }
}

/// What stands in a form of an item, in words, as far as it can be read; otherwise as it was typed.
pub(super) fn said(edition: &Edition, form: &OpinionForm, item: ItemId) -> String {
    let reading = form.read(edition);
    match reading.opinion.get(item) {
        Some(value) => edition.show(item, &value),
        None => form.all(item.code()).join("、"),
    }
}
