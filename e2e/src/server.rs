//! Running platforms: the sandbox, and a plain server that starts empty.

use crate::programs::{Output, Program, finish};
use anyhow::{Context as _, Result, bail};
use kiban_client::{Connection, Settings};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::{CertificateDer, pem::PemObject as _};
use serde::Deserialize;
use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU16, Ordering},
    },
    time::{Duration, Instant},
};

/// How long a server may take until it is ready; debug builds on two busy cores are slow.
const START: Duration = Duration::from_mins(2);

/// The database under a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Engine {
    /// The embedded one, in the data folder.
    Embedded,
    /// PostgreSQL.
    Postgres {
        /// How to connect.
        url: String,
        /// A schema that nobody else uses.
        schema: String,
    },
}

/// `demo.json`.
#[derive(Debug, Clone, Deserialize)]
pub struct DemoFile {
    /// Base URL of the portal.
    pub portal: String,
    /// Base URL of the bridge that holds a certificate.
    pub bridge: String,
    /// Base URL of the care door.
    pub care: String,
    /// Base URL of the connect door.
    pub connect: String,
    /// The authority of the servers' certificates.
    pub ca: PathBuf,
    /// Sample certificates.
    pub certificates: Certificates,
    /// Sample accounts.
    pub sign_ins: Vec<Account>,
    /// The care office of the accounts and terminals.
    pub office_no: String,
    /// The insurer of the invented city.
    pub insurer_no: String,
    /// Persons worth looking at, the most telling first.
    pub persons: Vec<Person>,
}

/// The sample certificates.
#[derive(Debug, Clone, Deserialize)]
pub struct Certificates {
    /// A terminal of the care office.
    pub terminal: Certificate,
    /// The program at the same terminal's card reader.
    pub terminal_reader: Certificate,
    /// A system of the care office.
    pub office_system: Certificate,
    /// The municipality's system.
    pub municipality: Certificate,
    /// The clinic's system.
    pub clinic: Certificate,
    /// A terminal of the clinic.
    pub clinic_terminal: Certificate,
    /// A terminal that was revoked.
    pub revoked_terminal: Certificate,
}

/// The files of one certificate.
#[derive(Debug, Clone, Deserialize)]
pub struct Certificate {
    /// The certificate.
    pub pem: PathBuf,
    /// Its key.
    pub key: PathBuf,
    /// Both with the authority as PKCS#12.
    pub p12: PathBuf,
    /// The password of the PKCS#12 file.
    pub p12_password: String,
}

/// A sample account.
#[derive(Debug, Clone, Deserialize)]
pub struct Account {
    /// Its role.
    pub role: String,
    /// User name.
    pub user: String,
    /// Password.
    pub password: String,
    /// Secret of the second factor, Base32.
    pub totp_secret: String,
}

/// An invented person.
#[derive(Debug, Clone, Deserialize)]
pub struct Person {
    /// 保険者番号.
    pub insurer_no: String,
    /// 被保険者番号.
    pub insured_no: String,
    /// 氏名.
    pub name: String,
    /// フリガナ.
    pub name_kana: String,
    /// 生年月日, ISO 8601.
    pub birth_date: String,
    /// 1 or 2.
    pub sex: String,
}

/// A server process with its log and its data folder.
#[derive(Debug)]
struct Process {
    child: Child,
    log: PathBuf,
    data: PathBuf,
    engine: Engine,
}

impl Process {
    fn start(data: &Path, engine: &Engine, arguments: &[String]) -> Result<Self> {
        std::fs::create_dir_all(data)?;
        let log = data.join("server.log");
        let file = std::fs::File::options()
            .create(true)
            .append(true)
            .open(&log)?;
        let mut command = Program::Kiban.command()?;
        command.args(arguments);
        place(&mut command, data, engine);
        let child = command
            .stdout(file.try_clone()?)
            .stderr(file)
            .stdin(Stdio::null())
            .spawn()?;
        Ok(Self {
            child,
            log,
            data: data.to_owned(),
            engine: engine.clone(),
        })
    }

    /// Waits until `ready`, or tells what the server said.
    fn until(&mut self, ready: impl Fn() -> bool) -> Result<()> {
        let deadline = Instant::now() + START;
        while !ready() {
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended with {status}: {}", self.said());
            }
            if Instant::now() > deadline {
                bail!("the server is not ready: {}", self.said());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    fn signal(&mut self, name: &str) -> Result<i32> {
        Command::new("kill")
            .arg(format!("-{name}"))
            .arg(self.child.id().to_string())
            .status()?;
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status.code().unwrap_or(-1));
            }
            if Instant::now() > deadline {
                bail!("the server goes on after SIG{name}: {}", self.said());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn run(&self, arguments: &[&str]) -> Result<Output> {
        let mut command = Program::Kiban.command()?;
        command.args(arguments);
        place(&mut command, &self.data, &self.engine);
        finish(command, Duration::from_mins(1))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            use std::io::Write as _;
            let _ = writeln!(
                std::io::stderr(),
                "-- log of the server --\n{}",
                self.said()
            );
        }
    }
}

fn place(command: &mut Command, data: &Path, engine: &Engine) {
    command.arg("--data").arg(data);
    if let Engine::Postgres { url, schema } = engine {
        command.args(["--database", url, "--schema", schema]);
    }
}

/// Four ports in a row that nobody listens on, below those that systems give out themselves.
fn free_ports() -> Result<u16> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let begin = u16::try_from(std::process::id() % 2_000).unwrap_or(0);
    for _ in 0..2_000 {
        let step = begin.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % 2_000;
        let base = 20_000 + 5 * step;
        let free: Vec<_> = (base..base + 5)
            .map(|port| TcpListener::bind(("127.0.0.1", port)))
            .collect();
        if free.iter().all(Result::is_ok) {
            return Ok(base);
        }
    }
    bail!("no free ports")
}

/// The sandbox with an invented city. Stopped when dropped.
#[derive(Debug)]
pub struct Demo {
    process: Process,
    file: DemoFile,
    _folder: tempfile::TempDir,
}

impl Demo {
    /// Starts it with so many persons and waits until all is ready; `clock` is the day it plays.
    ///
    /// # Errors
    ///
    /// When it ends or is not ready in time, with what it said.
    pub fn start(engine: &Engine, persons: u32, clock: Option<&str>) -> Result<Self> {
        let clock = clock.map_or(vec![], |clock| vec!["--clock", clock]);
        Self::start_with(engine, persons, &clock)
    }

    /// The same with further arguments.
    ///
    /// # Errors
    ///
    /// As for [`Self::start`].
    pub fn start_with(engine: &Engine, persons: u32, more: &[&str]) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("kiban-e2e-").tempdir()?;
        let data = folder.path().join("data");
        let mut arguments = vec![
            "demo".to_owned(),
            "--base-port".to_owned(),
            free_ports()?.to_string(),
            "--persons".to_owned(),
            persons.to_string(),
        ];
        arguments.extend(more.iter().map(|it| (*it).to_owned()));
        let mut process = Process::start(&data, engine, &arguments)?;
        let ready = data.join("demo.json");
        process.until(|| ready.exists())?;
        let file = serde_json::from_slice(&std::fs::read(&ready)?).context("demo.json")?;
        Ok(Self {
            process,
            file,
            _folder: folder,
        })
    }

    /// What it has written to its log up to now.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.process.log).unwrap_or_default()
    }

    /// What `demo.json` says.
    pub fn file(&self) -> &DemoFile {
        &self.file
    }

    /// The account of a role.
    pub fn account(&self, role: &str) -> Result<&Account> {
        self.file
            .sign_ins
            .iter()
            .find(|account| account.role == role)
            .context("no such account")
    }

    /// Where the data are.
    pub fn data(&self) -> &Path {
        &self.process.data
    }

    /// Runs `kiban` with these arguments on the same data.
    pub fn run(&self, arguments: &[&str]) -> Result<Output> {
        self.process.run(arguments)
    }

    /// Runs `kiban-client` with a certificate.
    ///
    /// # Errors
    ///
    /// When it does not start or does not end.
    pub fn client(&self, certificate: &Certificate, arguments: &[&str]) -> Result<Output> {
        let file = &self.file;
        let command = client_command(&file.connect, &file.ca, certificate, arguments)?;
        finish(command, Duration::from_mins(2))
    }

    /// Ends it with a signal (`TERM`, `KILL`); gives the exit code. The data stay.
    pub fn end(&mut self, signal: &str) -> Result<i32> {
        self.process.signal(signal)
    }

    /// Ends it and starts it again on the same data and ports, on another day.
    ///
    /// # Errors
    ///
    /// As for [`Self::start`].
    pub fn go_on(&mut self, engine: &Engine, clock: &str) -> Result<()> {
        self.end("TERM")?;
        let data = self.process.data.clone();
        let ready = data.join("demo.json");
        std::fs::remove_file(&ready)?;
        let (_, port) = self.file.portal.rsplit_once(':').context("a port")?;
        let arguments = [
            "demo",
            "--base-port",
            port,
            "--persons",
            "150",
            "--clock",
            clock,
        ];
        let arguments = arguments.map(str::to_owned);
        self.process = Process::start(&data, engine, &arguments)?;
        self.process.until(|| ready.exists())
    }

    /// Connects to the connect door.
    pub fn connect(&self, certificate: &Certificate) -> Result<Connection> {
        connection(&self.file.connect, certificate, &self.file.ca)
    }

    /// Connects to the care door.
    pub fn care(&self, certificate: &Certificate) -> Result<Connection> {
        connection(&self.file.care, certificate, &self.file.ca)
    }

    /// Issues another terminal of the care office.
    pub fn terminal(&self, id: &str) -> Result<Certificate> {
        let office = self.file.office_no.clone();
        issue(
            &self.process,
            &["terminal", "--office", &office, "--id", id],
            id,
        )
    }
}

/// A server that begins with nothing. Stopped when dropped.
#[derive(Debug)]
pub struct Serve {
    process: Process,
    arguments: Vec<String>,
    connect: String,
    folder: tempfile::TempDir,
}

impl Serve {
    /// Starts it and waits until it listens.
    ///
    /// # Errors
    ///
    /// When it ends or does not listen in time, with what it said.
    pub fn start(engine: &Engine) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("kiban-e2e-").tempdir()?;
        let base = free_ports()?;
        let at = |offset: u16| format!("127.0.0.1:{}", base + offset);
        let listen = [
            ("--portal-listen", 0),
            ("--care-listen", 2),
            ("--connect-listen", 3),
        ];
        let mut arguments = vec!["serve".to_owned()];
        arguments.extend(
            listen
                .into_iter()
                .flat_map(|(name, offset)| [name.to_owned(), at(offset)]),
        );
        if engine != &Engine::Embedded {
            let mut command = Program::Kiban.command()?;
            command.arg("migrate");
            place(&mut command, folder.path(), engine);
            let migrated = finish(command, Duration::from_mins(1))?;
            if migrated.code != 0 {
                bail!("migrate: {}", migrated.stderr);
            }
        }
        let connect = format!("https://127.0.0.1:{}", base + 3);
        let mut serve = Self {
            process: Process::start(&folder.path().join("data"), engine, &arguments)?,
            arguments,
            connect,
            folder,
        };
        serve.listening()?;
        Ok(serve)
    }

    /// Starts it again after [`Self::end`], with the same data and ports.
    pub fn start_again(&mut self) -> Result<()> {
        self.process = Process::start(&self.process.data, &self.process.engine, &self.arguments)?;
        self.listening()
    }

    fn listening(&mut self) -> Result<()> {
        let address = self.connect.trim_start_matches("https://").to_owned();
        self.process
            .until(|| std::net::TcpStream::connect(&address).is_ok())
    }

    /// Runs `kiban` with these arguments on the same data; it must succeed.
    pub fn done(&self, arguments: &[&str]) -> Result<String> {
        let output = self.run(arguments)?;
        if output.code != 0 {
            bail!("{arguments:?}: {}{}", output.stdout, output.stderr);
        }
        Ok(output.stdout)
    }

    /// Runs `kiban` with these arguments on the same data.
    pub fn run(&self, arguments: &[&str]) -> Result<Output> {
        self.process.run(arguments)
    }

    /// Runs `kiban-client` with a certificate.
    pub fn client(&self, certificate: &Certificate, arguments: &[&str]) -> Result<Output> {
        finish(
            self.client_command(certificate, arguments)?,
            Duration::from_mins(2),
        )
    }

    /// Sends what `kiban synth` writes, through a pipe as an operator would, and waits until it is taken in.
    pub fn send_synth(&self, certificate: &Certificate, synth: &[&str]) -> Result<Output> {
        let mut maker = Program::Kiban.command()?;
        let mut maker = maker
            .arg("synth")
            .args(synth)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut client = self.client_command(certificate, &["--json", "send", "-", "--wait"])?;
        client.stdin(maker.stdout.take().context("a pipe")?);
        let sent = finish(client, Duration::from_mins(2));
        let _ = maker.kill();
        let _ = maker.wait();
        sent
    }

    fn client_command(&self, certificate: &Certificate, arguments: &[&str]) -> Result<Command> {
        client_command(&self.connect, &self.authority(), certificate, arguments)
    }

    /// Issues a system's certificate: what follows `kiban ca system`, and a name for the files. A running server knows
    /// it within a second; this waits for that.
    pub fn issue_system(&self, what: &[&str], name: &str) -> Result<Certificate> {
        let certificate = issue(&self.process, &[&["system"], what].concat(), name)?;
        let deadline = Instant::now() + Duration::from_secs(10);
        while self.client(&certificate, &["check"])?.code != 0 {
            if Instant::now() > deadline {
                bail!(
                    "the server does not know the new certificate: {}",
                    self.process.said()
                );
            }
        }
        Ok(certificate)
    }

    /// Connects to the connect door.
    pub fn connect(&self, certificate: &Certificate) -> Result<Connection> {
        connection(&self.connect, certificate, &self.authority())
    }

    /// The authority of the servers' certificates.
    pub fn authority(&self) -> PathBuf {
        self.process.data.join("ca/server.pem")
    }

    /// Where the data are.
    pub fn data(&self) -> &Path {
        &self.process.data
    }

    /// A folder for other files.
    pub fn scratch(&self) -> &Path {
        self.folder.path()
    }

    /// Ends it with a signal (`TERM`, `KILL`); gives the exit code. The data stay.
    pub fn end(&mut self, signal: &str) -> Result<i32> {
        self.process.signal(signal)
    }
}

fn issue(process: &Process, what: &[&str], name: &str) -> Result<Certificate> {
    let out = process.data.join(name);
    let password = "kiban-e2e";
    let mut arguments = vec!["ca"];
    let out_text = out.to_string_lossy().into_owned();
    arguments.extend(what);
    arguments.extend(["--out", &out_text, "--password", password]);
    let output = process.run(&arguments)?;
    if output.code != 0 {
        bail!("{arguments:?}: {}{}", output.stdout, output.stderr);
    }
    let file = |ending: &str| out.with_extension(ending);
    Ok(Certificate {
        pem: file("pem"),
        key: file("key"),
        p12: file("p12"),
        p12_password: password.to_owned(),
    })
}

/// `kiban-client` with a certificate.
fn client_command(
    server: &str,
    authority: &Path,
    certificate: &Certificate,
    arguments: &[&str],
) -> Result<Command> {
    let mut command = Program::Client.command()?;
    command
        .args(["--server", server, "--cert"])
        .arg(&certificate.pem)
        .arg("--key")
        .arg(&certificate.key)
        .arg("--ca")
        .arg(authority)
        .args(arguments);
    Ok(command)
}

/// Connects with a client certificate.
pub fn connection(server: &str, certificate: &Certificate, authority: &Path) -> Result<Connection> {
    Ok(Connection::open(&Settings {
        server: server.to_owned(),
        certificate: certificate.pem.clone(),
        key: certificate.key.clone(),
        authority: authority.to_owned(),
    })?)
}

/// Connects without a client certificate.
pub fn connection_without(server: &str, authority: &Path) -> Result<Connection> {
    let mut roots = RootCertStore::empty();
    roots.add(
        CertificateDer::from_pem_file(authority)
            .ok()
            .context("the authority's certificate")?,
    )?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Connection::with_tls(server, config)?)
}
