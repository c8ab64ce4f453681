//! Waits for challenges from the server, has cards answer them, sends the answers.
//!
//! Only outgoing calls; nothing listens. The page never talks to this program: the server joins them.
//! Source: terminals and mTLS, sections 1 and 6.

mod backoff;
mod calls;

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kiban_card::wire::{AnswerRequest, PollResponse, TerminalError};
use kiban_card::{ChallengeText, ErrorCode};
use kiban_domain::Entropy;

use crate::card::{Asked, CardSource, Own, Prompt, answer_challenge};
use crate::door::{DoorError, Settings};
use crate::identity::{OwnCertificate, UnreadableCertificate};
use backoff::Backoff;
use calls::{Calls, Polled, Sent};

/// How long the person has to put the card on. The challenge ends 90 s after it was made.
const CARD_WITHIN: Duration = Duration::from_secs(45);

/// An idle poll that came back sooner than this is not repeated at once.
const SHORTEST_POLL: Duration = Duration::from_secs(1);

/// How long a challenge under way may take to end once the program was told to stop.
const FINISH_WITHIN: Duration = Duration::from_secs(5);

/// How often an answer is sent when no word comes back.
const SENDINGS: u32 = 3;

/// The program beside the card reader.
pub struct Agent {
    calls: Calls,
    own: Own,
    desk: Desk,
    entropy: Arc<dyn Entropy>,
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
            calls,
            own,
            desk,
            entropy,
        })
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
            let begun = Instant::now();
            let polled = tokio::select! {
                () = shutdown.as_mut() => return Ok(()),
                polled = self.calls.poll() => polled,
            };
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
        let sent = send(&agent.calls, &agent.entropy, &id.to_string(), &answer).await;
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
            let mut link = self.cards.wait(CARD_WITHIN)?;
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

/// The text, when it is ours and says what the challenge around it says.
fn checked(own: &Own, challenge: &PollResponse) -> Result<ChallengeText, ErrorCode> {
    let text = own.accept(&challenge.message)?;
    let agrees = text.id() == challenge.id && text.purpose() == challenge.purpose;
    agrees.then_some(text).ok_or(ErrorCode::NotOurText)
}
