//! The head of a text as the fields of a form, and back.

use super::{ArticleKind, check::body_of};
use std::collections::BTreeMap;
use toml::{Table, Value};

/// The fields of a head, by name; a list has one line for each of its words, a source is `title | where`.
pub type Fields = BTreeMap<String, String>;

/// How an entry of a head is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Text,
    List,
    Sources,
    Flag,
    /// Always the same.
    Fixed(&'static str),
}

/// The entries of a head in the order they are written; `true`: written even when it is empty.
fn shapes(kind: ArticleKind) -> &'static [(&'static str, Shape, bool)] {
    use Shape::{Fixed, Flag, List, Sources, Text};
    match kind {
        ArticleKind::News => &[
            ("kind", Fixed("news"), true),
            ("title", Text, true),
            ("category", Text, true),
            ("audience", List, false),
            ("date", Text, true),
            ("effective_on", Text, false),
            ("to_do", Text, false),
            ("supersedes", Text, false),
        ],
        ArticleKind::Document => &[
            ("kind", Fixed("document"), true),
            ("title", Text, true),
            ("category", Text, true),
            ("audience", List, false),
            ("edition", Text, true),
            ("date", Text, true),
            ("summary", Text, true),
        ],
        ArticleKind::Page => &[
            ("kind", Fixed("page"), true),
            ("title", Text, true),
            ("audience", List, false),
            ("date", Text, true),
            ("lead", Text, false),
        ],
        ArticleKind::Faq => &[
            ("id", Text, true),
            ("kind", Text, false),
            ("audience", List, true),
            ("category", Text, true),
            ("question", Text, true),
            ("aliases", List, true),
            ("readings", List, true),
            ("sources", Sources, true),
            ("valid_from", Text, false),
            ("valid_to", Text, false),
            ("related", List, true),
            ("by_place", Flag, false),
            ("reviewed", Text, true),
        ],
    }
}

/// The whole text of fields and a body. Whatever is in the fields, it reads back as the same fields.
pub fn text_of(kind: ArticleKind, fields: &Fields, body: &str) -> String {
    let mut text = String::from("+++\n");
    for (name, shape, always) in shapes(kind) {
        let value = fields.get(*name).map_or("", |it| it.trim());
        let written = match shape {
            Shape::Fixed(word) => quoted(word),
            Shape::Text | Shape::List if value.is_empty() && !always => continue,
            Shape::Text => quoted(value),
            Shape::List => list(lines(value).map(quoted)),
            Shape::Sources => list(lines(value).map(source)),
            Shape::Flag if value == "yes" => "true".to_owned(),
            Shape::Flag => continue,
        };
        text.push_str(name);
        text.push_str(" = ");
        text.push_str(&written);
        text.push('\n');
    }
    text.push_str("+++\n\n");
    text.push_str(body.replace("\r\n", "\n").trim());
    text.push('\n');
    text
}

fn lines(value: &str) -> impl Iterator<Item = &str> {
    value.lines().map(str::trim).filter(|it| !it.is_empty())
}

fn source(line: &str) -> String {
    let (title, place) = line.split_once('|').unwrap_or((line, ""));
    let (title, place) = (quoted(title.trim()), quoted(place.trim()));
    format!("{{ title = {title}, where = {place} }}")
}

/// One entry a line, so that a finding's line names the one that is meant.
fn list(entries: impl Iterator<Item = String>) -> String {
    let entries: Vec<String> = entries.collect();
    if entries.is_empty() {
        return "[]".to_owned();
    }
    format!("[\n  {},\n]", entries.join(",\n  "))
}

/// A basic string. Source: TOML 1.0, "String".
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            it if it.is_control() => {}
            it => quoted.push(it),
        }
    }
    quoted.push('"');
    quoted
}

/// The fields and the body of a text; `None` when its head is no TOML or has entries that no field shows: then it is edited whole.
pub fn fields_of(kind: ArticleKind, source: &str) -> Option<(Fields, String)> {
    let source = source.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let head = source.strip_prefix("+++\n")?;
    let (head, _) = head.split_once("\n+++")?;
    let table: Table = head.parse().ok()?;
    let mut fields = Fields::new();
    for (name, value) in &table {
        let (_, shape, _) = shapes(kind).iter().find(|(known, ..)| known == name)?;
        let text = match (shape, value) {
            (Shape::Text | Shape::Fixed(_), Value::String(text)) => text.clone(),
            (Shape::Flag, Value::Boolean(flag)) => if *flag { "yes" } else { "" }.to_owned(),
            (Shape::List, Value::Array(words)) => {
                let words: Option<Vec<&str>> = words.iter().map(Value::as_str).collect();
                words?.join("\n")
            }
            (Shape::Sources, Value::Array(sources)) => {
                let line = |it: &Value| {
                    let text = |key| it.get(key).and_then(Value::as_str);
                    Some(format!("{} | {}", text("title")?, text("where")?))
                };
                let lines: Option<Vec<String>> = sources.iter().map(line).collect();
                lines?.join("\n")
            }
            _ => return None,
        };
        fields.insert(name.clone(), text);
    }
    Some((fields, body_of(&source).0.trim().to_owned()))
}

/// Where a line of a text stands in its form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In the entry of this name.
    Head(String),
    /// In this line of the body, from 1.
    Body(usize),
    /// Around the head.
    Nowhere,
}

/// Where a line (from 1) of a whole text stands in the form that [`fields_of`] makes of it.
pub fn place_of(source: &str, line: usize) -> Place {
    let (body, before) = body_of(source);
    if line > before {
        let blank = body.lines().take_while(|it| it.trim().is_empty()).count();
        return Place::Body(line.saturating_sub(before + blank).max(1));
    }
    let name = |line: &str| {
        let (name, _) = line.split_once('=')?;
        let name = name.trim();
        let fits = |it: char| it.is_ascii_lowercase() || it == '_';
        (!name.is_empty() && name.chars().all(fits)).then(|| name.to_owned())
    };
    let head = source.lines().take(line);
    let last = head.filter(|it| !it.starts_with(' ')).last();
    match last.and_then(name) {
        Some(name) => Place::Head(name),
        // A line of a list, or its end: the entry stands above.
        None if source
            .lines()
            .nth(line.saturating_sub(1))
            .is_some_and(|it| it.starts_with([' ', ']'])) =>
        {
            let names = source.lines().take(line).filter(|it| !it.starts_with(' '));
            names
                .filter_map(name)
                .last()
                .map_or(Place::Nowhere, Place::Head)
        }
        None => Place::Nowhere,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p1_what_is_typed_comes_back_and_nothing_breaks_out_of_its_field() {
        let typed = [
            ("title", "題 \"引用\" \\ <script>alert(1)</script>"),
            ("category", "general\"\nkind = \"page"),
            ("date", "2026-13-45"),
            ("audience", "care\nmedical"),
        ];
        let typed: Fields = typed
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
        let text = text_of(ArticleKind::News, &typed, "本文\r\n+++\r\n続き\r\n");
        let (fields, body) = fields_of(ArticleKind::News, &text).unwrap();
        for (name, value) in &typed {
            assert_eq!(&fields[name], value);
        }
        assert_eq!(fields["kind"], "news");
        assert_eq!(body, "本文\n+++\n続き");
    }

    #[test]
    fn p1_every_text_that_a_new_installation_begins_with_can_be_edited_by_fields() {
        for first in kiban_content::first() {
            let kind = match first.folder.as_str() {
                "news" => ArticleKind::News,
                "docs" => ArticleKind::Document,
                "pages" => ArticleKind::Page,
                _ => ArticleKind::Faq,
            };
            let name = format!("{}/{}", first.folder, first.slug);
            let read = fields_of(kind, &first.text);
            let (fields, body) = read.unwrap_or_else(|| panic!("{name} has no fields"));
            let again = text_of(kind, &fields, &body);
            assert_eq!(fields_of(kind, &again), Some((fields, body)), "{name}");
        }
    }
}
