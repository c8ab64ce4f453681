//! The server of the lookup figure: the real connect door, and beside it a route that does nothing but the bare look.

use crate::platform;
use anyhow::{Context as _, Result};
use axum::{Router, extract::Path, routing::get};
use clap::Args;
use kiban_access::Part;
use kiban_connect_api::ConnectState;
use kiban_domain::{Clock, Timestamp};
use kiban_pki::{Authority, AuthorityKind, Order, Profile, SystemKind};
use kiban_services::Platform;
use kiban_store::{Settings, repo::transfers};
use kiban_testkit::{RunningClock, SeededEntropy};
use kiban_web_kit::{
    Admission, CONTENT_SECURITY_POLICY, Caching, Front, Limits, Observation, Shutdown, Transport,
    Verdict,
    tls::{self, DoorTls},
};
use std::{
    cell::RefCell,
    ffi::{CStr, CString, c_int},
    path::{Path as FilePath, PathBuf},
    sync::{Arc, OnceLock},
};
use tokio::runtime::Handle;

/// The office that looks.
pub(crate) const OFFICE: &str = "1379900010";
/// When certificates are made and looked at.
pub(crate) const NOW: &str = "2026-11-01T00:00:00Z";

#[derive(Debug, Args)]
pub(crate) struct ServerArgs {
    folder: PathBuf,
}

/// Every certificate counts: the table itself is not what is measured.
struct Everybody;

impl Admission for Everybody {
    fn check(&self, _: &str, _: Timestamp) -> Verdict {
        Verdict::Admitted
    }
}

/// Writes the authority, the server's and the client's certificate into `folder`.
pub(crate) fn certificates(folder: &FilePath) -> Result<()> {
    let clock = RunningClock::from(NOW);
    let entropy = SeededEntropy::new(5);
    let server = Authority::create(AuthorityKind::Server, "bench server", &clock, &entropy)?;
    let systems = Authority::create(AuthorityKind::Systems, "bench systems", &clock, &entropy)?;
    let own = Profile::Server {
        names: vec!["localhost".into()],
        addresses: Vec::new(),
    };
    let client = Profile::System {
        organisation: OFFICE.into(),
        system_id: "S1".into(),
        kind: SystemKind::Office,
    };
    let own = server.issue_with_new_key(&Order::new(own), &clock, &entropy)?;
    let client = systems.issue_with_new_key(&Order::new(client), &clock, &entropy)?;
    let list = systems.revocation_list(
        1,
        &[],
        clock.now(),
        clock.now() + jiff::SignedDuration::from_hours(48),
    )?;
    for (name, text) in [
        ("server-ca.pem", server.certificate_pem()),
        ("systems-ca.pem", systems.certificate_pem()),
        ("server.pem", &own.issued.certificate_pem),
        ("server.key", &own.key_pem),
        ("client.pem", &client.issued.certificate_pem),
        ("client.key", &client.key_pem),
        ("list.pem", &list.pem),
    ] {
        std::fs::write(folder.join(name), text)?;
    }
    Ok(())
}

pub(crate) fn run(args: &ServerArgs) -> Result<()> {
    let folder = args.folder.clone();
    let database = folder.join("db/care.db");
    let settings = Settings::Lite {
        folder: folder.join("db"),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let platform = platform::open(&settings, &folder).await?;
        let clock: Arc<dyn Clock> = Arc::new(RunningClock::from(NOW));
        let read = |name: &str| std::fs::read_to_string(folder.join(name));
        let door = DoorTls::new(
            &read("server.pem")?,
            &read("server.key")?,
            &read("systems-ca.pem")?,
            &read("list.pem")?,
            clock.clone(),
        )?;
        let (orders, handle) = (platform.clone(), Handle::current());
        std::thread::spawn(move || obey(&orders, &handle));
        let real = kiban_connect_api::routes()
            .into_router()
            .with_state(ConnectState::new(platform, Arc::default()));
        let real = Front::new()
            .observed(Observation::new("connect", &SeededEntropy::new(9)))
            .secured(Transport::Tls, Caching::NoStore)
            .guarded(Arc::new(Everybody), clock)
            .wrap(real);
        let bare = Router::new().route(
            "/bare/{insurer_no}/{insured_no}",
            get(
                move |Path((insurer_no, insured_no)): Path<(String, String)>| {
                    let answer = bare_look(&database, &insurer_no, &insured_no);
                    async move { (HEADERS, answer) }
                },
            ),
        );
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        crate::say(&listener.local_addr()?.port().to_string());
        tls::serve(
            listener,
            Arc::new(door),
            real.merge(bare),
            Shutdown::new(),
            Limits::default(),
        )
        .await;
        anyhow::Ok(())
    })
}

/// Takes the waiting file in, or says how far it is, when a line on the input says so.
fn obey(platform: &Platform, runtime: &Handle) -> Result<()> {
    let mut intake = None;
    for order in std::io::stdin().lines() {
        let order = order?;
        if let Some(answer) = order.strip_prefix("pattern ") {
            let _ = PATTERN.set(Pattern::of(answer)?);
            crate::say("ready");
            continue;
        }
        if order == "intake" {
            let platform = platform.clone();
            intake = Some(runtime.spawn(async move { platform::work_off(&platform).await }));
            crate::say("taking in");
            continue;
        }
        let insurer_no = platform::SENDER.parse()?;
        let transfers = runtime.block_on(async {
            let mut work = platform.store.point().await?;
            transfers::list(&mut work, &insurer_no, 1).await
        })?;
        let rows = transfers
            .first()
            .map_or(0, |transfer| transfer.counts.progress);
        let open = intake.as_ref().is_some_and(|task| !task.is_finished());
        let state = if open { "under way" } else { "ended" };
        crate::say(&format!("{rows} rows taken in, {state}"));
    }
    Ok(())
}

/// What the bare route writes around a person's members, taken from a real answer: both answer the same bytes.
struct Pattern {
    /// From the day up to the members.
    middle: String,
    /// After the members.
    end: String,
    /// Which of the stored members are shown, in the order of the parts.
    shown: Vec<bool>,
}

static PATTERN: OnceLock<Pattern> = OnceLock::new();

/// The headers that the real door writes.
const HEADERS: [(&str, &str); 7] = [
    ("content-type", "application/json"),
    ("content-security-policy", CONTENT_SECURITY_POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cache-control", "no-store"),
    ("strict-transport-security", "max-age=31536000"),
    ("x-request-id", "0000000000000000"),
];

impl Pattern {
    fn of(answer: &str) -> Result<Self> {
        let members = r#""parts":{"#;
        let day = answer.find(r#"","on":"#).context("a day")?;
        let begin = answer.find(members).context("members")? + members.len();
        let end = answer.find(r#"},"withheld":"#).context("an end")?;
        let shown: serde_json::Value = serde_json::from_str(answer)?;
        Ok(Self {
            middle: answer[day..begin].to_owned(),
            end: answer[end..].to_owned(),
            shown: Part::ALL
                .iter()
                .map(|part| shown["parts"].get(part.as_str()).is_some())
                .collect(),
        })
    }

    fn write(&self, insurer_no: &str, insured_no: &str, mut parts: &str, cuts: &[u8]) -> String {
        let mut out = String::with_capacity(2_048);
        out.push_str(r#"{"insurer_no":""#);
        out.push_str(insurer_no);
        out.push_str(r#"","insured_no":""#);
        out.push_str(insured_no);
        out.push_str(&self.middle);
        let mut first = true;
        for (cut, shown) in cuts.chunks_exact(4).zip(&self.shown) {
            let length = u32::from_be_bytes([cut[0], cut[1], cut[2], cut[3]]) as usize;
            let (member, rest) = parts.split_at(length);
            parts = rest;
            if *shown && length > 0 {
                if !first {
                    out.push(',');
                }
                first = false;
                out.push_str(member);
            }
        }
        out.push_str(&self.end);
        out
    }
}

thread_local! {
    static STATEMENT: RefCell<Option<Statement>> = const { RefCell::new(None) };
}

struct Statement(*mut rusqlite::ffi::sqlite3_stmt);

/// The bare limit: a prepared statement of SQLite's own interface on a connection of this thread; the stored text is
/// copied into the answer.
fn bare_look(database: &FilePath, insurer_no: &str, insured_no: &str) -> String {
    STATEMENT.with_borrow_mut(|slot| {
        if slot.is_none() {
            *slot = open(database).ok();
        }
        slot.as_ref().map_or_else(String::new, |statement| {
            step(statement, insurer_no, insured_no)
        })
    })
}

#[expect(unsafe_code, reason = "the limit is SQLite's own interface")]
fn open(database: &FilePath) -> Result<Statement> {
    use rusqlite::ffi;
    let name = CString::new(database.to_str().context("a path")?)?;
    let mut connection = std::ptr::null_mut();
    let mut statement = std::ptr::null_mut();
    // SAFETY: all pointers live until the process ends; each call's result is checked before the next uses it.
    unsafe {
        let flags = ffi::SQLITE_OPEN_READONLY | ffi::SQLITE_OPEN_NOMUTEX;
        let opened =
            ffi::sqlite3_open_v2(name.as_ptr(), &raw mut connection, flags, std::ptr::null());
        anyhow::ensure!(opened == ffi::SQLITE_OK, "open");
        ffi::sqlite3_exec(
            connection,
            c"PRAGMA mmap_size=8589934592; PRAGMA cache_size=-65536".as_ptr(),
            None,
            std::ptr::null_mut(),
            std::ptr::null_mut(),
        );
        let text: &CStr =
            c"SELECT parts, cuts FROM eligibility_current WHERE insurer_no = ?1 AND insured_no = ?2";
        let prepared = ffi::sqlite3_prepare_v3(
            connection,
            text.as_ptr(),
            -1,
            ffi::SQLITE_PREPARE_PERSISTENT,
            &raw mut statement,
            std::ptr::null_mut(),
        );
        anyhow::ensure!(prepared == ffi::SQLITE_OK, "prepare");
    }
    Ok(Statement(statement))
}

#[expect(unsafe_code, reason = "the limit is SQLite's own interface")]
fn step(statement: &Statement, insurer_no: &str, insured_no: &str) -> String {
    use rusqlite::ffi;
    let bind = |index: c_int, text: &str| {
        // SAFETY: the text outlives the step below; the statement is this thread's own.
        unsafe {
            ffi::sqlite3_bind_text(
                statement.0,
                index,
                text.as_ptr().cast(),
                c_int::try_from(text.len()).unwrap_or(0),
                ffi::SQLITE_STATIC(),
            );
        }
    };
    bind(1, insurer_no);
    bind(2, insured_no);
    // SAFETY: a row's bytes are copied before the statement is reset.
    unsafe {
        let mut answer = String::new();
        if ffi::sqlite3_step(statement.0) == ffi::SQLITE_ROW
            && let Some(pattern) = PATTERN.get()
        {
            let column = |number| {
                let bytes = ffi::sqlite3_column_blob(statement.0, number).cast::<u8>();
                let length = ffi::sqlite3_column_bytes(statement.0, number);
                std::slice::from_raw_parts(bytes, usize::try_from(length).unwrap_or(0))
            };
            let parts = std::str::from_utf8_unchecked(column(0));
            answer = pattern.write(insurer_no, insured_no, parts, column(1));
        }
        ffi::sqlite3_reset(statement.0);
        answer
    }
}
