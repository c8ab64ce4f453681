//! The machine's own time and chance.

use kiban_domain::{Clock, Entropy, Timestamp};
use ring::rand::{SecureRandom as _, SystemRandom};

/// The machine's clock, shifted in a sandbox that plays another day.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SystemClock {
    shift: jiff::SignedDuration,
}

impl SystemClock {
    /// Shows `at` now and goes on from there.
    pub(crate) fn starting_at(at: Timestamp) -> Self {
        Self {
            shift: at.duration_since(machine_now()),
        }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        machine_now() + self.shift
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where the machine's clock is read"
)]
fn machine_now() -> Timestamp {
    Timestamp::now()
}

/// The operating system's random numbers.
#[derive(Debug)]
pub(crate) struct SystemEntropy(SystemRandom);

impl SystemEntropy {
    pub(crate) fn new() -> Self {
        Self(SystemRandom::new())
    }
}

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        // Without random numbers nothing of this program is safe; there is no other way to go on.
        self.0
            .fill(bytes)
            .expect("the operating system gives random numbers");
    }
}
