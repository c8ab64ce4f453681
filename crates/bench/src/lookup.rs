//! An audited look over mTLS (permit, JSON, durable audit record), beside a bare look over the same mTLS; and on
//! PostgreSQL the store's look beside `pgbench` with the same statement.

use crate::{
    load, platform, say,
    server::{self, OFFICE},
};
use anyhow::{Context as _, Result, ensure};
use clap::Args;
use kiban_domain::OfficeNumber;
use kiban_exchange::municipal::{Encoding, LoadMode};
use kiban_services::{
    Platform,
    intake::{self, Incoming, IntakeSettings, SUPPORTED},
};
use kiban_store::{
    Settings,
    repo::{
        eligibility,
        offices::{self, OfficeRow},
    },
};
use kiban_synth::{file_name, generate};
use rustls::ClientConfig;
use std::{
    io::{BufRead as _, BufReader, BufWriter, Write as _},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

#[derive(Debug, Args)]
pub(crate) struct LookupArgs {
    /// Insured persons.
    #[arg(long, default_value_t = 100_000)]
    persons: u64,
    /// Seconds for each figure.
    #[arg(long, default_value_t = 8)]
    seconds: u64,
    /// Keep-alive connections.
    #[arg(long, default_value_t = 256)]
    connections: u64,
    /// Rows of the file that another municipality sends while offices look.
    #[arg(long, default_value_t = 1_000_000)]
    incoming: u64,
    /// Leave PostgreSQL out.
    #[arg(long)]
    no_postgres: bool,
}

static PERSONS: AtomicU64 = AtomicU64::new(1);

fn number(n: u64) -> String {
    format!("{:010}", n % PERSONS.load(Ordering::Relaxed) + 1)
}

fn real_path(n: u64) -> String {
    format!("/v1/persons/{}/{}", platform::INSURER, number(n))
}

fn bare_path(n: u64) -> String {
    format!("/bare/{}/{}", platform::INSURER, number(n))
}

pub(crate) fn run(args: &LookupArgs) -> Result<()> {
    let folder = tempfile::tempdir_in(".")?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let settings = Settings::Lite {
        folder: folder.path().join("db"),
    };
    say("filling SQLite");
    runtime.block_on(async {
        let platform = platform::open(&settings, folder.path()).await?;
        fill(&platform, args.persons).await?;
        // Waits until the server is told to take it in.
        let mut sent = platform::options(args.incoming, 0);
        sent.insurer = platform::SENDER.parse()?;
        platform::receive(&platform, &sent).await
    })?;
    relate(&folder.path().join("db/care.db"), args.persons)?;
    server::certificates(folder.path())?;
    let mut server = start(folder.path())?;
    let measured = runtime.block_on(compare(args, folder.path(), &mut server));
    let _ = server.child.kill();
    let _ = server.child.wait();
    measured?;
    if !args.no_postgres {
        runtime.block_on(postgres(args, folder.path()))?;
    }
    Ok(())
}

/// Loads every set through the intake. H numbers and lost insurance fall out of the figure by their numbers.
async fn fill(platform: &Platform, persons: u64) -> Result<()> {
    let options = platform::options(persons, 0);
    for set in SUPPORTED {
        let mut out = BufWriter::with_capacity(1 << 20, platform.objects.stage(set.as_str())?);
        generate(&options, set, &mut out)?;
        out.flush()?;
        let object = out.into_inner()?;
        let incoming = Incoming {
            name: file_name(&options, set, LoadMode::Full, 1),
            encoding: Encoding::Utf8,
            size_bytes: i64::try_from(object.size())?,
            content: object.publish()?,
        };
        intake::receive(platform, &platform::context(options.insurer), incoming).await?;
    }
    intake::work_off(platform, IntakeSettings::default()).await?;
    let office = OfficeRow {
        office_no: OFFICE.parse()?,
        name: "bench".into(),
        medical: false,
        service_kinds: vec!["43".parse()?],
        created_at: platform.now(),
    };
    platform
        .store
        .write::<(), kiban_store::Error, _>(move |work| {
            Box::pin(async move { offices::save(work, &office).await })
        })
        .await?;
    PERSONS.store(persons, Ordering::Relaxed);
    Ok(())
}

/// Registers the office with everybody, straight in the table: registering is not what is measured. Persons whose number
/// is not plain digits get their digits, so that every number is found.
fn relate(database: &Path, persons: u64) -> Result<()> {
    let mut connection = rusqlite::Connection::open(database)?;
    let transaction = connection.transaction()?;
    transaction.execute(
        "UPDATE eligibility_current SET insured_no = '0' || substr(insured_no, 2) WHERE insured_no LIKE 'H%'",
        [],
    )?;
    let added = transaction.execute(
        "INSERT INTO care_relation (insurer_no, insured_no, office_no, relation_id, service_kind, purpose, valid_from, valid_to, check_id, created_at, created_by) SELECT insurer_no, insured_no, ?1, randomblob(16), '43', 'bench', 0, 2932896, randomblob(16), 0, 'bench' FROM eligibility_current",
        [OFFICE],
    )?;
    transaction.commit()?;
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
    ensure!(
        added as u64 == persons,
        "{added} of {persons} persons are there"
    );
    Ok(())
}

struct Server {
    child: Child,
    port: u16,
    lines: BufReader<ChildStdout>,
}

impl Server {
    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.lines.read_line(&mut line)?;
        Ok(line.trim().to_owned())
    }
}

fn start(folder: &Path) -> Result<Server> {
    let mut child = Command::new(std::env::current_exe()?)
        .arg("server")
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let lines = BufReader::new(child.stdout.take().context("output")?);
    let mut server = Server {
        child,
        port: 0,
        lines,
    };
    server.port = server.line()?.parse().context("a port")?;
    Ok(server)
}

/// Processor time that a process has used, in seconds.
fn cpu_seconds(pid: u32) -> Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let fields: Vec<&str> = stat
        .rsplit(") ")
        .next()
        .context("stat")?
        .split(' ')
        .collect();
    let ticks: u64 = fields[11].parse::<u64>()? + fields[12].parse::<u64>()?;
    Ok(ticks as f64 / 100.0)
}

struct Figure {
    per_second: f64,
    cpu_us: f64,
    p99: Duration,
}

async fn measure(
    args: &LookupArgs,
    server: &Server,
    tls: &Arc<ClientConfig>,
    name: &str,
    path: fn(u64) -> String,
) -> Result<Figure> {
    let seconds = Duration::from_secs(args.seconds);
    let before = cpu_seconds(server.child.id())?;
    let measured = load::run(server.port, tls, args.connections, seconds, path).await?;
    let cpu = cpu_seconds(server.child.id())? - before;
    let figure = Figure {
        per_second: measured.requests as f64 / measured.seconds,
        cpu_us: cpu * 1e6 / measured.requests as f64,
        p99: measured.p99,
    };
    say(&format!(
        "{name}: {:.0}/s over {} mTLS connections, {:.1} µs CPU a request, p50 {:.1} ms, p99 {:.1} ms",
        figure.per_second,
        args.connections,
        figure.cpu_us,
        measured.p50.as_secs_f64() * 1e3,
        measured.p99.as_secs_f64() * 1e3
    ));
    Ok(figure)
}

async fn compare(args: &LookupArgs, folder: &Path, server: &mut Server) -> Result<()> {
    let tls = load::tls(folder)?;
    let mut orders = server.child.stdin.take().context("input")?;
    let pattern = load::fetch(server.port, &tls, real_path(0)).await?;
    orders.write_all(format!("pattern {pattern}\n").as_bytes())?;
    ensure!(server.line()? == "ready", "the bare route has no pattern");
    // Persons who have consented to the same as the pattern's, which are nearly all.
    let withheld = pattern.split_once(r#""withheld":"#).context("an answer")?.1;
    let mut same = 0;
    for n in 1..40 {
        let real = load::fetch(server.port, &tls, real_path(n)).await?;
        if real.ends_with(withheld) {
            let bare = load::fetch(server.port, &tls, bare_path(n)).await?;
            ensure!(
                bare == real,
                "the two routes answer different bytes:\n{bare}\n{real}"
            );
            same += 1;
        }
    }
    ensure!(same > 10, "{same} persons of 39 are like the pattern's");
    let warm = Duration::from_secs(1);
    for path in [bare_path as fn(u64) -> String, real_path] {
        // The first second fills caches and compiles statements.
        load::run(server.port, &tls, args.connections.min(32), warm, path).await?;
    }
    let bare = measure(args, server, &tls, "bare look", bare_path).await?;
    let audited = measure(args, server, &tls, "audited look", real_path).await?;
    say(&format!(
        "CPU ratio {:.2} (wanted at most 2.0); throughput ratio {:.2} (wanted 0.6); p99 {:.1} ms (wanted at most 20)",
        audited.cpu_us / bare.cpu_us,
        audited.per_second / bare.per_second,
        audited.p99.as_secs_f64() * 1e3
    ));
    orders.write_all(b"intake\n")?;
    ensure!(server.line()? == "taking in", "the intake did not begin");
    let name = "audited look while a file is taken in";
    let busy = measure(args, server, &tls, name, real_path).await?;
    orders.write_all(b"progress\n")?;
    let progress = server.line()?;
    ensure!(
        progress.ends_with("under way"),
        "the file was too small, it was taken in before the figure was complete: {progress}"
    );
    say(&format!(
        "throughput ratio {:.2} (wanted 0.5); p99 {:.1} ms (wanted at most 100); {progress}",
        busy.per_second / audited.per_second,
        busy.p99.as_secs_f64() * 1e3
    ));
    Ok(())
}

async fn postgres(args: &LookupArgs, folder: &Path) -> Result<()> {
    let url = kiban_testkit::postgres_url();
    let settings = Settings::Postgres {
        url: url.clone(),
        schema: "lookup".into(),
        connections: 8,
    };
    say("filling PostgreSQL");
    let platform = platform::open(&settings, &folder.join("pg")).await?;
    let persons = args.persons.min(100_000);
    fill(&platform, persons).await?;
    let script = folder.join("look.sql");
    let statement = eligibility::LOOKUP
        .pg
        .replace("$1", &format!("'{}'", platform::INSURER))
        .replace("$2", "lpad((:n)::text, 10, '0')")
        .replace("$3", &format!("'{OFFICE}'"));
    std::fs::write(
        &script,
        format!("\\set n random(1, {persons})\n{statement};\n"),
    )?;
    let out = Command::new("psql")
        .arg(&url)
        .args(["-qc", "ANALYZE"])
        .status()?;
    ensure!(out.success(), "psql failed");
    let host = url
        .split_whitespace()
        .find_map(|pair| pair.strip_prefix("host="))
        .context("host")?;
    let seconds = args.seconds.to_string();
    let out = Command::new("pgbench")
        .args([
            "-n", "-M", "prepared", "-c", "8", "-j", "2", "-T", &seconds, "-h", host, "-U",
            "kiban", "-f",
        ])
        .arg(&script)
        .arg("postgres")
        .env("PGOPTIONS", "-c search_path=lookup")
        .output()
        .context("pgbench")?;
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    let limit: f64 = text
        .lines()
        .find_map(|line| line.strip_prefix("tps = "))
        .and_then(|rest| rest.split_whitespace().next())
        .context("pgbench's figure")?
        .parse()?;
    let office: OfficeNumber = OFFICE.parse()?;
    let deadline = Instant::now() + Duration::from_secs(args.seconds);
    let begun = Instant::now();
    let mut tasks = Vec::new();
    for task in 0..8_u64 {
        let store = platform.store.clone();
        tasks.push(tokio::spawn(async move {
            let (mut count, mut seed) = (0_u64, task.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            while Instant::now() < deadline {
                seed = seed
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                let person = kiban_access::PersonKey {
                    insurer_no: platform::INSURER.parse()?,
                    insured_no: format!("{:010}", (seed >> 20) % persons + 1).parse()?,
                };
                let mut work = store.point().await?;
                eligibility::look(&mut work, &person, Some(&office)).await?;
                count += 1;
            }
            anyhow::Ok(count)
        }));
    }
    let mut count = 0;
    for task in tasks {
        count += task.await??;
    }
    let own = count as f64 / begun.elapsed().as_secs_f64();
    say(&format!(
        "PostgreSQL: {own:.0} looks/s by the store, {limit:.0}/s by pgbench with the same statement, ratio {:.2} (wanted 0.8)",
        own / limit
    ));
    Ok(())
}
