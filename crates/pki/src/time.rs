//! Certificates count whole seconds and use another crate's time.

use kiban_domain::Timestamp;
use time::OffsetDateTime;

/// Drops the fraction of a second; outside the calendar of certificates (year 9999) the epoch, which no check accepts.
pub(crate) fn certificate_time(at: Timestamp) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(at.as_second()).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}
