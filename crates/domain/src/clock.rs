//! The two things a pure core may not take for itself: the time and chance.

use jiff::{Timestamp, civil::Date, tz};
use uuid::Uuid;

/// Tells the time. One implementation reads the machine's clock, tests hold it still, the sandbox can set it.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// The present instant.
    fn now(&self) -> Timestamp;

    /// The present calendar day in Asia/Tokyo, which is what a "day" means in every notice.
    ///
    /// Source: identifiers, section 8.
    fn today(&self) -> Date {
        tokyo_date(self.now())
    }
}

/// Gives unpredictable bytes. Tests seed it, so that a run can be repeated.
pub trait Entropy: Send + Sync + std::fmt::Debug {
    /// Fills `bytes` with random values.
    fn fill(&self, bytes: &mut [u8]);

    /// A new identifier that sorts by `at` (UUID version 7, RFC 9562).
    fn id(&self, at: Timestamp) -> Uuid {
        let mut random = [0_u8; 10];
        self.fill(&mut random);
        let millis = u64::try_from(at.as_millisecond()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }
}

/// The calendar day of `at` in Japan, which keeps UTC+9 the whole year.
///
/// # Examples
///
/// ```
/// let late = "2026-03-31T15:00:00Z".parse().unwrap();
/// assert_eq!(kiban_domain::tokyo_date(late).to_string(), "2026-04-01");
/// ```
pub fn tokyo_date(at: Timestamp) -> Date {
    at.to_zoned(tz::TimeZone::fixed(tz::offset(9))).date()
}
