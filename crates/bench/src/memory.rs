//! Peak memory of taking in a large file, beside a small one.

use crate::{platform, say};
use anyhow::{Context as _, Result, ensure};
use clap::Args;
use kiban_store::Settings;
use std::process::Command;

#[derive(Debug, Args)]
pub(crate) struct MemoryArgs {
    /// Persons of the large file.
    #[arg(long, default_value_t = 1_000_000)]
    large: u64,
    /// Persons of the small file.
    #[arg(long, default_value_t = 50_000)]
    small: u64,
}

#[derive(Debug, Args)]
pub(crate) struct TakeInArgs {
    persons: u64,
}

pub(crate) fn run(args: &MemoryArgs) -> Result<()> {
    let small = peak_kib(args.small)?;
    let large = peak_kib(args.large)?;
    say(&format!(
        "memory: {} rows {} MiB, {} rows {} MiB, ratio {:.2} (wanted at most 1.5)",
        args.small,
        small / 1024,
        args.large,
        large / 1024,
        large as f64 / small as f64
    ));
    Ok(())
}

/// Runs in a process of its own, so that one figure does not stand on the other.
fn peak_kib(persons: u64) -> Result<u64> {
    let own = std::env::current_exe()?;
    let out = Command::new(own)
        .arg("take-in")
        .arg(persons.to_string())
        .output()?;
    ensure!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    String::from_utf8_lossy(&out.stdout)
        .trim()
        .parse()
        .context("a number")
}

pub(crate) fn take_in(args: &TakeInArgs) -> Result<()> {
    let folder = tempfile::tempdir_in(".")?;
    let settings = Settings::Lite {
        folder: folder.path().join("db"),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let platform = platform::open(&settings, folder.path()).await?;
        platform::receive(&platform, &platform::options(args.persons, 5)).await?;
        platform::work_off(&platform).await
    })?;
    let status = std::fs::read_to_string("/proc/self/status")?;
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|line| line.split_whitespace().next())
        .context("peak memory")?;
    say(peak);
    Ok(())
}
