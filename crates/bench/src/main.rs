//! Figures beside their limits, measured in the same run: a ratio holds on another machine, a figure does not.
#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "figures for people"
)]

mod intake;
mod load;
mod lookup;
mod memory;
mod opinion;
mod platform;
mod print;
mod server;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::io::Write as _;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Debug, Parser)]
struct Cli {
    #[command(subcommand)]
    figure: Figure,
}

#[derive(Debug, Subcommand)]
enum Figure {
    /// Rows a second from a file to the records, beside the engine's own import of the same rows.
    Intake(intake::IntakeArgs),
    /// An audited look over mTLS, beside a bare look by SQLite's own interface over the same mTLS.
    Lookup(lookup::LookupArgs),
    /// Serves both; used by `lookup`.
    #[command(hide = true)]
    Server(server::ServerArgs),
    /// Peak memory of taking in a large file, beside a small one.
    Memory(memory::MemoryArgs),
    /// Opinions sent durably over mTLS, beside a bare insert of the same size; `--cut` counts what arrives over lines that are cut.
    Opinion(opinion::OpinionArgs),
    /// A person's sheet as PDF, cold and warm.
    Print(print::PrintArgs),
    /// Takes one file in and prints its peak memory; used by `memory`.
    #[command(hide = true)]
    TakeIn(memory::TakeInArgs),
}

fn main() -> Result<()> {
    let cli = Cli::parse();
    match cli.figure {
        Figure::Intake(args) => intake::run(&args),
        Figure::Lookup(args) => lookup::run(&args),
        Figure::Server(args) => server::run(&args),
        Figure::Memory(args) => memory::run(&args),
        Figure::Opinion(args) => opinion::run(&args),
        Figure::Print(args) => print::run(&args),
        Figure::TakeIn(args) => memory::take_in(&args),
    }
}

/// Prints a line; whoever reads it may be gone.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
