//! What the manual says: links, pictures, words of the interface.

use crate::help::manual::{Chapter, Files, picture, size_of};
use fluent_syntax::{
    ast::{Entry, Expression, InlineExpression, Pattern, PatternElement},
    parser,
};
use regex::Regex;
use std::{collections::BTreeSet, fs, path::Path, sync::LazyLock};

/// The Markdown files by name, as they lie in the binary.
fn files() -> Vec<(String, String)> {
    let read = |name: &str| String::from_utf8(Files::get(name).unwrap().data.into_owned()).unwrap();
    Files::iter().filter(|name| name.ends_with(".md")).map(|name| (name.to_string(), read(&name))).collect()
}

/// Where the links of a file lead to, and the pictures it shows.
fn targets(source: &str) -> Vec<String> {
    Regex::new(r"\]\(([^)]+)\)").unwrap().captures_iter(source).map(|found| found[1].to_owned()).collect()
}

/// Links and pictures that lead nowhere.
fn broken(file: &str, source: &str) -> Vec<String> {
    let leads_nowhere = |target: &String| match target.split_once('#') {
        Some((page, anchor)) => {
            let page = if page.is_empty() { file } else { page };
            let chapter = Chapter::named(page.trim_end_matches(".md"));
            !chapter.is_some_and(|chapter| chapter.sections.iter().any(|section| section.id == anchor))
        }
        None if target.ends_with(".webp") => Files::get(target).is_none(),
        None => Chapter::named(target.trim_end_matches(".md")).is_none(),
    };
    targets(source).into_iter().filter(leads_nowhere).map(|target| format!("{file}: {target}")).collect()
}

#[test]
fn every_link_and_picture_is_there() {
    for (file, source) in files() {
        assert_eq!(broken(&file, &source), Vec::<String>::new());
    }
    let planted = "[a](orders.md#нет-такого) [b](planets.md) ![c](images/none.webp) [d](#отменить-заказ) [e](words.md)";
    assert_eq!(broken("orders.md", planted), ["orders.md: orders.md#нет-такого", "orders.md: planets.md", "orders.md: images/none.webp"]);
}

#[test]
fn every_picture_is_shown_and_has_words_and_its_size() {
    let all: String = files().into_iter().map(|(_, source)| source).collect();
    for name in Files::iter().filter(|name| name.ends_with(".webp")) {
        assert!(all.contains(&format!("]({name})")), "{name} is shown nowhere");
        let picture = picture(name.trim_start_matches("images/")).unwrap();
        let image = image::load_from_memory_with_format(&picture.data, image::ImageFormat::WebP).unwrap();
        let size = size_of(name.trim_start_matches("images/")).unwrap();
        assert!(size.width <= image.width() && size.height <= image.height(), "{name}");
        let (shown, real) = (f64::from(size.width) / f64::from(size.height), f64::from(image.width()) / f64::from(image.height()));
        assert!((shown / real - 1.0).abs() < 0.02, "{name} is shown out of shape");
    }
    assert_eq!(all.matches("![](").count(), 0, "a picture without words");
}

#[test]
fn every_file_is_a_chapter_and_the_folder_names_all() {
    let (_, list) = files().into_iter().find(|(name, _)| name == "README.md").unwrap();
    let chapters: BTreeSet<String> = Chapter::all().iter().map(|chapter| format!("{}.md", chapter.name)).collect();
    let on_disk: BTreeSet<String> = files().into_iter().map(|(name, _)| name).filter(|name| name != "README.md").collect();
    assert_eq!(on_disk, chapters);
    for chapter in Chapter::all() {
        assert!(list.contains(&format!("[{}]({}.md)", chapter.title, chapter.name)), "{}", chapter.name);
        assert!(!chapter.lead.is_empty() && !chapter.sections.is_empty(), "{}", chapter.name);
        let anchors: BTreeSet<&str> = chapter.sections.iter().map(|section| section.id.as_str()).collect();
        assert_eq!(anchors.len(), chapter.sections.len(), "two sections of {} have one name", chapter.name);
    }
}

/// Every text of the Russian interface, as a pattern: anything may stand where a name or a number is put in.
static TEXTS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales/ru");
    let sources = fs::read_dir(folder).unwrap().map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap());
    sources.flat_map(|source| patterns(&source)).collect()
});

fn patterns(source: &str) -> Vec<Regex> {
    let resource = parser::parse(source).unwrap_or_else(|(resource, _)| resource);
    let values = resource.body.iter().filter_map(|entry| match entry {
        Entry::Message(message) => message.value.as_ref(),
        _ => None,
    });
    // A text of little else than what is put in would match anything.
    let says = |text: &str| !text.contains(".+") || text.replace(".+", "").chars().filter(|c| c.is_alphabetic()).count() > 2;
    let told = values.map(pattern).filter(|text| says(text));
    // One sentence of a longer text may be quoted, too.
    told.map(|text| {
        let is_plain = !text.contains("(?:");
        let sentences = text.split(r"\. ").filter(|sentence| is_plain && says(sentence)).map(|sentence| sentence.trim_end_matches(r"\."));
        let sentences: Vec<&str> = sentences.collect();
        Regex::new(&format!(r"^(?:{text}|(?:{})(?:\.)?)$", sentences.join("|"))).unwrap()
    })
    .collect()
}

fn pattern(text: &Pattern<&str>) -> String {
    let part = |element: &PatternElement<&str>| match element {
        PatternElement::TextElement { value } => regex::escape(&value.replace(['\n', '\u{a0}'], " ")),
        PatternElement::Placeable { expression: Expression::Select { variants, .. } } => {
            format!("(?:{})", variants.iter().map(|variant| pattern(&variant.value)).collect::<Vec<_>>().join("|"))
        }
        PatternElement::Placeable { expression: Expression::Inline(InlineExpression::StringLiteral { value }) } => regex::escape(value),
        PatternElement::Placeable { expression: Expression::Inline(InlineExpression::VariableReference { id }) } if id.name == "count" => {
            r"\d+".to_owned()
        }
        PatternElement::Placeable { .. } => ".+".to_owned(),
    };
    text.elements.iter().map(part).collect()
}

/// What stands in «…» in the manual and is not a text of the interface.
fn strange_words(source: &str) -> Vec<String> {
    let known = |words: &str| TEXTS.iter().any(|text| text.is_match(words));
    let quoted = Regex::new("«([^»]+)»").unwrap();
    let code = Regex::new("`[^`]*`").unwrap();
    let source = code.replace_all(source, "").replace('\n', " ");
    quoted.captures_iter(&source).map(|found| found[1].to_owned()).filter(|words| !known(words)).collect()
}

#[test]
fn words_of_the_interface_are_letter_for_letter() {
    for chapter in Chapter::all() {
        let source = files().into_iter().find(|(name, _)| *name == format!("{}.md", chapter.name)).unwrap().1;
        assert_eq!(strange_words(&source), Vec::<String>::new(), "{}", chapter.name);
    }
    assert_eq!(strange_words("«Сохранить», «Сохрани», «Новый заказ», «новый заказ»"), ["Сохрани", "новый заказ"]);
    assert_eq!(strange_words("«Отчёт по заданию № 5» и «Отчёт по заданию»"), ["Отчёт по заданию"], "what differs stands for itself");
}

/// Words on the pictures that the interface no longer has: the picture is out of date.
fn bygone_words(list: &str) -> Vec<String> {
    let pictures: serde_json::Value = serde_json::from_str(list).unwrap();
    let words = pictures.as_object().unwrap().values().flat_map(|picture| picture["words"].as_array().unwrap());
    words.map(|word| word.as_str().unwrap().to_owned()).filter(|word| !TEXTS.iter().any(|text| text.is_match(word))).collect()
}

#[test]
fn pictures_show_the_interface_of_today() {
    let list = Files::get("images/pictures.json").unwrap();
    let list = std::str::from_utf8(&list.data).unwrap();
    assert_eq!(bygone_words(list), Vec::<String>::new(), "`make manual-pictures` takes them anew");
    assert_eq!(bygone_words(r#"{"a.webp": {"words": ["Сохранить", "Запомнить"]}}"#), ["Запомнить"]);
}

#[test]
fn tasks_are_written_alike() {
    for chapter in Chapter::all().iter().filter(|chapter| chapter.name != "words") {
        for section in &chapter.sections {
            let first = section.text.split_whitespace().next().unwrap_or("");
            assert!(first == "Чтобы", "«{}» of {} does not begin with what it is for: {first}", section.title, chapter.name);
        }
    }
}
