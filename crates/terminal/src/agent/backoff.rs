//! How long to wait after a failure.

use std::sync::Arc;
use std::time::Duration;

use kiban_domain::Entropy;

/// Doubles from one second to thirty, each time shortened by chance down to half, so that ten thousand terminals do not come back
/// in the same moment. Source: terminals and mTLS, section 6, rule 11.
#[derive(Debug)]
pub(super) struct Backoff {
    failures: u32,
    entropy: Arc<dyn Entropy>,
}

impl Backoff {
    pub(super) fn new(entropy: Arc<dyn Entropy>) -> Self {
        Self {
            failures: 0,
            entropy,
        }
    }

    pub(super) fn reset(&mut self) {
        self.failures = 0;
    }

    pub(super) fn next(&mut self) -> Duration {
        let seconds = 2_u64.pow(self.failures.min(5)).min(30);
        self.failures = self.failures.saturating_add(1);
        let mut chance = [0];
        self.entropy.fill(&mut chance);
        let half = Duration::from_millis(seconds * 500);
        half + half * u32::from(chance[0]) / 255
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kiban_testkit::SeededEntropy;

    #[test]
    fn it_doubles_up_to_thirty_seconds_and_varies() {
        let mut backoff = Backoff::new(Arc::new(SeededEntropy::new(1)));
        let limits = [1, 2, 4, 8, 16, 30, 30, 30];
        for limit in limits {
            let pause = backoff.next();
            let limit = Duration::from_secs(limit);
            assert!(pause <= limit && pause >= limit / 2, "{pause:?} {limit:?}");
        }
        backoff.reset();
        assert!(backoff.next() <= Duration::from_secs(1));
        let drawn: std::collections::BTreeSet<_> = (0..20).map(|_| backoff.next()).collect();
        assert!(drawn.len() > 10);
    }
}
