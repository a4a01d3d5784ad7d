//! The clock: the only place where it is asked what time it is.
//!
//! Owns that a day is one in UTC. The engine is told the day, and never asks.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Seconds since 1970.
pub fn now() -> i64 {
    Timestamp::now().as_second()
}

/// Today.
pub fn today() -> Date {
    read().0
}

/// Today, and the seconds since 1970, of the same instant.
pub fn read() -> (Date, i64) {
    let now = Timestamp::now();
    (now.to_zoned(TimeZone::UTC).date(), now.as_second())
}

/// The day that this second since 1970 is in; `None`: in no year that there is a calendar for.
pub fn day(at: i64) -> Option<Date> {
    Some(Timestamp::from_second(at).ok()?.to_zoned(TimeZone::UTC).date())
}
