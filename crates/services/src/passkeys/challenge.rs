//! Challenges: made, kept, answered once.

use super::{PasskeyError, RelyingParty, webauthn::Question};
use crate::{
    Platform,
    rate::{self, Limit},
    sign_in::token_hash,
};
use jiff::SignedDuration;
use kiban_store::repo::passkeys::{self, ChallengeRow};
use uuid::Uuid;

/// For how long a challenge may be answered: what Web Authentication Level 3, section 15.1 recommends for a ceremony.
const MINUTES: i64 = 5;
/// Challenges asked for from one terminal: far more than people need, few enough for the table.
const ASKED: Limit = Limit {
    attempts: 120,
    seconds: 900,
};

/// What a challenge is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Add = 1,
    SecondFactor = 2,
    SignIn = 3,
    Account = 4,
}

/// Where somebody answers.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// The site.
    pub party: &'a RelyingParty,
    /// Serial number of the terminal's certificate.
    pub serial: &'a str,
    /// A secret of this browser: of its session, its form cookie or its draft.
    pub secret: &'a str,
}

impl std::fmt::Debug for Place<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Place")
            .field("party", &self.party)
            .finish_non_exhaustive()
    }
}

/// A challenge for the page's form and script.
#[derive(Debug, Clone)]
pub struct Ceremony {
    /// Names the challenge; comes back with the answer.
    pub id: String,
    /// What the browser is asked: JSON of Web Authentication Level 3, section 5.1.8 (create) or 5.1.9 (get).
    pub options: String,
}

pub(crate) async fn ask(
    platform: &Platform,
    place: Place<'_>,
    kind: Kind,
    staff_id: Option<Uuid>,
    question: Question,
) -> Result<Ceremony, PasskeyError> {
    let bucket = (format!("passkey-asked:{}", place.serial), ASKED);
    if let Err(exhausted) = rate::reserve(platform, vec![bucket]).await? {
        return Err(PasskeyError::TooMany(exhausted));
    }
    let row = ChallengeRow {
        challenge_id: platform.id(),
        kind: kind as i16,
        binding: token_hash(place.secret),
        certificate_serial: place.serial.to_owned(),
        staff_id,
        rp_id: place.party.id().to_owned(),
        state: question.state,
        expires_at: platform.now() + SignedDuration::from_mins(MINUTES),
        used_at: None,
    };
    let id = row.challenge_id.to_string();
    platform
        .store
        .write::<(), kiban_store::Error, _>(move |work| {
            Box::pin(async move { passkeys::add_challenge(work, &row).await })
        })
        .await?;
    Ok(Ceremony {
        id,
        options: question.options,
    })
}

/// Takes the challenge that is answered; from now on it counts no more, whatever comes of the answer.
pub(crate) async fn answered(
    platform: &Platform,
    place: Place<'_>,
    kind: Kind,
    id: &str,
) -> Result<ChallengeRow, PasskeyError> {
    let id: Uuid = id.parse().map_err(|_| PasskeyError::TooOld)?;
    let now = platform.now();
    let mut work = platform.store.point().await?;
    let row = passkeys::find_challenge(&mut work, id).await?;
    drop(work);
    let row = row.filter(|row| {
        row.kind == kind as i16
            && row.binding == token_hash(place.secret)
            && row.certificate_serial == place.serial
            && row.rp_id == place.party.id()
    });
    let row = row.ok_or(PasskeyError::TooOld)?;
    if row.used_at.is_some() {
        return Err(PasskeyError::Replayed);
    }
    if row.expires_at <= now {
        return Err(PasskeyError::TooOld);
    }
    let first = platform
        .store
        .write::<bool, kiban_store::Error, _>(move |work| {
            Box::pin(async move { passkeys::use_challenge(work, id, now).await })
        })
        .await?;
    first.then_some(row).ok_or(PasskeyError::Replayed)
}
