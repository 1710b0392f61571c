//! What a change changed, as a line of the audit log tells it: `name: Окна → Двери; active: yes → no`.

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
    fn only_what_differs_is_told() {
        let mut changes = Changes::default();
        changes.note("name", &"Окна".to_owned(), &"Двери".to_owned());
        changes.note("note", &"так".to_owned(), &"так".to_owned());
        changes.note("price_minor", &None, &Some(5000));
        changes.note("active", &true, &false);
        assert_eq!(changes.to_string(), "name: Окна → Двери; price_minor: – → 5000; active: yes → no");
    }
}
