//! Working hours by weekday, as the company and each worker have them: `{"mon": "09:00-18:00"}`; a day left out is off.

use crate::{
    text::form_time::parse_time,
    web::{Door, Fields},
};
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Monday first.
pub const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

const DAY_END: u16 = 24 * 60;

/// When somebody works, in minutes of the day by weekday.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hours([Option<Span>; 7]);

/// Part of a day; the end may be 24:00.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    from: u16,
    to: u16,
}

impl Span {
    fn new(from: &str, to: &str) -> Result<Self, &'static str> {
        let (from, to) = (minutes(from)?, minutes(to)?);
        // Midnight at the end of a day is written 00:00 by those who pick from a clock.
        let to = if to == 0 { DAY_END } else { to };
        if from < to { Ok(Self { from, to }) } else { Err("date_order") }
    }

    fn parse(text: &str) -> Result<Self, &'static str> {
        let (from, to) = text.split_once(['-', '–']).ok_or("hours_invalid")?;
        Self::new(from, to)
    }
}

fn minutes(text: &str) -> Result<u16, &'static str> {
    if text.trim() == "24:00" {
        return Ok(DAY_END);
    }
    let time = parse_time(text).map_err(|_| "hours_invalid")?;
    Ok(u16::from(time.hour().unsigned_abs()) * 60 + u16::from(time.minute().unsigned_abs()))
}

fn clock(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// Hours as programs send and get them: by weekday, a day left out is off.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(transparent)]
pub struct HoursView(BTreeMap<String, String>);

impl Hours {
    /// Hours as they are stored; none when nothing was set.
    pub fn stored(text: &str) -> Option<Self> {
        let view: HoursView = serde_json::from_str(text).ok()?;
        let mut hours = Self::default();
        for (day, span) in WEEKDAYS.iter().zip(&mut hours.0) {
            *span = view.0.get(*day).and_then(|text| Span::parse(text).ok());
        }
        Some(hours).filter(|hours| *hours != Self::default())
    }

    /// The text to store; empty when nothing is set.
    pub fn to_stored(hours: Option<&Self>) -> String {
        hours.map(|hours| serde_json::to_string(&hours.view()).unwrap_or_default()).unwrap_or_default()
    }

    /// Hours for the API.
    pub fn view(&self) -> HoursView {
        let days = WEEKDAYS.iter().zip(&self.0).filter_map(|(day, span)| span.map(|span| (day, span)));
        HoursView(days.map(|(day, span)| ((*day).to_owned(), format!("{}-{}", clock(span.from), clock(span.to)))).collect())
    }

    /// Reads `{"mon": "09:00-18:00"}` from programs and `hours.mon.from`, `hours.mon.to` from forms; none when no day is set.
    pub fn read(fields: &mut Fields, name: &str) -> Option<Self> {
        let mut hours = Self::default();
        fields.object(name, |days| {
            for (day, span) in WEEKDAYS.iter().zip(&mut hours.0) {
                *span = read_day(days, day);
            }
        });
        Some(hours).filter(|hours| *hours != Self::default())
    }

    /// The two ends of a day (0 is Monday) as `09:00`; empty when it is off.
    pub fn ends(&self, day: usize) -> (String, String) {
        self.0.get(day).copied().flatten().map(|span| (clock(span.from), clock(span.to % DAY_END))).unwrap_or_default()
    }

    /// Whether work from one moment to the other (ms UTC) lies within these hours; of work over several days the
    /// first and the last day count.
    pub fn cover(&self, (from_ms, to_ms): (i64, i64), zone: &TimeZone) -> bool {
        let (from, to) = (local(from_ms, zone), local(to_ms, zone));
        // Work until midnight belongs to the day that ends then.
        let (last, end) = if to.date() > from.date() && minute_of(to) == 0 {
            (to.date().yesterday().unwrap_or(to.date()), DAY_END)
        } else {
            (to.date(), minute_of(to))
        };
        let within = |span: Option<Span>, minute: u16| span.is_some_and(|span| (span.from..=span.to).contains(&minute));
        within(self.on(from.date()), minute_of(from)) && within(self.on(last), end)
    }

    fn on(&self, date: jiff::civil::Date) -> Option<Span> {
        self.0[usize::from(date.weekday().to_monday_zero_offset().unsigned_abs())]
    }
}

impl std::fmt::Display for Hours {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let days: Vec<String> = self.view().0.iter().map(|(day, span)| format!("{day} {span}")).collect();
        f.write_str(&days.join(", "))
    }
}

fn read_day(days: &mut Fields, day: &str) -> Option<Span> {
    let span = match days.door() {
        Door::Api => {
            let text = days.optional_text(day, 20);
            if text.is_empty() || text == "off" || days.is_faulty(day) {
                return None;
            }
            Span::parse(&text)
        }
        Door::Page => {
            let (from, to) = days.object(day, |ends| (ends.optional_text("from", 8), ends.optional_text("to", 8)))?;
            if from.is_empty() && to.is_empty() {
                return None;
            }
            Span::new(&from, &to)
        }
    };
    span.map_err(|code| days.error(day, code)).ok()
}

fn local(ms: i64, zone: &TimeZone) -> DateTime {
    zone.to_datetime(Timestamp::from_millisecond(ms).unwrap_or_default())
}

fn minute_of(time: DateTime) -> u16 {
    u16::from(time.hour().unsigned_abs()) * 60 + u16::from(time.minute().unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::FieldErrors;
    use jiff::civil::date;

    fn of(text: &str) -> Hours {
        Hours::stored(text).unwrap()
    }

    fn moscow(day: i8, hour: i8, minute: i8) -> i64 {
        let zone = TimeZone::get("Europe/Moscow").unwrap();
        zone.to_timestamp(date(2026, 11, day).at(hour, minute, 0, 0)).unwrap().as_millisecond()
    }

    #[test]
    fn stored_and_back() {
        let text = r#"{"mon":"09:00-18:00","sat":"10:00-24:00"}"#;
        assert_eq!(Hours::to_stored(Some(&of(text))), text);
        assert_eq!(of(text).ends(0), ("09:00".into(), "18:00".into()));
        assert_eq!(of(text).ends(5), ("10:00".into(), "00:00".into()));
        assert_eq!(of(text).ends(6), (String::new(), String::new()));
        for nothing in ["", "{}", "09:00-18:00", r#"{"mon":"x"}"#] {
            assert_eq!(Hours::stored(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn a_window_within_the_hours_of_its_days() {
        let zone = TimeZone::get("Europe/Moscow").unwrap();
        // 23 November 2026 is a Monday.
        let hours = of(r#"{"mon":"09:00-18:00","tue":"09:00-18:00","sat":"10:00-24:00"}"#);
        for (from, to, expected) in [
            (moscow(23, 9, 0), moscow(23, 18, 0), true),
            (moscow(23, 8, 59), moscow(23, 12, 0), false),
            (moscow(23, 12, 0), moscow(23, 18, 1), false),
            (moscow(23, 12, 0), moscow(24, 12, 0), true),
            (moscow(25, 12, 0), moscow(25, 13, 0), false),
            (moscow(28, 22, 0), moscow(29, 0, 0), true),
            (moscow(28, 22, 0), moscow(29, 1, 0), false),
        ] {
            assert_eq!(hours.cover((from, to), &zone), expected, "{from} {to}");
        }
    }

    #[test]
    fn both_doors_read_them() {
        let read = |door: Door, json: &str| {
            let serde_json::Value::Object(raw) = serde_json::from_str(json).unwrap() else { panic!() };
            let mut fields = if door == Door::Api { Fields::of_json(&raw) } else { Fields::of_form(&raw, TimeZone::UTC) };
            let hours = Hours::read(&mut fields, "hours");
            let errors: FieldErrors = fields.finish();
            (hours, errors.iter().map(|e| format!("{} {}", e.field, e.code)).collect::<Vec<_>>())
        };
        let mon = of(r#"{"mon":"09:00-18:00"}"#);
        assert_eq!(read(Door::Api, r#"{"hours":{"mon":"9:00-18:00","tue":null,"sun":"off"}}"#), (Some(mon.clone()), vec![]));
        assert_eq!(read(Door::Page, r#"{"hours.mon.from":"09:00","hours.mon.to":"18:00","hours.tue.from":""}"#), (Some(mon), vec![]));
        assert_eq!(read(Door::Api, r#"{"hours":{}}"#), (None, vec![]));
        assert_eq!(read(Door::Api, r#"{"hours":{"mon":"18:00-09:00"}}"#).1, ["hours.mon date_order"]);
        assert_eq!(
            read(Door::Api, r#"{"hours":{"mon":"утром","monday":"09:00-18:00"}}"#).1,
            ["hours.mon hours_invalid", "hours.monday unknown_field"]
        );
        assert_eq!(read(Door::Api, r#"{"hours":"09:00-18:00"}"#).1, ["hours not_an_object"]);
        assert_eq!(read(Door::Page, r#"{"hours.fri.from":"09:00"}"#).1, ["hours.fri hours_invalid"]);
    }
}
