//! A portal and a care door that issue real certificates, and the program beside them.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::{Json, Router, routing};
use http::StatusCode;
use jiff::SignedDuration;
use kiban_domain::{Clock, Entropy, Timestamp};
use kiban_pki::{Authority, AuthorityKind, Order, Profile, TerminalRole, requested_key};
use kiban_terminal::OwnCertificate;
use kiban_web_kit::tls::{DoorTls, serve};
use kiban_web_kit::{Admission, Client, Front, Limits, Routes, Shutdown, Verdict};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::support;

/// Where the server holds its breath.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hold {
    BeforeIssuing,
    AfterIssuing,
    BeforeUse,
    AfterUse,
}

#[derive(Default)]
struct Table {
    /// What a key got, by what it was asked with.
    answers: BTreeMap<(String, Vec<u8>), String>,
    stopped: BTreeSet<String>,
    /// New serial to old one.
    replaces: BTreeMap<String, String>,
    used_codes: BTreeSet<String>,
    issued: Vec<String>,
    polled: BTreeSet<String>,
    heard: String,
    hold: Option<Hold>,
    days: i64,
}

pub(crate) struct Server {
    table: Mutex<Table>,
    held: Notify,
    servers: Authority,
    terminals: Authority,
    care: Mutex<String>,
}

struct Machine;

impl Clock for Machine {
    #[expect(
        clippy::disallowed_methods,
        reason = "the program reads this clock too"
    )]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

impl std::fmt::Debug for Machine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Machine")
    }
}

/// Serial numbers that differ.
#[derive(Debug)]
struct Counting;

impl Entropy for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        use std::sync::atomic::{AtomicU64, Ordering};
        static NEXT: AtomicU64 = AtomicU64::new(1);
        bytes.fill(7);
        let number = NEXT.fetch_add(1, Ordering::Relaxed).to_le_bytes();
        let length = bytes.len().min(8);
        let end = bytes.len();
        bytes[end - length..].copy_from_slice(&number[..length]);
    }
}

impl Admission for Server {
    fn check(&self, serial: &str, _: Timestamp) -> Verdict {
        if self.table.lock().unwrap().stopped.contains(serial) {
            Verdict::Revoked
        } else {
            Verdict::Admitted
        }
    }
}

impl Server {
    /// Never goes on once it holds: the program is killed meanwhile.
    async fn breathe(&self, at: Hold) {
        let holds = {
            let mut table = self.table.lock().unwrap();
            let holds = table.hold == Some(at);
            if holds {
                table.hold = None;
            }
            holds
        };
        if holds {
            self.held.notify_one();
            std::future::pending::<()>().await;
        }
    }

    fn issue(&self, asked_with: &str, csr: &str, role: TerminalRole) -> String {
        let key = requested_key(csr).unwrap();
        let mut table = self.table.lock().unwrap();
        if let Some(known) = table.answers.get(&(asked_with.to_owned(), key.clone())) {
            return known.clone();
        }
        let order = Order::new(Profile::Terminal {
            office_no: "1370000001".into(),
            terminal_id: "T-1".into(),
            role,
        });
        let order = order.lifetime(SignedDuration::from_hours(24 * table.days + 1));
        let issued = self
            .terminals
            .issue_from_request(csr, &order, &Machine, &Counting);
        let pem = issued.unwrap().certificate_pem;
        let word = asked_with.split(':').next().unwrap().to_owned();
        table.issued.push(word);
        table
            .answers
            .insert((asked_with.to_owned(), key), pem.clone());
        pem
    }

    async fn enrol(State(server): State<Arc<Self>>, Json(asked): Json<Value>) -> Response {
        server.breathe(Hold::BeforeIssuing).await;
        let code = asked["code"].as_str().unwrap();
        server
            .table
            .lock()
            .unwrap()
            .heard
            .push_str(&asked.to_string());
        if !["RIGHT-CODE0", "SECOND-CODE"].contains(&code) {
            let problem =
                json!({"code": "code_wrong", "detail": "事業所番号とコードを確かめてください。"});
            return (StatusCode::FORBIDDEN, Json(problem)).into_response();
        }
        let with = format!("ticket:{code}");
        let key = requested_key(asked["csr"].as_str().unwrap()).unwrap();
        {
            let mut table = server.table.lock().unwrap();
            let is_same = table.answers.contains_key(&(with.clone(), key));
            if !table.used_codes.insert(code.to_owned()) && !is_same {
                let problem = json!({"code": "code_used", "detail": "使われています。"});
                return (StatusCode::CONFLICT, Json(problem)).into_response();
            }
        }
        let pem = server.issue(&with, asked["csr"].as_str().unwrap(), TerminalRole::Reader);
        server.breathe(Hold::AfterIssuing).await;
        let given = json!({
            "terminal_id": "T-1", "name": asked["name"], "certificate": pem,
            "authority": server.terminals.certificate_pem(), "server_authority": server.servers.certificate_pem(),
            "care_url": *server.care.lock().unwrap(), "not_after": "", "renewed": false,
        });
        (StatusCode::CREATED, Json(given)).into_response()
    }

    async fn renew(server: Arc<Self>, client: Client, asked: Value) -> Response {
        let is_reader = asked["role"] == "reader";
        let role = if is_reader {
            TerminalRole::Reader
        } else {
            TerminalRole::Browser
        };
        if is_reader {
            server.breathe(Hold::BeforeIssuing).await;
        }
        let replaced = asked["replaces"].as_str().unwrap_or_default();
        if server.table.lock().unwrap().stopped.contains(replaced) {
            return StatusCode::CONFLICT.into_response();
        }
        let with = format!("{}:{}", role.as_str(), client.serial);
        let pem = server.issue(&with, asked["csr"].as_str().unwrap(), role);
        let new = OwnCertificate::read(&pem).unwrap().serial;
        let old = match role {
            TerminalRole::Reader => Some(client.serial.clone()),
            TerminalRole::Browser => asked["replaces"].as_str().map(str::to_owned),
        };
        if let Some(old) = old {
            server.table.lock().unwrap().replaces.insert(new, old);
        }
        if is_reader {
            server.breathe(Hold::AfterIssuing).await;
        }
        let given = json!({"certificate": pem, "authority": "", "certificate_ends": ""});
        (StatusCode::CREATED, Json(given)).into_response()
    }

    async fn hello(server: Arc<Self>, client: Client) -> Response {
        server.breathe(Hold::BeforeUse).await;
        {
            let mut table = server.table.lock().unwrap();
            if let Some(old) = table.replaces.get(&client.serial).cloned() {
                table.stopped.insert(old);
            }
        }
        server.breathe(Hold::AfterUse).await;
        let now = Machine.now().to_string();
        support::hello(&now, env!("CARGO_PKG_VERSION")).into_response()
    }

    async fn poll(server: Arc<Self>, client: Client) -> Response {
        server
            .table
            .lock()
            .unwrap()
            .polled
            .insert(client.serial.clone());
        tokio::time::sleep(Duration::from_millis(300)).await;
        StatusCode::NO_CONTENT.into_response()
    }
}

/// An office with its server, and the folder of its terminal.
pub(crate) struct Office {
    pub(crate) folder: tempfile::TempDir,
    server: Arc<Server>,
    portal: String,
}

/// How a run of the program ended.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) said: String,
}

impl Office {
    pub(crate) async fn open() -> Self {
        let create = |kind| Authority::create(kind, "Test", &Machine, &Counting).unwrap();
        let server = Arc::new(Server {
            table: Mutex::new(Table {
                days: 90,
                ..Table::default()
            }),
            held: Notify::new(),
            servers: create(AuthorityKind::Server),
            terminals: create(AuthorityKind::Terminals),
            care: Mutex::default(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        *server.care.lock().unwrap() = format!("https://{}", listener.local_addr().unwrap());
        let own = Order::new(Profile::Server {
            names: vec![],
            addresses: vec!["127.0.0.1".parse().unwrap()],
        });
        let own = server
            .servers
            .issue_with_new_key(&own, &Machine, &Counting)
            .unwrap();
        let now = Machine.now();
        let list =
            server
                .terminals
                .revocation_list(1, &[], now, now + SignedDuration::from_hours(1));
        let tls = DoorTls::new(
            &own.issued.certificate_pem,
            &own.key_pem,
            server.terminals.certificate_pem(),
            &list.unwrap().pem,
            Arc::new(Machine),
        );
        let [one, two, three] = [(); 3].map(|()| Arc::clone(&server));
        let routes = Routes::new()
            .get("/agent/hello", async move |client: Client| {
                Server::hello(Arc::clone(&one), client).await
            })
            .get("/agent/poll", async move |client: Client| {
                Server::poll(Arc::clone(&two), client).await
            })
            .post(
                "/agent/renew",
                async move |client: Client, Json(asked): Json<Value>| {
                    Server::renew(Arc::clone(&three), client, asked).await
                },
            )
            .into_router();
        let admission = Arc::clone(&server) as Arc<dyn Admission>;
        let router = Front::new()
            .guarded(admission, Arc::new(Machine))
            .wrap(routes);
        tokio::spawn(serve(
            listener,
            Arc::new(tls.unwrap()),
            router,
            Shutdown::new(),
            Limits::default(),
        ));

        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let portal = format!("http://{}", listener.local_addr().unwrap());
        let routes = Router::new()
            .route("/api/enrol", routing::post(Server::enrol))
            .with_state(Arc::clone(&server));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self {
            folder: tempfile::tempdir().unwrap(),
            server,
            portal,
        }
    }

    pub(crate) fn enrolment<'a>(&'a self, more: &[&'a str]) -> Vec<&'a str> {
        self.enrolment_with("RIGHT-CODE0", more)
    }

    fn enrolment_with<'a>(&'a self, code: &'a str, more: &[&'a str]) -> Vec<&'a str> {
        let portal = self.portal.as_str();
        let mut all = vec![
            "enrol",
            "--portal",
            portal,
            "--office",
            "1370000001",
            "--code",
            code,
        ];
        all.extend(more);
        all
    }

    pub(crate) async fn enrol(&self, more: &[&str]) -> Run {
        self.run(&self.enrolment(more)).await
    }

    pub(crate) async fn enrol_with(&self, code: &str, more: &[&str]) -> Run {
        self.run(&self.enrolment_with(code, more)).await
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kiban-terminal"));
        command
            .args(arguments)
            .env("KIBAN_TERMINAL_FOLDER", self.folder.path())
            .stdin(Stdio::null());
        command
    }

    /// Runs the program to its end; what it said on both lines.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Run {
        let mut command = self.command(arguments);
        let json = arguments.contains(&"--json");
        let output = tokio::task::spawn_blocking(move || command.output().unwrap());
        let output = output.await.unwrap();
        let mut said = String::from_utf8(output.stdout).unwrap();
        if !json {
            said.push_str(&String::from_utf8(output.stderr).unwrap());
        }
        Run {
            code: output.status.code().unwrap(),
            said,
        }
    }

    pub(crate) fn start(&self, arguments: &[&str]) -> Child {
        let log = std::fs::File::create(self.folder.path().join("log")).unwrap();
        self.command(arguments)
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap()
    }

    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Kills the program (SIGKILL) when the server has come to this point.
    pub(crate) async fn kill_at(&self, at: Hold, arguments: &[&str]) {
        self.server.table.lock().unwrap().hold = Some(at);
        let mut running = self.start(arguments);
        let held = tokio::time::timeout(Duration::from_secs(20), self.server.held.notified());
        held.await
            .unwrap_or_else(|_| panic!("{at:?}: {}", self.log()));
        running.kill().unwrap();
        running.wait().unwrap();
    }

    pub(crate) fn issue_for_days(&self, days: i64) {
        self.server.table.lock().unwrap().days = days;
    }

    pub(crate) fn serial(&self, role: &str) -> String {
        let path = self.folder.path().join(format!("{role}.json"));
        let kept: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        OwnCertificate::read(kept["certificate"].as_str().unwrap())
            .unwrap()
            .serial
    }

    /// Files of something that has not ended.
    pub(crate) fn leftovers(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names
            .filter(|name| name.contains("next") || name.contains("tmp"))
            .collect()
    }

    pub(crate) fn issued(&self, with: &str) -> usize {
        let table = self.server.table.lock().unwrap();
        table.issued.iter().filter(|word| *word == with).count()
    }

    pub(crate) fn heard(&self) -> String {
        self.server.table.lock().unwrap().heard.clone()
    }

    pub(crate) fn is_stopped(&self, serial: &str) -> bool {
        self.server.table.lock().unwrap().stopped.contains(serial)
    }

    pub(crate) fn stop(&self, serial: &str) {
        self.server
            .table
            .lock()
            .unwrap()
            .stopped
            .insert(serial.to_owned());
    }

    pub(crate) fn polled_with(&self, serial: &str) -> bool {
        self.server.table.lock().unwrap().polled.contains(serial)
    }
}
