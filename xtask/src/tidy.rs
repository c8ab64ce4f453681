//! What reading alone can check: files that grew too long, and statements that would leave an insurer's shard.

use anyhow::{Context as _, Result};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// From here on a file is named, so that somebody thinks about it.
const LONG: usize = 600;
/// No file may be longer.
const TOO_LONG: usize = 700;
/// Longer files that were there before the rule, with their length: it may only shrink.
const STANDING: &[(&str, usize)] = &[];

/// Statements that go over all insurers on purpose, by a part of their text: queues of work, what is handed on,
/// whom a card stands for, and what the operator has to review.
const OVER_ALL_INSURERS: &[&str] = &[
    "FROM audit_outbox ORDER BY insurer_no",
    "FROM audit_outbox GROUP BY insurer_no",
    "SELECT content FROM transfer WHERE content >=",
    "UPDATE transfer SET lease_until = NULL",
    "WHERE state IN (1, 2, 4) AND (lease_until IS NULL",
    // A card does not say whose insured person its holder is; finding that out is what the table is for.
    "FROM card_link WHERE serial = $1 AND issuer_key_id = $2",
    "FROM emergency_look WHERE reviewed_at IS NULL ORDER BY",
    // An office's letter, at most once a night, counts its persons of all insurers.
    "FROM silence_letter l JOIN care_relation r ON r.office_no = l.office_no",
    "SELECT count(CASE WHEN asked_on IS NOT NULL AND valid_to = $2",
    // An institution counts what insurers ask it for, the operator what came in a month, and all that wait are counted once a day for reminding.
    "FROM opinion_case WHERE institution_code = $1 GROUP BY state",
    "FROM opinion_submission WHERE submitted_at >= $1 GROUP BY",
    "FROM opinion_case WHERE state IN ('requested', 'draft', 'returned', 'withdrawn') GROUP BY",
];

/// Everything that is wrong, as sentences.
pub(crate) fn complaints(root: &Path) -> Result<Vec<String>> {
    let mut complaints = Vec::new();
    for file in rust_files(root)? {
        let name = file
            .strip_prefix(root)
            .unwrap_or(&file)
            .display()
            .to_string();
        let lines = fs::read_to_string(&file)?.lines().count();
        let limit = STANDING
            .iter()
            .find(|(standing, _)| *standing == name)
            .map_or(TOO_LONG, |(_, limit)| *limit);
        if lines > limit {
            complaints.push(format!("{name}: {lines} lines; {limit} at the most"));
        } else if lines > LONG && limit == TOO_LONG {
            crate::say::say(format_args!(
                "warning: {name}: {lines} lines; time to think about two files"
            ))?;
        }
    }
    complaints.extend(statements_without_insurer(root)?);
    Ok(complaints)
}

fn rust_files(root: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders: Vec<PathBuf> = ["crates", "xtask", "e2e", "fuzz"]
        .map(|name| root.join(name))
        .into();
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() && !path.ends_with("target") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Every table about a person carries `insurer_no` first in its key, and every statement on it must say which insurer:
/// otherwise it would go to all shards of a distributed database.
fn statements_without_insurer(root: &Path) -> Result<Vec<String>> {
    let store = root.join("crates/store");
    let mut tables = BTreeSet::new();
    for family in ["care", "audit"] {
        let folder = store.join("migrations").join(family);
        for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            if path.to_string_lossy().ends_with(".sqlite.sql") {
                tables.extend(sharded_tables(&fs::read_to_string(&path)?));
            }
        }
    }
    let mut complaints = Vec::new();
    let repositories = store.join("src/repo");
    let all = rust_files(root)?.into_iter();
    for path in all.filter(|path| path.starts_with(&repositories)) {
        let source = fs::read_to_string(&path)?;
        for text in literals(&source) {
            if let Some(table) = leaves_shard(text, &tables) {
                complaints.push(format!(
                    "{}: a statement on {table} names no insurer: {text}",
                    path.display()
                ));
            }
        }
    }
    complaints.sort();
    Ok(complaints)
}

/// Tables whose primary key begins with the insurer, but for the one of insurers itself.
fn sharded_tables(schema: &str) -> Vec<String> {
    schema
        .split("CREATE TABLE ")
        .skip(1)
        .filter(|table| table.contains("PRIMARY KEY (insurer_no,"))
        .filter_map(|table| Some(table.split_whitespace().next()?.to_owned()))
        .collect()
}

/// Text literals of a Rust file that has no raw or escaped ones.
fn literals(source: &str) -> impl Iterator<Item = &str> {
    source.split('"').skip(1).step_by(2)
}

fn leaves_shard<'t>(text: &str, tables: &'t BTreeSet<String>) -> Option<&'t str> {
    const VERBS: [&str; 5] = ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WHERE "];
    if !VERBS.iter().any(|verb| text.starts_with(verb))
        || OVER_ALL_INSURERS.iter().any(|known| text.contains(known))
    {
        return None;
    }
    let names = |table: &&String| {
        text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .any(|word| word == **table)
    };
    // The tail of a statement whose head is written once for several: the head names the table.
    let table = match tables.iter().find(names) {
        Some(table) => table.as_str(),
        None if text.starts_with("WHERE ") => "the table of its head",
        None => return None,
    };
    let says_which = if text.starts_with("INSERT ") {
        text.contains("(insurer_no,")
    } else {
        let from = [" WHERE ", " ON "]
            .iter()
            .filter_map(|word| text.find(word))
            .min();
        let from = if text.starts_with("WHERE ") {
            Some(0)
        } else {
            from
        };
        // The head alone, without its tail, is half a statement.
        text.ends_with(' ') || from.is_some_and(|at| text[at..].contains("insurer_no"))
    };
    (!says_which).then_some(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_tidy() {
        assert_eq!(
            complaints(&crate::root().unwrap()).unwrap(),
            Vec::<String>::new()
        );
    }

    #[test]
    fn the_rule_sees_statements() {
        let root = crate::root().unwrap();
        let schema =
            fs::read_to_string(root.join("crates/store/migrations/care/0001.sqlite.sql")).unwrap();
        let tables: BTreeSet<String> = sharded_tables(&schema).into_iter().collect();
        assert!(
            tables.contains("fact")
                && tables.contains("eligibility_current")
                && !tables.contains("office")
        );
        let wrong = |text: &str| leaves_shard(text, &tables).is_some();
        assert!(wrong("SELECT body FROM fact WHERE insured_no = $1"));
        assert!(wrong("SELECT count(*) FROM fact"));
        assert!(wrong("DELETE FROM care_relation WHERE relation_id = $1"));
        assert!(!wrong(
            "SELECT body FROM fact WHERE insurer_no = $1 AND insured_no = $2"
        ));
        assert!(!wrong("SELECT name FROM office WHERE office_no = $1"));
    }
}
