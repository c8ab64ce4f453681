//! What is typed on the pages of an opinion, kept as typed until it can be read (W-7).
//!
//! A draft may hold anything; [`OpinionForm::read`] takes what can be read into an [`Opinion`] and names everything else. Names of fields are those
//! of the items; `med_mgmt.emphasis` holds which services are underlined.

mod fault;
mod fill;
mod read;

pub use fault::{FormFault, InvalidFormField};
pub use read::FormReading;

use super::{ItemId, Kind};
use std::{collections::BTreeMap, fmt};

/// What comes behind the name of an item whose choices are underlined.
const EMPHASIS: &str = ".emphasis";

/// Names of fields and what was typed or chosen there: one text of a typed field, codes of a chosen one, `1` of a box. `Debug` shows the names
/// alone.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct OpinionForm(BTreeMap<String, Vec<String>>);

impl fmt::Debug for OpinionForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl OpinionForm {
    /// A form of these names and values; names that no opinion has are left out.
    pub fn of(values: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut form = Self::default();
        for (name, value) in values {
            form.add(&name, &value);
        }
        form
    }

    /// Adds a value to those of a field, as it was typed however long it is; an empty one adds nothing. False, and nothing is changed, when no opinion
    /// has such a field.
    pub fn add(&mut self, name: &str, value: &str) -> bool {
        if !is_field(name) {
            return false;
        }
        if !value.is_empty() {
            let values = self.0.entry(name.to_owned()).or_default();
            values.push(value.to_owned());
        }
        true
    }

    /// Replaces what stands in a field; false, and nothing is changed, when no opinion has such a field.
    pub fn set(&mut self, name: &str, values: &[&str]) -> bool {
        self.0.remove(name);
        values.iter().all(|it| self.add(name, it))
    }

    /// The text of a typed field; empty when nothing was typed.
    pub fn get(&self, name: &str) -> &str {
        self.all(name).first().map_or("", String::as_str)
    }

    /// Everything that stands in a field.
    pub fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether this was chosen in a field.
    pub fn is_chosen(&self, name: &str, code: &str) -> bool {
        self.all(name).iter().any(|it| it == code)
    }

    /// Every field with something in it, by name.
    pub fn values(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0.iter().map(|(name, all)| (&**name, &**all))
    }
}

fn is_field(name: &str) -> bool {
    let emphasis = name.strip_suffix(EMPHASIS).and_then(|it| it.parse().ok());
    let emphasised = emphasis.is_some_and(|it: ItemId| it.kind() == Kind::Emphasis);
    emphasised || name.parse::<ItemId>().is_ok()
}
