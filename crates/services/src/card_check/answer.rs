//! The terminal's program answers.

use super::{CardDesk, CardTrust, Terminal, event, is_late, key, state::expire};
use crate::{CallContext, Platform};
use kiban_audit::NO_INSURER;
use kiban_card::{
    ChallengeId, ChallengeText, ErrorCode,
    answer::{CardKey, PresenceFiles, Refusal, inspect, verify_presence},
    text_ap::{CardSex, FourAttributes},
    wire::{AnswerRequest, BySightAnswer, SignedAnswer},
};
use kiban_store::{
    Work,
    repo::{
        card_challenges::{self, Answered, CardOutcome, ChallengeRow, ChallengeState},
        card_links::{self, CardLinkRow, CardRow},
        identity::{self, RegisteredPerson},
    },
};

/// Why an answer is not taken.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// There is no such challenge at this terminal.
    #[error("no such challenge at this terminal")]
    NotFound,
    /// It was not taken, or has ended.
    #[error("the challenge is not open")]
    NotOpen,
    /// Its time is over.
    #[error("the challenge's time is over")]
    Late,
    /// The answer does not hold. The challenge has failed.
    #[error("the answer does not hold: {reason}")]
    Refused {
        /// A word that stays.
        reason: &'static str,
        /// What happened and what to do next.
        sentence: &'static str,
    },
    /// The database.
    #[error("storage")]
    Storage(#[from] kiban_store::Error),
}

const OTHER_WAY: (&str, &str) = (
    "method",
    "求めた方法とは違う答えが届いたため、止めました。もう一度お試しになり、続くときは運営者に連絡してください。",
);
const ABSENT: (&str, &str) = (
    "presence",
    "カードがこの場にあることを確かめられませんでした。カードを使わない方法で確認してください。",
);
const OTHER_PERSON: (&str, &str) = (
    "attributes",
    "カードに書かれた方と、このカードで登録されている方が一致しませんでした。カードを使わない方法で確認してください。",
);

/// Why an answer that is not taken was not: for the page, by the word that was kept.
pub(super) fn sentence_of(reason: &str) -> Option<&'static str> {
    let own = [OTHER_WAY, ABSENT, OTHER_PERSON];
    let own = own.into_iter().find(|(word, _)| *word == reason);
    own.map(|(_, sentence)| sentence)
}

/// Checks an answer, in the order of the My Number card, section 6, and keeps what it shows.
///
/// # Errors
///
/// See [`AnswerError`].
pub async fn answer(
    platform: &Platform,
    desk: &CardDesk,
    context: &CallContext,
    terminal: &Terminal,
    id: ChallengeId,
    answer: &AnswerRequest,
) -> Result<(), AnswerError> {
    let trust = desk.trust().ok_or(AnswerError::NotFound)?;
    let found = card_challenges::find(&mut platform.store.point().await?, key(id)).await?;
    let row = found
        .filter(|row| {
            row.office_no == terminal.office_no && row.terminal_id == terminal.terminal_id
        })
        .ok_or(AnswerError::NotFound)?;
    match row.state {
        ChallengeState::Taken if is_late(&row, platform) => {
            expire(platform, context, &row).await?;
            return Err(AnswerError::Late);
        }
        ChallengeState::Taken => {}
        ChallengeState::Expired => return Err(AnswerError::Late),
        ChallengeState::Pending
        | ChallengeState::Done
        | ChallengeState::Failed
        | ChallengeState::Withdrawn => return Err(AnswerError::NotOpen),
    }
    let verified = match (answer, row.method) {
        (AnswerRequest::Failed(error), _) => {
            return fail_by_terminal(platform, context, &row, error.0).await;
        }
        (AnswerRequest::Signed(signed), 1) => by_pin(platform, trust, &row, signed).await,
        (AnswerRequest::BySight(seen), 2) => by_sight(platform, trust, &row, seen).await,
        (AnswerRequest::Signed(_) | AnswerRequest::BySight(_), _) => Err(OTHER_WAY),
    };
    match verified {
        Ok(verified) => finish(platform, context, row, verified).await,
        Err(refusal) => refuse(platform, context, &row, refusal).await,
    }
}

/// What a verified answer shows.
struct Verified {
    card: CardRow,
    /// What the card itself says of its holder, where staff looked; compared and dropped.
    attributes: Option<FourAttributes>,
}

type Refused = (&'static str, &'static str);

fn refused(refusal: Refusal) -> Refused {
    (refusal.as_str(), refusal.sentence())
}

fn card_of(card: &CardKey) -> CardRow {
    CardRow {
        issuer_key_id: card.authority_key_id().to_vec(),
        serial: card.serial().to_vec(),
    }
}

/// The text as the server has kept it.
fn text_of(row: &ChallengeRow) -> Result<ChallengeText, Refused> {
    row.message.parse().map_err(|_| refused(Refusal::Signature))
}

async fn by_pin(
    platform: &Platform,
    trust: &CardTrust,
    row: &ChallengeRow,
    signed: &SignedAnswer,
) -> Result<Verified, Refused> {
    let text = text_of(row)?;
    let certificate = inspect(&signed.certificate.0, &trust.trust, platform.now());
    let certificate = certificate.map_err(refused)?;
    let status = trust.status.ask(&certificate).await;
    let verified = certificate.verify(
        &text,
        &signed.signature.0,
        &status,
        &trust.trust,
        platform.now(),
    );
    let verified = verified.map_err(refused)?;
    Ok(Verified {
        card: card_of(&verified.card_key),
        attributes: None,
    })
}

async fn by_sight(
    platform: &Platform,
    trust: &CardTrust,
    row: &ChallengeRow,
    seen: &BySightAnswer,
) -> Result<Verified, Refused> {
    let anchors = trust.sight.as_ref().ok_or(OTHER_WAY)?;
    let text = text_of(row)?;
    let certificate = inspect(&seen.certificate.0, &trust.trust, platform.now());
    let certificate = certificate.map_err(refused)?;
    let status = trust.status.ask(&certificate).await;
    let checked = certificate.check_status(&status, &trust.trust, platform.now());
    checked.map_err(refused)?;
    let files = PresenceFiles {
        attributes: &seen.attributes.0,
        integrity: seen.integrity.as_ref().map(|it| it.0.as_slice()),
        issuer_certificate: &seen.issuer_certificate.0,
        application_key: &seen.application_key.0,
        signature: &seen.signature.0,
    };
    let present = verify_presence(&text, &files, anchors).map_err(|_| ABSENT)?;
    // Without the issuer's word for them the attributes could be anybody's.
    if !present.attributes_proved {
        return Err(ABSENT);
    }
    let attributes = FourAttributes::parse(files.attributes).map_err(|_| ABSENT)?;
    Ok(Verified {
        card: card_of(certificate.card_key()),
        attributes: Some(attributes),
    })
}

async fn fail_by_terminal(
    platform: &Platform,
    context: &CallContext,
    row: &ChallengeRow,
    code: ErrorCode,
) -> Result<(), AnswerError> {
    fail(platform, context, row, code.as_str(), code.left()).await
}

async fn refuse(
    platform: &Platform,
    context: &CallContext,
    row: &ChallengeRow,
    (reason, sentence): Refused,
) -> Result<(), AnswerError> {
    fail(platform, context, row, reason, None).await?;
    Err(AnswerError::Refused { reason, sentence })
}

async fn fail(
    platform: &Platform,
    context: &CallContext,
    row: &ChallengeRow,
    reason: &'static str,
    left: Option<u8>,
) -> Result<(), AnswerError> {
    let (own, id) = (platform.clone(), row.challenge_id);
    let entry = event(platform, context, id, ChallengeState::Failed).refused(reason);
    let entry = entry.to_entry();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let failed = ChallengeState::Failed;
                let now = own.now();
                if !card_challenges::end(work, id, failed, Some(reason), left, now).await? {
                    return Err(AnswerError::NotOpen);
                }
                Ok(work.record(&entry).await?)
            })
        })
        .await
}

/// Looks up whom the card stands for, and ends the challenge.
async fn finish(
    platform: &Platform,
    context: &CallContext,
    row: ChallengeRow,
    verified: Verified,
) -> Result<(), AnswerError> {
    let (own, caller) = (platform.clone(), context.clone());
    let late = row.clone();
    let finished = platform
        .store
        .write(move |work| {
            Box::pin(async move { look_up(work, &own, &caller, &row, &verified).await })
        })
        .await;
    match finished {
        Err(AnswerError::Refused { reason, sentence }) => {
            refuse(platform, context, &late, (reason, sentence)).await
        }
        Err(AnswerError::Late) => {
            expire(platform, context, &late).await?;
            Err(AnswerError::Late)
        }
        other => other,
    }
}

async fn look_up(
    work: &mut Work,
    platform: &Platform,
    context: &CallContext,
    row: &ChallengeRow,
    verified: &Verified,
) -> Result<(), AnswerError> {
    // The certificate's state was asked meanwhile, and that may have taken long.
    if is_late(row, platform) {
        return Err(AnswerError::Late);
    }
    let links = card_links::list_of_card(work, &verified.card).await?;
    let (outcome, link) = outcome_of(&links);
    if let (Some(attributes), Some(link)) = (&verified.attributes, link) {
        let found = identity::find_registered(work, &link.person).await?;
        let on_record = found.and_then(|row| row.person);
        if !on_record.is_some_and(|person| agrees(attributes, &person)) {
            let (reason, sentence) = OTHER_PERSON;
            return Err(AnswerError::Refused { reason, sentence });
        }
    }
    let answered = Answered {
        outcome,
        link: link.map(|link| (link.person.insurer_no, link.link_id)),
        card: &verified.card,
        at: platform.now(),
    };
    if !card_challenges::finish(work, row.challenge_id, &answered).await? {
        return Err(AnswerError::NotOpen);
    }
    let lane = link.map_or(NO_INSURER.to_owned(), |link| {
        link.person.insurer_no.as_str().to_owned()
    });
    let mut entry = event(platform, context, row.challenge_id, ChallengeState::Done);
    entry.lane = lane;
    if let Some(link) = link {
        entry = entry.about(link.person.insured_no.as_str());
    }
    Ok(work.record(&entry.to_entry()).await?)
}

/// What the card stands for by its links, and the one link that holds.
fn outcome_of(links: &[CardLinkRow]) -> (CardOutcome, Option<&CardLinkRow>) {
    let mut living = links.iter().filter(|link| link.ended_at.is_none());
    match (living.next(), living.next()) {
        (Some(link), None) => (CardOutcome::Linked, Some(link)),
        (Some(_), Some(_)) => (CardOutcome::Contradiction, None),
        (None, _) if links.is_empty() => (CardOutcome::Unknown, None),
        (None, _) => (CardOutcome::LinkEnded, None),
    }
}

/// Nothing but having been read in one connection binds the certificate to what the card says of its holder, so all that can
/// be compared with the register must agree.
fn agrees(attributes: &FourAttributes, person: &RegisteredPerson) -> bool {
    let plain = |name: &str| -> String { name.chars().filter(|c| !c.is_whitespace()).collect() };
    let sex = match attributes.sex {
        CardSex::Male => person.sex == 1,
        CardSex::Female => person.sex == 2,
        CardSex::NotApplicable | CardSex::Unknown => true,
    };
    sex && attributes.birth_date == person.birth_date
        && plain(attributes.name.as_str()) == plain(&person.name)
}
