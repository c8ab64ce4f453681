//! Which crate may name which: the table of layers, and the test that holds the workspace to it.
//!
//! A new arrow is a decision: it is added here in a commit of its own that says why.

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::{path::Path, process::Command};

/// A crate, what it may name, and what only its tests may name. `*` is everything.
struct Row {
    name: &'static str,
    may: &'static [&'static str],
    tests_may: &'static [&'static str],
}

const fn row(name: &'static str, may: &'static [&'static str]) -> Row {
    Row {
        name,
        may,
        tests_may: &[],
    }
}

const TABLE: &[Row] = &[
    row("domain", &[]),
    row("access", &["domain"]),
    row("audit", &["domain"]),
    row("exchange", &["domain"]),
    row("pki", &["domain"]),
    row("card", &["domain"]),
    row("synth", &["domain", "exchange"]),
    row("store", &["domain", "access", "audit"]),
    Row {
        name: "services",
        // Editing has to know how articles and questions are read (decision 0020).
        may: &[
            "store", "exchange", "pki", "card", "content", "helpdesk", "domain", "access", "audit",
        ],
        tests_may: &["synth"],
    },
    Row {
        name: "print",
        may: &["domain"],
        // Forms are tried with the editions of the files.
        tests_may: &["exchange"],
    },
    row("helpdesk", &["domain"]),
    row("ui", &["domain"]),
    row("content", &[]),
    row("portal-ui", &["ui", "domain"]),
    row("console-ui", &["ui"]),
    row("web-kit", &["domain", "pki", "exchange"]),
    Row {
        name: "portal",
        // Opinions are read by the editions of their files, and go out in the certification software's columns (D-2).
        may: &[
            "exchange",
            "ui",
            "portal-ui",
            "content",
            "helpdesk",
            "web-kit",
            "services",
            "store",
            "access",
            "domain",
        ],
        tests_may: &["audit", "pki"],
    },
    Row {
        name: "console",
        // The bank's file names who pays (decision 0024).
        may: &[
            "console-ui",
            "content",
            "exchange",
            "helpdesk",
            "web-kit",
            "services",
            "store",
            "domain",
        ],
        tests_may: &["access", "audit"],
    },
    Row {
        name: "care-web",
        may: &[
            "services", "store", "access", "exchange", "audit", "pki", "card", "print", "ui",
            "web-kit", "domain",
        ],
        // The protocol is tested with the terminal's own agent at the other end.
        tests_may: &["synth", "terminal"],
    },
    Row {
        name: "connect-api",
        may: &[
            "services", "store", "access", "audit", "exchange", "pki", "web-kit", "domain",
        ],
        // The access table is asked about invented people.
        tests_may: &["synth"],
    },
    Row {
        name: "client",
        may: &["connect-api", "domain"],
        tests_may: &["web-kit", "pki", "services", "store", "audit"],
    },
    Row {
        name: "terminal",
        may: &["card", "domain"],
        tests_may: &["web-kit", "pki"],
    },
    // The virtual card stands behind the same trait as a reader, and the fake responder behind the same port.
    row("testkit", &["card", "domain"]),
    row("kiban", &["*"]),
    row("bench", &["*"]),
    Row {
        name: "e2e",
        may: &["client", "connect-api", "domain", "pki", "synth"],
        tests_may: &["card", "terminal"],
    },
    row("xtask", &["testkit"]),
];

/// Arrows that the table lacks, as sentences.
pub(crate) fn missing(root: &Path) -> Result<Vec<String>> {
    let output = Command::new("cargo")
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(root)
        .output()
        .context("cargo metadata")?;
    if !output.status.success() {
        bail!(
            "cargo metadata: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let mut missing = Vec::new();
    for package in list(&metadata["packages"]) {
        let from = short(package);
        let Some(row) = TABLE.iter().find(|row| row.name == from) else {
            missing.push(format!("{from}: not in the table of xtask/src/arrows.rs"));
            continue;
        };
        for dependency in list(&package["dependencies"])
            .iter()
            .filter(|one| one["path"].is_string())
        {
            let to = short(dependency);
            let in_tests = dependency["kind"] == "dev";
            if !row.allows(to, in_tests) {
                let kind = if in_tests { " (tests)" } else { "" };
                missing.push(format!(
                    "{from} -> {to}{kind}: not in the table of xtask/src/arrows.rs"
                ));
            }
        }
    }
    Ok(missing)
}

impl Row {
    fn allows(&self, to: &str, in_tests: bool) -> bool {
        self.may.contains(&"*")
            || self.may.contains(&to)
            || (in_tests && (to == "testkit" || self.tests_may.contains(&to)))
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn short(named: &Value) -> &str {
    let name = named["name"].as_str().unwrap_or_default();
    name.strip_prefix("kiban-").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_arrow_is_in_the_table() {
        assert_eq!(
            missing(&crate::root().unwrap()).unwrap(),
            Vec::<String>::new()
        );
    }

    #[test]
    fn an_arrow_upwards_is_refused() {
        let store = TABLE.iter().find(|row| row.name == "store").unwrap();
        assert!(!store.allows("services", false));
        assert!(!store.allows("testkit", false));
        assert!(store.allows("testkit", true));
    }

    #[test]
    fn only_programs_name_a_front() {
        let fronts = ["portal", "care-web"];
        for row in TABLE
            .iter()
            .filter(|row| !matches!(row.name, "kiban" | "bench"))
        {
            assert!(
                !fronts.iter().any(|front| row.may.contains(front)),
                "{}",
                row.name
            );
        }
    }
}
