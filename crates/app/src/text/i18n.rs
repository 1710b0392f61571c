//! The catalogue of sentences in Russian and English, read once from the files inside the binary.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::{LazyLock, Mutex, PoisonError};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::types::{FluentNumber, FluentNumberOptions};
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_syntax::ast::Pattern;
use rust_embed::Embed;
use unic_langid::LanguageIdentifier;

/// A value put into a sentence: `Value::from("text")`, `Value::from(5)`, `name.into()`.
pub type Value<'a> = FluentValue<'a>;

/// A language of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    #[default]
    Ru,
    En,
}

impl Lang {
    /// Every language, the default one first.
    pub const ALL: [Self; 2] = [Self::Ru, Self::En];

    /// The code for `<html lang>`, cookies and the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ru => "ru",
            Self::En => "en",
        }
    }

    /// Reads `ru`, `ru-RU`, `en_GB`…; `None` for a language that we do not speak.
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?;
        Self::ALL.into_iter().find(|lang| lang.code().eq_ignore_ascii_case(primary))
    }

    /// The language that a browser's `Accept-Language` prefers among ours; Russian when it names none.
    pub fn from_accept_language(header: &str) -> Self {
        let mut best: Option<(Self, f32)> = None;
        for range in header.split(',').take(32) {
            let mut parts = range.split(';');
            let Some(lang) = parts.next().and_then(Self::parse) else { continue };
            let quality = parts
                .find_map(|part| part.trim().strip_prefix("q="))
                .map_or(1.0, |q| q.trim().parse::<f32>().ok().filter(|q| (0.0..=1.0).contains(q)).unwrap_or(0.0));
            if quality > best.map_or(0.0, |(_, q)| q) {
                best = Some((lang, quality));
            }
        }
        best.map_or_else(Self::default, |(lang, _)| lang)
    }
}

/// The sentence `key` (or `key.attribute`) without arguments.
pub fn t(lang: Lang, key: &str) -> Cow<'static, str> {
    CATALOG.get(lang).say(key, None)
}

/// The sentence `key` with the number `$count`, in the right plural form.
pub fn tn(lang: Lang, key: &str, count: i64) -> String {
    ta(lang, key, &[("count", Value::from(count))])
}

/// The sentence `key` with named arguments. Numbers get digit groups; years and ids, passed as text, do not.
pub fn ta(lang: Lang, key: &str, args: &[(&str, Value<'_>)]) -> String {
    let args: FluentArgs = args.iter().map(|(name, value)| (*name, choosing(value))).collect();
    CATALOG.get(lang).say(key, Some(&args)).into_owned()
}

/// Whether the catalogue has the sentence `key`.
pub fn has(key: &str) -> bool {
    CATALOG.get(Lang::default()).find(key).is_some()
}

/// A whole number that came as text (a limit in an error) still chooses the plural form, and is written as it came.
fn choosing<'a>(value: &Value<'a>) -> Value<'a> {
    if let Value::String(text) = value
        && let Ok(number) = text.parse::<i32>()
        && number.to_string() == *text
    {
        let options = FluentNumberOptions { use_grouping: false, ..FluentNumberOptions::default() };
        return FluentNumber::new(f64::from(number), options).into();
    }
    value.clone()
}

/// The `.ftl` files inside the binary.
#[derive(Embed)]
#[folder = "locales"]
pub(super) struct Files;

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| Catalog { ru: Sentences::embedded(Lang::Ru), en: Sentences::embedded(Lang::En) });

struct Catalog {
    ru: Sentences,
    en: Sentences,
}

impl Catalog {
    fn get(&self, lang: Lang) -> &Sentences {
        match lang {
            Lang::Ru => &self.ru,
            Lang::En => &self.en,
        }
    }
}

/// The sentences of one language.
struct Sentences(FluentBundle<FluentResource>);

impl Sentences {
    fn embedded(lang: Lang) -> Self {
        let folder = format!("{}/", lang.code());
        let sources = Files::iter()
            .filter(|path| path.starts_with(&folder))
            .filter_map(|path| Files::get(&path).map(|file| String::from_utf8_lossy(&file.data).into_owned()));
        Self::read(lang, sources)
    }

    /// A broken entry or a second one of the same name is left out here; tests refuse such files.
    fn read(lang: Lang, sources: impl Iterator<Item = String>) -> Self {
        let locale: LanguageIdentifier = lang.code().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![locale]);
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(match lang {
            Lang::Ru => |value, _| write_number(Lang::Ru, value),
            Lang::En => |value, _| write_number(Lang::En, value),
        }));
        for source in sources {
            let resource = FluentResource::try_new(source).unwrap_or_else(|(partial, errors)| {
                tracing::error!(?errors, "a catalogue file has broken entries");
                partial
            });
            if let Err(errors) = bundle.add_resource(resource) {
                tracing::error!(?errors, "a catalogue key is defined twice");
            }
        }
        Self(bundle)
    }

    fn find(&self, key: &str) -> Option<&Pattern<&str>> {
        match key.split_once('.') {
            Some((name, attribute)) => Some(self.0.get_message(name)?.get_attribute(attribute)?.value()),
            None => self.0.get_message(key)?.value(),
        }
    }

    fn say<'a>(&'a self, key: &str, args: Option<&'a FluentArgs<'a>>) -> Cow<'a, str> {
        let Some(pattern) = self.find(key) else {
            return Cow::Owned(not_in_catalogue(key));
        };
        let mut errors = Vec::new();
        let text = self.0.format_pattern(pattern, args, &mut errors);
        if !errors.is_empty() {
            debug_assert!(errors.is_empty(), "sentence `{key}`: {errors:?}");
            log_once(key, "a sentence lacks an argument");
        }
        text
    }
}

/// A mistake in the code: stops a test, but must not take a page away from a person.
fn not_in_catalogue(key: &str) -> String {
    debug_assert!(false, "no sentence `{key}` in the catalogue");
    log_once(key, "no such sentence in the catalogue");
    key.to_owned()
}

/// Logs a fault of one key the first time only; says whether it was the first.
fn log_once(key: &str, fault: &str) -> bool {
    static SEEN: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Mutex::default);
    let first = SEEN.lock().unwrap_or_else(PoisonError::into_inner).insert(key.to_owned());
    if first {
        tracing::error!(key, "{fault}");
    }
    first
}

fn write_number(lang: Lang, value: &FluentValue) -> Option<String> {
    let FluentValue::Number(number) = value else { return None };
    let plain = number.as_string();
    Some(if number.options.use_grouping { super::money::with_separators(lang, &plain) } else { plain.into_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentences(lang: Lang, source: &str) -> Sentences {
        Sentences::read(lang, std::iter::once(source.to_owned()))
    }

    fn count(sentences: &Sentences, value: Value<'_>) -> String {
        let args: FluentArgs = [("count", value)].into_iter().collect();
        sentences.say("n", Some(&args)).into_owned()
    }

    #[test]
    fn accept_language_picks_the_preferred_of_ours() {
        let cases = [
            ("", Lang::Ru),
            ("en", Lang::En),
            ("EN-gb", Lang::En),
            ("ru-RU,ru;q=0.9,en-US;q=0.8,en;q=0.7", Lang::Ru),
            ("en-US,en;q=0.9,ru;q=0.8", Lang::En),
            ("ru;q=0.3, en;q=0.4", Lang::En),
            ("de-DE, en;q=0.2", Lang::En),
            ("de, fr;q=0.9, *;q=0.1", Lang::Ru),
            ("en;q=0, ru;q=0.1", Lang::Ru),
            ("en;q=0", Lang::Ru),
            ("en;q=NaN, ru;q=inf", Lang::Ru),
            ("english", Lang::Ru),
            (",,;;q=,=\u{0}", Lang::Ru),
        ];
        for (header, expected) in cases {
            assert_eq!(Lang::from_accept_language(header), expected, "{header:?}");
        }
    }

    #[test]
    fn russian_plurals() {
        let orders = sentences(
            Lang::Ru,
            "n = { $count ->\n [one] { $count } заказ\n [few] { $count } заказа\n [many] { $count } заказов\n *[other] { $count } заказа\n }",
        );
        for (number, expected) in [
            (0, "0 заказов"),
            (1, "1 заказ"),
            (2, "2 заказа"),
            (4, "4 заказа"),
            (5, "5 заказов"),
            (11, "11 заказов"),
            (12, "12 заказов"),
            (21, "21 заказ"),
            (22, "22 заказа"),
            (25, "25 заказов"),
            (101, "101 заказ"),
            (111, "111 заказов"),
            (1_001, "1\u{a0}001 заказ"),
            (1_234_567, "1\u{a0}234\u{a0}567 заказов"),
        ] {
            assert_eq!(count(&orders, number.into()), expected);
        }
        assert_eq!(count(&orders, 1.5.into()), "1,5 заказа");
    }

    #[test]
    fn english_plurals() {
        let orders = sentences(Lang::En, "n = { $count ->\n [one] { $count } order\n *[other] { $count } orders\n }");
        for (number, expected) in [(0, "0 orders"), (1, "1 order"), (2, "2 orders"), (21, "21 orders"), (12_345, "12,345 orders")] {
            assert_eq!(count(&orders, number.into()), expected);
        }
        assert_eq!(count(&orders, 1.5.into()), "1.5 orders");
    }

    #[test]
    fn real_nouns_agree_with_numbers() {
        assert_eq!(tn(Lang::Ru, "count-orders", 1), "1\u{a0}заказ");
        assert_eq!(tn(Lang::Ru, "count-orders", 3), "3\u{a0}заказа");
        assert_eq!(tn(Lang::Ru, "count-orders", 11), "11\u{a0}заказов");
        assert_eq!(tn(Lang::En, "count-orders", 1), "1\u{a0}order");
        for min in [Value::from(21), Value::from("21")] {
            let text = ta(Lang::Ru, "error-too-short", &[("min", min)]);
            assert_eq!(text, "Слишком коротко: нужно не меньше 21\u{a0}символа.");
        }
    }

    #[test]
    fn numbers_are_grouped_and_text_is_not() {
        let plain = sentences(Lang::Ru, "n = { $count }");
        assert_eq!(count(&plain, "2025".into()), "2025");
        assert_eq!(count(&plain, (-48_900).into()), "\u{2212}48\u{a0}900");
    }

    #[test]
    fn text_keeps_its_look_even_when_it_is_a_number() {
        for text in ["2026", "007", "+7", "-5", "1e3", "99999999999", "26-000123", ""] {
            assert_eq!(ta(Lang::Ru, "order-number", &[("number", text.into())]), format!("Заказ №\u{a0}{text}"));
        }
    }

    #[test]
    fn knows_what_it_has() {
        assert!(has("order-number"));
        assert!(!has("order-number.hint") && !has("no-such-key") && !has("") && !has("."));
    }

    #[test]
    fn names_are_put_in_as_they_are() {
        let hello = sentences(Lang::Ru, "n = Заказ: { $count }.");
        assert_eq!(count(&hello, "{ $x } <b>".into()), "Заказ: { $x } <b>.");
    }

    #[test]
    #[should_panic(expected = "no sentence `no-such-key`")]
    fn a_missing_key_stops_a_test() {
        t(Lang::Ru, "no-such-key");
    }

    #[test]
    #[should_panic(expected = "count")]
    fn a_missing_argument_stops_a_test() {
        t(Lang::Ru, "count-orders");
    }

    #[test]
    fn a_fault_is_logged_once() {
        assert!(log_once("logged-once", "planted"));
        assert!(!log_once("logged-once", "planted"));
    }
}
