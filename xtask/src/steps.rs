//! What CI does, step by step, and the sum of it.

use crate::{
    arrows, packages, root,
    say::{is_unheard, say},
    tidy,
};
use anyhow::{Context as _, Result};
use clap::ValueEnum;
use kiban_testkit::{Cluster, POSTGRES_VARIABLE};
use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

/// One step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Step {
    /// Formatting
    Fmt,
    /// Lints
    Clippy,
    /// Crate arrows
    Arrows,
    /// Long files and statements that leave their shard
    Tidy,
    /// Programs
    Build,
    /// All tests
    Tests,
    /// Examples in the documentation
    Doc,
    /// Licences, advisories and doubled crates
    Deny,
}

impl Step {
    /// Every step, in the order in which CI takes them.
    pub(crate) const ALL: [Self; 8] = [
        Self::Fmt,
        Self::Arrows,
        Self::Tidy,
        Self::Deny,
        Self::Clippy,
        Self::Build,
        Self::Tests,
        Self::Doc,
    ];

    /// What `--only` takes.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Fmt => "fmt",
            Self::Clippy => "clippy",
            Self::Arrows => "arrows",
            Self::Tidy => "tidy",
            Self::Build => "build",
            Self::Tests => "tests",
            Self::Doc => "doc",
            Self::Deny => "deny",
        }
    }

    /// What it does.
    pub(crate) fn about(self) -> &'static str {
        match self {
            Self::Fmt => "cargo fmt --check",
            Self::Clippy => "cargo clippy on everything; warnings fail",
            Self::Arrows => "dependencies between crates against the table of layers",
            Self::Tidy => "overlong files; statements that would leave an insurer's shard",
            Self::Build => "the programs that the browser tests start",
            Self::Tests => "every test on SQLite and PostgreSQL, with browser and mTLS",
            Self::Doc => "examples in the documentation",
            Self::Deny => "licences, advisories and doubled crates, where cargo-deny is installed",
        }
    }
}

/// Passed and failed; a step without tests of its own counts as one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Tally {
    passed: u64,
    failed: u64,
}

impl Tally {
    fn one(good: bool) -> Self {
        Self {
            passed: u64::from(good),
            failed: u64::from(!good),
        }
    }
}

/// Runs the steps named, or all; whether all passed. The last line is `N passed, N failed`.
pub(crate) fn run(only: &[Step]) -> Result<bool> {
    let steps: Vec<Step> = Step::ALL
        .into_iter()
        .filter(|step| only.is_empty() || only.contains(step))
        .collect();
    let mut runner = Runner {
        root: root()?,
        postgres: None,
    };
    let begun = Instant::now();
    let mut sum = Tally::default();
    let mut summary = Vec::new();
    for step in steps {
        say(format_args!("\n== {}: {}", step.name(), step.about()))?;
        let begun = Instant::now();
        let outcome = match runner.step(step) {
            Ok(outcome) => outcome,
            Err(error) if is_unheard(&error) => return Err(error),
            Err(error) => {
                say(format_args!("error: {error:#}"))?;
                Some(Tally::one(false))
            }
        };
        let seconds = begun.elapsed().as_secs_f64();
        let line = match outcome {
            None => format!("{:<8} {seconds:>7.1} s  not run", step.name()),
            Some(tally) => {
                sum.passed += tally.passed;
                sum.failed += tally.failed;
                format!(
                    "{:<8} {seconds:>7.1} s  {} passed, {} failed",
                    step.name(),
                    tally.passed,
                    tally.failed
                )
            }
        };
        say(format_args!("-- {line}"))?;
        summary.push(line);
    }
    say(format_args!("\n{}", summary.join("\n")))?;
    say(format_args!(
        "total    {:>7.1} s",
        begun.elapsed().as_secs_f64()
    ))?;
    say(format_args!("{} passed, {} failed", sum.passed, sum.failed))?;
    Ok(sum.failed == 0)
}

struct Runner {
    root: PathBuf,
    /// Started by the first step that needs it; one cluster serves all tests.
    postgres: Option<Cluster>,
}

impl Runner {
    /// `None` when the step could not be tried here and is no part of the promise.
    fn step(&mut self, step: Step) -> Result<Option<Tally>> {
        let tally = match step {
            Step::Fmt => self.check(&["fmt", "--all", "--check"])?,
            Step::Clippy => {
                // The card reader part of the terminal is built with a library of the system.
                packages::ensure()?;
                self.check(&[
                    "clippy",
                    "--workspace",
                    "--all-targets",
                    "--locked",
                    "--",
                    "-D",
                    "warnings",
                ])?
            }
            Step::Arrows => Tally::one(crate::report(&arrows::missing(&self.root)?)?),
            Step::Tidy => Tally::one(crate::report(&tidy::complaints(&self.root)?)?),
            Step::Build => {
                packages::ensure()?;
                // With the tests, so that programs and tests share one set of features: otherwise everything is compiled twice.
                self.check(&["build", "--workspace", "--bins", "--tests", "--locked"])?
            }
            Step::Tests => self.tests()?,
            Step::Doc => self.counted(&["test", "--workspace", "--doc", "--locked"])?,
            Step::Deny if packages::on_path("cargo-deny") => {
                self.check(&["deny", "--all-features", "check"])?
            }
            Step::Deny => {
                say("cargo-deny is not installed: licences and advisories were not checked")?;
                return Ok(None);
            }
        };
        Ok(Some(tally))
    }

    fn tests(&mut self) -> Result<Tally> {
        packages::ensure()?;
        if self.postgres.is_none() && std::env::var_os(POSTGRES_VARIABLE).is_none() {
            self.postgres = Some(Cluster::start().context("PostgreSQL")?);
        }
        if packages::on_path("cargo-nextest") {
            self.counted(&[
                "nextest",
                "run",
                "--workspace",
                "--locked",
                "--no-fail-fast",
            ])
        } else {
            say("cargo-nextest is not installed: using cargo test, which is slower")?;
            self.counted(&[
                "test",
                "--workspace",
                "--lib",
                "--bins",
                "--tests",
                "--locked",
                "--no-fail-fast",
            ])
        }
    }

    fn check(&self, arguments: &[&str]) -> Result<Tally> {
        Ok(Tally::one(
            cargo(&self.root, arguments)
                .stdin(Stdio::null())
                .status()?
                .success(),
        ))
    }

    /// Runs tests, passing their output on and adding up what it says.
    fn counted(&self, arguments: &[&str]) -> Result<Tally> {
        let mut command = cargo(&self.root, arguments);
        if let Some(cluster) = &self.postgres {
            command.env(POSTGRES_VARIABLE, cluster.url());
        }
        let (reader, writer) = std::io::pipe()?;
        let mut child = command
            .stdin(Stdio::null())
            .stdout(writer.try_clone()?)
            .stderr(writer)
            .spawn()
            .context("cargo")?;
        // The command holds the pipe's other end open; without letting go of it the reading would never end.
        drop(command);
        let mut sum = Tally::default();
        let mut lines = BufReader::new(reader).split(b'\n');
        while let Some(line) = lines.next() {
            let line = String::from_utf8_lossy(&line?).into_owned();
            if let Err(unheard) = say(&line) {
                // The pipe's end closes with the loop, so that the tests too end at their next line.
                drop(lines);
                let _ = child.wait();
                return Err(unheard);
            }
            if let Some(tally) = tally_of(&line) {
                sum.passed += tally.passed;
                sum.failed += tally.failed;
            }
        }
        let good = child.wait()?.success();
        if !good && sum.failed == 0 {
            // Nothing was counted because nothing was compiled.
            sum.failed = 1;
        }
        Ok(sum)
    }
}

fn cargo(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.args(arguments).current_dir(root);
    command
}

/// The counts of a closing line of nextest or of libtest.
fn tally_of(line: &str) -> Option<Tally> {
    let line = line.trim();
    let counts = match line.strip_prefix("test result: ") {
        Some(rest) => rest.split_once(". ")?.1,
        None => line.strip_prefix("Summary [")?.split_once("run:")?.1,
    };
    let number_of = |word: &str| -> u64 {
        counts
            .split([',', ';'])
            .filter_map(|part| {
                let mut words = part.split_whitespace();
                let number: u64 = words.next()?.parse().ok()?;
                (words.next()? == word).then_some(number)
            })
            .sum()
    };
    Some(Tally {
        passed: number_of("passed"),
        failed: number_of("failed") + number_of("timed") + number_of("exec"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_are_understood() {
        let check = |line: &str, passed, failed| {
            assert_eq!(tally_of(line), Some(Tally { passed, failed }), "{line}");
        };
        check(
            "     Summary [   3.120s] 21 tests run: 19 passed (2 slow), 2 failed, 1 skipped",
            19,
            2,
        );
        check(
            "     Summary [   0.008s] 4 tests run: 4 passed, 0 skipped",
            4,
            0,
        );
        check(
            "Summary [   9.0s] 5/9 tests run: 3 passed, 1 failed, 1 timed out, 0 skipped",
            3,
            2,
        );
        check(
            "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            12,
            0,
        );
        check(
            "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out",
            1,
            2,
        );
        assert_eq!(tally_of("running 12 tests"), None);
    }

    #[test]
    fn every_step_is_listed_once() {
        let names: std::collections::BTreeSet<_> =
            Step::ALL.iter().map(|step| step.name()).collect();
        assert_eq!(names.len(), Step::value_variants().len());
    }
}
