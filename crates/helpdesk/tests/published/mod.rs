//! The published content and the sets of questions, as tests read them.

#![allow(dead_code, reason = "each test program uses a part of it")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use jiff::civil::{Date, date};
use kiban_helpdesk::{
    Answer, Audience, Index, Passage, Place, Question, SourceFile, ask,
    evaluation::{Item, read_items},
    load, read_places,
};
use std::{fs, path::PathBuf};

/// The day on which tests ask unless they are about days.
pub(crate) const DAY: Date = date(2026, 11, 23);

pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub(crate) fn passages() -> Vec<Passage> {
    let mut files: Vec<SourceFile> = fs::read_dir(root().join("content/faq"))
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            SourceFile {
                text: fs::read_to_string(&path).unwrap(),
                name: path.display().to_string(),
            }
        })
        .collect();
    files.sort_by(|one, other| one.name.cmp(&other.name));
    load(&files).unwrap_or_else(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        panic!("{}", lines.join("\n"))
    })
}

pub(crate) fn places() -> Vec<Place> {
    read_places(&fs::read_to_string(root().join("data/municipalities.csv")).unwrap()).unwrap()
}

pub(crate) fn index() -> Index {
    Index::build(passages(), places())
}

pub(crate) fn items(name: &str, follow_up: bool) -> Vec<Item> {
    let path = root().join("data/helpdesk").join(name);
    read_items(&fs::read_to_string(path).unwrap(), follow_up).unwrap()
}

pub(crate) fn question(text: &str) -> Question<'_> {
    Question {
        text,
        audience: Audience::All,
        on: DAY,
        previous: None,
    }
}

/// The ids shown, the first first.
pub(crate) fn shown(index: &Index, text: &str) -> Vec<String> {
    ids(&ask(index, question(text)))
}

pub(crate) fn ids(answer: &Answer<'_>) -> Vec<String> {
    match answer {
        Answer::Found {
            passage, related, ..
        } => [*passage]
            .into_iter()
            .chain(related.iter().copied())
            .map(|one| one.id.clone())
            .collect(),
        Answer::Candidates(passages) => passages.iter().map(|one| one.id.clone()).collect(),
        Answer::Place { places, .. } => places.iter().map(|one| one.code.clone()).collect(),
        Answer::NotFound => Vec::new(),
    }
}
