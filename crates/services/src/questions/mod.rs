//! What the desk was asked (P-6): kept for 90 days without anything that tells who asked, so that the answers can become better.

mod editing;

pub use editing::{
    Evaluation, HitCount, QuestionGroup, draft_from, evaluate, list_groups, list_hits, set_aside,
};

use crate::{
    Platform,
    rate::{self, Exhausted, Limit},
};
use jiff::ToSpan as _;
use kiban_store::{
    Error,
    repo::questions::{self, QuestionRow},
};
use uuid::{Builder, Uuid};

pub use kiban_store::repo::questions::{Outcome, UnansweredRow};

/// For so many days a question is kept. Source: ui, section 11.
pub const KEPT_DAYS: i64 = 90;
/// One address may ask so often. Source: ui, section 11.
const PER_ADDRESS: Limit = Limit {
    attempts: 20,
    seconds: 60,
};

/// Counts an answer that is to be put into other words by somebody else's model: so many a minute, all processes together. Whether it may be.
///
/// # Errors
///
/// The database only.
pub async fn admit_rephrasing(platform: &Platform, per_minute: u32) -> Result<bool, Error> {
    let limit = Limit {
        attempts: per_minute.into(),
        seconds: 60,
    };
    let bucket = ("question-rephrased".to_owned(), limit);
    Ok(rate::reserve(platform, vec![bucket]).await?.is_ok())
}

/// A question and what came of it.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The question, masked and normalised.
    pub text: String,
    /// What came of it.
    pub outcome: Outcome,
    /// Names of what was shown.
    pub shown: Vec<String>,
}

/// Counts a question against the limit of an address.
///
/// # Errors
///
/// The database only; the inner one when the address asked too often.
pub async fn admit(platform: &Platform, address: &str) -> Result<Result<(), Exhausted>, Error> {
    let bucket = (format!("chat:{address}"), PER_ADDRESS);
    let reserved = rate::reserve(platform, vec![bucket]).await?;
    Ok(reserved.map(|_| ()))
}

/// Keeps a question; gives back its name for [`set_helped`].
///
/// # Errors
///
/// The database only.
pub async fn note(platform: &Platform, asked: Asked) -> Result<Uuid, Error> {
    // Not the usual identifier: that one tells when it was made.
    let question_id = Builder::from_random_bytes(platform.random::<16>()).into_uuid();
    let row = QuestionRow {
        question_id,
        asked_on: platform.today(),
        text: asked.text,
        outcome: asked.outcome,
        shown: asked.shown.join(" "),
    };
    platform
        .store
        .write::<(), Error, _>(move |work| {
            Box::pin(async move { questions::add(work, &row).await })
        })
        .await?;
    Ok(question_id)
}

/// Notes whether the answer helped.
///
/// # Errors
///
/// The database only.
pub async fn set_helped(
    platform: &Platform,
    question_id: Uuid,
    helped: bool,
) -> Result<bool, Error> {
    platform
        .store
        .write(move |work| {
            Box::pin(async move { questions::set_helped(work, question_id, helped).await })
        })
        .await
}

/// The most frequent questions of the kept days that were not answered.
///
/// # Errors
///
/// The database only.
pub async fn list_unanswered(platform: &Platform, most: i64) -> Result<Vec<UnansweredRow>, Error> {
    let mut work = platform.store.point().await?;
    questions::list_unanswered(&mut work, oldest(platform), most).await
}

/// Forgets questions whose days are over; how many.
///
/// # Errors
///
/// The database only.
pub async fn forget(platform: &Platform) -> Result<u64, Error> {
    let before = oldest(platform);
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                questions::forget_done(work, before).await?;
                questions::forget(work, before).await
            })
        })
        .await
}

fn oldest(platform: &Platform) -> kiban_domain::Date {
    let today = platform.today();
    today.checked_sub(KEPT_DAYS.days()).unwrap_or(today)
}
