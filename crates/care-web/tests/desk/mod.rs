//! A care door with real TLS, the terminal's own agent, and whoever sits at the card reader.
#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "a test that cannot set up its case may stop"
)]

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::support::{App, Browser, OFFICE, Page};
use jiff::SignedDuration;
use kiban_card::answer::{PresenceAnchors, Trust};
use kiban_card::text_ap::CodeB;
use kiban_card::{CardLink, ErrorCode, LinkError, Pin, TriesLeft};
use kiban_domain::{Clock, Entropy};
use kiban_pki::{Authority, AuthorityKind, Order, Profile, TerminalRole};
use kiban_services::card_check::CardTrust;
use kiban_terminal::agent::Agent;
use kiban_terminal::card::{Asked, CardSource, Prompt};
use kiban_terminal::door::Settings;
use kiban_testkit::card::{
    CardOrder, FakeStatus, Persona, Slot, VIRTUAL_POLICY, text_anchor, virtual_roots,
};
use kiban_testkit::{FixedClock, SeededEntropy};
use kiban_web_kit::tls::{DoorTls, serve};
use kiban_web_kit::{Admission, Front, Limits, Shutdown, Verdict};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub(crate) const NOW: &str = "2026-11-01T01:00:00Z";
pub(crate) const SERIAL: u32 = 0x0022_7B13;
pub(crate) const TERMINAL: &str = "office-pc-1";

pub(crate) struct Everybody;

impl Admission for Everybody {
    fn check(&self, _: &str, _: kiban_domain::Timestamp) -> Verdict {
        Verdict::Admitted
    }
}

pub(crate) struct Door {
    pub(crate) app: App,
    pub(crate) status: Arc<FakeStatus>,
    pub(crate) settings: Settings,
    pub(crate) terminals: Authority,
}

impl Door {
    pub(crate) async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("https://{}", listener.local_addr().unwrap());
        let status = Arc::new(FakeStatus::at(NOW.parse().unwrap()));
        let (id, modulus, exponent) = text_anchor();
        let roots = virtual_roots();
        let trust = CardTrust {
            trust: Trust::new(roots.iter().map(Vec::as_slice), &[VIRTUAL_POLICY]).unwrap(),
            sight: Some(PresenceAnchors::default().with(id, &modulus, &exponent)),
            status: status.clone(),
        };
        let app = App::at(&origin, Some(trust)).await;
        app.load().await;
        let clock: Arc<dyn Clock> = Arc::new(FixedClock::at(NOW));
        let entropy = SeededEntropy::new(99);
        let create = |kind| Authority::create(kind, "Test", &*clock, &entropy).unwrap();
        let (servers, terminals) = (
            create(AuthorityKind::Server),
            create(AuthorityKind::Terminals),
        );
        let server = Order::new(Profile::Server {
            names: vec![],
            addresses: vec!["127.0.0.1".parse().unwrap()],
        });
        let server = servers
            .issue_with_new_key(&server, &*clock, &entropy)
            .unwrap();
        let now = clock.now();
        let list = terminals.revocation_list(1, &[], now, now + SignedDuration::from_hours(48));
        let tls = DoorTls::new(
            &server.issued.certificate_pem,
            &server.key_pem,
            terminals.certificate_pem(),
            &list.unwrap().pem,
            clock.clone(),
        );
        let router = Front::new()
            .guarded(Arc::new(Everybody), clock.clone())
            .wrap(app.router.clone());
        let tls = Arc::new(tls.unwrap());
        tokio::spawn(serve(
            listener,
            tls,
            router,
            Shutdown::new(),
            Limits::default(),
        ));
        let mut door = Self {
            app,
            status,
            settings: Settings {
                care_url: origin,
                authority_pem: servers.certificate_pem().to_owned(),
                certificate_pem: String::new(),
                key_pem: String::new(),
                clock,
            },
            terminals,
        };
        door.settings = door.identity(TERMINAL, TerminalRole::Reader);
        door
    }

    /// Certificate and key of a terminal.
    pub(crate) fn identity(&self, terminal_id: &str, role: TerminalRole) -> Settings {
        let order = Order::new(Profile::Terminal {
            office_no: OFFICE.into(),
            terminal_id: terminal_id.into(),
            role,
        });
        let entropy = SeededEntropy::new(terminal_id.len() as u64);
        let issued = self
            .terminals
            .issue_with_new_key(&order, &*self.settings.clock, &entropy);
        let issued = issued.unwrap();
        Settings {
            certificate_pem: issued.issued.certificate_pem,
            key_pem: issued.key_pem,
            ..self.settings.clone()
        }
    }

    pub(crate) fn agent(
        settings: &Settings,
        card: Result<Slot, ErrorCode>,
        person: Person,
    ) -> Running {
        let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(4));
        let agent =
            Agent::new(settings, Box::new(Source(card)), Box::new(person), entropy).unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let running = tokio::spawn(async move {
            let stopped = async { drop(stopped.await) };
            agent.run(stopped).await.unwrap();
        });
        Running {
            stop: Some(stop),
            running,
        }
    }

    /// From the page's button to where the check ends, with one card at the terminal.
    pub(crate) async fn check(
        &self,
        browser: &mut Browser,
        slot: Slot,
        person: Person,
    ) -> (String, Page) {
        let method = if person.printed.is_some() {
            "sight"
        } else {
            "pin"
        };
        let agent = Self::agent(&self.settings, Ok(slot), person);
        let path = begin(browser, method).await;
        let page = ended(browser, &path).await;
        agent.end().await;
        (path, page)
    }
}

pub(crate) struct Running {
    pub(crate) stop: Option<oneshot::Sender<()>>,
    pub(crate) running: JoinHandle<()>,
}

impl Running {
    pub(crate) async fn end(mut self) {
        drop(self.stop.take());
        tokio::time::timeout(Duration::from_secs(20), self.running)
            .await
            .unwrap()
            .unwrap();
    }
}

pub(crate) struct Source(pub(crate) Result<Slot, ErrorCode>);

pub(crate) struct Held(Slot);

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

impl CardSource for Source {
    fn wait(&mut self, _: Duration) -> Result<Box<dyn CardLink + '_>, ErrorCode> {
        Ok(Box::new(kiban_terminal::card::Traced(Held(
            self.0.clone()?,
        ))))
    }
}

/// Who sits at the card reader.
#[derive(Clone, Default)]
pub(crate) struct Person {
    pub(crate) pin: Option<&'static str>,
    pub(crate) spends_last_try: bool,
    pub(crate) printed: Option<(jiff::civil::Date, i16, &'static str)>,
    pub(crate) codes: Arc<Mutex<Vec<String>>>,
}

impl Person {
    pub(crate) fn with_pin(pin: &'static str) -> Self {
        Self {
            pin: Some(pin),
            ..Self::default()
        }
    }
}

impl Prompt for Person {
    fn put_card_on(&mut self, asked: &Asked) {
        assert_eq!(asked.office, "見本ケアプランセンター");
        self.codes.lock().unwrap().push(asked.code.to_string());
    }

    fn pin(&mut self, _: &Asked, _: TriesLeft) -> Option<Pin> {
        self.pin.map(|pin| Pin::parse(pin).unwrap())
    }

    fn spend_last_try(&mut self) -> bool {
        self.spends_last_try
    }

    fn printed_values(&mut self, _: &Asked, _: TriesLeft) -> Option<CodeB> {
        let (birth, year, code) = self.printed?;
        Some(CodeB::new(birth, year, code).unwrap())
    }

    fn ended(&mut self, _: Option<ErrorCode>) {}
}

pub(crate) fn slot(persona: Persona) -> Slot {
    Slot::holding(CardOrder::new(persona).serial(SERIAL).make())
}

/// Presses the button; the page of the challenge.
pub(crate) async fn begin(browser: &mut Browser, method: &str) -> String {
    let page = browser.get("/care/persons/new/card").await;
    let case = page
        .is(200)
        .html
        .split_once("name=\"case\" value=\"")
        .unwrap()
        .1;
    let case = case.split('"').next().unwrap().to_owned();
    let page = browser
        .post(
            "/care/persons/new/card",
            &[("case", &case), ("method", method)],
        )
        .await;
    page.is(303).to().to_owned()
}

/// Looks, as the page's script does, until the check has ended.
pub(crate) async fn ended(browser: &mut Browser, path: &str) -> Page {
    for _ in 0..200 {
        let page = browser.get(path).await;
        if !page.is(200).html.contains("data-challenge=") {
            return page;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the check does not end");
}

pub(crate) fn case_of(page: &Page) -> String {
    let case = page.html.split_once("name=\"case\" value=\"").unwrap().1;
    case.split('"').next().unwrap().to_owned()
}

/// Everything that any library writes, in memory.
#[derive(Clone, Default)]
pub(crate) struct Log(pub(crate) Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
