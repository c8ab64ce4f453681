use super::{Edition, ItemId, Value};
use crate::{Date, PartialDate, Wareki};

impl Edition {
    /// A value in words, as a reader compares it: 「令和8年4月2日」, 「有」, 「内科、その他」, 「訪問看護（下線）」, 「該当」 for a box.
    ///
    /// A choice that the edition does not offer is shown by its number.
    pub fn show(&self, id: ItemId, value: &Value) -> String {
        let label = |code: u8| {
            let choice = self.item(id).and_then(|it| it.choice(code));
            choice.map_or_else(|| code.to_string(), str::to_owned)
        };
        match value {
            Value::Text(text) => text.as_str().to_owned(),
            Value::Date(day) => long(*day),
            Value::Partial(PartialDate::Unknown) => PartialDate::Unknown.long(),
            Value::Partial(day) => format!("{}頃", day.long()),
            Value::Whole(number) => number.to_string(),
            Value::Decimal(number) => number.to_string(),
            Value::One(code) => label(*code),
            Value::Many(_) | Value::Emphasis(_) => {
                let mut codes = value.codes();
                let printed = |code: u8| {
                    let item = self.item(id)?;
                    item.choices.iter().position(|it| it.code == code)
                };
                codes.sort_by_key(|code| printed(*code).unwrap_or(usize::MAX));
                let words = codes.into_iter().map(|code| match value {
                    Value::Emphasis(marks) if marks[&code] => format!("{}（下線）", label(code)),
                    _ => label(code),
                });
                words.collect::<Vec<_>>().join("、")
            }
            Value::Check => "該当".to_owned(),
        }
    }
}

/// A day as on paper.
pub(super) fn long(day: Date) -> String {
    Wareki::try_from(day).map_or_else(|_| day.to_string(), Wareki::long)
}
