//! What there is to tell about a draft, beside its fields and in the list of its sections.

use kiban_domain::opinion::{Edition, Finding, Level, OpinionForm};
use kiban_services::opinions::DraftCheck;
use kiban_ui::{
    NoteLevel, OpinionNote, OpinionSectionLink, OpinionSectionState, items_of_section,
    section_of_item,
};

/// What is to be told while it is written: fields that cannot be read, contradictions, cautions, what is missing.
pub(super) fn while_writing(check: &DraftCheck) -> Vec<OpinionNote> {
    let missing = |it: &Finding| matches!(it.code(), "missing" | "missing_with");
    notes(check, check.while_writing(), |it| match it.level {
        Level::Error => NoteLevel::Error,
        Level::Caution if missing(it) => NoteLevel::Missing,
        Level::Caution => NoteLevel::Caution,
    })
}

/// What is to be told before it is sent.
pub(super) fn before_sending(check: &DraftCheck) -> Vec<OpinionNote> {
    notes(check, check.before_sending(), |it| match it.level {
        Level::Error => NoteLevel::Error,
        Level::Caution => NoteLevel::Caution,
    })
}

fn notes(
    check: &DraftCheck,
    findings: Vec<Finding>,
    level: impl Fn(&Finding) -> NoteLevel,
) -> Vec<OpinionNote> {
    let faults = check.faults.iter().map(|it| OpinionNote {
        item: it.item,
        level: NoteLevel::Error,
        text: it.reason.clone(),
    });
    let findings = findings.into_iter().map(|it| OpinionNote {
        item: it.item,
        level: level(&it),
        text: it.reason,
    });
    let mut notes: Vec<OpinionNote> = faults.chain(findings).collect();
    notes.sort_by_key(|it| {
        (
            section_of_item(check.edition, it.item),
            check.edition.place(it.item),
            it.level,
        )
    });
    notes
}

/// The sections that have a page, with how far each is.
pub(super) fn sections(
    edition: &Edition,
    form: &OpinionForm,
    notes: &[OpinionNote],
) -> Vec<OpinionSectionLink> {
    let sections = edition.sections().iter().enumerate().skip(1);
    sections
        .map(|(at, section)| OpinionSectionLink {
            code: section.code.clone(),
            label: short(&section.title),
            state: state(edition, at, form, notes),
        })
        .collect()
}

fn state(
    edition: &Edition,
    section: usize,
    form: &OpinionForm,
    notes: &[OpinionNote],
) -> OpinionSectionState {
    let own = || {
        notes
            .iter()
            .filter(|it| section_of_item(edition, it.item) == section)
    };
    let count = |level| own().filter(|it| it.level == level).count();
    let items = items_of_section(edition, section);
    OpinionSectionState {
        errors: count(NoteLevel::Error),
        cautions: count(NoteLevel::Caution),
        missing: count(NoteLevel::Missing),
        begun: items.iter().any(|it| !form.all(it.code()).is_empty()),
    }
}

/// 「1 傷病」 of 「1. 傷病に関する意見」: what stands in front of brackets and of 「に関する意見」.
fn short(title: &str) -> String {
    let title = title.split('（').next().unwrap_or(title);
    let title = title.strip_suffix("に関する意見").unwrap_or(title);
    title.replacen(". ", " ", 1)
}

/// How many notes of which kind there are, in a sentence.
pub(super) fn summary(notes: &[OpinionNote]) -> String {
    let count = |level| notes.iter().filter(|it| it.level == level).count();
    let state = OpinionSectionState {
        errors: count(NoteLevel::Error),
        cautions: count(NoteLevel::Caution),
        missing: count(NoteLevel::Missing),
        begun: true,
    };
    if notes.is_empty() {
        "直すところはありません。".to_owned()
    } else {
        format!("{}があります。", state.label())
    }
}
