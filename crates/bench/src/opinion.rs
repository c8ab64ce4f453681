//! Opinions that are sent durably over mTLS, beside a bare insert of the same bytes with the same durability; and the same over lines that are cut.

use crate::{platform, say};
use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use clap::Args;
use kiban_client::{Connection, OpinionFile, OpinionUpload, wire::SentResponse};
use kiban_connect_api::ConnectState;
use kiban_domain::{Clock, DataSet, Entropy as _, Timestamp};
use kiban_exchange::municipal::{Encoding, FileName, LoadMode};
use kiban_pki::{Authority, AuthorityKind, Order, Profile, SystemKind};
use kiban_services::{
    Platform,
    intake::{self, Incoming, IntakeSettings},
    opinions,
};
use kiban_store::Settings;
use kiban_testkit::{Cut, Relay, RunningClock, SeededEntropy};
use kiban_web_kit::{
    Admission, Caching, Front, Limits, Observation, Shutdown, Transport, Verdict,
    tls::{self, DoorTls},
};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};
use std::{
    collections::BTreeSet,
    fmt::Write as _,
    io::Write as _,
    net::SocketAddr,
    path::Path,
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};

/// The clinic of the golden opinion.
const CLINIC: &str = "1319900013";
/// The golden opinion: everything filled in.
const FULL: &str = include_str!("../../exchange/tests/opinion/full-2018.json");
/// A line is cut behind so many bytes at most: a handshake and two or three opinions.
const SPAN: u64 = 16_000;
const NOW: &str = "2026-11-01T00:00:00Z";

#[derive(Debug, Args)]
pub(crate) struct OpinionArgs {
    /// Opinions for each engine; with `--cut` 10,000 unless said.
    #[arg(long)]
    opinions: Option<usize>,
    /// Clients, each with one connection; with `--cut` 16 unless said.
    #[arg(long)]
    clients: Option<usize>,
    /// Cut lines at random and count what arrives.
    #[arg(long)]
    cut: bool,
    /// Leave PostgreSQL out.
    #[arg(long)]
    no_postgres: bool,
}

pub(crate) fn run(args: &OpinionArgs) -> Result<()> {
    let folder = tempfile::tempdir_in(".")?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let lite = Settings::Lite {
        folder: folder.path().join("db"),
    };
    runtime.block_on(engine(args, "SQLite", &lite, &folder.path().join("lite")))?;
    if !args.no_postgres {
        let schema = format!("opinions_{}", std::process::id());
        let postgres = Settings::Postgres {
            url: kiban_testkit::postgres_url(),
            schema,
            connections: 16,
        };
        let own = folder.path().join("pg");
        runtime.block_on(engine(args, "PostgreSQL", &postgres, &own))?;
    }
    Ok(())
}

async fn engine(args: &OpinionArgs, name: &str, settings: &Settings, folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let count = args
        .opinions
        .unwrap_or(if args.cut { 10_000 } else { 4_000 });
    let clients = args.clients.unwrap_or(if args.cut { 16 } else { 64 });
    let platform = platform::open(settings, folder).await?;
    say(&format!("{name}: asking for {count} opinions"));
    ask(&platform, count).await?;
    let door = Door::open(platform.clone()).await?;
    let numbers: Vec<String> = (1..=count).map(|it| format!("{it:010}")).collect();
    if args.cut {
        return over_cut_lines(name, &door, &numbers, clients).await;
    }
    // The first ones fill caches and compile statements.
    let (warm, measured) = numbers.split_at(count / 10);
    send_all(&door, &door.address, warm, clients).await?;
    let sent = send_all(&door, &door.address, measured, clients).await?;
    ensure!(sent.receipts.len() == measured.len(), "a receipt each");
    let own = measured.len() as f64 / sent.time.as_secs_f64();
    let bytes = document("0000000001").len();
    let limit = match settings {
        Settings::Lite { .. } => bare_sqlite(&folder.join("bare.db"), bytes)?,
        Settings::Postgres { url, .. } => bare_postgres(url, folder, bytes)?,
    };
    say(&format!(
        "{name}: {own:.0} opinions/s of {bytes} bytes over {clients} mTLS connections, p50 {:.1} ms, p99 {:.1} ms; bare inserts {limit:.0}/s; ratio {:.2} (wanted 0.3)",
        sent.at(0.5).as_secs_f64() * 1e3,
        sent.at(0.99).as_secs_f64() * 1e3,
        own / limit
    ));
    Ok(())
}

async fn over_cut_lines(name: &str, door: &Door, numbers: &[String], clients: usize) -> Result<()> {
    let chance = SeededEntropy::new(41);
    let relay = Relay::start(door.socket, move |_| {
        let mut bytes = [0; 2];
        chance.fill(&mut bytes);
        let at = u64::from(u16::from_le_bytes(bytes)) % SPAN;
        Some(if bytes[0] % 2 == 0 {
            Cut::Sent(at)
        } else {
            Cut::Answered(at)
        })
    })?;
    let address = format!("https://localhost:{}", relay.address().port());
    let sent = send_all(door, &address, numbers, clients).await?;
    let signed: BTreeSet<&String> = sent.receipts.iter().collect();
    let context = platform::context(platform::INSURER.parse()?);
    let (mut after, mut waiting) = (0, 0);
    loop {
        let page = opinions::pull(&door.platform, &context, after, opinions::PULL_MOST).await?;
        if page.opinions.is_empty() {
            break;
        }
        waiting += page.opinions.len();
        after = page.next;
    }
    say(&format!(
        "{name}: {} clients sent {} opinions in {:.1} s over {} lines, {} requests were cut: {} receipts, {waiting} opinions, last number {after}",
        clients,
        numbers.len(),
        sent.time.as_secs_f64(),
        relay.opened(),
        sent.broken,
        signed.len(),
    ));
    ensure!(
        signed.len() == numbers.len()
            && waiting == numbers.len()
            && after == i64::try_from(numbers.len())?,
        "not each exactly once"
    );
    Ok(())
}

fn document(number: &str) -> String {
    FULL.trim_end()
        .replace("0000012345", number)
        .replace("\"request_no\":\"R-0001\"", "\"request_no\":\"R-1\"")
}

/// Takes patients in and asks the clinic about each, by files as in service.
async fn ask(platform: &Platform, count: usize) -> Result<()> {
    let mut patients = "op,insurer_no,insured_no,history_no,updated_at,name,name_kana,birth_date,sex,insured_category,acquired_on,postal_code,address,phone,acquired_reason,lost_on,lost_reason,domicile_exception,changed_on\n".to_owned();
    let mut requests = String::new();
    for number in 1..=count {
        writeln!(
            patients,
            "U,131128,{number:010},1,2026-01-05T09:00:00+09:00,見本　花子,ミホン　ハナコ,1940-05-06,2,1,2005-05-02,,,,,,,,"
        )?;
        writeln!(
            requests,
            r#"{{"op":"U","insurer_no":"131128","insured_no":"{number:010}","history_no":1,"updated_at":"2026-02-05T09:00:00+09:00","applied_on":"2026-02-02","branch":1,"request_no":"R-1","institution_code":"{CLINIC}","requested_on":"2026-02-05","setting":"1","writing":"1"}}"#
        )?;
    }
    for (set, ending, text) in [
        (DataSet::Insured, "csv", patients),
        (DataSet::OpinionRequest, "jsonl", requests),
    ] {
        let name = format!("131128_{}_F_20260801_0001.{ending}", set.as_str());
        let name: FileName = name.parse().context("a file name")?;
        debug_assert_eq!(name.mode, LoadMode::Full);
        let mut object = platform.objects.stage(set.as_str())?;
        object.write_all(text.as_bytes())?;
        let incoming = Incoming {
            name,
            encoding: Encoding::Utf8,
            size_bytes: i64::try_from(object.size())?,
            content: object.publish()?,
        };
        let insurer = platform::INSURER.parse()?;
        intake::receive(platform, &platform::context(insurer), incoming).await?;
    }
    intake::work_off(platform, IntakeSettings::default()).await?;
    Ok(())
}

/// Every certificate counts: the table itself is not what is measured.
struct Everybody;

impl Admission for Everybody {
    fn check(&self, _: &str, _: Timestamp) -> Verdict {
        Verdict::Admitted
    }
}

/// The real door in this process, and a certificate of the clinic.
struct Door {
    platform: Platform,
    address: String,
    socket: SocketAddr,
    tls: ClientConfig,
}

impl Door {
    async fn open(platform: Platform) -> Result<Self> {
        let clock: Arc<dyn Clock> = Arc::new(RunningClock::from(NOW));
        let entropy = SeededEntropy::new(5);
        let servers = Authority::create(AuthorityKind::Server, "bench", &*clock, &entropy)?;
        let systems = Authority::create(AuthorityKind::Systems, "bench", &*clock, &entropy)?;
        let own = Profile::Server {
            names: vec!["localhost".into()],
            addresses: Vec::new(),
        };
        let client = Profile::System {
            organisation: CLINIC.into(),
            system_id: "S1".into(),
            kind: SystemKind::Medical,
        };
        let own = servers.issue_with_new_key(&Order::new(own), &*clock, &entropy)?;
        let client = systems.issue_with_new_key(&Order::new(client), &*clock, &entropy)?;
        let end = clock.now() + jiff::SignedDuration::from_hours(48);
        let list = systems.revocation_list(1, &[], clock.now(), end)?;
        let door = DoorTls::new(
            &own.issued.certificate_pem,
            &own.key_pem,
            systems.certificate_pem(),
            &list.pem,
            clock.clone(),
        )?;
        let router = kiban_connect_api::routes()
            .into_router()
            .with_state(ConnectState::new(platform.clone(), Arc::default()));
        let router = Front::new()
            .observed(Observation::new("connect", &SeededEntropy::new(9)))
            .secured(Transport::Tls, Caching::NoStore)
            .guarded(Arc::new(Everybody), clock)
            .wrap(router);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let socket = listener.local_addr()?;
        tokio::spawn(tls::serve(
            listener,
            Arc::new(door),
            router,
            Shutdown::new(),
            Limits::default(),
        ));
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(
            servers.certificate_pem().as_bytes(),
        )?)?;
        let chain = vec![CertificateDer::from_pem_slice(
            client.issued.certificate_pem.as_bytes(),
        )?];
        let key = PrivateKeyDer::from_pem_slice(client.key_pem.as_bytes())?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_client_auth_cert(chain, key)?;
        Ok(Self {
            platform,
            address: format!("https://localhost:{}", socket.port()),
            socket,
            tls,
        })
    }
}

#[derive(Default)]
struct SentAll {
    receipts: Vec<String>,
    times: Vec<Duration>,
    time: Duration,
    broken: u64,
}

impl SentAll {
    fn at(&self, share: f64) -> Duration {
        let place = (self.times.len().saturating_sub(1)) as f64 * share;
        self.times.get(place as usize).copied().unwrap_or_default()
    }
}

/// Sends each once, again without a pause when its line broke.
async fn send_all(
    door: &Door,
    address: &str,
    numbers: &[String],
    clients: usize,
) -> Result<SentAll> {
    let start = Instant::now();
    let mut tasks = Vec::new();
    for own in numbers.chunks(numbers.len().div_ceil(clients)) {
        let connection = Connection::with_tls(address, door.tls.clone())?;
        let own = own.to_vec();
        tasks.push(tokio::spawn(async move {
            let mut sent = SentAll::default();
            for number in own {
                let upload = OpinionUpload {
                    kind: OpinionFile::Json,
                    file: Bytes::from(document(&number)),
                    pdf: None,
                    pdf_only: false,
                };
                let request = upload.request(None, &upload.key())?;
                let begun = Instant::now();
                let answer = loop {
                    match connection.call(request.clone()).await {
                        Ok(answer) => break answer,
                        Err(error) => {
                            ensure!(error.problem().is_none(), "{}", error.message());
                            sent.broken += 1;
                        }
                    }
                };
                sent.times.push(begun.elapsed());
                let answer: SentResponse = serde_json::from_slice(answer.body())?;
                sent.receipts.push(answer.receipt.signed);
            }
            Ok(sent)
        }));
    }
    let mut all = SentAll::default();
    for task in tasks {
        let sent = task.await.context("a client")??;
        all.receipts.extend(sent.receipts);
        all.times.extend(sent.times);
        all.broken += sent.broken;
    }
    all.time = start.elapsed();
    all.times.sort_unstable();
    Ok(all)
}

/// How long a bare figure is measured.
const BARE: Duration = Duration::from_secs(5);

/// One row after the other by SQLite's own interface, each committed and on disk before the next, as the store has its file.
fn bare_sqlite(path: &Path, bytes: usize) -> Result<f64> {
    let connection = rusqlite::Connection::open(path)?;
    connection.execute_batch(
        "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE bare (number INTEGER PRIMARY KEY, document TEXT NOT NULL) STRICT",
    )?;
    let document = "x".repeat(bytes);
    let mut statement = connection.prepare("INSERT INTO bare VALUES (?1, ?2)")?;
    let (start, mut count) = (Instant::now(), 0_i64);
    while start.elapsed() < BARE {
        count += 1;
        statement.execute((count, &document))?;
    }
    Ok(count as f64 / start.elapsed().as_secs_f64())
}

/// One row a transaction by `pgbench`, over as many connections as the store has.
fn bare_postgres(url: &str, folder: &Path, bytes: usize) -> Result<f64> {
    let table = format!("bare_{}", std::process::id());
    let created = Command::new("psql")
        .arg(url)
        .args(["-qc"])
        .arg(format!(
            "CREATE TABLE {table} (number bigserial PRIMARY KEY, document text NOT NULL)"
        ))
        .status()
        .context("psql")?;
    ensure!(created.success(), "psql failed");
    let script = folder.join("insert.sql");
    let document = "x".repeat(bytes);
    std::fs::write(
        &script,
        format!("INSERT INTO {table} (document) VALUES ('{document}');\n"),
    )?;
    let host = url
        .split_whitespace()
        .find_map(|pair| pair.strip_prefix("host="))
        .context("host")?;
    let seconds = BARE.as_secs().to_string();
    let out = Command::new("pgbench")
        .args(["-n", "-M", "prepared", "-c", "16", "-j", "2", "-T"])
        .args([&seconds, "-h", host, "-U", "kiban", "-f"])
        .arg(&script)
        .arg("postgres")
        .output()
        .context("pgbench")?;
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    let figure = text
        .lines()
        .find_map(|line| line.strip_prefix("tps = "))
        .and_then(|rest| rest.split_whitespace().next());
    Ok(figure.context("pgbench's figure")?.parse()?)
}
