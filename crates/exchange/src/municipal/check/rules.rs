//! What holds between the values of a row, and from when to when it is true.

use super::{
    super::rules::{Rule, Values},
    Checker, RowText,
};
use kiban_domain::Date;

impl Checker {
    pub(super) fn apply_rules(&mut self, row: &RowText<'_>) {
        let layout = self.layout;
        for rule in &layout.rules {
            match rule {
                Rule::Order {
                    first,
                    second,
                    severity,
                } => {
                    if let (Some(earlier), Some(later)) = (self.dates[*first], self.dates[*second])
                        && earlier > later
                    {
                        let message = format!(
                            "「{}」（{later}）が「{}」（{earlier}）より前です。日付を確認してください。",
                            layout.columns[*second].label, layout.columns[*first].label
                        );
                        self.add(row, *second, "date_order", *severity, message);
                    }
                }
                Rule::Special(holds) => {
                    let broken = holds(&Values {
                        columns: &layout.columns,
                        dates: &self.dates,
                        numbers: &self.numbers,
                        codes: &self.codes,
                        filled: &self.filled,
                    });
                    if let Some(broken) = broken {
                        let at = layout.position(broken.item).unwrap_or(0);
                        self.add(row, at, broken.code, broken.severity, broken.message);
                    }
                }
            }
        }
    }

    /// From when to when the record is true.
    pub(super) fn interval(&self) -> (Option<Date>, Option<Date>) {
        let from = self.layout.from.iter().find_map(|at| self.dates[*at]);
        let to = match self.layout.to.as_slice() {
            // Two rows on one certificate: the later row's end counts as soon as that row is there, even when open. The
            // column before an end is its beginning.
            [later, _] if self.dates[later - 1].is_some() => self.dates[*later],
            [_, earlier] => self.dates[*earlier],
            [only] => self.dates[*only],
            _ => None,
        };
        (from, to)
    }
}
