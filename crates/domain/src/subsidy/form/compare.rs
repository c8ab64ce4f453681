use super::{SubsidyForm, field_label};
use std::collections::BTreeSet;

/// A field that two submissions have differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// Its name.
    pub field: String,
    /// Its name on pages.
    pub label: String,
    /// What stood there; empty when nothing did.
    pub before: String,
    /// What stands there now.
    pub after: String,
}

impl SubsidyForm {
    /// What changed between this one and a later one, by name.
    pub fn changes_to(&self, later: &Self) -> Vec<FieldChange> {
        let names: BTreeSet<_> = self.values().chain(later.values()).map(|it| it.0).collect();
        let changed = names
            .into_iter()
            .filter(|name| self.get(name) != later.get(name));
        changed
            .map(|name| FieldChange {
                field: name.to_owned(),
                label: field_label(name).unwrap_or_default(),
                before: self.get(name).to_owned(),
                after: later.get(name).to_owned(),
            })
            .collect()
    }
}
