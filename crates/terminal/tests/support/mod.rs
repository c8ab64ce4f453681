//! A care door on loopback with real TLS, and a desk without people.
#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "shared by several tests; one that cannot set up its case may stop"
)]

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::SignedDuration;
use kiban_card::text_ap::CodeB;
use kiban_card::{CardLink, ErrorCode, LinkError, Pin, TriesLeft};
use kiban_domain::{Clock, Entropy, Timestamp};
use kiban_pki::{Authority, AuthorityKind, IssuedWithKey, Order, Profile, TerminalRole};
use kiban_terminal::card::{Asked, CardSource, Prompt};
use kiban_terminal::door::Settings;
use kiban_testkit::card::Slot;
use kiban_web_kit::tls::{DoorTls, serve};
use kiban_web_kit::{Admission, Front, Limits, Shutdown, Verdict};
use tokio::net::TcpListener;

pub(crate) const NOW: &str = "2026-08-01T00:00:00Z";

#[derive(Debug, Clone, Copy)]
pub(crate) struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        NOW.parse().unwrap()
    }
}

impl Entropy for Fixed {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(5);
    }
}

/// The table of certificates, as one answer.
pub(crate) struct Table(pub(crate) Mutex<Verdict>);

impl Admission for Table {
    fn check(&self, _: &str, _: Timestamp) -> Verdict {
        *self.0.lock().unwrap()
    }
}

pub(crate) struct Door {
    pub(crate) servers: Authority,
    pub(crate) terminals: Authority,
    pub(crate) terminal: IssuedWithKey,
    pub(crate) tls: Arc<DoorTls>,
    pub(crate) table: Arc<Table>,
    pub(crate) address: SocketAddr,
    pub(crate) settings: Settings,
}

pub(crate) fn terminal_order() -> Order {
    Order::new(Profile::Terminal {
        office_no: "1370000001".into(),
        terminal_id: "T1".into(),
        role: TerminalRole::Reader,
    })
}

/// What a server says to a hello at an instant, when the newest program is this.
pub(crate) fn hello(now: &str, newest: &str) -> String {
    serde_json::json!({
        "origin": "https://care.example", "terminal": "T1", "certificate_ends": "2026-10-30T00:00:00Z", "days_left": 90,
        "now": now, "oldest_version": "0.1.0", "newest_version": newest, "download": "https://portal.example",
    })
    .to_string()
}

/// Starts a care door that serves `routes`, given its own address.
pub(crate) async fn door(routes: impl FnOnce(SocketAddr) -> axum::Router) -> Door {
    door_at(Fixed.now(), routes).await
}

/// A clock that stands at an instant.
#[derive(Debug, Clone, Copy)]
struct At(Timestamp);

impl Clock for At {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// The same on another day: for programs that read the machine's clock.
pub(crate) async fn door_at(
    now: Timestamp,
    routes: impl FnOnce(SocketAddr) -> axum::Router,
) -> Door {
    let clock = At(now);
    let create = |kind| Authority::create(kind, "Test", &clock, &Fixed).unwrap();
    let servers = create(AuthorityKind::Server);
    let terminals = create(AuthorityKind::Terminals);
    let server = Order::new(Profile::Server {
        names: vec![],
        addresses: vec!["127.0.0.1".parse().unwrap()],
    });
    let server = servers.issue_with_new_key(&server, &clock, &Fixed).unwrap();
    let terminal = terminals.issue_with_new_key(&terminal_order(), &clock, &Fixed);
    let terminal = terminal.unwrap();
    let list = terminals
        .revocation_list(1, &[], now, now + SignedDuration::from_hours(1))
        .unwrap();
    let tls = DoorTls::new(
        &server.issued.certificate_pem,
        &server.key_pem,
        terminals.certificate_pem(),
        &list.pem,
        Arc::new(clock),
    );
    let tls = Arc::new(tls.unwrap());
    let table = Arc::new(Table(Mutex::new(Verdict::Admitted)));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let admission = Arc::clone(&table) as Arc<dyn Admission>;
    let router = Front::new()
        .guarded(admission, Arc::new(clock))
        .wrap(routes(address));
    tokio::spawn(serve(
        listener,
        Arc::clone(&tls),
        router,
        Shutdown::new(),
        Limits::default(),
    ));
    let settings = Settings {
        care_url: format!("https://{address}"),
        authority_pem: servers.certificate_pem().to_owned(),
        certificate_pem: terminal.issued.certificate_pem.clone(),
        key_pem: terminal.key_pem.clone(),
        clock: Arc::new(clock),
    };
    Door {
        servers,
        terminals,
        terminal,
        tls,
        table,
        address,
        settings,
    }
}

/// Takes the card from a slot, as a reader does: alone, and with the power off at the end.
pub(crate) struct SlotSource(pub(crate) Result<Slot, ErrorCode>);

struct Held(Slot);

impl CardLink for Held {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        self.0.transmit(command)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.state().card.power_off();
    }
}

impl CardSource for SlotSource {
    fn wait(&mut self, _: Duration) -> Result<Box<dyn CardLink + '_>, ErrorCode> {
        let slot = self.0.clone()?;
        Ok(Box::new(kiban_terminal::card::Traced(Held(slot))))
    }
}

/// People who answer from a list.
#[derive(Default)]
pub(crate) struct Script {
    pub(crate) pin: Option<&'static str>,
    pub(crate) spend_last_try: bool,
    pub(crate) printed: Option<(jiff::civil::Date, i16, &'static str)>,
    pub(crate) seen: Arc<Mutex<Vec<String>>>,
}

impl Prompt for Script {
    fn put_card_on(&mut self, asked: &Asked) {
        let line = format!("{} {} {}", asked.office, asked.purpose.label(), asked.code);
        self.seen.lock().unwrap().push(line);
    }

    fn pin(&mut self, _: &Asked, left: TriesLeft) -> Option<Pin> {
        self.seen
            .lock()
            .unwrap()
            .push(format!("pin, {} left", left.0));
        self.pin.map(|pin| Pin::parse(pin).unwrap())
    }

    fn spend_last_try(&mut self) -> bool {
        self.seen.lock().unwrap().push("last try".into());
        self.spend_last_try
    }

    fn printed_values(&mut self, _: &Asked, left: TriesLeft) -> Option<CodeB> {
        self.seen
            .lock()
            .unwrap()
            .push(format!("printed, {} left", left.0));
        let (birth, year, code) = self.printed?;
        Some(CodeB::new(birth, year, code).unwrap())
    }

    fn notice(&mut self, sentence: &str) {
        self.seen.lock().unwrap().push(sentence.to_owned());
    }

    fn ended(&mut self, outcome: Option<ErrorCode>) {
        let word = outcome.map_or("done", ErrorCode::as_str);
        self.seen.lock().unwrap().push(format!("ended: {word}"));
    }
}
