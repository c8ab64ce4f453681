//! Where a challenge stands, for the page that asked for it.

use super::{SignIn, answer::sentence_of, event, is_late, key};
use crate::{CallContext, Platform};
use kiban_card::{ChallengeId, ErrorCode, Mender, answer::Refusal, wire::Method};
use kiban_domain::Timestamp;
use kiban_store::{
    Error,
    repo::{
        card_challenges::{self, CardOutcome, ChallengeRow, ChallengeState},
        reader_tests,
    },
};
use uuid::Uuid;

/// How long forgotten challenges stay, for questions about what happened.
const KEPT_DAYS: i64 = 30;

/// What the page may know.
#[derive(Debug, Clone)]
pub struct ChallengeView {
    /// Its identifier.
    pub id: ChallengeId,
    /// The page's name of the case.
    pub case: String,
    /// The four digits.
    pub code: String,
    /// By PIN, or by sight.
    pub method: Method,
    /// Where it stands.
    pub state: ChallengeState,
    /// Whole seconds since it was made.
    pub age_seconds: i64,
    /// The terminal's error, when the terminal said so.
    pub error: Option<ErrorCode>,
    /// What happened, when it failed.
    pub sentence: String,
    /// Who can mend it, when it failed.
    pub mender: Option<Mender>,
    /// What the card stands for, when it is done.
    pub outcome: Option<CardOutcome>,
    /// The link, when there is one.
    pub link: Option<Uuid>,
    /// Whether the result was used.
    pub used: bool,
}

/// Where a challenge stands; `None` when there is none of this sign-in. One whose time is over is ended by being looked at.
///
/// # Errors
///
/// The database's.
pub async fn state(
    platform: &Platform,
    context: &CallContext,
    sign_in: &SignIn,
    id: ChallengeId,
) -> Result<Option<ChallengeView>, Error> {
    let found = card_challenges::find(&mut platform.store.point().await?, key(id)).await?;
    let Some(mut row) = found.filter(|row| row.sign_in == sign_in.0) else {
        return Ok(None);
    };
    if row.state.is_open() && is_late(&row, platform) {
        expire(platform, context, &row).await?;
        row.state = ChallengeState::Expired;
    }
    Ok(Some(view(platform.now(), id, row)))
}

fn view(now: Timestamp, id: ChallengeId, row: ChallengeRow) -> ChallengeView {
    let left = row.tries_left.and_then(|left| u8::try_from(left).ok());
    let reason = row.reason.as_deref().unwrap_or_default();
    let error = ErrorCode::from_parts(reason, left).ok();
    let refusal = REFUSALS.into_iter().find(|it| it.as_str() == reason);
    let sentence = match (error, refusal, sentence_of(reason)) {
        (Some(error), ..) => error.sentence(),
        (None, Some(refusal), _) => refusal.sentence().to_owned(),
        (None, None, Some(own)) => own.to_owned(),
        (None, None, None) => ErrorCode::Internal.sentence(),
    };
    let mender = match (error, refusal) {
        (Some(error), _) => error.mender(),
        (None, Some(refusal)) => refusal.mender(),
        (None, None) => Mender::Operator,
    };
    let failed = row.state == ChallengeState::Failed;
    ChallengeView {
        id,
        case: row.case_id,
        code: row.code,
        method: if row.method == 2 {
            Method::Sight
        } else {
            Method::Pin
        },
        state: row.state,
        age_seconds: now.duration_since(row.created_at).as_secs(),
        error: error.filter(|_| failed),
        sentence: if failed { sentence } else { String::new() },
        mender: failed.then_some(mender),
        outcome: row.outcome,
        link: row.link_id,
        used: row.used_at.is_some(),
    }
}

/// Every refusal, to find its sentence again by its word. The instant of a revocation is not kept.
const REFUSALS: [Refusal; 11] = [
    Refusal::Certificate,
    Refusal::Issuer,
    Refusal::NotYetValid,
    Refusal::Expired,
    Refusal::Profile,
    Refusal::Policy,
    Refusal::Revoked {
        since: Timestamp::UNIX_EPOCH,
    },
    Refusal::StatusUnknown,
    Refusal::StatusUnavailable,
    Refusal::StatusStale,
    Refusal::Signature,
];

/// Ends a challenge whose time is over.
pub(super) async fn expire(
    platform: &Platform,
    context: &CallContext,
    row: &ChallengeRow,
) -> Result<(), Error> {
    let (id, now) = (row.challenge_id, platform.now());
    let entry = event(platform, context, id, ChallengeState::Expired).to_entry();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let expired = ChallengeState::Expired;
                if card_challenges::end(work, id, expired, None, None, now).await? {
                    work.record(&entry).await?;
                }
                Ok(())
            })
        })
        .await
}

/// Ends challenges that nobody looked at again, and forgets the cards of results that nobody used.
///
/// # Errors
///
/// The database's.
pub async fn sweep(platform: &Platform, context: &CallContext) -> Result<(), Error> {
    let now = platform.now();
    let overdue = card_challenges::list_overdue(&mut platform.store.point().await?, now).await?;
    for row in &overdue {
        expire(platform, context, row).await?;
    }
    let unused = now - jiff::SignedDuration::from_mins(super::RESULT_MINUTES);
    let forgotten = now - jiff::SignedDuration::from_hours(24 * KEPT_DAYS);
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                card_challenges::forget(work, unused, forgotten).await?;
                reader_tests::forget(work, unused).await?;
                Ok(())
            })
        })
        .await
}
