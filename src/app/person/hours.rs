//! When mentors are on duty.
//!
//! Owns how office hours are written and read. Promises nothing: what is said about them is words of the engine.

use jiff::Timestamp;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;

use crate::engine::reply::person::Duty;

/// Names of the days, from Monday on: their first three letters are enough.
const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
/// How many letters of a day's name are enough.
const SHORT_DAY: usize = 3;
/// Minutes of a day.
const DAY: i32 = 24 * 60;

/// The hours of a week in which somebody is on duty, in a time zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeHours {
    /// In the order of the week.
    spans: Vec<Span>,
    zone: TimeZone,
    /// The name of the time zone.
    name: String,
}

/// A part of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Span {
    /// From 0, which is Monday.
    day: usize,
    /// The minutes of the day from which and up to which.
    from: i32,
    to: i32,
}

/// What is wrong with office hours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// A line, which is repeated.
    #[error("`{0}` is not days and hours")]
    Line(String),
    /// The time zone.
    #[error("there is no time zone of that name")]
    Zone,
}

impl OfficeHours {
    /// Reads lines like `Mon-Fri 09:00-17:00` or `Sat,Sun 10:00-12:00`, and the name of a time zone, like `Europe/Berlin`. No
    /// lines: somebody is always on duty.
    ///
    /// # Errors
    ///
    /// The first line that cannot be read, or the time zone.
    pub fn parse(lines: &[String], zone: &str) -> Result<Self, HoursError> {
        let mut spans = Vec::new();
        for line in lines {
            spans.extend(spans_of(line).ok_or_else(|| HoursError::Line(line.trim().to_owned()))?);
        }
        spans.sort_unstable();
        let name = zone.trim().to_owned();
        let zone = TimeZone::get(&name).map_err(|_| HoursError::Zone)?;
        Ok(Self { spans, zone, name })
    }

    /// Whether somebody is on duty at this time (seconds since 1970), and when somebody is again if not. `within_hours`: what
    /// is promised for when somebody is.
    pub fn duty(&self, now: i64, within_hours: Option<u32>) -> Duty {
        match self.next_opening(now) {
            Some((day, minute)) => {
                Duty::Back { day, time: format!("{:02}:{:02}", minute / 60, minute % 60), zone: self.name.clone() }
            }
            None => Duty::There(within_hours),
        }
    }

    /// The day, in words, and its minute when somebody is on duty again; `None`: somebody is, or it cannot be said.
    fn next_opening(&self, now: i64) -> Option<(String, i32)> {
        let here = Timestamp::from_second(now).ok()?.to_zoned(self.zone.clone());
        let minute = i32::from(here.hour()) * 60 + i32::from(here.minute());
        let today = number_of(here.weekday());
        let is_open = |span: &Span| span.day == today && (span.from..span.to).contains(&minute);
        if self.spans.is_empty() || self.spans.iter().any(is_open) {
            return None;
        }
        (0..=DAYS.len()).find_map(|ahead| {
            let day = (today + ahead) % DAYS.len();
            let later = |span: &&Span| span.day == day && (ahead > 0 || span.from > minute);
            let from = self.spans.iter().find(later)?.from;
            let name = DAYS.get(day)?;
            let words = match ahead {
                0 => "today".to_owned(),
                ahead if ahead == DAYS.len() => format!("next {name}"),
                _ => (*name).to_owned(),
            };
            Some((words, from))
        })
    }
}

fn number_of(day: Weekday) -> usize {
    usize::try_from(day.to_monday_zero_offset()).unwrap_or_default()
}

/// The parts of days that a line names.
fn spans_of(line: &str) -> Option<Vec<Span>> {
    let line = line.replace(['–', '—'], "-");
    let hours_at = line.find(|c: char| c.is_ascii_digit())?;
    let (days, hours) = line.split_at(hours_at);
    let (from, to) = hours.split_once('-')?;
    let (from, to) = (minutes(from)?, minutes(to)?);
    if from >= to || to > DAY {
        return None;
    }
    let mut spans = Vec::new();
    for days in days.split(',') {
        let (first, last) = days.split_once('-').unwrap_or((days, days));
        let (first, last) = (day(first)?, day(last)?);
        // "Sat-Mon" goes over the end of the week.
        let count = (last + DAYS.len() - first) % DAYS.len() + 1;
        spans.extend((0..count).map(|ahead| Span { day: (first + ahead) % DAYS.len(), from, to }));
    }
    Some(spans)
}

fn day(name: &str) -> Option<usize> {
    let name = name.trim().to_lowercase();
    if name.len() < SHORT_DAY {
        return None;
    }
    DAYS.iter().position(|day| day.to_lowercase().starts_with(&name))
}

/// The minute of the day that is written `9:00` or `09:00`; `24:00` is its end.
fn minutes(text: &str) -> Option<i32> {
    let (hour, minute) = text.trim().split_once(':')?;
    let number = |text: &str| text.parse::<i32>().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()));
    let minute = number(minute).filter(|number| *number < 60 && minute.len() == 2)?;
    let hour = number(hour)?;
    Some(hour * 60 + minute).filter(|minutes| *minutes <= DAY && hour <= 24)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(lines: &[&str], zone: &str) -> Result<OfficeHours, HoursError> {
        OfficeHours::parse(&lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>(), zone)
    }

    /// When somebody is back, in the words for it.
    fn back(hours: &OfficeHours, at: &str) -> Option<String> {
        match hours.duty(at.parse::<Timestamp>().expect("a time").as_second(), Some(3)) {
            Duty::Back { day, time, zone } => Some(format!("{day} {time} ({zone})")),
            Duty::There(within) => {
                assert_eq!(within, Some(3));
                None
            }
        }
    }

    #[test]
    fn somebody_is_back_when_the_next_hours_begin_in_their_time_zone() {
        let hours = hours(&["Mon-Fri 09:00-17:00", " sat 10:00–12:00"], "Europe/Berlin").expect("hours");
        // 23 November 2026 is a Monday; Berlin is an hour ahead of UTC then, and two in summer.
        for (at, expected) in [
            ("2026-11-23T07:59:59Z", Some("today 09:00")),
            ("2026-11-23T08:00:00Z", None),
            ("2026-11-23T15:59:59Z", None),
            ("2026-11-23T16:00:00Z", Some("Tuesday 09:00")),
            ("2026-11-27T16:00:00Z", Some("Saturday 10:00")),
            ("2026-11-28T10:59:00Z", None),
            ("2026-11-28T11:00:00Z", Some("Monday 09:00")),
            ("2026-11-22T23:30:00Z", Some("today 09:00")),
            ("2026-07-06T07:00:00Z", None),
            ("2026-07-06T06:59:00Z", Some("today 09:00")),
        ] {
            let expected = expected.map(|when| format!("{when} (Europe/Berlin)"));
            assert_eq!(back(&hours, at), expected, "{at}");
        }
    }

    #[test]
    fn days_are_lists_and_ranges_also_over_the_end_of_the_week() {
        let weekend = hours(&["Saturday-mon 0:00-24:00", "Wed, Thu 08:30 - 9:15"], "UTC").expect("hours");
        for (at, expected) in [
            ("2026-11-22T23:59:00Z", None),
            ("2026-11-23T23:59:00Z", None),
            ("2026-11-24T00:00:00Z", Some("Wednesday 08:30")),
            ("2026-11-25T09:15:00Z", Some("Thursday 08:30")),
            ("2026-11-27T12:00:00Z", Some("Saturday 00:00")),
        ] {
            assert_eq!(back(&weekend, at), expected.map(|when| format!("{when} (UTC)")), "{at}");
        }
        let once = hours(&["Mon 09:00-10:00"], "UTC").expect("hours");
        assert_eq!(back(&once, "2026-11-23T10:00:00Z").as_deref(), Some("next Monday 09:00 (UTC)"));
        assert_eq!(back(&hours(&[], "UTC").expect("hours"), "2026-11-23T10:00:00Z"), None, "always");
    }

    #[test]
    fn what_is_no_hours_is_refused() {
        for line in [
            "",
            "Mon",
            "09:00-17:00",
            "Mon 9-17",
            "Mo 09:00-17:00",
            "Mon 17:00-09:00",
            "Mon 09:00-09:00",
            "Mon 09:00-24:01",
            "Mon 09:60-17:00",
            "Mon 9:0-17:00",
            "Mon 09:0-17:00",
            "Mon- 09:00-17:00",
            "Mon,, 09:00-17:00",
            "Day 09:00-17:00",
            "Mon 09:00-17:00 or so",
            "Mon +9:00-17:00",
            "Mon 99999999999:00-17:00",
        ] {
            assert_eq!(hours(&[line], "UTC"), Err(HoursError::Line(line.trim().to_owned())), "{line:?}");
        }
        assert_eq!(hours(&["Mon 09:00-17:00"], "Berlin"), Err(HoursError::Zone));
    }
}
