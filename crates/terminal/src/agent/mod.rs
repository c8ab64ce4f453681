//! Waits for challenges from the server, has cards answer them, sends the answers.
//!
//! Only outgoing calls; nothing listens. The page never talks to this program: the server joins them.
//! Source: terminals and mTLS, sections 1 and 6.

mod backoff;
mod calls;
mod greeting;
mod line;
mod reader_test;

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kiban_card::wire::{AnswerRequest, PollResponse, ReaderTestAsked, TerminalError};
use kiban_card::{CardLink, ChallengeText, ErrorCode};
use kiban_domain::{Clock, Entropy};

use crate::card::{Asked, CardSource, Own, Prompt, answer_challenge};
use crate::door::{DoorError, Settings};
use crate::identity::{OwnCertificate, UnreadableCertificate};
use crate::window::Board;
use backoff::Backoff;
pub(crate) use calls::Calls;
pub use calls::{CallFailure, Greeting};
use calls::{Polled, Sent};
#[cfg(feature = "reader")]
pub(crate) use greeting::both_times;
pub use greeting::{CLOCK_MAY_DIFFER, Remark, remarks};
pub use line::Line;

/// How long the person has to put the card on. The challenge ends 90 s after it was made.
const CARD_WITHIN: Duration = Duration::from_secs(45);

/// An idle poll that came back sooner than this is not repeated at once.
const SHORTEST_POLL: Duration = Duration::from_secs(1);

/// How long a challenge under way may take to end once the program was told to stop.
const FINISH_WITHIN: Duration = Duration::from_secs(5);

/// How often the program says that it is there.
const HELLO_EVERY: Duration = Duration::from_hours(1);

/// How often a program that is too old asks whether that has changed.
const TOO_OLD_EVERY: Duration = Duration::from_mins(10);

/// A wait for a card is cut into pieces, so that a person who cancels is not kept waiting.
const CARD_PIECE: Duration = Duration::from_secs(1);

/// How often an answer is sent when no word comes back.
const SENDINGS: u32 = 3;

/// The program beside the card reader.
pub struct Agent {
    line: Line,
    own: Own,
    desk: Desk,
    entropy: Arc<dyn Entropy>,
    clock: Arc<dyn Clock>,
    board: Arc<Board>,
    greeted: Option<Greeted>,
}

/// The last hello that was answered.
#[derive(Debug, Clone, Copy)]
struct Greeted {
    at: Instant,
    is_served: bool,
}

/// What stands on the desk: the reader, and the one who asks. It moves into a blocking task for each challenge.
struct Desk {
    cards: Box<dyn CardSource>,
    prompt: Box<dyn Prompt>,
}

impl std::fmt::Debug for Agent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Agent")
            .field("own", &self.own)
            .finish_non_exhaustive()
    }
}

/// Why the agent does not start.
#[derive(Debug, thiserror::Error)]
pub enum AgentError {
    /// The settings cannot be used.
    #[error(transparent)]
    Door(#[from] DoorError),
    /// The terminal's certificate names no terminal.
    #[error(transparent)]
    Certificate(#[from] UnreadableCertificate),
    /// The desk was lost in a panic.
    #[error("the card part of the program has broken down")]
    Broken,
}

impl Agent {
    /// Prepares it; nothing is called yet. The texts it will have signed are those for the origin of the care door's address and
    /// for the terminal that the certificate names.
    ///
    /// # Errors
    ///
    /// [`AgentError::Door`], [`AgentError::Certificate`].
    pub fn new(
        settings: &Settings,
        cards: Box<dyn CardSource>,
        prompt: Box<dyn Prompt>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, AgentError> {
        let calls = Calls::new(settings)?;
        let own = Own {
            origin: calls.origin(),
            terminal: OwnCertificate::read(&settings.certificate_pem)?.terminal,
        };
        let desk = Desk { cards, prompt };
        Ok(Self {
            line: Line::new(calls),
            own,
            desk,
            entropy,
            clock: Arc::clone(&settings.clock),
            board: Arc::default(),
            greeted: None,
        })
    }

    /// Shows what it does on a board.
    #[must_use]
    pub fn with_board(mut self, board: Arc<Board>) -> Self {
        self.board = board;
        self
    }

    /// A handle by which a renewed certificate is put in while the agent runs.
    pub fn line(&self) -> Line {
        self.line.clone()
    }

    /// Works until `shutdown` resolves. A challenge that is in front of the person then has five seconds to end.
    ///
    /// # Errors
    ///
    /// [`AgentError::Broken`] only; everything else is tried again.
    pub async fn run(mut self, shutdown: impl Future<Output = ()>) -> Result<(), AgentError> {
        let mut shutdown = std::pin::pin!(shutdown);
        let mut backoff = Backoff::new(Arc::clone(&self.entropy));
        loop {
            tokio::select! {
                () = shutdown.as_mut() => return Ok(()),
                () = self.greet() => {}
            }
            if self.greeted.is_some_and(|it| !it.is_served) {
                // No challenge is taken: the page says that no program is there.
                tokio::select! {
                    () = shutdown.as_mut() => return Ok(()),
                    () = tokio::time::sleep(TOO_OLD_EVERY) => continue,
                }
            }
            let begun = Instant::now();
            let calls = self.line.calls();
            let polled = tokio::select! {
                () = shutdown.as_mut() => return Ok(()),
                polled = calls.poll() => polled,
            };
            self.board.note_line(polled.as_ref().err().copied());
            let pause = match polled {
                Ok(Polled::Idle) => {
                    backoff.reset();
                    SHORTEST_POLL.saturating_sub(begun.elapsed())
                }
                Ok(Polled::Challenge(challenge)) => {
                    backoff.reset();
                    let mut work = std::pin::pin!(self.work(*challenge));
                    self = tokio::select! {
                        worked = work.as_mut() => worked?,
                        () = shutdown.as_mut() => {
                            // A card that has its PIN signs within seconds and loses its power; a person who has not typed
                            // may take minutes, and then the card knows no PIN.
                            return match tokio::time::timeout(FINISH_WITHIN, work).await {
                                Ok(worked) => worked.map(|_| ()),
                                Err(_) => Ok(()),
                            };
                        }
                    };
                    Duration::ZERO
                }
                Ok(Polled::ReaderTest(asked)) => {
                    backoff.reset();
                    let mut test = std::pin::pin!(self.test(asked));
                    self = tokio::select! {
                        tested = test.as_mut() => tested?,
                        () = shutdown.as_mut() => {
                            let _ = tokio::time::timeout(FINISH_WITHIN, test).await;
                            return Ok(());
                        }
                    };
                    Duration::ZERO
                }
                Err(failure) => {
                    let pause = backoff.next();
                    let pause_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
                    tracing::warn!(%failure, pause_ms, "the server gave no challenge");
                    pause
                }
            };
            tokio::select! {
                () = shutdown.as_mut() => return Ok(()),
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Says hello when it is time. A server that does not answer is asked again with the next poll.
    async fn greet(&mut self) {
        let every = match self.greeted {
            None => Duration::ZERO,
            Some(Greeted {
                is_served: true, ..
            }) => HELLO_EVERY,
            Some(_) => TOO_OLD_EVERY,
        };
        if self.greeted.is_some_and(|it| it.at.elapsed() < every) {
            return;
        }
        let reader = self.board.has_reader();
        match self.line.calls().hello(reader).await {
            Ok(greeting) => {
                self.greeted = Some(Greeted {
                    at: Instant::now(),
                    is_served: greeting.is_served,
                });
                for remark in remarks(&greeting, self.clock.now()) {
                    tracing::warn!(code = remark.code, "{}", remark.sentence);
                    self.desk.prompt.notice(&remark.sentence);
                }
                self.board.note_greeting(greeting, self.clock.now());
            }
            // An older server knows no hello, and one that cannot be reached is the poll's to report.
            Err(failure) => tracing::info!(%failure, "the hello was not answered"),
        }
    }

    /// Climbs the ladder for a page; nobody at the reader is asked anything.
    async fn test(mut self, asked: ReaderTestAsked) -> Result<Self, AgentError> {
        let id = asked.reader_test;
        // The name goes into an address.
        if id.is_empty() || !id.bytes().all(|it| it.is_ascii_alphanumeric()) {
            return Ok(self);
        }
        let wait = Duration::from_secs(asked.wait_seconds);
        let now = self.clock.now();
        let climbed = tokio::task::spawn_blocking(move || {
            let found = reader_test::climb(&mut *self.desk.cards, wait, now);
            (self, found)
        });
        let (agent, found) = climbed.await.map_err(|_| AgentError::Broken)?;
        let calls = agent.line.calls();
        match calls.reader_tested(&id, &found).await {
            Ok(status) => tracing::info!(test = id, %status, "the reader test has ended"),
            Err(failure) => tracing::warn!(test = id, %failure, "the reader test was not sent"),
        }
        Ok(agent)
    }

    async fn work(mut self, challenge: PollResponse) -> Result<Self, AgentError> {
        let id = challenge.id;
        tracing::info!(challenge = %id, "a challenge has come");
        let own = self.own.clone();
        let worked = tokio::task::spawn_blocking(move || {
            let answer = self.desk.answer(&own, &challenge);
            (self, answer)
        });
        let (mut agent, answer) = worked.await.map_err(|_| AgentError::Broken)?;
        let outcome = match &answer {
            AnswerRequest::Signed(_) | AnswerRequest::BySight(_) => "answered",
            AnswerRequest::Failed(error) => error.0.as_str(),
        };
        let sent = send(
            &agent.line.calls(),
            &agent.entropy,
            &id.to_string(),
            &answer,
        )
        .await;
        tracing::info!(challenge = %id, outcome, sent = sent.as_str(), "the challenge has ended");
        let shown = match (&answer, sent) {
            (AnswerRequest::Failed(error), _) => Some(error.0),
            (_, Sent::Taken) => None,
            (_, Sent::Late | Sent::NotOpen | Sent::Refused | Sent::Lost) => {
                Some(ErrorCode::Internal)
            }
        };
        agent.desk.prompt.ended(shown);
        Ok(agent)
    }
}

/// Apart from the agent, whose desk cannot be shared with another thread while the answer is on its way.
async fn send(calls: &Calls, entropy: &Arc<dyn Entropy>, id: &str, answer: &AnswerRequest) -> Sent {
    let mut backoff = Backoff::new(Arc::clone(entropy));
    for _ in 0..SENDINGS {
        match calls.answer(id, answer).await {
            Ok(sent) => return sent,
            Err(failure) => tracing::warn!(challenge = id, %failure, "the answer was not sent"),
        }
        tokio::time::sleep(backoff.next()).await;
    }
    Sent::Lost
}

impl Desk {
    fn answer(&mut self, own: &Own, challenge: &PollResponse) -> AnswerRequest {
        let answered = checked(own, challenge).and_then(|text| {
            let asked = Asked {
                office: challenge.office.clone(),
                purpose: text.purpose(),
                code: challenge.code,
            };
            self.prompt.put_card_on(&asked);
            let mut link = wait_for_card(&mut *self.cards, &mut *self.prompt)?;
            answer_challenge(
                &mut *link,
                &text,
                challenge.method,
                &asked,
                &mut *self.prompt,
            )
        });
        answered.unwrap_or_else(|code| AnswerRequest::Failed(TerminalError(code)))
    }
}

/// Waits in pieces, until a card is there, the time is over, or the person stops.
fn wait_for_card<'a>(
    cards: &'a mut dyn CardSource,
    prompt: &mut dyn Prompt,
) -> Result<Box<dyn CardLink + 'a>, ErrorCode> {
    let end = Instant::now() + CARD_WITHIN;
    loop {
        if prompt.is_cancelled() {
            return Err(ErrorCode::Cancelled);
        }
        let begun = Instant::now();
        let piece = CARD_PIECE.min(end.saturating_duration_since(begun));
        match cards.is_there(piece) {
            Ok(()) => return cards.wait(piece),
            // What fails at once does not get better by waiting.
            Err(code) if begun.elapsed() < piece / 2 || Instant::now() >= end => return Err(code),
            Err(_) => {}
        }
    }
}

/// The text, when it is ours and says what the challenge around it says.
fn checked(own: &Own, challenge: &PollResponse) -> Result<ChallengeText, ErrorCode> {
    let text = own.accept(&challenge.message)?;
    let agrees = text.id() == challenge.id && text.purpose() == challenge.purpose;
    agrees.then_some(text).ok_or(ErrorCode::NotOurText)
}
