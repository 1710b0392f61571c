//! Dates and times from form fields (`date`, `time`, `datetime-local`) and back.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};

/// Why a typed date or time was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    #[error("empty")]
    Empty,
    #[error("not a date or time")]
    Invalid,
    #[error("the clocks jump over this time")]
    Skipped,
}

impl TimeError {
    /// The validation code, whose text is `error-<code>`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "required",
            Self::Invalid => "date_invalid",
            Self::Skipped => "time_skipped",
        }
    }
}

/// Reads a `datetime-local` value (`2026-11-24T13:00`) in a zone into milliseconds UTC.
/// An hour that the clocks pass twice is taken the first time.
pub fn parse_local(typed: &str, zone: &TimeZone) -> Result<i64, TimeError> {
    let text = not_empty(typed)?;
    let (date, time) = text.split_once(['T', ' ']).ok_or(TimeError::Invalid)?;
    instant(parse_date(date)?.to_datetime(parse_time(time)?), zone)
}

/// Reads a `date` value (`2026-11-24`), or «24.11.2026» as typed where there is no date picker.
pub fn parse_date(typed: &str) -> Result<Date, TimeError> {
    let text = not_empty(typed)?;
    let (mark, iso) = if text.contains('-') { ('-', true) } else { ('.', false) };
    let mut parts = text.split(mark);
    let (Some(first), Some(month), Some(last), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err(TimeError::Invalid);
    };
    let (year, day) = if iso { (first, last) } else { (last, first) };
    let year = number(year, 4..=4)?;
    if !(1900..=2200).contains(&year) {
        return Err(TimeError::Invalid);
    }
    let (month, day) = (number(month, 1..=2)?, number(day, 1..=2)?);
    Date::new(year, month as i8, day as i8).map_err(|_| TimeError::Invalid)
}

/// Reads a `time` value (`13:00`, `13:00:30`; seconds are dropped).
pub fn parse_time(typed: &str) -> Result<Time, TimeError> {
    let text = not_empty(typed)?;
    let mut parts = text.split(':');
    let hour = number(parts.next().unwrap_or_default(), 1..=2)?;
    let minute = number(parts.next().unwrap_or_default(), 2..=2)?;
    if let Some(seconds) = parts.next() {
        let whole = seconds.split_once('.').map_or(seconds, |(whole, _)| whole);
        if number(whole, 2..=2)? > 59 {
            return Err(TimeError::Invalid);
        }
    }
    if parts.next().is_some() {
        return Err(TimeError::Invalid);
    }
    Time::new(hour as i8, minute as i8, 0, 0).map_err(|_| TimeError::Invalid)
}

/// The first instant of a day in a zone (not always 00:00: clocks jump at midnight in some places).
pub fn day_start(date: Date, zone: &TimeZone) -> Result<i64, TimeError> {
    let midnight = zone.to_ambiguous_timestamp(date.to_datetime(Time::midnight()));
    midnight.compatible().map(|start| start.as_millisecond()).map_err(|_| TimeError::Invalid)
}

/// Minutes since midnight as a time of the day.
pub fn time_of(minute: i64) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// The value of a `datetime-local` field: `2026-11-24T13:00`.
pub fn time_input_value(ms: i64, zone: &TimeZone) -> String {
    let local = local(ms, zone);
    format!("{}T{:02}:{:02}", local.date(), local.hour(), local.minute())
}

/// The value of a `date` field: `2026-11-24`.
pub fn date_input_value(ms: i64, zone: &TimeZone) -> String {
    local(ms, zone).date().to_string()
}

fn local(ms: i64, zone: &TimeZone) -> DateTime {
    zone.to_datetime(Timestamp::from_millisecond(ms).unwrap_or_default())
}

fn instant(local: DateTime, zone: &TimeZone) -> Result<i64, TimeError> {
    let ambiguous = zone.to_ambiguous_timestamp(local);
    if matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. }) {
        return Err(TimeError::Skipped);
    }
    ambiguous.earlier().map(|at| at.as_millisecond()).map_err(|_| TimeError::Invalid)
}

fn not_empty(typed: &str) -> Result<&str, TimeError> {
    let text = typed.trim();
    if text.is_empty() { Err(TimeError::Empty) } else { Ok(text) }
}

fn number(text: &str, length: std::ops::RangeInclusive<usize>) -> Result<i16, TimeError> {
    let good = length.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if good { text.parse().map_err(|_| TimeError::Invalid) } else { Err(TimeError::Invalid) }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    #[test]
    fn form_values_are_read_in_the_zone() {
        let moscow = zone("Europe/Moscow");
        let expected = 1_795_514_400_000; // 2026-11-24T10:00:00Z
        for typed in ["2026-11-24T13:00", "2026-11-24T13:00:00", "2026-11-24 13:00", " 24.11.2026 13:00 ", "2026-11-24T13:00:59.999"] {
            assert_eq!(parse_local(typed, &moscow), Ok(expected), "{typed}");
        }
        assert_eq!(time_input_value(expected, &moscow), "2026-11-24T13:00");
        assert_eq!(date_input_value(expected, &moscow), "2026-11-24");
        assert_eq!(parse_date("01.02.2026"), Ok(date(2026, 2, 1)));
        assert_eq!(day_start(date(2026, 11, 24), &moscow), Ok(expected - 13 * 3_600_000));
    }

    #[test]
    fn an_hour_that_does_not_exist_is_refused() {
        let berlin = zone("Europe/Berlin");
        assert_eq!(parse_local("2026-03-29T02:30", &berlin), Err(TimeError::Skipped));
        assert!(parse_local("2026-03-29T03:00", &berlin).is_ok());
    }

    #[test]
    fn an_hour_that_comes_twice_is_the_first_one() {
        let berlin = zone("Europe/Berlin");
        let first = parse_local("2026-10-25T02:30", &berlin).unwrap();
        assert_eq!(first, parse_local("2026-10-25T01:30", &berlin).unwrap() + 3_600_000);
        assert_eq!(parse_local("2026-10-25T03:30", &berlin).unwrap(), first + 2 * 3_600_000);
    }

    #[test]
    fn a_day_may_begin_at_one() {
        let beirut = zone("Asia/Beirut");
        let start = day_start(date(2026, 3, 29), &beirut).unwrap();
        assert_eq!(time_input_value(start, &beirut), "2026-03-29T01:00");
    }

    #[test]
    fn nonsense_is_refused() {
        let moscow = zone("Europe/Moscow");
        assert_eq!(parse_local("  ", &moscow), Err(TimeError::Empty));
        for typed in [
            "2026-11-24",
            "13:00",
            "2026-02-30T10:00",
            "2026-13-01T10:00",
            "2026-11-24T24:00",
            "2026-11-24T10:60",
            "2026-11-24T10:00:60",
            "2026-11-24T10:00Z",
            "26-11-24T10:00",
            "+2026-11-24T10:00",
            "-2026-11-24T10:00",
            "0001-01-01T00:00",
            "9999-12-31T23:59",
            "24/11/2026 10:00",
            "завтра",
            "2026-11-24T١٠:٠٠",
            "2026-11-24T10:00[Europe/Moscow]",
            "2026-1-2-3T10:00",
        ] {
            assert_eq!(parse_local(typed, &moscow), Err(TimeError::Invalid), "{typed}");
        }
        for typed in crate::text::phone::hostile() {
            let _ = (parse_local(&typed, &moscow), parse_date(&typed), parse_time(&typed));
        }
    }
}
