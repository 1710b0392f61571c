//! What a change changed, as a line of the audit log tells it: `name: Окна → Двери; active: yes → no`.

use crate::text::i18n::{Lang, has, t};
use std::fmt::{self, Display};

/// The fields that differ, with what stood there and what stands there now.
#[derive(Clone, Debug, Default)]
pub struct Changes(Vec<String>);

impl Changes {
    /// Notes a field if its value is another one now.
    pub fn note<T: PartialEq + Shown>(&mut self, field: &str, before: &T, after: &T) {
        if before != after {
            self.0.push(format!("{field}: {} → {}", short(&before.shown()), short(&after.shown())));
        }
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("; "))
    }
}

/// Long texts are told by their beginning.
fn short(text: &str) -> String {
    let line = text.replace('\n', " / ");
    match line.char_indices().nth(200) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None if line.is_empty() => "–".into(),
        None => line,
    }
}

/// A line of the log in the reader's language: the names of fields, yes and no; what people typed stays as it is.
/// None for a line that tells of no fields.
pub fn in_words(lang: Lang, detail: &str) -> Option<String> {
    let parts: Vec<&str> = detail.split("; ").collect();
    let told: Vec<Option<String>> = parts.iter().map(|part| part_in_words(lang, part)).collect();
    told.iter().any(Option::is_some).then(|| {
        let lines = told.into_iter().zip(parts).map(|(told, part)| told.unwrap_or_else(|| part.to_owned()));
        lines.collect::<Vec<_>>().join("; ")
    })
}

/// `name: a → b`, in the first part after the name of the thing: `Окна: name: a → b`.
fn part_in_words(lang: Lang, part: &str) -> Option<String> {
    let (head, values) = part.split_once(" → ").and_then(|_| split_field(part))?;
    let (thing, field) = head.rsplit_once(": ").map_or(("", head), |(thing, field)| (thing, field));
    let key = format!("audit-field-{}", field.replace('_', "-"));
    if !has(&key) {
        return None;
    }
    let (before, after) = values.split_once(" → ")?;
    let value = |text: &str| match text {
        "yes" => t(lang, "label-yes").into_owned(),
        "no" => t(lang, "label-no").into_owned(),
        other => other.to_owned(),
    };
    let change = format!("{}: {} → {}", t(lang, &key), value(before), value(after));
    Some(if thing.is_empty() { change } else { format!("{thing}: {change}") })
}

/// The field's word, with the thing's name before it if it stands there, and what follows.
fn split_field(part: &str) -> Option<(&str, &str)> {
    let mut from = 0;
    while let Some(at) = part[from..].find(": ").map(|at| from + at) {
        let word = part[..at].rsplit(": ").next().unwrap_or_default();
        if !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') {
            return Some((&part[..at], &part[at + 2..]));
        }
        from = at + 2;
    }
    None
}

/// A value as the audit log writes it.
pub trait Shown {
    fn shown(&self) -> String;
}

impl Shown for String {
    fn shown(&self) -> String {
        self.clone()
    }
}

impl Shown for i64 {
    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Shown for bool {
    fn shown(&self) -> String {
        if *self { "yes" } else { "no" }.into()
    }
}

impl<T: Shown> Shown for Option<T> {
    fn shown(&self) -> String {
        self.as_ref().map(Shown::shown).unwrap_or_default()
    }
}

impl Shown for Vec<String> {
    fn shown(&self) -> String {
        self.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_is_read_in_words() {
        let detail = "Окна: name: Окна → Окна: пластик; price_minor: – → 5000; active: yes → no";
        assert_eq!(
            in_words(Lang::Ru, detail).unwrap(),
            "Окна: имя: Окна → Окна: пластик; стоимость в копейках: – → 5000; действует: Да → Нет"
        );
        assert_eq!(in_words(Lang::Ru, "Монтаж окон"), None);
        assert_eq!(in_words(Lang::En, "a: b → c; → :"), None);
    }

    #[test]
    fn only_what_differs_is_told() {
        let mut changes = Changes::default();
        changes.note("name", &"Окна".to_owned(), &"Двери".to_owned());
        changes.note("note", &"так".to_owned(), &"так".to_owned());
        changes.note("price_minor", &None, &Some(5000));
        changes.note("active", &true, &false);
        assert_eq!(changes.to_string(), "name: Окна → Двери; price_minor: – → 5000; active: yes → no");
    }
}
