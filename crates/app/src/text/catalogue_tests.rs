//! The catalogue is whole: both languages say the same things, and exactly those that the code asks for.
//! Each check is run over planted faults as well: a check that finds nothing proves nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, VariantKey};
use fluent_syntax::parser;
use regex::Regex;

use super::form_time::TimeError;
use super::i18n::{Files, Lang, ta};
use super::money::MoneyError;
use super::phone::PhoneError;

/// Keys that the code puts together from a prefix and a code: `format!("order-status-{code}")`.
const DYNAMIC: &[&str] = &[
    "audit-deed-",
    "channel-",
    "channels-lack-",
    "notice-kind-",
    "notice-side-",
    "notice-place-",
    "notice-example-",
    "audit-field-",
    "audit-object-",
    "standing-",
    "role-about-",
    "order-status-",
    "order-client-",
    "order-action-",
    "visit-status-",
    "visit-client-",
    "visit-action-",
    "event-",
    "desk-problem-",
    "desk-history-",
    "desk-field-",
    "desk-map-",
    "desk-why-",
    "desk-sort-",
    "visit-behalf-",
    "source-",
    "flash-",
    "ask-",
    "mark-",
    "reason-",
    "role-",
    "priority-",
    "file-kind-",
    "language-",
    "theme-",
    "error-",
    "problem-",
    "format-month-",
    "format-month-short-",
    "format-weekday-short-",
    "weekday-",
    "messages-none-",
    "notification-state-",
    "notification-answer-",
    "notify-",
    "messages-tab-",
    "messages-quick-",
    "messages-write-",
    "portal-",
    "zone-",
];

/// A dictionary that features draw on: it may hold words that nobody needs yet.
const DICTIONARY: &str = "common.ftl";

/// Whole words in Latin letters that look like Cyrillic ones and are meant so.
const LATIN_WORDS: [&str; 2] = ["MAX", "Key"];

/// What the checks want to know of one sentence (`key` or `key.attribute`).
#[derive(Default)]
struct Sentence {
    file: String,
    variables: BTreeSet<String>,
    references: BTreeSet<String>,
    texts: Vec<String>,
    plurals: Vec<(BTreeSet<String>, String)>,
    loose_numbers: bool,
}

type Sentences = BTreeMap<String, Sentence>;

fn read(files: &[(String, String)]) -> (Sentences, Vec<String>) {
    let (mut sentences, mut faults) = (Sentences::new(), Vec::new());
    for (file, source) in files {
        let resource = parser::parse(source.as_str()).unwrap_or_else(|(resource, errors)| {
            faults.extend(errors.iter().map(|error| format!("{file}: {error}")));
            resource
        });
        for entry in resource.body {
            let Entry::Message(message) = entry else {
                if let Entry::Junk { content } = entry {
                    faults.push(format!("{file}: junk {content:?}"));
                }
                continue;
            };
            let key = message.id.name.to_owned();
            let mut add = |key: String, pattern: &Pattern<&str>| {
                let mut sentence = Sentence { file: file.clone(), ..Sentence::default() };
                sentence.take(pattern, None);
                if sentences.insert(key.clone(), sentence).is_some() {
                    faults.push(format!("{file}: {key} is defined twice"));
                }
            };
            for attribute in &message.attributes {
                add(format!("{key}.{}", attribute.id.name), &attribute.value);
            }
            match &message.value {
                Some(pattern) => add(key, pattern),
                None => faults.push(format!("{file}: {key} has no value")),
            }
        }
    }
    (sentences, faults)
}

impl Sentence {
    fn take(&mut self, pattern: &Pattern<&str>, counted: Option<&str>) {
        let mut after_number = false;
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { value } => {
                    self.loose_numbers |= after_number && value.starts_with(' ');
                    after_number = false;
                    self.texts.push((*value).to_owned());
                }
                PatternElement::Placeable { expression } => {
                    let variable = variable_of(expression);
                    after_number = variable.is_some() && variable == counted;
                    self.take_expression(expression);
                }
            }
        }
    }

    fn take_expression(&mut self, expression: &Expression<&str>) {
        match expression {
            Expression::Inline(inline) => self.take_inline(inline),
            Expression::Select { selector, variants } => {
                self.take_inline(selector);
                let mut categories = BTreeSet::new();
                let mut default = String::new();
                for variant in variants {
                    if let VariantKey::Identifier { name } = variant.key {
                        categories.insert(name.to_owned());
                        if variant.default {
                            name.clone_into(&mut default);
                        }
                    }
                    let counted = match selector {
                        InlineExpression::VariableReference { id } => Some(id.name),
                        _ => None,
                    };
                    self.take(&variant.value, counted);
                }
                self.plurals.push((categories, default));
            }
        }
    }

    fn take_inline(&mut self, inline: &InlineExpression<&str>) {
        match inline {
            InlineExpression::VariableReference { id } => {
                self.variables.insert(id.name.to_owned());
            }
            InlineExpression::MessageReference { id, attribute } => {
                let attribute = attribute.as_ref().map(|found| format!(".{}", found.name)).unwrap_or_default();
                self.references.insert(format!("{}{attribute}", id.name));
            }
            InlineExpression::Placeable { expression } => self.take_expression(expression),
            InlineExpression::StringLiteral { value } => self.texts.push((*value).to_owned()),
            _ => {}
        }
    }
}

fn variable_of<'a>(expression: &'a Expression<&str>) -> Option<&'a str> {
    match expression {
        Expression::Inline(InlineExpression::VariableReference { id }) => Some(id.name),
        _ => None,
    }
}

fn embedded(lang: Lang) -> Vec<(String, String)> {
    let folder = format!("{}/", lang.code());
    Files::iter()
        .filter(|path| path.starts_with(&folder))
        .map(|path| {
            let source = String::from_utf8(Files::get(&path).unwrap().data.into_owned()).unwrap();
            (path.trim_start_matches(&folder).to_owned(), source)
        })
        .collect()
}

fn planted(source: &str) -> Sentences {
    read(&[("planted.ftl".to_owned(), source.to_owned())]).0
}

fn differences(ru: &Sentences, en: &Sentences) -> Vec<String> {
    let keys: BTreeSet<&String> = ru.keys().chain(en.keys()).collect();
    keys.into_iter()
        .filter_map(|key| match (ru.get(key), en.get(key)) {
            (Some(ru), Some(en)) if ru.variables != en.variables => Some(format!("{key}: different variables")),
            (Some(ru), Some(en)) if ru.file != en.file => Some(format!("{key}: in different files")),
            (Some(_), None) => Some(format!("{key}: not in English")),
            (None, Some(_)) => Some(format!("{key}: not in Russian")),
            _ => None,
        })
        .collect()
}

/// A choice by number has every form of its language, and fractions get the default one.
fn plural_faults(lang: Lang, sentences: &Sentences) -> Vec<String> {
    let forms: BTreeSet<&str> = match lang {
        Lang::Ru => ["one", "few", "many", "other"].into(),
        Lang::En => ["one", "other"].into(),
    };
    let all: BTreeSet<&str> = ["zero", "one", "two", "few", "many", "other"].into();
    let bad = |(categories, default): &(BTreeSet<String>, String)| {
        let found: BTreeSet<&str> = categories.iter().map(String::as_str).filter(|name| all.contains(name)).collect();
        !found.is_empty() && (found != forms || default != "other")
    };
    sentences.iter().filter(|(_, sentence)| sentence.plurals.iter().any(bad)).map(|(key, _)| key.clone()).collect()
}

/// Words that mix alphabets, or that are Latin but look Russian («с» typed on the wrong layout).
fn look_alikes(sentences: &Sentences) -> Vec<String> {
    let cyrillic = |c: char| matches!(c, '\u{400}'..='\u{52f}');
    let twin = |c: char| "aceopxyABCEHKMOPTXYk".contains(c);
    let bad = |word: &&str| {
        let latin = word.chars().any(|c| c.is_ascii_alphabetic());
        latin && (word.chars().any(cyrillic) || (word.chars().all(twin) && !LATIN_WORDS.contains(word)))
    };
    let mut faults = Vec::new();
    for (key, sentence) in sentences {
        for text in &sentence.texts {
            let words = text.split(|c: char| !c.is_alphabetic());
            faults.extend(words.filter(bad).map(|word| format!("{key}: {word}")));
        }
    }
    faults
}

/// Russian letters in an English sentence; a language is called by its own name.
fn cyrillic_in_english(sentences: &Sentences) -> Vec<String> {
    let bad = |text: &String| text.chars().any(|c| matches!(c, '\u{400}'..='\u{52f}'));
    let found = sentences.iter().filter(|(key, _)| !key.starts_with("language-"));
    found.filter(|(_, sentence)| sentence.texts.iter().any(bad)).map(|(key, _)| key.clone()).collect()
}

/// Sentences whose number may be torn from its noun at the end of a line.
fn loose_numbers(sentences: &Sentences) -> Vec<String> {
    sentences.iter().filter(|(_, sentence)| sentence.loose_numbers).map(|(key, _)| key.clone()).collect()
}

/// Problems without their hint and hints without their problem; the page around them has a few words of its own.
fn without_hint(sentences: &Sentences) -> Vec<String> {
    let own = ["problem-back", "problem-home", "problem-reference"];
    let problems = sentences.keys().filter(|key| key.starts_with("problem-") && !own.contains(&key.as_str()));
    let other = |key: &str| key.strip_suffix("-hint").map_or_else(|| format!("{key}-hint"), str::to_owned);
    problems.filter(|key| !sentences.contains_key(&other(key))).cloned().collect()
}

fn broken_references(sentences: &Sentences) -> Vec<String> {
    let all = sentences.values().flat_map(|sentence| &sentence.references);
    all.filter(|key| !sentences.contains_key(*key)).cloned().collect()
}

/// Keys that the sources ask for and the catalogue lacks, and the other way round.
fn usage_faults(sentences: &Sentences, sources: &[String]) -> Vec<String> {
    let asked = Regex::new(r#"\b(?:t|tn|ta)\(\s*(?:[^"(),]+(?:\([^()"]*\))?\s*,\s*)?&?"([^"]*)""#).unwrap();
    let faults_of_fields =
        Regex::new(r#"(?:\b(?:error|error_with|add|add_with)|Error::field)\(\s*&?[\w."]+,\s*"([a-z_]+)"\s*[,)]"#).unwrap();
    let problems = Regex::new(r#"\b(?:conflict|Conflict|Request)\(\s*(?:\d+,\s*)?"([a-z_]+)""#).unwrap();
    let quoted = Regex::new(r#""([a-z][A-Za-z0-9_.-]*)""#).unwrap();
    let mut faults = Vec::new();
    let mut used: BTreeSet<String> = sentences.values().flat_map(|sentence| sentence.references.clone()).collect();
    for source in sources {
        let keys = asked.captures_iter(source).map(|found| found[1].to_owned());
        let keys = keys.chain(faults_of_fields.captures_iter(source).map(|found| format!("error-{}", kebab(&found[1]))));
        let keys = keys.chain(problems.captures_iter(source).flat_map(|found| {
            let key = format!("problem-{}", kebab(&found[1]));
            [format!("{key}-hint"), key]
        }));
        for key in keys {
            if !sentences.contains_key(&key) && !DYNAMIC.contains(&key.as_str()) {
                faults.push(format!("{key}: asked for, not in the catalogue"));
            }
        }
        used.extend(quoted.captures_iter(source).map(|found| found[1].to_owned()));
    }
    for (key, sentence) in sentences {
        let dynamic = DYNAMIC.iter().any(|prefix| key.starts_with(prefix));
        if !dynamic && sentence.file != DICTIONARY && !used.contains(key) {
            faults.push(format!("{key}: nobody asks for it"));
        }
    }
    faults
}

/// The code of the API as a part of a key.
fn kebab(code: &str) -> String {
    code.replace('_', "-")
}

/// Templates and Rust files, without the tests inside them.
fn sources() -> Vec<String> {
    fn walk(folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|kind| kind == "rs" || kind == "html") && !path.ends_with("catalogue_tests.rs") {
                let source = std::fs::read_to_string(&path).unwrap();
                let code = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
                found.push(code.to_owned());
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    walk(&root.join("src"), &mut found);
    walk(&root.join("templates"), &mut found);
    found
}

fn both() -> [(Lang, Sentences); 2] {
    Lang::ALL.map(|lang| (lang, read(&embedded(lang)).0))
}

const NOTHING: [String; 0] = [];

#[test]
fn files_are_read_without_faults_or_doubles() {
    for lang in Lang::ALL {
        let (sentences, faults) = read(&embedded(lang));
        assert_eq!(faults, NOTHING);
        assert_eq!(broken_references(&sentences), NOTHING);
        assert!(sentences.len() > 100, "only {} sentences were read", sentences.len());
    }
    let twice = [("a.ftl".to_owned(), "k = 1\n".to_owned()), ("b.ftl".to_owned(), "k = 2\n".to_owned())];
    assert_eq!(read(&twice).1, ["b.ftl: k is defined twice"]);
    assert!(!read(&[("a.ftl".to_owned(), "k = { $a\nb = c\n".to_owned())]).1.is_empty());
    assert_eq!(read(&[("a.ftl".to_owned(), "k =\n    .x = y\n".to_owned())]).1, ["a.ftl: k has no value"]);
    assert_eq!(broken_references(&planted("k = { other.x }\n")), ["other.x"]);
}

#[test]
fn the_binary_holds_the_files_on_disk() {
    for lang in Lang::ALL {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales").join(lang.code());
        let on_disk: BTreeMap<String, String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|kind| kind == "ftl"))
            .map(|path| {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                (name, std::fs::read_to_string(path).unwrap())
            })
            .collect();
        assert_eq!(embedded(lang).into_iter().collect::<BTreeMap<_, _>>(), on_disk);
    }
}

#[test]
fn both_languages_say_the_same_things() {
    let [(_, ru), (_, en)] = both();
    assert_eq!(differences(&ru, &en), NOTHING);
    let ru = planted("a = х\nb = { $n }\n    .hint = х\nc = { $x }\n");
    let en = planted("a = x\nb = { $n }\nc = { $y }\nd = x\n");
    assert_eq!(differences(&ru, &en), ["b.hint: not in English", "c: different variables", "d: not in Russian"]);
}

#[test]
fn plurals_have_every_form() {
    for (lang, sentences) in both() {
        assert_eq!(plural_faults(lang, &sentences), NOTHING);
        assert!(sentences.values().any(|sentence| !sentence.plurals.is_empty()));
    }
    let two_forms = planted("k = { $n ->\n    [one] a\n   *[other] b\n}\n");
    assert_eq!(plural_faults(Lang::Ru, &two_forms), ["k"]);
    assert_eq!(plural_faults(Lang::En, &two_forms), NOTHING);
    let many_as_default = planted("k = { $n ->\n    [one] a\n    [few] b\n   *[many] c\n}\n");
    assert_eq!(plural_faults(Lang::Ru, &many_as_default), ["k"]);
    let by_word = planted("k = { $kind ->\n    [flat] a\n   *[house] b\n}\n");
    assert_eq!(plural_faults(Lang::Ru, &by_word), NOTHING);
}

#[test]
fn russian_words_are_in_russian_letters_and_english_in_english() {
    let [(_, ru), (_, en)] = both();
    assert_eq!(look_alikes(&ru), NOTHING);
    assert_eq!(cyrillic_in_english(&en), NOTHING);
    let faults = look_alikes(&planted("a = Зaказ\nb = c адресом\nc = MAX и JPEG\nd = Cохранить\n"));
    assert_eq!(faults, ["a: Зaказ", "b: c", "d: Cохранить"]);
    assert_eq!(cyrillic_in_english(&planted("a = Sаve\nb = Save\nlanguage-ru = Русский\n")), ["a"]);
}

#[test]
fn numbers_hold_on_to_their_nouns() {
    for (_, sentences) in both() {
        assert_eq!(loose_numbers(&sentences), NOTHING);
    }
    let torn = planted("a = { $n ->\n   *[other] { $n } заказов\n}\nb = { $n ->\n   *[other] { $n }\u{a0}заказов\n}\n");
    assert_eq!(loose_numbers(&torn), ["a"]);
}

#[test]
fn the_code_asks_for_what_is_there_and_all_of_it() {
    let (sentences, sources) = (read(&embedded(Lang::Ru)).0, sources());
    assert!(sources.iter().any(|source| source.contains("format-just-now")), "the sources were not read");
    assert_eq!(usage_faults(&sentences, &sources), NOTHING);
    for prefix in DYNAMIC {
        assert!(sentences.keys().any(|key| key.starts_with(prefix)), "no key begins with {prefix}");
    }

    let planted = planted("here = x\n    .hint = y\nunused = x\nerror-required = x\nfrom-list = x\n");
    let sources = [
        r#"<h1>{{ shell.t("here") }}</h1>{{ shell.tn("not-one", orders.len()) }}{{ shell.t("order-status-" ~ code) }}"#,
        r#"ta(page.lang(), "not-two", &[]) + &t(self.lang, "here") + t(Lang::Ru, "not-three")"#,
        r#"fields.error("phone", "required"); fields.error_with(name, "not_four", vec![]); let key = "from-list";"#,
        r#"Err(Error::field("until", "not_six")) + Error::conflict("not_seven") + Error::Request(400, "not_eight")"#,
        "tn(\n    lang,\n    \"not-five\",\n    1,\n)",
        r#"start("no"); set("no"); format("no")"#,
    ];
    assert_eq!(
        usage_faults(&planted, &sources.map(str::to_owned)),
        [
            "not-one: asked for, not in the catalogue",
            "not-two: asked for, not in the catalogue",
            "not-three: asked for, not in the catalogue",
            "error-not-four: asked for, not in the catalogue",
            "error-not-six: asked for, not in the catalogue",
            "problem-not-seven-hint: asked for, not in the catalogue",
            "problem-not-seven: asked for, not in the catalogue",
            "problem-not-eight-hint: asked for, not in the catalogue",
            "problem-not-eight: asked for, not in the catalogue",
            "not-five: asked for, not in the catalogue",
            "here.hint: nobody asks for it",
            "unused: nobody asks for it",
        ]
    );
}

#[test]
fn every_problem_says_what_to_do() {
    for (_, sentences) in both() {
        assert_eq!(without_hint(&sentences), NOTHING);
    }
    assert_eq!(
        without_hint(&planted("problem-a = x\nproblem-b = x\nproblem-b-hint = x\nproblem-c-hint = x\n")),
        ["problem-a", "problem-c-hint"]
    );
}

#[test]
fn every_refusal_of_a_field_has_its_message() {
    let phone =
        [PhoneError::Empty, PhoneError::Invalid, PhoneError::Local, PhoneError::TooShort, PhoneError::TooLong, PhoneError::Extension];
    let money = [MoneyError::Empty, MoneyError::NotANumber, MoneyError::OutOfRange];
    let time = [TimeError::Empty, TimeError::Invalid, TimeError::Skipped];
    let codes = phone.map(PhoneError::code).into_iter();
    let codes = codes.chain(money.map(MoneyError::code)).chain(time.map(TimeError::code));
    for code in codes {
        for lang in Lang::ALL {
            assert!(!ta(lang, &format!("error-{}", kebab(code)), &[]).is_empty());
        }
    }
}
