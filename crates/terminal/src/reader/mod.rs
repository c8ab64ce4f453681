//! Real card readers, over PC/SC.

use std::ffi::CString;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use kiban_card::{CardLink, ErrorCode, LinkError};
use pcsc::{
    Context, Disposition, PNP_NOTIFICATION, Protocols, ReaderState, Scope, ShareMode, State,
};

use crate::card::{CardSource, Traced};
use crate::doctor::{Rung, card_ladder};

/// Windows looks into every new card and holds it for about a second.
const BUSY_FOR: Duration = Duration::from_secs(2);

/// The computer's card readers.
pub struct Readers {
    context: Context,
}

impl std::fmt::Debug for Readers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Readers")
    }
}

/// Why there is no card to talk to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReaderError {
    /// The service for smart cards does not run.
    #[error("the service for smart cards does not run")]
    NoService,
    /// No reader is connected.
    #[error("no card reader is connected")]
    NoReader,
    /// No card was put on in time.
    #[error("no card was put on")]
    NoCard,
    /// A card is there but does not answer.
    #[error("the card does not answer")]
    Mute,
    /// Another program holds the card.
    #[error("another program holds the card")]
    Busy,
    /// Anything else that the service said.
    #[error("the card reader failed")]
    Failed(#[source] pcsc::Error),
}

impl From<ReaderError> for ErrorCode {
    fn from(error: ReaderError) -> Self {
        match error {
            ReaderError::NoService | ReaderError::NoReader | ReaderError::Failed(_) => {
                Self::NoReader
            }
            ReaderError::NoCard | ReaderError::Mute => Self::NoCard,
            ReaderError::Busy => Self::ReaderBusy,
        }
    }
}

impl Readers {
    /// Reaches the service.
    ///
    /// # Errors
    ///
    /// [`ReaderError::NoService`] when it does not run.
    pub fn open() -> Result<Self, ReaderError> {
        let context = Context::establish(Scope::User).map_err(reader_error)?;
        Ok(Self { context })
    }

    /// Names of the readers that are connected.
    ///
    /// # Errors
    ///
    /// [`ReaderError::NoService`] when the service has gone.
    pub fn names(&self) -> Result<Vec<CString>, ReaderError> {
        match self.context.list_readers_owned() {
            Err(pcsc::Error::NoReadersAvailable) => Ok(Vec::new()),
            other => other.map_err(reader_error),
        }
    }

    /// Waits until a card is in one of the readers, for so long at most; readers may be plugged in meanwhile.
    ///
    /// # Errors
    ///
    /// - [`ReaderError::NoReader`], [`ReaderError::NoCard`] when the time is over.
    /// - [`ReaderError::Mute`] when the only card there does not answer.
    pub fn wait_for_card(&self, limit: Duration) -> Result<CString, ReaderError> {
        let end = Instant::now() + limit;
        let plugged = PNP_NOTIFICATION();
        let mut states = vec![ReaderState::new(plugged, State::UNAWARE)];
        loop {
            let names = self.names()?;
            states
                .retain(|it| it.name() == plugged || names.iter().any(|name| **name == *it.name()));
            for name in names {
                if !states.iter().any(|it| *it.name() == *name) {
                    states.push(ReaderState::new(name, State::UNAWARE));
                }
            }
            states.iter_mut().for_each(ReaderState::sync_current_state);
            let left = end.saturating_duration_since(Instant::now());
            match self.context.get_status_change(left, &mut states) {
                Ok(()) => {}
                Err(pcsc::Error::Timeout) if states.len() == 1 => {
                    return Err(ReaderError::NoReader);
                }
                Err(pcsc::Error::Timeout) => return Err(nothing_usable(&states)),
                // A reader was unplugged between the listing and the question.
                Err(pcsc::Error::UnknownReader) => states.truncate(1),
                Err(error) => return Err(reader_error(error)),
            }
            let usable = |it: &&ReaderState| {
                let state = it.event_state();
                it.name() != plugged
                    && state.contains(State::PRESENT)
                    && !state.contains(State::MUTE)
            };
            if let Some(found) = states.iter().find(usable) {
                return Ok(found.name().to_owned());
            }
            if Instant::now() >= end {
                let found = states.len() > 1;
                return Err(if found {
                    nothing_usable(&states)
                } else {
                    ReaderError::NoReader
                });
            }
        }
    }

    /// Takes the card for this program alone. When another program holds it, asks again for two seconds.
    ///
    /// # Errors
    ///
    /// [`ReaderError::Busy`], [`ReaderError::NoCard`], [`ReaderError::Mute`].
    pub fn connect(&self, reader: &CString) -> Result<Connected, ReaderError> {
        let begun = Instant::now();
        loop {
            match self
                .context
                .connect(reader, ShareMode::Exclusive, Protocols::ANY)
            {
                Ok(card) => return Ok(Connected { card: Some(card) }),
                Err(pcsc::Error::SharingViolation) if begun.elapsed() < BUSY_FOR => {
                    std::thread::sleep(Duration::from_millis(100));
                }
                Err(error) => return Err(reader_error(error)),
            }
        }
    }
}

/// The reader has a card that cannot be used, or none.
fn nothing_usable(states: &[ReaderState]) -> ReaderError {
    let mute = |it: &ReaderState| it.event_state().contains(State::MUTE);
    if states.iter().any(mute) {
        ReaderError::Mute
    } else {
        ReaderError::NoCard
    }
}

fn reader_error(error: pcsc::Error) -> ReaderError {
    match error {
        pcsc::Error::NoService | pcsc::Error::ServiceStopped => ReaderError::NoService,
        pcsc::Error::NoReadersAvailable
        | pcsc::Error::UnknownReader
        | pcsc::Error::ReaderUnavailable => ReaderError::NoReader,
        pcsc::Error::NoSmartcard | pcsc::Error::RemovedCard | pcsc::Error::Timeout => {
            ReaderError::NoCard
        }
        pcsc::Error::UnresponsiveCard | pcsc::Error::UnpoweredCard | pcsc::Error::NotReady => {
            ReaderError::Mute
        }
        pcsc::Error::SharingViolation => ReaderError::Busy,
        other => ReaderError::Failed(other),
    }
}

/// A card held by this program alone. Dropping it takes the power from the card, on every path: on real cards a presented PIN
/// survives a plain disconnect, and the next program could sign.
pub struct Connected {
    card: Option<pcsc::Card>,
}

impl std::fmt::Debug for Connected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Connected")
    }
}

impl CardLink for Connected {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        let card = self.card.as_ref().ok_or(LinkError::Removed)?;
        let mut buffer = [0; 1024];
        match card.transmit(command, &mut buffer) {
            // Some readers answer with nothing when the card leaves in the middle of a command.
            Ok(answer) if answer.len() < 2 => Err(LinkError::Removed),
            Ok(answer) => Ok(answer.to_vec()),
            Err(
                pcsc::Error::RemovedCard
                | pcsc::Error::NoSmartcard
                | pcsc::Error::ResetCard
                | pcsc::Error::UnpoweredCard
                // What readers say when the card leaves in the middle of a command.
                | pcsc::Error::NotTransacted
                | pcsc::Error::CommDataLost
                | pcsc::Error::CommError,
            ) => Err(LinkError::Removed),
            Err(pcsc::Error::UnresponsiveCard) => Err(LinkError::Silent),
            Err(_) => Err(LinkError::Reader),
        }
    }
}

impl Drop for Connected {
    fn drop(&mut self) {
        if let Some(card) = self.card.take() {
            // It fails when the card has gone, and then there is no power either.
            let _ = card.disconnect(Disposition::UnpowerCard);
        }
    }
}

/// Takes cards from real readers.
#[derive(Debug, Default)]
pub struct PcscSource;

impl CardSource for PcscSource {
    fn wait(&mut self, limit: Duration) -> Result<Box<dyn CardLink + '_>, ErrorCode> {
        let connected = Readers::open().and_then(|readers| {
            let name = readers.wait_for_card(limit)?;
            readers.connect(&name)
        });
        match connected {
            Ok(connected) => Ok(Box::new(Traced(connected))),
            Err(error) => {
                tracing::info!(%error, "no card to talk to");
                Err(error.into())
            }
        }
    }

    fn ladder(&mut self, wait: Duration, now: Timestamp) -> Vec<Rung> {
        card_ladder(wait, now)
    }

    fn is_there(&mut self, limit: Duration) -> Result<(), ErrorCode> {
        let there = Readers::open().and_then(|readers| readers.wait_for_card(limit));
        there.map(drop).map_err(Into::into)
    }
}
