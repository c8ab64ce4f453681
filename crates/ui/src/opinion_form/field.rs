//! One field of the form.

use super::{NoteLevel, OpinionDay, OpinionNote};
use crate::EraChoice;
use kiban_domain::opinion::{FormItem, ItemId, Kind, OpinionForm};

/// A choice of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpinionOption {
    /// The code that the form posts.
    pub code: String,
    /// The words on paper.
    pub label: String,
    /// Whether it is chosen.
    pub chosen: bool,
    /// Whether it is underlined.
    pub emphasised: bool,
}

/// How a field is filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpinionControl {
    /// One line.
    Line {
        /// As typed.
        value: String,
        /// `s`, `m`, `l` or `full`.
        width: &'static str,
        /// Whether digits are typed.
        numeric: bool,
    },
    /// Several lines.
    Lines {
        /// As typed.
        value: String,
        /// Lines in view.
        rows: usize,
    },
    /// A day.
    Day {
        /// As typed.
        day: OpinionDay,
        /// Whether it may be known in part or not at all.
        partial: bool,
    },
    /// One of the choices, or none.
    One(Vec<OpinionOption>),
    /// Any of the choices.
    Many(Vec<OpinionOption>),
    /// Any of the choices, each perhaps underlined.
    Emphasis(Vec<OpinionOption>),
    /// A box of its own, with the code that it posts.
    Check {
        /// `1`, or the code of the only choice.
        code: String,
        /// Whether it is marked.
        on: bool,
    },
}

/// A field of the form; its item's name is its name and its identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpinionField {
    /// The item.
    pub item: ItemId,
    /// The words on paper.
    pub label: String,
    /// What a reader of the words alone would not know: of what 程度 is the degree. Empty where the words are clear.
    pub of: String,
    /// Whether the heading above says the words already.
    pub is_said: bool,
    /// How deep it depends on others, 0: on none.
    pub depth: u8,
    /// Whether nothing is sent without it.
    pub required: bool,
    /// How many characters its box on paper holds.
    pub length: Option<usize>,
    /// How many were typed.
    pub typed: usize,
    /// How it is filled in.
    pub control: OpinionControl,
    /// What is to be told about it.
    pub notes: Vec<OpinionNote>,
}

impl OpinionField {
    /// The name in the form.
    pub fn id(&self) -> &'static str {
        self.item.code()
    }

    /// Whether something is wrong with it.
    pub fn is_wrong(&self) -> bool {
        self.notes.iter().any(|it| it.level == NoteLevel::Error)
    }

    /// Whether none of its choices is chosen.
    pub fn is_blank(&self) -> bool {
        match &self.control {
            OpinionControl::One(options)
            | OpinionControl::Many(options)
            | OpinionControl::Emphasis(options) => options.iter().all(|it| !it.chosen),
            OpinionControl::Line { value, .. } | OpinionControl::Lines { value, .. } => {
                value.is_empty()
            }
            OpinionControl::Day { day, .. } => day.to_text().is_empty(),
            OpinionControl::Check { on, .. } => !on,
        }
    }

    pub(super) fn of(
        item: &FormItem,
        heading: &str,
        depth: u8,
        form: &OpinionForm,
        notes: &[OpinionNote],
    ) -> Self {
        let name = item.name();
        let unclear = name != item.label && depth > 0;
        let control = control(item, form);
        let typed = form.get(item.id.code());
        Self {
            item: item.id,
            label: item.label.clone(),
            of: if unclear {
                name.to_owned()
            } else {
                String::new()
            },
            is_said: heading.contains(&item.label)
                && item.kind.is_chosen()
                && item.kind != Kind::Check,
            depth,
            required: item.required,
            length: item.length.filter(|_| !item.kind.is_chosen()),
            typed: typed
                .chars()
                .filter(|it| !matches!(it, '\n' | '\r'))
                .count(),
            control,
            notes: notes
                .iter()
                .filter(|it| it.item == item.id)
                .cloned()
                .collect(),
        }
    }
}

fn control(item: &FormItem, form: &OpinionForm) -> OpinionControl {
    let code = item.id.code();
    let value = || form.get(code).to_owned();
    let emphasis = format!("{code}.emphasis");
    let options = || {
        let options = item.choices.iter().map(|it| {
            let code = it.code.to_string();
            OpinionOption {
                label: it.label.clone(),
                chosen: form.is_chosen(item.id.code(), &code),
                emphasised: form.is_chosen(&emphasis, &code),
                code,
            }
        });
        options.collect::<Vec<_>>()
    };
    match item.kind {
        Kind::Text => OpinionControl::Line {
            value: value(),
            width: match item.length {
                Some(..=6) => "s",
                Some(7..=15) => "m",
                Some(16..=30) => "l",
                Some(_) => "full",
                None if code.contains("postal") => "m",
                None => "l",
            },
            numeric: code.contains("postal") || code.contains("phone") || code.contains("fax"),
        },
        Kind::Lines => OpinionControl::Lines {
            value: value(),
            rows: item.lines.unwrap_or(6).min(11),
        },
        Kind::Date | Kind::PartialDate => OpinionControl::Day {
            day: OpinionDay::of_text(form.get(code), usual_era(item.id)),
            partial: item.kind == Kind::PartialDate,
        },
        Kind::Whole | Kind::Decimal => OpinionControl::Line {
            value: value(),
            width: "s",
            numeric: true,
        },
        Kind::One => match &item.choices[..] {
            [only] => {
                let only = only.code.to_string();
                OpinionControl::Check {
                    on: form.is_chosen(code, &only),
                    code: only,
                }
            }
            _ => OpinionControl::One(options()),
        },
        Kind::Many => OpinionControl::Many(options()),
        Kind::Emphasis => OpinionControl::Emphasis(options()),
        Kind::Check => OpinionControl::Check {
            code: "1".to_owned(),
            on: form.is_chosen(code, "1"),
        },
    }
}

/// The era in which most days of an item lie.
fn usual_era(item: ItemId) -> EraChoice {
    if item == ItemId::BirthDate {
        EraChoice::Showa
    } else {
        EraChoice::Reiwa
    }
}
