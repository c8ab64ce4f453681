//! A page asks for a challenge.

use super::{CardDesk, SignIn, Terminal, event};
use crate::{
    CallContext, Platform,
    rate::{self, Exhausted, Limit},
};
use kiban_card::{
    ChallengeId, ChallengeText, Nonce, Purpose,
    wire::{CHALLENGE_SECONDS, Method, PairingCode},
};
use kiban_domain::Timestamp;
use kiban_store::{
    Work,
    repo::{
        card_challenges::{self, ChallengeRow, ChallengeState},
        rates,
    },
};

/// Challenges that one terminal may make: somebody who tries again at once stays below.
const PER_TERMINAL: Limit = Limit {
    attempts: 60,
    seconds: 600,
};
const LONGEST_CASE: usize = 64;

/// What a page asks for.
#[derive(Debug, Clone)]
pub struct NewChallenge {
    /// Where the page is, and so where the card will be.
    pub terminal: Terminal,
    /// Who gets the result.
    pub sign_in: SignIn,
    /// What the person confirms.
    pub purpose: Purpose,
    /// The page's name of its case: 1 to 64 visible ASCII characters.
    pub case: String,
    /// By PIN, or by sight.
    pub method: Method,
}

/// A challenge that was made.
#[derive(Debug, Clone, Copy)]
pub struct Opened {
    /// Its identifier.
    pub id: ChallengeId,
    /// The four digits for page and terminal.
    pub code: PairingCode,
}

/// Why no challenge was made.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// This installation reads no cards, or none in this way.
    #[error("cards are not read here in this way")]
    NotOffered,
    /// The name of the case is none, or no check has this purpose.
    #[error("no such case")]
    Case,
    /// The terminal's identifier or the door's origin cannot stand in a text.
    #[error("no text can be made for this terminal")]
    Text,
    /// Too many challenges.
    #[error("too many challenges")]
    TooMany(Exhausted),
    /// The database.
    #[error("storage")]
    Storage(#[from] kiban_store::Error),
}

/// Makes a challenge for the card at the page's terminal. An open one of the terminal is withdrawn.
///
/// # Errors
///
/// See [`OpenError`].
pub async fn open(
    platform: &Platform,
    desk: &CardDesk,
    context: &CallContext,
    new: NewChallenge,
) -> Result<Opened, OpenError> {
    let offered = match new.method {
        Method::Pin => desk.reads_cards(),
        Method::Sight => desk.reads_by_sight(),
    };
    if !offered {
        return Err(OpenError::NotOffered);
    }
    let named = new.case.bytes().all(|byte| byte.is_ascii_graphic());
    let short = (1..=LONGEST_CASE).contains(&new.case.len());
    if !named || !short || new.purpose != Purpose::ConfirmInsuredPerson {
        return Err(OpenError::Case);
    }
    let bucket = format!(
        "card-challenge:{}:{}",
        new.terminal.office_no.as_str(),
        new.terminal.terminal_id
    );
    let turn = format!("{bucket}:turn");
    if let Err(exhausted) = rate::reserve(platform, vec![(bucket, PER_TERMINAL)]).await? {
        return Err(OpenError::TooMany(exhausted));
    }
    let (row, opened) = draw(platform, desk, context, &new)?;
    let (own, caller, terminal) = (platform.clone(), context.clone(), new.terminal.clone());
    platform
        .store
        .write::<(), OpenError, _>(move |work| {
            Box::pin(async move {
                // Two pages of one terminal wait here for each other until the unit of work ends, on PostgreSQL too.
                rates::hit(work, &turn, Timestamp::UNIX_EPOCH).await?;
                let open = card_challenges::list_open(work, &row.office_no, &row.terminal_id);
                for older in open.await? {
                    end_open(work, &own, &caller, &older, "newer").await?;
                }
                card_challenges::add(work, &row).await?;
                let entry = event(&own, &caller, row.challenge_id, ChallengeState::Pending);
                Ok(work.record(&entry.to_entry()).await?)
            })
        })
        .await?;
    desk.wake(&terminal);
    Ok(opened)
}

/// Takes a challenge back; nothing happens when it has ended or is another sign-in's.
pub async fn withdraw(
    platform: &Platform,
    context: &CallContext,
    sign_in: &SignIn,
    id: ChallengeId,
) -> Result<(), kiban_store::Error> {
    let (own, caller, sign_in) = (platform.clone(), context.clone(), sign_in.clone());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let row = card_challenges::find(work, super::key(id)).await?;
                match row.filter(|row| row.sign_in == sign_in.0) {
                    Some(row) => end_open(work, &own, &caller, &row, "staff").await,
                    None => Ok(()),
                }
            })
        })
        .await
}

async fn end_open(
    work: &mut Work,
    platform: &Platform,
    context: &CallContext,
    row: &ChallengeRow,
    why: &str,
) -> Result<(), kiban_store::Error> {
    let late = super::is_late(row, platform);
    let (state, reason) = if late {
        (ChallengeState::Expired, None)
    } else {
        (ChallengeState::Withdrawn, Some(why))
    };
    let now = platform.now();
    if card_challenges::end(work, row.challenge_id, state, reason, None, now).await? {
        let entry = event(platform, context, row.challenge_id, state);
        work.record(&entry.to_entry()).await?;
    }
    Ok(())
}

fn draw(
    platform: &Platform,
    desk: &CardDesk,
    context: &CallContext,
    new: &NewChallenge,
) -> Result<(ChallengeRow, Opened), OpenError> {
    let entropy = &*platform.entropy;
    let (id, nonce) = (ChallengeId::draw(entropy), Nonce::draw(entropy));
    let code = PairingCode::draw(entropy);
    let text = ChallengeText::new(
        desk.origin(),
        &new.terminal.terminal_id,
        id,
        nonce,
        new.purpose,
    );
    let text = text.map_err(|_| OpenError::Text)?;
    let now = platform.now();
    let row = ChallengeRow {
        challenge_id: super::key(id),
        office_no: new.terminal.office_no,
        terminal_id: new.terminal.terminal_id.clone(),
        sign_in: new.sign_in.0.clone(),
        staff: context.actor.staff.clone().unwrap_or_default(),
        case_id: new.case.clone(),
        method: match new.method {
            Method::Pin => 1,
            Method::Sight => 2,
        },
        message: text.as_str().to_owned(),
        code: code.to_string(),
        state: ChallengeState::Pending,
        reason: None,
        tries_left: None,
        created_at: now,
        expires_at: now + jiff::SignedDuration::from_secs(CHALLENGE_SECONDS),
        ended_at: None,
        outcome: None,
        insurer_no: None,
        link_id: None,
        card: None,
        used_at: None,
    };
    Ok((row, Opened { id, code }))
}
