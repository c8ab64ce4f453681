//! The terminal's program takes a challenge.

use super::{CardDesk, Terminal, event, is_late, reader_test};
use crate::{CallContext, Platform};
use kiban_card::{ChallengeText, wire::PairingCode};
use kiban_store::{
    Error,
    repo::{
        card_challenges::{self, ChallengeState},
        offices,
    },
};
use std::{sync::atomic::Ordering, time::Duration};
use tokio::time::Instant;
use uuid::Uuid;

/// A challenge that is now in front of the person.
#[derive(Debug)]
pub struct Taken {
    /// The text to sign.
    pub text: ChallengeText,
    /// Name of the office, for the window.
    pub office: String,
    /// Four digits that the page shows too.
    pub code: PairingCode,
    /// Whether it is the way by sight.
    pub by_sight: bool,
}

/// What a poll brings.
#[derive(Debug)]
pub enum Polled {
    /// A challenge, which is now taken.
    Challenge(Box<Taken>),
    /// The question how reader and card are, which is now taken.
    ReaderTest(Uuid),
}

/// Waits for a challenge or a reader test of this terminal for so long; a challenge goes first. A poll that waits asks the database
/// nothing. A program that does not know reader tests gets none: the page hears that it is too old.
///
/// # Errors
///
/// The database's.
pub async fn poll(
    platform: &Platform,
    desk: &CardDesk,
    context: &CallContext,
    terminal: &Terminal,
    knows_tests: bool,
    held: Duration,
) -> Result<Option<Polled>, Error> {
    let seat = desk.seat(terminal);
    let _waiting = desk.wait();
    let end = Instant::now() + held;
    loop {
        // Waiting begins before the look, so that no wake is lost between the two.
        let mut woken = std::pin::pin!(seat.notify.notified());
        woken.as_mut().enable();
        if desk.is_closed() {
            return Ok(None);
        }
        if seat.look.swap(false, Ordering::SeqCst) {
            match take_any(platform, context, terminal, knows_tests).await {
                Ok(None) => {}
                Ok(taken) => {
                    // There may be one more of the other kind.
                    seat.look.store(true, Ordering::SeqCst);
                    return Ok(taken);
                }
                Err(error) => {
                    // The next poll looks again.
                    seat.look.store(true, Ordering::SeqCst);
                    return Err(error);
                }
            }
        }
        if tokio::time::timeout_at(end, woken).await.is_err() {
            return Ok(None);
        }
    }
}

async fn take_any(
    platform: &Platform,
    context: &CallContext,
    terminal: &Terminal,
    knows_tests: bool,
) -> Result<Option<Polled>, Error> {
    if let Some(taken) = take(platform, context, terminal).await? {
        return Ok(Some(Polled::Challenge(Box::new(taken))));
    }
    let (own, terminal) = (platform.clone(), terminal.clone());
    let test = platform
        .store
        .write(move |work| {
            Box::pin(async move { reader_test::take(work, &own, &terminal, knows_tests).await })
        })
        .await?;
    Ok(test.map(Polled::ReaderTest))
}

async fn take(
    platform: &Platform,
    context: &CallContext,
    terminal: &Terminal,
) -> Result<Option<Taken>, Error> {
    let (own, caller, terminal) = (platform.clone(), context.clone(), terminal.clone());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let open =
                    card_challenges::list_open(work, &terminal.office_no, &terminal.terminal_id);
                let pending = open
                    .await?
                    .into_iter()
                    .find(|row| row.state == ChallengeState::Pending && !is_late(row, &own));
                let Some(row) = pending else {
                    return Ok(None);
                };
                if !card_challenges::take(work, row.challenge_id, own.now()).await? {
                    return Ok(None);
                }
                let entry = event(&own, &caller, row.challenge_id, ChallengeState::Taken);
                work.record(&entry.to_entry()).await?;
                let office = offices::find(work, &terminal.office_no).await?;
                let corrupt = |place: &str| Error::Corrupt {
                    place: place.to_owned(),
                    reason: "not what was written".to_owned(),
                };
                Ok(Some(Taken {
                    text: row
                        .message
                        .parse()
                        .map_err(|_| corrupt("card_challenge.message"))?,
                    office: office.map_or_else(String::new, |office| office.name),
                    code: row
                        .code
                        .parse()
                        .map_err(|_| corrupt("card_challenge.code"))?,
                    by_sight: row.method == 2,
                }))
            })
        })
        .await
}
