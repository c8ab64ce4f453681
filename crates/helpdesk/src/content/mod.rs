//! Entries of the FAQ as files: strict, and every mistake with its file and line, so that one reading shows them all.
//!
//! A file is TOML between two lines `+++`, then the answer. The file's name is the entry's id with `.md`.

mod entry;
mod problem;

pub use problem::{ContentError, Problem};

use crate::passage::Passage;
use entry::{Entry, read};
use std::collections::BTreeMap;

/// An entry with fewer ways of saying it is not found often enough to be published.
pub(crate) const FEWEST_ALIASES: usize = 4;

/// A file as it lies in the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Its path as it is to be named in messages; the last part decides the id.
    pub name: String,
    /// Its content.
    pub text: String,
}

/// Reads all files of the FAQ together.
///
/// # Errors
///
/// Every mistake of every file, in the order of files and lines: what cannot be read, unknown keys, missing fields, too few
/// aliases, ids that occur twice, `related` that names no entry, links and marks that the answer may not have.
pub fn load(files: &[SourceFile]) -> Result<Vec<Passage>, Vec<ContentError>> {
    let mut errors = Vec::new();
    let mut entries = Vec::new();
    for file in files {
        match read(file) {
            Ok(entry) => entries.push(entry),
            Err(mut found) => errors.append(&mut found),
        }
    }
    errors.extend(between(&entries));
    if errors.is_empty() {
        return Ok(entries.into_iter().map(|entry| entry.passage).collect());
    }
    errors.sort_by(|one, other| (&one.file, one.line).cmp(&(&other.file, other.line)));
    Err(errors)
}

/// Mistakes that only show beside other entries.
fn between(entries: &[Entry<'_>]) -> Vec<ContentError> {
    let mut errors = Vec::new();
    let mut known: BTreeMap<&str, &str> = BTreeMap::new();
    for entry in entries {
        if let Some(first) = known.insert(&entry.passage.id, entry.file) {
            errors.push(entry.error(entry.id_line, Problem::SameId(first.to_owned())));
        }
    }
    for entry in entries {
        for (id, line) in &entry.related {
            if *id == entry.passage.id || !known.contains_key(id.as_str()) {
                errors.push(entry.error(*line, Problem::NoSuchEntry(id.clone())));
            }
        }
    }
    errors
}
