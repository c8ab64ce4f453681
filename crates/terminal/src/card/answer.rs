//! From a challenge to an answer.

use kiban_card::jpki::Jpki;
use kiban_card::pin::LastTry;
use kiban_card::text_ap::TextAp;
use kiban_card::wire::{AnswerRequest, Base64, BySightAnswer, Method, SignedAnswer};
use kiban_card::{CardError, CardLink, ChallengeText, ErrorCode};

use super::prompt::{Asked, Prompt};

/// Which texts this terminal may have signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Own {
    /// The care door's origin, `https://host[:port]`.
    pub origin: String,
    /// This terminal's identifier, from its certificate.
    pub terminal: String,
}

impl Own {
    /// Takes a text only when it is this terminal's. No card has been touched.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::NotOurText`] for anything else.
    pub fn accept(&self, message: &str) -> Result<ChallengeText, ErrorCode> {
        let text: ChallengeText = message.parse().map_err(|_| ErrorCode::NotOurText)?;
        let ours = text.origin() == self.origin && text.terminal() == self.terminal;
        ours.then_some(text).ok_or(ErrorCode::NotOurText)
    }
}

/// Asks person or staff, has the card sign `text`, and gives the answer to send. The signature has been checked against the
/// certificate here, so that a broken exchange shows at the terminal.
///
/// The PIN is presented once; a wrong one ends the challenge, and the page starts another.
///
/// # Errors
///
/// The code to send instead.
pub fn answer_challenge(
    link: &mut dyn CardLink,
    text: &ChallengeText,
    method: Method,
    asked: &Asked,
    prompt: &mut dyn Prompt,
) -> Result<AnswerRequest, ErrorCode> {
    match method {
        Method::Pin => by_pin(link, text, asked, prompt),
        Method::Sight => by_sight(link, text, asked, prompt),
    }
}

fn by_pin(
    link: &mut dyn CardLink,
    text: &ChallengeText,
    asked: &Asked,
    prompt: &mut dyn Prompt,
) -> Result<AnswerRequest, ErrorCode> {
    let mut card = Jpki::open(link).map_err(noted)?;
    let certificate = card.certificate().map_err(noted)?;
    let left = card.tries_left().map_err(noted)?;
    if left.is_blocked() {
        return Err(ErrorCode::Blocked);
    }
    let last_try = last_try(left.is_last(), prompt)?;
    let pin = prompt.pin(asked, left).ok_or(ErrorCode::Cancelled)?;
    let unlocked = card.present_pin(pin, last_try).map_err(noted)?;
    let signature = unlocked.sign(text, &certificate).map_err(noted)?;
    Ok(AnswerRequest::Signed(SignedAnswer {
        certificate: Base64(certificate),
        signature: Base64(signature.into_bytes()),
    }))
}

fn by_sight(
    link: &mut dyn CardLink,
    text: &ChallengeText,
    asked: &Asked,
    prompt: &mut dyn Prompt,
) -> Result<AnswerRequest, ErrorCode> {
    // First the application that tells a My Number card from others, and the certificate; then the other application.
    let certificate = Jpki::open(link)
        .and_then(|mut card| card.certificate())
        .map_err(noted)?;
    let mut card = TextAp::open(link).map_err(noted)?;
    let left = card.code_tries_left().map_err(noted)?;
    if left.is_blocked() {
        return Err(ErrorCode::Blocked);
    }
    let last_try = last_try(left.is_last(), prompt)?;
    let code = prompt.printed_values(asked, left);
    let code = code.ok_or(ErrorCode::Cancelled)?;
    let mut open = card.present_code(code, last_try).map_err(|error| {
        noted(error);
        ErrorCode::by_sight(error)
    })?;
    let attributes = open.attributes().map_err(noted)?;
    let proof = open.prove_presence(text).map_err(noted)?;
    Ok(AnswerRequest::BySight(BySightAnswer {
        certificate: Base64(certificate),
        attributes: Base64(attributes),
        integrity: proof.integrity.map(Base64),
        issuer_certificate: Base64(proof.issuer_certificate),
        application_key: Base64(proof.application_key),
        signature: Base64(proof.signature.into_bytes()),
    }))
}

fn last_try(is_last: bool, prompt: &mut dyn Prompt) -> Result<LastTry, ErrorCode> {
    match is_last {
        false => Ok(LastTry::Keep),
        true if prompt.spend_last_try() => Ok(LastTry::Spend),
        true => Err(ErrorCode::LastTry),
    }
}

/// The code, after the cause has gone to the log: step and status word, nothing of the person.
fn noted(error: CardError) -> ErrorCode {
    tracing::info!(%error, "the card did not answer the challenge");
    error.into()
}
