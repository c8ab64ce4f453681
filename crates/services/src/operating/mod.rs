//! Maintenances and incidents: planned, told, ended, and asked by every door (O16).
//!
//! Every process keeps what is known for a second, as it keeps the certificates: a maintenance that begins, or that is called off, is felt
//! everywhere within that time without a question to the database at each request.

mod change;
mod words;

pub use change::{
    ChangeError, Closing, Lines, NewIncident, Plan, close, find, open, plan, replan, say,
};
pub use kiban_store::repo::operating::{MatterKind, MatterRow, NoteRow};
pub use words::{Banner, banners, instant, period};

use crate::{Platform, watched::Watched};
use jiff::SignedDuration;
use kiban_domain::{ServiceFunction, Timestamp};
use kiban_store::{
    Error,
    repo::{mail, operating},
};
use std::sync::{Arc, Mutex, PoisonError};

/// A maintenance or an incident with its history.
#[derive(Debug, Clone)]
pub struct Matter {
    /// What it is.
    pub row: MatterRow,
    /// What was said, the oldest first.
    pub notes: Vec<NoteRow>,
}

/// Where a matter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatterState {
    /// A maintenance that has not begun.
    Planned,
    /// Now.
    Running,
    /// Over.
    Ended,
    /// A maintenance that was called off before it began.
    CalledOff,
}

impl Matter {
    /// Where it stands at an instant.
    pub fn state(&self, now: Timestamp) -> MatterState {
        let row = &self.row;
        match row.ended_at {
            Some(ended) if ended < row.starts_at => MatterState::CalledOff,
            Some(_) => MatterState::Ended,
            None if row.ends_at.is_some_and(|end| end <= now) => MatterState::Ended,
            None if now < row.starts_at => MatterState::Planned,
            None => MatterState::Running,
        }
    }

    /// Whether every page says so: while it runs, and before it in the hours that the operator chose.
    pub fn is_shown(&self, now: Timestamp) -> bool {
        let ahead = SignedDuration::from_hours(self.row.ahead_hours);
        match self.state(now) {
            MatterState::Running => true,
            MatterState::Planned => self.row.starts_at.duration_since(now) <= ahead,
            MatterState::Ended | MatterState::CalledOff => false,
        }
    }

    /// When it was over, if it is.
    pub fn over_at(&self, now: Timestamp) -> Option<Timestamp> {
        let over = matches!(self.state(now), MatterState::Ended | MatterState::CalledOff);
        over.then(|| self.row.ended_at.or(self.row.ends_at))
            .flatten()
    }
}

/// What is known of maintenances and incidents.
#[derive(Debug, Default)]
pub struct Operating {
    /// The one that starts last first.
    pub matters: Vec<Matter>,
}

impl Operating {
    /// Those that every page tells of, incidents first.
    pub fn shown(&self, now: Timestamp) -> Vec<&Matter> {
        let mut shown: Vec<_> = self.matters.iter().filter(|it| it.is_shown(now)).collect();
        shown.sort_by_key(|it| it.row.kind != MatterKind::Incident);
        shown
    }

    /// The maintenance that shuts a function now; `sends` tells a form that is sent from a page that is read.
    pub fn shut(&self, function: ServiceFunction, sends: bool, now: Timestamp) -> Option<&Matter> {
        self.matters.iter().find(|it| {
            it.state(now) == MatterState::Running
                && it.row.closes
                && (sends || !it.row.reading)
                && it.row.functions.contains(&function)
        })
    }
}

/// Keeps what is known for every request of this process.
#[derive(Debug)]
pub struct OperatingDesk {
    watched: Watched<Operating, (i64, i64)>,
    known: Mutex<Arc<Operating>>,
}

impl Default for OperatingDesk {
    fn default() -> Self {
        Self {
            watched: Watched::new(SignedDuration::from_secs(1)),
            known: Mutex::default(),
        }
    }
}

impl OperatingDesk {
    /// What is known, not older than a second. A database that fails leaves what was known: no door is shut for that.
    pub async fn current(&self, platform: &Platform) -> Arc<Operating> {
        let mark = async || operating::mark(&mut platform.store.point().await?).await;
        let read = async || list(platform).await;
        match self.watched.current(platform.now(), mark, read).await {
            Ok(current) => {
                *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&current);
                current
            }
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "reading maintenances and incidents failed"
                );
                self.known()
            }
        }
    }

    /// What was known when it was last asked for.
    pub fn known(&self) -> Arc<Operating> {
        Arc::clone(&self.known.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Letters that did not go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitingMail {
    /// How many are tried again.
    pub count: i64,
    /// Since when the oldest of those waits.
    pub oldest: Option<Timestamp>,
    /// How many written in the last seven days were given up.
    pub given_up: i64,
}

/// How many letters did not go out.
///
/// # Errors
///
/// The database only.
pub async fn waiting_mail(platform: &Platform) -> Result<WaitingMail, Error> {
    let since = platform.now() - SignedDuration::from_hours(24 * 7);
    let counted = mail::count_waiting(&mut platform.store.point().await?, since).await?;
    let (count, oldest, given_up) = counted;
    Ok(WaitingMail {
        count,
        oldest,
        given_up,
    })
}

/// All that is kept, read now.
///
/// # Errors
///
/// The database only.
pub async fn list(platform: &Platform) -> Result<Operating, Error> {
    let mut work = platform.store.read().await?;
    let rows = operating::list(&mut work).await?;
    let mut notes = operating::list_notes(&mut work).await?;
    let matters = rows.into_iter().map(|row| {
        let own = |it: &mut NoteRow| it.matter_id == row.matter_id;
        let notes = notes.extract_if(.., own).collect();
        Matter { row, notes }
    });
    Ok(Operating {
        matters: matters.collect(),
    })
}
