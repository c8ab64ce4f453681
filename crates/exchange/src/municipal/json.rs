//! One line of JSON Lines to the columns of the layout.

use serde_json::Value;

use super::{
    check::Checker,
    finding::{Finding, Severity, echo},
    layout::{COMMON, Entry, Layout},
};

/// Spreads the object of a line over `spans`, whose texts go into `text`.
///
/// Findings about names and types go to `checker`; false when the line is no object at all, which is found as well.
pub(super) fn spread(
    line: u64,
    source: &str,
    layout: &'static Layout,
    text: &mut String,
    spans: &mut [(usize, usize)],
    checker: &mut Checker,
) -> bool {
    text.clear();
    spans.fill((0, 0));
    let Ok(Value::Object(object)) = serde_json::from_str(source) else {
        checker.note(Finding {
            line,
            column: None,
            item: None,
            code: "not_json",
            severity: Severity::Error,
            message: "この行はJSONのオブジェクトとして読み取れません。1行に1件の形にしてください。"
                .to_owned(),
        });
        return false;
    };
    let mut target = Target {
        line,
        layout,
        text,
        spans,
        checker,
    };
    for (name, value) in &object {
        if let Some(at) = target.single(name) {
            target.put(at, value);
        } else if let Some((elements, names)) = target.list(name) {
            target.put_list(name, elements, names, value);
        } else {
            target.unknown(name);
        }
    }
    true
}

struct Target<'a> {
    line: u64,
    layout: &'static Layout,
    text: &'a mut String,
    spans: &'a mut [(usize, usize)],
    checker: &'a mut Checker,
}

impl Target<'_> {
    fn single(&self, name: &str) -> Option<usize> {
        let common = self.layout.columns[..COMMON]
            .iter()
            .position(|it| it.id == name);
        common.or_else(|| {
            self.layout.entries.iter().find_map(|entry| match entry {
                Entry::One(at) if self.layout.columns[*at].id == name => Some(*at),
                Entry::One(_) | Entry::List { .. } => None,
            })
        })
    }

    fn list(
        &self,
        name: &str,
    ) -> Option<(&'static [std::ops::Range<usize>], &'static [&'static str])> {
        self.layout.entries.iter().find_map(|entry| match entry {
            Entry::List {
                name: own,
                elements,
                names,
            } if *own == name => Some((elements.as_slice(), names.as_slice())),
            Entry::List { .. } | Entry::One(_) => None,
        })
    }

    fn put(&mut self, at: usize, value: &Value) {
        let begin = self.text.len();
        match value {
            Value::Null => {}
            Value::Bool(flag) => self.text.push(if *flag { '1' } else { '0' }),
            Value::Number(number) => self.text.push_str(&number.to_string()),
            Value::String(text) => self.text.push_str(text),
            Value::Array(_) | Value::Object(_) => {
                let column = &self.layout.columns[at];
                let message = format!(
                    "「{}」に配列やオブジェクトは入れられません。1つの値にしてください。",
                    column.label
                );
                self.note(Some(column.id), "wrong_type", message);
            }
        }
        self.spans[at] = (begin, self.text.len());
    }

    fn put_list(
        &mut self,
        name: &str,
        elements: &[std::ops::Range<usize>],
        names: &[&'static str],
        value: &Value,
    ) {
        let first = elements.first().map(|it| self.layout.columns[it.start].id);
        let Value::Array(values) = value else {
            if !value.is_null() {
                let message = format!("「{}」は配列で入れてください。", echo(name));
                self.note(first, "wrong_type", message);
            }
            return;
        };
        if values.len() > elements.len() {
            let message = format!(
                "「{}」は{}件までです。件数を減らしてください。",
                echo(name),
                elements.len()
            );
            self.note(first, "too_many", message);
        }
        for (element, value) in elements.iter().zip(values) {
            if names.is_empty() {
                self.put(element.start, value);
                continue;
            }
            let Value::Object(parts) = value else {
                let message = format!("「{}」の要素はオブジェクトにしてください。", echo(name));
                self.note(first, "wrong_type", message);
                continue;
            };
            for (part, value) in parts {
                match names.iter().position(|it| it == part) {
                    Some(place) => self.put(element.start + place, value),
                    None => self.unknown(part),
                }
            }
        }
    }

    fn unknown(&mut self, name: &str) {
        let message = format!(
            "「{}」という項目はレイアウト表にありません。名前を確認してください。",
            echo(name)
        );
        self.note(None, "unknown_column", message);
    }

    fn note(&mut self, item: Option<&'static str>, code: &'static str, message: String) {
        self.checker.note(Finding {
            line: self.line,
            column: None,
            item,
            code,
            severity: Severity::Error,
            message,
        });
    }
}
