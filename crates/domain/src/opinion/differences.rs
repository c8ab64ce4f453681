use super::{Edition, ItemId, Opinion};
use std::fmt;

/// An item that two opinions have differently. `Debug` shows its name alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Change {
    /// The item.
    pub item: ItemId,
    /// How pages call it: the later form's word where it has the item.
    pub label: String,
    /// What the earlier opinion says, in words; empty when it is unset there.
    pub before: String,
    /// What the later one says.
    pub after: String,
}

impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Change({})", self.item)
    }
}

/// What is different between an opinion and a later one, each with its edition, in the order of the later form's paper.
///
/// The same choice printed in other words is no difference.
pub fn differences(earlier: (&Opinion, &Edition), later: (&Opinion, &Edition)) -> Vec<Change> {
    let shown = |(opinion, edition): (&Opinion, &Edition), item| {
        let value = opinion.get(item);
        value.map_or_else(String::new, |it| edition.show(item, &it))
    };
    let changed = ItemId::ALL
        .iter()
        .filter(|item| earlier.0.get(**item) != later.0.get(**item));
    let mut changes: Vec<Change> = changed
        .map(|item| Change {
            item: *item,
            label: if later.1.item(*item).is_some() {
                later.1.name(*item).to_owned()
            } else {
                earlier.1.name(*item).to_owned()
            },
            before: shown(earlier, *item),
            after: shown(later, *item),
        })
        .collect();
    changes.sort_by_key(|it| later.1.place(it.item));
    changes
}
