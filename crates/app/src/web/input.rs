//! Reads what people and programs send, field by field, with one set of rules for both doors.
//!
//! A form sends text and a program sends JSON; [`Fields`] knows which and asks the same questions of both. It goes
//! on after a fault, so that all faults are told at once, and knows which fields nobody asked for.

use crate::{
    access::Role,
    error::FieldErrors,
    text::{
        form_time,
        money::{MAX_MONEY, MoneyError, parse_money},
        phone::Phone,
    },
    web::{
        Door,
        openapi::shape::{self, Notes},
    },
};
use jiff::tz::TimeZone;
use serde_json::{Map, Value};
use std::{collections::HashSet, ops::RangeInclusive};

/// What a request may carry: reads itself from fields. Faulty fields leave a harmless value behind, which
/// is never used because the faults refuse the request.
pub trait Input: Sized {
    fn read(fields: &mut Fields) -> Self;
}

impl Input for () {
    fn read(_: &mut Fields) -> Self {}
}

/// One of a few words.
pub trait Choice: Copy + 'static {
    const ALL: &'static [Self];
    fn code(self) -> &'static str;

    fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|choice| choice.code() == code)
    }
}

impl Choice for Role {
    const ALL: &'static [Self] = &Self::ALL;
    fn code(self) -> &'static str {
        self.code()
    }
}

/// The fields of one request (or of one object inside it).
pub struct Fields<'a> {
    raw: std::borrow::Cow<'a, Map<String, Value>>,
    prefix: String,
    door: Door,
    zone: TimeZone,
    seen: HashSet<String>,
    errors: FieldErrors,
    /// How many files came along.
    files: usize,
    /// All values are texts, though a program sent them.
    only_texts: bool,
    /// What was asked for, when the API's document wants to know.
    notes: Option<Notes>,
}

impl<'a> Fields<'a> {
    /// Fields of a form or a query string; times are read in `zone`.
    pub fn of_form(raw: &'a Map<String, Value>, zone: TimeZone) -> Self {
        Self {
            raw: std::borrow::Cow::Borrowed(raw),
            prefix: String::new(),
            door: Door::Page,
            zone,
            seen: HashSet::new(),
            errors: FieldErrors::default(),
            files: 0,
            only_texts: false,
            notes: None,
        }
    }

    /// Fields of a JSON object.
    pub fn of_json(raw: &'a Map<String, Value>) -> Self {
        Self {
            raw: std::borrow::Cow::Borrowed(raw),
            prefix: String::new(),
            door: Door::Api,
            zone: TimeZone::UTC,
            seen: HashSet::new(),
            errors: FieldErrors::default(),
            files: 0,
            only_texts: false,
            notes: None,
        }
    }

    /// The texts of a program's multipart body, which brought so many files along.
    pub fn of_multipart(raw: &'a Map<String, Value>, files: usize) -> Self {
        Self { only_texts: true, ..Self::of_json(raw) }.beside(files)
    }

    /// The same fields, with so many files that came along.
    pub fn beside(self, files: usize) -> Self {
        Self { files, ..self }
    }

    /// Whether files came along.
    pub fn bring_files(&self) -> bool {
        self.files > 0
    }

    /// Fields that note what is asked for, for the API's document.
    pub(in crate::web) fn recording(nothing: &'a Map<String, Value>) -> Self {
        Self { notes: Some(Notes::default()), ..Self::of_json(nothing) }
    }

    pub(in crate::web) fn into_notes(self) -> Notes {
        self.notes.unwrap_or_default()
    }

    fn note(&mut self, name: &str, schema: impl FnOnce() -> Value) {
        if let Some(notes) = &mut self.notes {
            notes.add(name, schema());
        }
    }

    /// All faults, those of fields that nobody asked for included.
    pub fn finish(mut self) -> FieldErrors {
        self.note_unknown();
        self.errors
    }

    /// Notes a fault of a field.
    pub fn error(&mut self, name: &str, code: &'static str) {
        self.errors.add(&format!("{}{name}", self.prefix), code);
    }

    /// Notes a fault whose text needs a limit or a name.
    pub fn error_with(&mut self, name: &str, code: &'static str, args: Vec<(&'static str, String)>) {
        self.errors.add_with(&format!("{}{name}", self.prefix), code, args);
    }

    /// Whether the field is there and not empty.
    pub fn has(&self, name: &str) -> bool {
        self.notes.is_some() || self.peek(name).is_some()
    }

    /// A field of a change, read only if it came, empty or not: a page that does not show it leaves it as it is.
    pub fn if_came<T>(&mut self, name: &str, read: impl FnOnce(&mut Self, &str) -> T) -> Option<T> {
        (self.notes.is_some() || self.raw.contains_key(name)).then(|| read(self, name))
    }

    /// A field of a change, read only if it was sent: what a program leaves out stays, what it sends empty is emptied.
    /// A form always holds all of its fields, though the browser leaves out boxes without a tick.
    pub fn sent<T>(&mut self, name: &str, read: impl FnOnce(&mut Self, &str) -> T) -> Option<T> {
        (self.door == Door::Page || self.notes.is_some() || self.raw.contains_key(name)).then(|| read(self, name))
    }

    /// Whether the field was sent at all, be it empty: in a change, what is not named stays.
    pub fn is_named(&self, name: &str) -> bool {
        self.raw.contains_key(name)
    }

    /// Text that must be there, without the space around it.
    pub fn text(&mut self, name: &str, max: usize) -> String {
        let text = self.optional_text(name, max);
        if text.is_empty() && !self.is_faulty(name) {
            self.error(name, "required");
        }
        text
    }

    /// Text that may be missing; then it is empty.
    pub fn optional_text(&mut self, name: &str, max: usize) -> String {
        self.note(name, || shape::text(max));
        let text = match self.take(name) {
            None => return String::new(),
            Some(Value::String(text)) => clean(&text),
            Some(_) => {
                self.error(name, "not_text");
                return String::new();
            }
        };
        if text.chars().count() > max {
            self.error_with(name, "too_long", vec![("max", max.to_string())]);
        }
        text
    }

    /// A password exactly as typed.
    pub fn password(&mut self, name: &str) -> String {
        self.note(name, shape::password);
        match self.take(name) {
            Some(Value::String(text)) if text.chars().count() <= 1000 => text,
            Some(Value::String(_)) => {
                self.error_with(name, "too_long", vec![("max", "1000".into())]);
                String::new()
            }
            Some(_) => {
                self.error(name, "not_text");
                String::new()
            }
            None => {
                self.error(name, "required");
                String::new()
            }
        }
    }

    /// A whole number that must be there.
    pub fn whole(&mut self, name: &str, range: RangeInclusive<i64>) -> i64 {
        let low = *range.start();
        self.required(name, |f| f.optional_whole(name, range)).unwrap_or(low)
    }

    /// A whole number that may be missing.
    pub fn optional_whole(&mut self, name: &str, range: RangeInclusive<i64>) -> Option<i64> {
        self.note(name, || shape::whole(&range));
        let number = match self.take(name)? {
            Value::Number(n) => n.as_i64(),
            Value::String(text) if self.door == Door::Page => text.trim().replace(['\u{a0}', ' '], "").parse().ok(),
            _ => None,
        };
        let Some(number) = number else {
            self.error(name, "not_a_number");
            return None;
        };
        if !range.contains(&number) {
            self.error_with(name, "out_of_range", vec![("min", range.start().to_string()), ("max", range.end().to_string())]);
            return None;
        }
        Some(number)
    }

    /// A coordinate in degrees.
    pub fn optional_degrees(&mut self, name: &str, limit: f64) -> Option<f64> {
        self.note(name, || shape::degrees(limit));
        let number = match self.take(name)? {
            Value::Number(n) => n.as_f64(),
            Value::String(text) if self.door == Door::Page => text.trim().replace(',', ".").parse().ok(),
            _ => None,
        };
        match number {
            Some(n) if n.is_finite() && n.abs() <= limit => Some(n),
            Some(_) => {
                self.error_with(name, "out_of_range", vec![("min", format!("-{limit}")), ("max", limit.to_string())]);
                None
            }
            None => {
                self.error(name, "not_a_number");
                None
            }
        }
    }

    /// Money: kopecks from programs, rubles as people write them from forms. 0 to a billion rubles.
    pub fn optional_money(&mut self, name: &str) -> Option<i64> {
        self.note(name, || shape::money(MAX_MONEY));
        let kopecks = match self.take(name)? {
            Value::Number(n) if self.door == Door::Api => n.as_i64().ok_or(MoneyError::NotANumber),
            Value::String(text) if self.door == Door::Page => parse_money(&text),
            _ => Err(MoneyError::NotANumber),
        };
        let kopecks = kopecks.and_then(|sum| if (0..=MAX_MONEY).contains(&sum) { Ok(sum) } else { Err(MoneyError::OutOfRange) });
        kopecks.map_err(|fault| self.error(name, fault.code())).ok()
    }

    /// Yes or no; a missing one is no.
    pub fn flag(&mut self, name: &str) -> bool {
        self.note(name, shape::flag);
        match self.take(name) {
            None => false,
            Some(Value::Bool(b)) => b,
            Some(Value::String(text)) if self.door == Door::Page => matches!(text.as_str(), "on" | "true" | "1" | "yes"),
            Some(_) => {
                self.error(name, "invalid");
                false
            }
        }
    }

    /// One of a few words that must be there.
    pub fn choice<T: Choice>(&mut self, name: &str) -> T {
        self.required(name, |f| f.optional_choice(name)).unwrap_or(T::ALL[0])
    }

    /// One of a few words, or none.
    pub fn optional_choice<T: Choice>(&mut self, name: &str) -> Option<T> {
        self.note(name, shape::choice::<T>);
        let chosen = match self.take(name)? {
            Value::String(text) => T::parse(text.trim()),
            _ => None,
        };
        if chosen.is_none() {
            self.error(name, "not_in_list");
        }
        chosen
    }

    /// Several of a few words: an array, or the field repeated.
    pub fn choices<T: Choice>(&mut self, name: &str) -> Vec<T> {
        self.note(name, || shape::list(&shape::choice::<T>(), T::ALL.len()));
        let items = self.items(name);
        let chosen: Option<Vec<T>> = items.iter().map(|item| item.as_str().and_then(|text| T::parse(text.trim()))).collect();
        chosen.unwrap_or_else(|| {
            self.error(name, "not_in_list");
            vec![]
        })
    }

    /// A time of the day that must be there, `22:00`, as minutes since midnight.
    pub fn minute_of_day(&mut self, name: &str) -> i64 {
        let text = self.text(name, 5);
        let minute = form_time::parse_time(&text).ok().map(|time| i64::from(time.hour()) * 60 + i64::from(time.minute()));
        if minute.is_none() && !text.is_empty() && !self.is_faulty(name) {
            self.error(name, "time");
        }
        minute.unwrap_or(0)
    }

    /// A moment that must be there, ms UTC: RFC 3339 from programs, local time from forms.
    pub fn instant(&mut self, name: &str) -> i64 {
        self.required(name, |f| f.optional_instant(name)).unwrap_or(0)
    }

    /// A moment that may be missing.
    pub fn optional_instant(&mut self, name: &str) -> Option<i64> {
        self.note(name, shape::instant);
        let Value::String(text) = self.take(name)? else {
            self.error(name, "date_invalid");
            return None;
        };
        let moment = match self.door {
            Door::Api => text.trim().parse::<jiff::Timestamp>().ok().map(|t| t.as_millisecond()),
            Door::Page => form_time::parse_local(&text, &self.zone).ok(),
        };
        // Years 2000 to 2100: beyond them it is a slip of the keyboard.
        let moment = moment.filter(|ms| (946_684_800_000..4_102_444_800_000).contains(ms));
        if moment.is_none() {
            self.error(name, "date_invalid");
        }
        moment
    }

    /// A bound of a search that may be missing: RFC 3339, a day or local time; `end` takes the end of the day.
    pub fn optional_bound(&mut self, name: &str, end: bool) -> Option<i64> {
        self.note(name, shape::bound);
        let text = text_of(&self.take(name)?);
        match text.parse::<jiff::Timestamp>() {
            Ok(moment) => Some(moment.as_millisecond()),
            Err(_) => self.local_bound(name, &text, end),
        }
    }

    /// A day (`2026-11-24`) or local time as a bound of a search; `end` takes the end of the day.
    pub fn local_bound(&mut self, name: &str, text: &str, end: bool) -> Option<i64> {
        let day = form_time::parse_date(text)
            .and_then(|date| form_time::day_start(if end { date.tomorrow().unwrap_or(date) } else { date }, &self.zone));
        let moment = day.or_else(|_| form_time::parse_local(text, &self.zone)).ok();
        if moment.is_none() {
            self.error(name, "date_invalid");
        }
        moment
    }

    /// An id that must be there.
    pub fn id<T: From<i64>>(&mut self, name: &str) -> T {
        self.required(name, |f| f.optional_id(name)).unwrap_or_else(|| T::from(0))
    }

    /// An id that may be missing.
    pub fn optional_id<T: From<i64>>(&mut self, name: &str) -> Option<T> {
        self.note(name, shape::id);
        let value = self.take(name)?;
        let id = self.id_of(&value);
        if id.is_none() {
            self.error(name, "invalid");
        }
        id.map(T::from)
    }

    /// Up to a hundred ids: an array, or the field repeated. Doubles are dropped.
    pub fn ids<T: From<i64>>(&mut self, name: &str) -> Vec<T> {
        self.note(name, || shape::list(&shape::id(), 100));
        let items = self.items(name);
        let ids: Option<Vec<i64>> = items.iter().map(|item| self.id_of(item)).collect();
        let Some(ids) = ids.filter(|ids| ids.len() <= 100) else {
            self.error(name, "invalid");
            return vec![];
        };
        let mut seen = HashSet::new();
        ids.into_iter().filter(|id| seen.insert(*id)).map(T::from).collect()
    }

    /// Places in a list, from 0: an array, or the field repeated. Doubles are dropped.
    pub fn places(&mut self, name: &str) -> Vec<i64> {
        self.note(name, || shape::list(&shape::whole(&(0..=i64::MAX)), 200));
        let items = self.items(name);
        let read = |item: &Value| match item {
            Value::Number(n) => n.as_i64(),
            Value::String(text) if self.door == Door::Page => text.trim().parse().ok(),
            _ => None,
        };
        let places: Option<Vec<i64>> = items.iter().map(read).collect();
        let Some(mut places) = places.filter(|places| places.len() <= 200) else {
            self.error(name, "invalid");
            return vec![];
        };
        places.sort_unstable();
        places.dedup();
        places
    }

    /// A list of short texts: an array, or one a line in a form.
    pub fn texts(&mut self, name: &str, most: usize, max: usize) -> Vec<String> {
        self.note(name, || shape::list(&shape::text(max), most));
        let lines: Vec<String> = match self.take(name) {
            None => return vec![],
            Some(Value::Array(items)) if items.iter().all(Value::is_string) => items.iter().map(text_of).collect(),
            Some(Value::String(text)) if self.door == Door::Page => text.lines().map(str::to_owned).collect(),
            Some(_) => {
                self.error(name, "not_a_list");
                return vec![];
            }
        };
        let lines: Vec<String> = lines.iter().map(|line| clean(line)).filter(|line| !line.is_empty()).collect();
        if lines.len() > most {
            self.error_with(name, "too_many", vec![("max", most.to_string())]);
        } else if lines.iter().any(|line| line.chars().count() > max) {
            self.error_with(name, "too_long", vec![("max", max.to_string())]);
        }
        lines
    }

    /// A phone number as Russians write them, as E.164; must be there.
    pub fn phone(&mut self, name: &str) -> String {
        self.required(name, |f| f.optional_phone(name)).unwrap_or_default()
    }

    /// A phone number that may be missing.
    pub fn optional_phone(&mut self, name: &str) -> Option<String> {
        self.note(name, shape::phone);
        let text = self.optional_text(name, 60);
        if text.is_empty() {
            return None;
        }
        match Phone::parse(&text) {
            Ok(phone) => Some(phone.as_str().to_owned()),
            Err(_) => {
                self.error(name, "phone_invalid");
                None
            }
        }
    }

    /// An e-mail address in lower case, if given.
    pub fn optional_email(&mut self, name: &str) -> Option<String> {
        self.note(name, shape::email);
        let text = self.optional_text(name, 254).to_lowercase();
        if text.is_empty() {
            return None;
        }
        let shaped = text.split_once('@').is_some_and(|(user, host)| {
            !user.is_empty()
                && user.len() <= 64
                && host.contains('.')
                && !host.starts_with('.')
                && !host.ends_with('.')
                && !host.contains("..")
                && !host.contains('@')
        });
        if !shaped || text.chars().any(|c| c.is_whitespace() || c.is_control() || "<>(),;:\\\"[]".contains(c)) {
            self.error(name, "email_invalid");
            return None;
        }
        Some(text)
    }

    /// An object inside; in forms its fields are named `object.field`.
    pub fn object<T>(&mut self, name: &str, read: impl FnOnce(&mut Fields) -> T) -> Option<T> {
        let inner = match self.door {
            Door::Api if self.notes.is_some() => Map::new(),
            Door::Api => match self.take(name)? {
                Value::Object(inner) => inner,
                _ => {
                    self.error(name, "not_an_object");
                    return None;
                }
            },
            Door::Page => self.with_prefix(name),
        };
        let mut fields = Fields {
            raw: std::borrow::Cow::Owned(inner),
            prefix: format!("{}{name}.", self.prefix),
            door: self.door,
            zone: self.zone.clone(),
            seen: HashSet::new(),
            errors: std::mem::take(&mut self.errors),
            files: 0,
            only_texts: self.only_texts,
            notes: self.notes.as_ref().map(|_| Notes::default()),
        };
        let value = read(&mut fields);
        fields.note_unknown();
        self.errors = fields.errors;
        if let Some(inner) = fields.notes {
            let schema = inner.object(&self.errors, &fields.prefix);
            self.note(name, || schema);
        }
        Some(value)
    }

    /// The field as it came; for the few inputs with a shape of their own.
    pub fn raw(&mut self, name: &str) -> Option<Value> {
        self.note(name, || serde_json::json!({}));
        self.take(name)
    }

    /// Through which door the fields came.
    pub fn door(&self) -> Door {
        self.door
    }

    /// Whether a fault of this field is already noted.
    pub fn is_faulty(&self, name: &str) -> bool {
        self.errors.of(&format!("{}{name}", self.prefix)).is_some()
    }

    fn required<T>(&mut self, name: &str, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let value = read(self);
        if value.is_none() && !self.is_faulty(name) {
            self.error(name, "required");
        }
        value
    }

    fn peek(&self, name: &str) -> Option<&Value> {
        self.raw.get(name).filter(|value| !value.is_null() && !matches!(value, Value::String(text) if text.trim().is_empty()))
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        self.seen.insert(name.to_owned());
        self.peek(name).cloned()
    }

    fn items(&mut self, name: &str) -> Vec<Value> {
        match self.take(name) {
            None => vec![],
            Some(Value::Array(items)) => items.into_iter().filter(|item| !item.as_str().is_some_and(str::is_empty)).collect(),
            Some(one) if self.door == Door::Page => vec![one],
            Some(_) => {
                self.error(name, "not_a_list");
                vec![]
            }
        }
    }

    fn id_of(&self, value: &Value) -> Option<i64> {
        match value {
            Value::Number(n) => n.as_i64().filter(|id| *id > 0),
            Value::String(text) if self.door == Door::Page || self.only_texts => text.trim().parse().ok().filter(|id| *id > 0),
            _ => None,
        }
    }

    fn with_prefix(&mut self, name: &str) -> Map<String, Value> {
        let prefix = format!("{name}.");
        let mut inner = Map::new();
        for (key, value) in self.raw.iter() {
            if let Some(rest) = key.strip_prefix(&prefix) {
                inner.insert(rest.to_owned(), value.clone());
                self.seen.insert(key.clone());
            }
        }
        inner
    }

    /// A program that sends what nobody reads is mistaken about the API; a browser sends what the page holds.
    fn note_unknown(&mut self) {
        if self.door == Door::Api {
            let unknown: Vec<String> = self.raw.keys().filter(|key| !self.seen.contains(*key)).cloned().collect();
            for name in unknown {
                self.error(&name, "unknown_field");
            }
        }
    }
}

/// Control characters out (line ends stay), space around it off.
/// Without control characters, and without those that turn the direction of what stands after them; empty when nothing
/// in it can be seen.
fn clean(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let kept: String = text.replace("\r\n", "\n").chars().filter(|c| (!c.is_control() || *c == '\n' || *c == '\t') && !turns(*c)).collect();
    let invisible = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{2800}'
            )
    };
    if kept.chars().all(invisible) { String::new() } else { kept.trim().to_owned() }
}

/// A form or a query string as a map; a field sent several times becomes a list.
pub fn form_values(bytes: &[u8]) -> Map<String, Value> {
    let mut values = Map::new();
    for (name, value) in form_urlencoded::parse(bytes) {
        let value = Value::String(value.into_owned());
        // A list field may come once, so its name may end in []: the brackets are only a mark.
        let name = name.trim_end_matches("[]").to_owned();
        match values.get_mut(&name) {
            None => drop(values.insert(name, value)),
            Some(Value::Array(items)) => items.push(value),
            Some(first) => {
                let earlier = first.take();
                *first = Value::Array(vec![earlier, value]);
            }
        }
    }
    values
}

/// A field's value as the text that an input shows.
pub fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Array(items) => items.first().map(text_of).unwrap_or_default(),
        other => other.to_string(),
    }
}

/// A query string, read by the same rules.
pub struct Query<T>(pub T);

impl<T: Input> axum::extract::FromRequestParts<crate::app::App> for Query<T> {
    type Rejection = crate::error::Error;

    async fn from_request_parts(parts: &mut axum::http::request::Parts, app: &crate::app::App) -> crate::error::Result<Self> {
        let values = form_values(parts.uri.query().unwrap_or("").as_bytes());
        let mut fields = Fields::of_form(&values, app.company().zone());
        let value = T::read(&mut fields);
        fields.finish().into_result()?;
        Ok(Self(value))
    }
}
