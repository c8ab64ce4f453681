//! What is taken out of an opinion is told: nothing is silently lost.

use super::{Edition, ItemId, Kind, Opinion, Value};
use std::{collections::BTreeMap, fmt};

/// What was taken out. `Debug` shows its name alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Cleared {
    /// The item.
    pub item: ItemId,
    /// How pages call it.
    pub label: String,
    /// What stood there and does not any more, in words.
    pub before: String,
}

impl fmt::Debug for Cleared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cleared({})", self.item)
    }
}

fn cleared(edition: &Edition, item: ItemId, value: &Value) -> Cleared {
    Cleared {
        item,
        label: edition.name(item).to_owned(),
        before: edition.show(item, value),
    }
}

/// Unsets what depends on something that is not given (無, a box that is not marked), and what depends on that in turn; says what it took out, in
/// the order of paper. Source: attending-physician-opinion, section 7.
pub fn clear_dependents(opinion: &mut Opinion, edition: &Edition) -> Vec<Cleared> {
    let mut out = Vec::new();
    // An item stands behind what it depends on, so one pass is enough.
    for item in edition.items() {
        if let Some(value) = opinion.get(item.id)
            && !edition.counts(item, opinion)
        {
            opinion.clear(item.id);
            out.push(cleared(edition, item.id, &value));
        }
    }
    out
}

/// The opinion on another edition, with everything that the other edition has not: items, and choices it does not offer.
///
/// Where the other edition asks for a box or choice that this one does not have in front of an item (その他 of the 留意事項 was a text alone in
/// 2018), what is written marks it.
pub fn carried_to(opinion: &Opinion, from: &Edition, to: &Edition) -> (Opinion, Vec<Cleared>) {
    let mut carried = Opinion::blank(to.code());
    let mut out = Vec::new();
    for (item, value) in opinion.values() {
        let (kept, lost) = split(&value, |code| {
            let offered = to.item(item);
            offered.is_some_and(|it| !it.kind.has_choices() || it.choice(code).is_some())
        });
        let kept = kept.filter(|_| to.item(item).is_some());
        let fits = kept.as_ref().map(|it| carried.put(item, it));
        match (fits, lost) {
            (Some(Ok(())), Some(lost)) => out.push(cleared(from, item, &lost)),
            (Some(Ok(())), None) => {}
            _ => out.push(cleared(from, item, &value)),
        }
    }
    for item in to.items().iter().filter(|it| opinion.has(it.id)) {
        if let Some(with) = &item.with
            && from.item(with.item).is_none()
            && carried.has(item.id)
        {
            let kind = to.item(with.item).map(|it| it.kind);
            let mark = match (kind, &with.choices[..]) {
                (Some(Kind::Check), _) => Value::Check,
                (Some(Kind::One), [only]) => Value::One(*only),
                _ => continue,
            };
            let put = carried.put(with.item, &mark);
            put.expect("an edition agrees with the types of its items");
        }
    }
    (carried, out)
}

/// A value in two: with the choices that are offered, and with the others.
fn split(value: &Value, offered: impl Fn(u8) -> bool) -> (Option<Value>, Option<Value>) {
    let some = |value: Value| (!value.codes().is_empty()).then_some(value);
    match value {
        Value::One(code) if offered(*code) => (Some(value.clone()), None),
        Value::One(_) => (None, Some(value.clone())),
        Value::Many(codes) => {
            let (kept, lost) = codes.iter().partition(|it| offered(**it));
            (some(Value::Many(kept)), some(Value::Many(lost)))
        }
        Value::Emphasis(marks) => {
            let (kept, lost): (BTreeMap<_, _>, BTreeMap<_, _>) =
                marks.iter().partition(|it| offered(*it.0));
            (some(Value::Emphasis(kept)), some(Value::Emphasis(lost)))
        }
        _ => (Some(value.clone()), None),
    }
}
