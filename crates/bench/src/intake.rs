//! Rows a second from a file to the records, beside the engine's own import of the rows that come out of it.

use crate::{platform, say};
use anyhow::{Context as _, Result, ensure};
use clap::{Args, ValueEnum};
use kiban_store::Settings;
use std::{
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Engine {
    /// SQLite
    Sqlite,
    /// PostgreSQL
    Postgres,
}

#[derive(Debug, Args)]
pub(crate) struct IntakeArgs {
    /// Insured persons.
    #[arg(long, default_value_t = 200_000)]
    persons: u64,
    /// Bad rows in a thousand.
    #[arg(long, default_value_t = 0)]
    bad_per_mille: u32,
    /// Engine; both if absent.
    #[arg(long, value_enum)]
    engine: Option<Engine>,
}

pub(crate) fn run(args: &IntakeArgs) -> Result<()> {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        if args.engine.is_none_or(|wanted| wanted == engine) {
            measure(args, engine)?;
        }
    }
    Ok(())
}

fn measure(args: &IntakeArgs, engine: Engine) -> Result<()> {
    let folder = tempfile::tempdir_in(".")?;
    let url = (engine == Engine::Postgres).then(kiban_testkit::postgres_url);
    let settings = match &url {
        None => Settings::Lite {
            folder: folder.path().join("db"),
        },
        Some(url) => Settings::Postgres {
            url: url.clone(),
            schema: "bench".into(),
            connections: 4,
        },
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let (rows, first, again) = runtime.block_on(async {
        let platform = platform::open(&settings, folder.path()).await?;
        let options = platform::options(args.persons, args.bad_per_mille);
        platform::receive(&platform, &options).await?;
        let start = Instant::now();
        let done = platform::work_off(&platform).await?;
        let first = start.elapsed();
        say(&format!("{engine:?}: {:?}", done.counts));
        // The same content under the next number: nothing changes, every row is compared.
        let again = second_time(&platform, &done).await?;
        anyhow::Ok((done.counts.total, first, again))
    })?;
    let limit = match &url {
        None => sqlite_import(folder.path())?,
        Some(url) => psql_copy(url, folder.path())?,
    };
    let rate = |time: Duration| rows as f64 / time.as_secs_f64();
    say(&format!(
        "{engine:?}: intake {:.0} rows/s, import of the same rows {:.0} rows/s, ratio {:.2} (wanted 0.5); the same file again {:.0} rows/s",
        rate(first),
        rate(limit),
        rate(first) / rate(limit),
        rate(again),
    ));
    Ok(())
}

async fn second_time(
    platform: &kiban_services::Platform,
    done: &kiban_store::repo::transfers::TransferRow,
) -> Result<Duration> {
    let mut name: kiban_exchange::municipal::FileName =
        done.file_name.parse().context("a file name")?;
    name.serial = 2;
    let incoming = kiban_services::intake::Incoming {
        name,
        encoding: kiban_exchange::municipal::Encoding::Utf8,
        content: done.content.clone(),
        size_bytes: done.size_bytes,
    };
    kiban_services::intake::receive(platform, &platform::context(done.insurer_no), incoming)
        .await?;
    let start = Instant::now();
    let again = platform::work_off(platform).await?;
    ensure!(
        again.counts.inserted == 0 && again.counts.updated == 0,
        "{:?}",
        again.counts
    );
    Ok(start.elapsed())
}

/// `.import` of both tables by SQLite's own shell. Blobs go as hexadecimal text, so the tables are not strict there.
fn sqlite_import(folder: &Path) -> Result<Duration> {
    let from = folder.join("db/care.db");
    let shell = |database: &Path, script: &str| -> Result<()> {
        let status = Command::new("sqlite3")
            .arg(database)
            .arg(script)
            .status()
            .context("sqlite3")?;
        ensure!(status.success(), "sqlite3 failed");
        Ok(())
    };
    let columns = |blobs: &[&str], all: &str| {
        all.split(' ')
            .map(|name| {
                if blobs.contains(&name) {
                    format!("hex({name})")
                } else {
                    name.to_owned()
                }
            })
            .collect::<Vec<_>>()
            .join(",")
    };
    let fact = columns(
        &["recorded_by", "superseded_by", "digest"],
        "insurer_no insured_no dataset record_key version valid_from valid_to history_no updated_at recorded_at recorded_by superseded_at superseded_by state digest body",
    );
    let current = columns(
        &["cuts"],
        "insurer_no insured_no good_from good_until name name_kana birth_date sex care_level certified_until application_date progress consents parts cuts",
    );
    for (table, list) in [("fact", &fact), ("eligibility_current", &current)] {
        let out = std::fs::File::create(folder.join(format!("{table}.csv")))?;
        let status = Command::new("sqlite3")
            .args(["-csv", "-cmd", ".timeout 20000"])
            .arg(&from)
            .arg(format!("SELECT {list} FROM {table}"))
            .stdout(out)
            .status()?;
        ensure!(status.success(), "sqlite3 failed");
    }
    let schema = include_str!("../../store/migrations/care/0001.sqlite.sql")
        .replace("STRICT, WITHOUT ROWID", "WITHOUT ROWID")
        .replace(") STRICT;", ");");
    let to = folder.join("import.db");
    shell(
        &to,
        &format!("PRAGMA page_size=8192; PRAGMA journal_mode=WAL; {schema}"),
    )?;
    let script = format!(
        ".mode csv\n.import {0}/fact.csv fact\n.import {0}/eligibility_current.csv eligibility_current\n",
        folder.display()
    );
    let start = Instant::now();
    let mut child = Command::new("sqlite3")
        .arg(&to)
        .stdin(Stdio::piped())
        .spawn()?;
    std::io::Write::write_all(&mut child.stdin.take().context("input")?, script.as_bytes())?;
    ensure!(child.wait()?.success(), "import failed");
    Ok(start.elapsed())
}

/// `\copy` of both tables by psql.
fn psql_copy(url: &str, folder: &Path) -> Result<Duration> {
    let psql = |commands: &[String]| -> Result<()> {
        let mut command = Command::new("psql");
        command.arg(url).args(["-q", "-v", "ON_ERROR_STOP=1"]);
        for text in commands {
            command.arg("-c").arg(text);
        }
        ensure!(
            command
                .stdout(Stdio::null())
                .status()
                .context("psql")?
                .success(),
            "psql failed"
        );
        Ok(())
    };
    let file = |table: &str| format!("{}/{table}.txt", folder.display());
    psql(&[
        format!("\\copy bench.fact to '{}'", file("fact")),
        format!(
            "\\copy bench.eligibility_current to '{}'",
            file("eligibility_current")
        ),
        "CREATE SCHEMA copied".into(),
        "CREATE TABLE copied.fact (LIKE bench.fact INCLUDING ALL)".into(),
        "CREATE TABLE copied.eligibility_current (LIKE bench.eligibility_current INCLUDING ALL)"
            .into(),
    ])?;
    let start = Instant::now();
    psql(&[
        format!("\\copy copied.fact from '{}'", file("fact")),
        format!(
            "\\copy copied.eligibility_current from '{}'",
            file("eligibility_current")
        ),
    ])?;
    Ok(start.elapsed())
}
