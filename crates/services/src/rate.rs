//! Limits on attempts, counted in the database so that all processes share them.

use crate::Platform;
use kiban_domain::Timestamp;
use kiban_store::{Result, Work, repo::rates};

/// So many attempts in so many seconds.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// How many.
    pub attempts: i64,
    /// In how long a window, in seconds.
    pub seconds: i64,
}

/// The limit is reached; the window ends in so many seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exhausted {
    /// Seconds to wait.
    pub retry_after: i64,
}

impl Limit {
    fn window(self, now: Timestamp) -> (Timestamp, i64) {
        let second = now.as_second();
        let start = second - second.rem_euclid(self.seconds);
        (
            Timestamp::from_second(start).unwrap_or(now),
            start + self.seconds - second,
        )
    }
}

/// An attempt that has been counted in each of its buckets before anything was compared, so that attempts made at the
/// same time cannot slip through together. What succeeds is given back.
#[derive(Debug, Clone)]
pub struct Reserved {
    buckets: Vec<(String, Limit)>,
    at: Timestamp,
}

enum ReserveError {
    Full(Exhausted),
    Storage(kiban_store::Error),
}

impl From<kiban_store::Error> for ReserveError {
    fn from(error: kiban_store::Error) -> Self {
        Self::Storage(error)
    }
}

/// Counts an attempt in all of `buckets`, or in none when one of them is exhausted.
pub async fn reserve(
    platform: &Platform,
    buckets: Vec<(String, Limit)>,
) -> Result<Result<Reserved, Exhausted>> {
    let reserved = Reserved {
        buckets,
        at: platform.now(),
    };
    let counted = reserved.clone();
    let outcome = platform
        .store
        .write(move |work| {
            Box::pin(async move {
                for (bucket, limit) in &counted.buckets {
                    let (start, retry_after) = limit.window(counted.at);
                    if rates::hit(work, bucket, start).await? > limit.attempts {
                        return Err(ReserveError::Full(Exhausted { retry_after }));
                    }
                }
                Ok(())
            })
        })
        .await;
    match outcome {
        Ok(()) => Ok(Ok(reserved)),
        Err(ReserveError::Full(exhausted)) => Ok(Err(exhausted)),
        Err(ReserveError::Storage(error)) => Err(error),
    }
}

impl Reserved {
    /// Takes the attempt off again: it was no failure.
    pub async fn give_back(&self, work: &mut Work) -> Result<()> {
        for (bucket, limit) in &self.buckets {
            rates::give_back(work, bucket, limit.window(self.at).0).await?;
        }
        Ok(())
    }
}
