//! What an applicant types, kept as typed until it is submitted (G-4).
//!
//! A draft may hold anything; [`SubsidyForm::read`] says everything that keeps it from being submitted, field by field. Two submissions are
//! compared by the same names.

mod compare;
mod fault;
mod fields;
mod read;
mod yen;

pub use compare::FieldChange;
pub use fault::{Fault as SubsidyFault, FieldFault};
pub use fields::{Declaration, LineField, field_label};
pub use read::{FilledAccount, FilledLine, FilledSubsidy, FormFacts};
pub use yen::{InvalidYen, read_yen};

use std::collections::{BTreeMap, BTreeSet};

/// Names of fields and what was typed into them.
///
/// Names: `kinds` (codes of services, one space between), `institution` (`hospital` or `clinic`), `beds`, `vendor`, `product`,
/// `line.N.…` with the words of [`LineField`], `account.…` (`bank`, `bank_name`, `branch`, `branch_name`, `kind`, `number`, `holder`),
/// `declare.…` with the words of [`Declaration`]. `Debug` shows no values: an account is among them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SubsidyForm(BTreeMap<String, String>);

impl std::fmt::Debug for SubsidyForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// The longest text of a field that is kept, in characters.
pub const SUBSIDY_FIELD_MOST: usize = 400;

impl SubsidyForm {
    /// A form of these names and values; names that no application has, empty values and values that are too long are left out.
    pub fn of(values: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut form = Self::default();
        for (name, value) in values {
            form.set(&name, &value);
        }
        form
    }

    /// Sets or, with an empty value, removes a field. False, and nothing is changed, when no application has such a field or the value is longer than
    /// [`SUBSIDY_FIELD_MOST`].
    pub fn set(&mut self, name: &str, value: &str) -> bool {
        if !fields::is_field(name) || value.chars().count() > SUBSIDY_FIELD_MOST {
            return false;
        }
        let value = value.trim();
        if value.is_empty() {
            self.0.remove(name);
        } else {
            self.0.insert(name.to_owned(), value.to_owned());
        }
        true
    }

    /// What stands in a field; empty when nothing does.
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// Every field with something in it.
    pub fn values(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }

    /// The numbers of its lines, ascending: those with anything in them.
    pub fn line_numbers(&self) -> Vec<u32> {
        let numbers = self.0.keys().filter_map(|name| fields::line_of(name));
        numbers.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The number for the next new line, or nothing when there are as many as there can be. A number that was removed is not given again
    /// while a higher one stands.
    pub fn next_line(&self) -> Option<u32> {
        let numbers = self.line_numbers();
        let most = super::CostLine::MOST_LINES;
        let next = numbers.last().map_or(1, |it| it + 1);
        (numbers.len() < most && next <= fields::HIGHEST_LINE).then_some(next)
    }

    /// Takes a line out.
    pub fn remove_line(&mut self, number: u32) {
        self.0
            .retain(|name, _| fields::line_of(name) != Some(number));
    }
}
