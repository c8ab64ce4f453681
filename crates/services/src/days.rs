//! Where days begin.

use kiban_domain::{Date, Timestamp};

/// The first instant of a day in Japan; days before 1970 begin with that year.
pub(crate) fn first_instant(day: Date) -> Timestamp {
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(9));
    let begin = day
        .to_zoned(zone)
        .map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp());
    begin.max(Timestamp::UNIX_EPOCH)
}
