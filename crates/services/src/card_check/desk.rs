//! What card checks need beside the database: whom to trust, and which terminals' polls wait.

use super::Terminal;
use crate::Platform;
use kiban_card::answer::{CardCertificateStatus, PresenceAnchors, Trust};
use kiban_store::repo::{card_challenges, reader_tests};
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::sync::Notify;

/// Which cards are believed, and who knows their certificates' state.
#[derive(Clone)]
pub struct CardTrust {
    /// Roots and policies.
    pub trust: Trust,
    /// Keys for the proof by sight; without them the way by sight is not offered.
    pub sight: Option<PresenceAnchors>,
    /// Asked at every use of a card.
    pub status: Arc<dyn CardCertificateStatus>,
}

/// One for each process. Cheap to clone.
#[derive(Clone)]
pub struct CardDesk(Arc<Inner>);

struct Inner {
    origin: String,
    trust: Option<CardTrust>,
    seats: Mutex<HashMap<Terminal, Arc<Seat>>>,
    waiting: AtomicUsize,
    closed: AtomicBool,
}

impl std::fmt::Debug for CardDesk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CardDesk")
            .field("origin", &self.0.origin)
            .field("reads_cards", &self.reads_cards())
            .finish_non_exhaustive()
    }
}

/// Where the polls of one terminal wait.
pub(super) struct Seat {
    pub(super) notify: Notify,
    /// Whether there may be something to take. Set at first, as a challenge may be older than this process.
    pub(super) look: AtomicBool,
}

/// A poll that waits; it counts while it lives.
pub(super) struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl CardDesk {
    /// `origin` is the care door's, as its texts carry it. Without `trust` this installation reads no cards.
    pub fn new(origin: &str, trust: Option<CardTrust>) -> Self {
        Self(Arc::new(Inner {
            origin: origin.to_owned(),
            trust,
            seats: Mutex::default(),
            waiting: AtomicUsize::new(0),
            closed: AtomicBool::new(false),
        }))
    }

    /// Whether cards can be checked here.
    pub fn reads_cards(&self) -> bool {
        self.0.trust.is_some()
    }

    /// Whether the way by sight can be offered.
    pub fn reads_by_sight(&self) -> bool {
        self.0.trust.as_ref().is_some_and(|it| it.sight.is_some())
    }

    /// The origin that texts carry.
    pub fn origin(&self) -> &str {
        &self.0.origin
    }

    /// Lets waiting polls go, and those that come: the process ends.
    pub fn close(&self) {
        self.0.closed.store(true, Ordering::Relaxed);
        for seat in self.seats().values() {
            seat.notify.notify_waiters();
        }
    }

    pub(super) fn is_closed(&self) -> bool {
        self.0.closed.load(Ordering::Relaxed)
    }

    pub(super) fn trust(&self) -> Option<&CardTrust> {
        self.0.trust.as_ref()
    }

    pub(super) fn seat(&self, terminal: &Terminal) -> Arc<Seat> {
        let mut seats = self.seats();
        let seat = seats.entry(terminal.clone()).or_insert_with(|| {
            Arc::new(Seat {
                notify: Notify::new(),
                look: AtomicBool::new(true),
            })
        });
        Arc::clone(seat)
    }

    pub(super) fn wait(&self) -> Waiting<'_> {
        self.0.waiting.fetch_add(1, Ordering::Relaxed);
        Waiting(&self.0.waiting)
    }

    /// Tells the polls of a terminal that there is something to take.
    pub(super) fn wake(&self, terminal: &Terminal) {
        let seat = self.seat(terminal);
        seat.look.store(true, Ordering::SeqCst);
        seat.notify.notify_waiters();
    }

    fn seats(&self) -> std::sync::MutexGuard<'_, HashMap<Terminal, Arc<Seat>>> {
        self.0.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Wakes polls for challenges that another process made: one small statement a second for the whole process, and only while
/// polls wait and processes can be several. Ends when the desk is closed.
pub async fn watch(platform: &Platform, desk: &CardDesk) {
    while !desk.is_closed() {
        tokio::time::sleep(Duration::from_secs(1)).await;
        if platform.store.is_embedded() || desk.0.waiting.load(Ordering::Relaxed) == 0 {
            continue;
        }
        if let Err(error) = look(platform, desk).await {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(
                error,
                "looking for card challenges failed; it is tried again"
            );
        }
    }
}

async fn look(platform: &Platform, desk: &CardDesk) -> Result<(), kiban_store::Error> {
    let mut work = platform.store.point().await?;
    let mut terminals = card_challenges::list_waiting_terminals(&mut work, platform.now()).await?;
    terminals.extend(reader_tests::list_waiting_terminals(&mut work, platform.now()).await?);
    for (office_no, terminal_id) in terminals {
        desk.wake(&Terminal {
            office_no,
            terminal_id,
        });
    }
    Ok(())
}
