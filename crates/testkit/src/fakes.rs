//! Time and chance under control.

use kiban_domain::{Clock, Entropy, Timestamp};
use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

/// A clock that stands still until it is set.
#[derive(Debug)]
pub struct FixedClock(Mutex<Timestamp>);

impl FixedClock {
    /// Stands at `at`, RFC 3339.
    ///
    /// # Panics
    ///
    /// When `at` is no time.
    pub fn at(at: &str) -> Self {
        Self(Mutex::new(at.parse().expect("a time in a test")))
    }

    /// Moves it.
    pub fn set(&self, at: &str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) =
            at.parse().expect("a time in a test");
    }

    /// Lets it go on by so many seconds.
    pub fn pass(&self, seconds: i64) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now += jiff::SignedDuration::from_secs(seconds);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A clock that begins at a given instant and runs: for measurements, where identifiers must sort by time as they do in
/// service, on a day that stays the same.
#[derive(Debug)]
pub struct RunningClock {
    from: Timestamp,
    since: Instant,
}

impl RunningClock {
    /// Begins at `from`, RFC 3339.
    ///
    /// # Panics
    ///
    /// When `from` is no time.
    pub fn from(from: &str) -> Self {
        Self {
            from: from.parse().expect("a time in a test"),
            since: Instant::now(),
        }
    }
}

impl Clock for RunningClock {
    fn now(&self) -> Timestamp {
        self.from + self.since.elapsed()
    }
}

/// Chance that repeats with its seed and moves with every call (SplitMix64).
#[derive(Debug)]
pub struct SeededEntropy(AtomicU64);

impl SeededEntropy {
    /// Begins at `seed`.
    pub fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let mut word = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
            word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            word ^= word >> 31;
            chunk.copy_from_slice(&word.to_le_bytes()[..chunk.len()]);
        }
    }
}
