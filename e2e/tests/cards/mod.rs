//! Virtual cards for a sandbox: what it shall believe, and the terminal's own agent beside the browser.
#![allow(dead_code, unreachable_pub, missing_docs, clippy::unwrap_used)]

use std::sync::Arc;
use std::time::Duration;

use kiban_card::text_ap::CodeB;
use kiban_card::{CardLink, ErrorCode, LinkError, Pin, TriesLeft};
use kiban_domain::{Clock, Timestamp};
use kiban_e2e::{Browser, Demo};
use kiban_terminal::agent::Agent;
use kiban_terminal::card::{Asked, CardSource, Prompt};
use kiban_terminal::door::Settings;
use kiban_testkit::SeededEntropy;
use kiban_testkit::card::{Slot, virtual_revocation_list, virtual_roots};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Folders with the virtual hierarchy's roots and an empty revocation list of today.
pub struct Believed(tempfile::TempDir);

impl Believed {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (number, root) in virtual_roots().iter().enumerate() {
            std::fs::write(folder.path().join(format!("{number}.der")), root).unwrap();
        }
        let now = Machine.now();
        let hour = jiff::SignedDuration::from_hours(1);
        let list = virtual_revocation_list(now - hour, now + hour * 24, &[], false);
        std::fs::write(folder.path().join("today.crl"), list).unwrap();
        Self(folder)
    }

    pub fn arguments(&self) -> [&str; 4] {
        let folder = self.0.path().to_str().unwrap();
        ["--card-roots", folder, "--card-status", folder]
    }
}

#[derive(Debug)]
struct Machine;

impl Clock for Machine {
    #[expect(clippy::disallowed_methods, reason = "the sandbox plays today")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// The program at the card reader, while it runs.
pub struct Desk {
    stop: oneshot::Sender<()>,
    running: JoinHandle<()>,
}

impl Desk {
    /// With a card in the test's hand, or a reader that fails.
    pub fn start(demo: &Demo, card: Result<Slot, ErrorCode>) -> Self {
        Self::with(demo, Box::new(Source(card)))
    }

    pub fn with(demo: &Demo, source: Box<dyn CardSource>) -> Self {
        let file = demo.file();
        let own = &file.certificates.terminal_reader;
        let read = |path| std::fs::read_to_string(path).unwrap();
        let settings = Settings {
            care_url: file.care.clone(),
            authority_pem: read(&file.ca),
            certificate_pem: read(&own.pem),
            key_pem: read(&own.key),
            clock: Arc::new(Machine),
        };
        let entropy = Arc::new(SeededEntropy::new(4));
        let agent = Agent::new(&settings, source, Box::new(Typist), entropy).unwrap();
        let (stop, stopped) = oneshot::channel();
        let running = tokio::spawn(async move {
            agent.run(async { drop(stopped.await) }).await.unwrap();
        });
        Self { stop, running }
    }

    pub async fn stop(self) {
        drop(self.stop);
        tokio::time::timeout(Duration::from_secs(20), self.running)
            .await
            .unwrap()
            .unwrap();
    }
}

struct Source(Result<Slot, ErrorCode>);

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

impl CardSource for Source {
    fn wait(&mut self, _: Duration) -> Result<Box<dyn CardLink + '_>, ErrorCode> {
        Ok(Box::new(Held(self.0.clone()?)))
    }
}

/// Types the right PIN.
struct Typist;

impl Prompt for Typist {
    fn put_card_on(&mut self, _: &Asked) {}

    fn pin(&mut self, _: &Asked, _: TriesLeft) -> Option<Pin> {
        Pin::parse("1234").ok()
    }

    fn spend_last_try(&mut self) -> bool {
        false
    }

    fn printed_values(&mut self, _: &Asked, _: TriesLeft) -> Option<CodeB> {
        None
    }

    fn ended(&mut self, _: Option<ErrorCode>) {}
}

/// Presses the button that begins a check.
pub async fn begin(browser: &Browser, door: &str) {
    let start = format!("{door}/care/persons/new/card");
    browser.open(&start).await.unwrap();
    browser.press(".actions button").await.unwrap();
}

/// Waits until the page says so by itself.
pub async fn settled(browser: &Browser, said: &str) {
    for _ in 0..300 {
        // Between two pages there is no text.
        if browser.text().await.is_ok_and(|text| text.contains(said)) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{said} is not in {}", browser.text().await.unwrap());
}
