//! One file: front matter and answer.

use super::{ContentError, FEWEST_ALIASES, Problem, SourceFile};
use crate::{
    markdown,
    normal::squeeze,
    passage::{Audience, Category, Passage, PassageKind, Source},
};
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeSet;
use toml::Spanned;

const FENCE: &str = "+++";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FrontMatter {
    id: Spanned<String>,
    #[serde(default)]
    kind: Option<Spanned<String>>,
    audience: Spanned<Vec<Spanned<String>>>,
    category: Spanned<String>,
    question: Spanned<String>,
    aliases: Spanned<Vec<Spanned<String>>>,
    readings: Spanned<Vec<Spanned<String>>>,
    sources: Spanned<Vec<SourceRow>>,
    #[serde(default)]
    valid_from: Option<Spanned<String>>,
    #[serde(default)]
    valid_to: Option<Spanned<String>>,
    related: Vec<Spanned<String>>,
    #[serde(default)]
    by_place: bool,
    reviewed: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceRow {
    title: Spanned<String>,
    #[serde(rename = "where")]
    place: Spanned<String>,
}

/// A file that was read, with the lines that later findings point to.
pub(super) struct Entry<'a> {
    pub(super) file: &'a str,
    pub(super) passage: Passage,
    pub(super) id_line: usize,
    pub(super) related: Vec<(String, usize)>,
}

impl Entry<'_> {
    pub(super) fn error(&self, line: usize, problem: Problem) -> ContentError {
        ContentError {
            file: self.file.to_owned(),
            line,
            problem,
        }
    }
}

pub(super) fn read(file: &SourceFile) -> Result<Entry<'_>, Vec<ContentError>> {
    let mut reader = Reader {
        file,
        errors: Vec::new(),
    };
    let Some((front, body, body_line)) = split(&file.text) else {
        reader.error_on(1, Problem::NoFrontMatter);
        return Err(reader.errors);
    };
    let parsed: FrontMatter = match toml::from_str(front) {
        Ok(parsed) => parsed,
        Err(error) => {
            let line = line_of(front, error.span().map_or(0, |span| span.start));
            reader.error_on(line, Problem::FrontMatter(error.message().to_owned()));
            return Err(reader.errors);
        }
    };
    reader.entry(parsed, front, body, body_line)
}

/// Front matter, answer, and the line on which the answer begins.
fn split(text: &str) -> Option<(&str, &str, usize)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let rest = text.strip_prefix(FENCE)?;
    let rest = rest
        .strip_prefix("\r\n")
        .or_else(|| rest.strip_prefix('\n'))?;
    let mut at = 0;
    for (number, line) in rest.split_inclusive('\n').enumerate() {
        if line.trim_end() == FENCE {
            return Some((&rest[..at], &rest[at + line.len()..], number + 3));
        }
        at += line.len();
    }
    None
}

/// The line of the file on which the byte `at` of the front matter lies.
fn line_of(front: &str, at: usize) -> usize {
    let before = &front.as_bytes()[..at.min(front.len())];
    // The first line of the front matter is the file's second. (The count of newlines in so short a text needs no library.)
    2 + before.split(|byte| *byte == b'\n').count() - 1
}

struct Reader<'a> {
    file: &'a SourceFile,
    errors: Vec<ContentError>,
}

impl<'a> Reader<'a> {
    fn error_on(&mut self, line: usize, problem: Problem) {
        self.errors.push(ContentError {
            file: self.file.name.clone(),
            line,
            problem,
        });
    }

    fn entry(
        mut self,
        parsed: FrontMatter,
        front: &str,
        body: &str,
        body_line: usize,
    ) -> Result<Entry<'a>, Vec<ContentError>> {
        let line = |start: usize| line_of(front, start);
        let id_line = line(parsed.id.span().start);
        self.id(parsed.id.get_ref(), id_line);
        let kind = match parsed.kind.as_ref() {
            None => PassageKind::Faq,
            Some(kind) => match kind.get_ref().as_str() {
                "faq" => PassageKind::Faq,
                "guide" => PassageKind::Guide,
                other => {
                    self.error_on(line(kind.span().start), Problem::Kind(other.to_owned()));
                    PassageKind::Faq
                }
            },
        };
        let audience = self.audience(&parsed.audience, &line);
        let category = Category::from_word(parsed.category.get_ref()).unwrap_or_else(|| {
            self.error_on(
                line(parsed.category.span().start),
                Problem::Category(parsed.category.get_ref().clone()),
            );
            Category::Platform
        });
        self.not_empty(&parsed.question, "question", &line);
        let different: BTreeSet<String> = parsed
            .aliases
            .get_ref()
            .iter()
            .map(|alias| squeeze(alias.get_ref()))
            .filter(|alias| !alias.is_empty() && *alias != squeeze(parsed.question.get_ref()))
            .collect();
        if different.len() < FEWEST_ALIASES {
            self.error_on(
                line(parsed.aliases.span().start),
                Problem::FewAliases(different.len()),
            );
        }
        for reading in parsed.readings.get_ref() {
            let is_hiragana = |letter: char| matches!(letter, 'ぁ'..='ゖ' | 'ー');
            if reading.get_ref().is_empty() || !reading.get_ref().chars().all(is_hiragana) {
                self.error_on(
                    line(reading.span().start),
                    Problem::Reading(reading.get_ref().clone()),
                );
            }
        }
        if parsed.readings.get_ref().is_empty() {
            self.error_on(
                line(parsed.readings.span().start),
                Problem::Empty("readings"),
            );
        }
        if parsed.sources.get_ref().is_empty() {
            self.error_on(line(parsed.sources.span().start), Problem::Empty("sources"));
        }
        for source in parsed.sources.get_ref() {
            self.not_empty(&source.title, "sources.title", &line);
            self.not_empty(&source.place, "sources.where", &line);
        }
        let valid_from = self.day(parsed.valid_from.as_ref(), &line);
        let valid_to = self.day(parsed.valid_to.as_ref(), &line);
        if let (Some(from), Some(to), Some(written)) = (valid_from, valid_to, &parsed.valid_to)
            && to < from
        {
            self.error_on(line(written.span().start), Problem::EndsBeforeItBegins);
        }
        let reviewed = self.day(Some(&parsed.reviewed), &line);
        self.body(body, body_line);
        if !self.errors.is_empty() {
            return Err(self.errors);
        }
        let related: Vec<(String, usize)> = parsed
            .related
            .into_iter()
            .map(|id| {
                let on = line(id.span().start);
                (id.into_inner(), on)
            })
            .collect();
        let id = parsed.id.into_inner();
        let passage = Passage {
            kind,
            title: parsed.question.into_inner(),
            text: body.trim().to_owned(),
            aliases: plain(parsed.aliases),
            readings: plain(parsed.readings),
            sources: parsed
                .sources
                .into_inner()
                .into_iter()
                .map(|row| Source {
                    title: row.title.into_inner(),
                    place: row.place.into_inner(),
                })
                .collect(),
            link: format!("/faq/{id}"),
            id,
            audience,
            category,
            valid_from,
            valid_to,
            related: related.iter().map(|(id, _)| id.clone()).collect(),
            by_place: parsed.by_place,
            reviewed,
        };
        Ok(Entry {
            file: &self.file.name,
            passage,
            id_line,
            related,
        })
    }

    fn id(&mut self, id: &str, line: usize) {
        let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if id.is_empty() || !id.bytes().all(good) {
            self.error_on(line, Problem::Id(id.to_owned()));
            return;
        }
        let name = self.file.name.rsplit(['/', '\\']).next().unwrap_or("");
        if name.strip_suffix(".md") != Some(id) {
            self.error_on(line, Problem::IdIsNotTheName(id.to_owned()));
        }
    }

    fn audience(
        &mut self,
        words: &Spanned<Vec<Spanned<String>>>,
        line: &impl Fn(usize) -> usize,
    ) -> Vec<Audience> {
        if words.get_ref().is_empty() {
            self.error_on(line(words.span().start), Problem::Empty("audience"));
        }
        words
            .get_ref()
            .iter()
            .filter_map(|word| {
                let known = Audience::from_word(word.get_ref());
                if known.is_none() {
                    self.error_on(
                        line(word.span().start),
                        Problem::Audience(word.get_ref().clone()),
                    );
                }
                known
            })
            .collect()
    }

    fn not_empty(
        &mut self,
        text: &Spanned<String>,
        name: &'static str,
        line: &impl Fn(usize) -> usize,
    ) {
        if text.get_ref().trim().is_empty() {
            self.error_on(line(text.span().start), Problem::Empty(name));
        }
    }

    fn day(
        &mut self,
        text: Option<&Spanned<String>>,
        line: &impl Fn(usize) -> usize,
    ) -> Option<Date> {
        let text = text?;
        // The library also reads other spellings of a day; one spelling is enough for files that people compare.
        let day = (text.get_ref().len() == "2026-04-01".len())
            .then(|| text.get_ref().parse::<Date>().ok())
            .flatten();
        if day.is_none() {
            self.error_on(
                line(text.span().start),
                Problem::Day(text.get_ref().clone()),
            );
        }
        day
    }

    fn body(&mut self, body: &str, body_line: usize) {
        if body.trim().is_empty() {
            self.error_on(body_line, Problem::Empty("本文"));
        }
        for (number, text) in body.lines().enumerate() {
            if let Some(mark) = markdown::foreign_mark(text) {
                self.error_on(body_line + number, Problem::Mark(mark.to_owned()));
            }
            for href in markdown::links_of(text) {
                if !markdown::is_safe_link(&href) {
                    self.error_on(body_line + number, Problem::Link(href));
                }
            }
        }
    }
}

fn plain(texts: Spanned<Vec<Spanned<String>>>) -> Vec<String> {
    texts
        .into_inner()
        .into_iter()
        .map(Spanned::into_inner)
        .collect()
}
