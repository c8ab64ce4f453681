//! Development tasks: `cargo xtask test` does exactly what CI does.

mod arrows;
mod packages;
mod say;
mod shots;
mod steps;
mod tidy;

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};
use say::{is_unheard, say};
use std::{path::PathBuf, process::ExitCode};

#[derive(Parser)]
#[command(about = "Development tasks")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Everything CI does: format, lints, crate arrows, all tests on both engines, licences
    Test {
        /// Run this step alone; may be given more than once
        #[arg(long, value_name = "STEP")]
        only: Vec<steps::Step>,
        /// Name the steps and stop
        #[arg(long)]
        list: bool,
    },
    /// Fail on a dependency between crates that the table of layers lacks
    Arrows,
    /// Figures beside their limits: `lookup`, `intake`, `memory`, `opinion`, `print` (`cargo xtask bench lookup --help`), `helpdesk`, `pages`, `subsidy`
    Bench {
        /// What is measured and how
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
        figure: Vec<String>,
    },
    /// Put the pictures that the browser tests took into the manuals
    Shots,
    /// Fail on overlong files and on statements that would leave an insurer's shard
    Tidy,
}

fn main() -> ExitCode {
    match run(Arguments::parse().task) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        // What was asked for was not finished, so it is no success either; as if ended by SIGPIPE.
        Err(error) if is_unheard(&error) => ExitCode::from(141),
        Err(error) => {
            let _ = say(format_args!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<bool> {
    match task {
        Task::Test { list: true, .. } => {
            for step in steps::Step::ALL {
                say(format_args!("{:<8} {}", step.name(), step.about()))?;
            }
            Ok(true)
        }
        Task::Test { only, list: false } => steps::run(&only),
        Task::Bench { figure } => bench(&figure),
        Task::Shots => shots::take(&root()?).map(|()| true),
        Task::Arrows => report(&arrows::missing(&root()?)?),
        Task::Tidy => report(&tidy::complaints(&root()?)?),
    }
}

/// Runs the measuring program as it would be installed: released, never a debug build.
fn bench(figure: &[String]) -> Result<bool> {
    // Whoever writes entries of the FAQ or templates measures often; these programs need little of what the others do.
    let (program, arguments): (&[&str], _) = match figure {
        [first, rest @ ..] if first == "helpdesk" => {
            (&["kiban-helpdesk", "--example", "evaluate"], rest)
        }
        [first, rest @ ..] if first == "pages" => (&["kiban-portal", "--example", "pages"], rest),
        [first, rest @ ..] if first == "subsidy" => {
            (&["kiban-domain", "--example", "subsidy"], rest)
        }
        _ => (&["kiban-bench"], figure),
    };
    let status = std::process::Command::new("cargo")
        .args(["run", "--quiet", "--release", "--package"])
        .args(program)
        .arg("--")
        .args(arguments)
        .current_dir(root()?)
        .status()
        .context("cargo run")?;
    Ok(status.success())
}

/// Prints what is wrong; whether nothing is.
fn report(complaints: &[String]) -> Result<bool> {
    for complaint in complaints {
        say(complaint)?;
    }
    Ok(complaints.is_empty())
}

/// The checkout.
fn root() -> Result<PathBuf> {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent()
        .map(PathBuf::from)
        .context("xtask lies in the workspace")
}
