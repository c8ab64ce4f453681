//! A page asks the program at its terminal how reader and card are (T-2, C16).
//!
//! It is the doctor's ladder: words and the number of tries. Nobody is asked for a PIN, no text is signed, no challenge and no
//! identity check come of it, and nothing of a person is in it; so it leaves no entry in the audit trail.

use super::{CardDesk, Terminal};
use crate::{
    Platform,
    rate::{self, Exhausted, Limit},
};
use jiff::SignedDuration;
use kiban_card::wire::{ReaderTestRequest, RungResult};
use kiban_store::{
    Error, Work,
    repo::reader_tests::{self, TestRow, TestState},
};
use uuid::Uuid;

/// How long the program waits for a card, in seconds: staff put it on before they press the button.
pub const WAIT_SECONDS: u64 = 10;
/// How long a test may be answered.
const OPEN: SignedDuration = SignedDuration::from_secs(45);
/// How long a page may show what came back.
const SHOWN: SignedDuration = SignedDuration::from_hours(1);
/// Tests that one terminal may ask for.
const PER_TERMINAL: Limit = Limit {
    attempts: 60,
    seconds: 600,
};

/// Where a test stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReaderTest {
    /// The program has not seen it; so many seconds old.
    Waiting(i64),
    /// The program is looking.
    Taken,
    /// What it found.
    Answered(Vec<RungResult>),
    /// The program is there and too old to know the question.
    OldProgram,
    /// Nobody took it in time: no program is running.
    Unanswered,
    /// The program took it and did not answer.
    Lost,
}

/// Why a test was not asked for.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// Too many.
    #[error("too many reader tests")]
    TooMany(Exhausted),
    /// The database.
    #[error("storage")]
    Storage(#[from] Error),
}

/// Why an answer was not taken.
#[derive(Debug, thiserror::Error)]
pub enum TestedError {
    /// No test of this terminal.
    #[error("no such test")]
    NotFound,
    /// Not taken, or answered already.
    #[error("the test is not open")]
    NotOpen,
    /// Its time is over.
    #[error("too late")]
    Late,
    /// Not words.
    #[error("no rungs")]
    Form,
    /// The database.
    #[error("storage")]
    Storage(#[from] Error),
}

/// Asks; an older test of the terminal is forgotten.
///
/// # Errors
///
/// See [`AskError`].
pub async fn ask(
    platform: &Platform,
    desk: &CardDesk,
    terminal: &Terminal,
) -> Result<Uuid, AskError> {
    let bucket = format!(
        "reader-test:{}:{}",
        terminal.office_no.as_str(),
        terminal.terminal_id
    );
    if let Err(exhausted) = rate::reserve(platform, vec![(bucket, PER_TERMINAL)]).await? {
        return Err(AskError::TooMany(exhausted));
    }
    let now = platform.now();
    let row = TestRow {
        // Guessing it would only show words about one's own terminal, but there is no need to.
        test_id: Uuid::from_bytes(platform.random()),
        office_no: terminal.office_no,
        terminal_id: terminal.terminal_id.clone(),
        state: TestState::Waiting,
        rungs: "[]".to_owned(),
        created_at: now,
        expires_at: now + OPEN,
    };
    let test_id = row.test_id;
    platform
        .store
        .write::<(), Error, _>(move |work| {
            Box::pin(async move { reader_tests::add(work, &row).await })
        })
        .await?;
    desk.wake(terminal);
    Ok(test_id)
}

/// Where a test stands, for a page at the same terminal; `None` for any other, and for one from long ago.
///
/// # Errors
///
/// The database's.
pub async fn look(
    platform: &Platform,
    terminal: &Terminal,
    test_id: Uuid,
) -> Result<Option<ReaderTest>, Error> {
    let mut work = platform.store.point().await?;
    let (office_no, id) = (&terminal.office_no, &terminal.terminal_id);
    let row = reader_tests::find(&mut work, test_id, office_no, id).await?;
    let now = platform.now();
    let Some(row) = row.filter(|row| now <= row.created_at + SHOWN) else {
        return Ok(None);
    };
    let late = now > row.expires_at;
    Ok(Some(match row.state {
        TestState::Waiting if late => ReaderTest::Unanswered,
        TestState::Waiting => ReaderTest::Waiting(now.duration_since(row.created_at).as_secs()),
        TestState::Taken if late => ReaderTest::Lost,
        TestState::Taken => ReaderTest::Taken,
        TestState::Unknown => ReaderTest::OldProgram,
        TestState::Answered => {
            let rungs = serde_json::from_str(&row.rungs).map_err(|_| Error::Corrupt {
                place: "reader_test.rungs".to_owned(),
                reason: "not what was written".to_owned(),
            })?;
            ReaderTest::Answered(rungs)
        }
    }))
}

/// The terminal's program takes a test; one that does not know the question leaves that for the page.
pub(super) async fn take(
    work: &mut Work,
    platform: &Platform,
    terminal: &Terminal,
    knows: bool,
) -> Result<Option<Uuid>, Error> {
    let (office_no, id) = (&terminal.office_no, &terminal.terminal_id);
    let waiting = reader_tests::find_waiting(work, office_no, id, platform.now()).await?;
    let Some(row) = waiting else { return Ok(None) };
    let state = if knows {
        TestState::Taken
    } else {
        TestState::Unknown
    };
    let taken = reader_tests::take(work, row.test_id, state).await?;
    Ok((taken && knows).then_some(row.test_id))
}

/// What the terminal's program found.
///
/// # Errors
///
/// See [`TestedError`].
pub async fn tested(
    platform: &Platform,
    terminal: &Terminal,
    test_id: Uuid,
    found: &ReaderTestRequest,
) -> Result<(), TestedError> {
    if !found.is_plain() {
        return Err(TestedError::Form);
    }
    let rungs = serde_json::to_string(&found.rungs).map_err(|_| TestedError::Form)?;
    let (terminal, now) = (terminal.clone(), platform.now());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let (office_no, id) = (&terminal.office_no, &terminal.terminal_id);
                let row = reader_tests::find(work, test_id, office_no, id).await?;
                let row = row.ok_or(TestedError::NotFound)?;
                if row.state != TestState::Taken {
                    return Err(TestedError::NotOpen);
                }
                if now > row.expires_at {
                    return Err(TestedError::Late);
                }
                let answered = reader_tests::answer(work, test_id, &rungs, now).await?;
                answered.then_some(()).ok_or(TestedError::NotOpen)
            })
        })
        .await
}
