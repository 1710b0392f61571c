//! Search by words through the sections of the manual: the index is made once, when somebody first searches.

use super::manual::Chapter;
use crate::{
    access::Role,
    text::fold::{fold, stem, words},
};
use std::{ops::Range, sync::LazyLock};

/// How many sections are shown.
const MOST: usize = 20;
/// How long an excerpt is, in bytes of text, and how much of it stands before the first hit.
const EXCERPT: usize = 360;
const BEFORE: usize = 100;

/// A section that has what was asked for.
#[derive(Debug)]
pub struct Found {
    pub chapter: &'static str,
    pub title: &'static str,
    pub url: String,
    pub excerpt: Vec<Piece>,
}

/// A piece of an excerpt; a hit is marked.
#[derive(Debug, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    pub is_hit: bool,
}

struct Entry {
    chapter: &'static Chapter,
    title: &'static str,
    id: &'static str,
    text: &'static str,
    chapter_words: Vec<Word>,
    title_words: Vec<Word>,
    text_words: Vec<Word>,
}

/// A word where it stands, folded.
struct Word {
    place: Range<usize>,
    folded: String,
}

static INDEX: LazyLock<Vec<Entry>> = LazyLock::new(|| Chapter::all().iter().flat_map(entries).collect());

fn entries(chapter: &'static Chapter) -> Vec<Entry> {
    let entry = |title: &'static str, id: &'static str, text: &'static str| Entry {
        chapter,
        title,
        id,
        text,
        chapter_words: split(&chapter.title),
        title_words: split(title),
        text_words: split(text),
    };
    let sections = chapter.sections.iter().map(|section| entry(&section.title, &section.id, &section.text));
    std::iter::once(entry(&chapter.title, "", &chapter.lead)).chain(sections).collect()
}

fn split(text: &str) -> Vec<Word> {
    let mut words = vec![];
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (start, c.is_alphanumeric()) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                words.push(Word { place: from..at, folded: fold(&text[from..at]) });
                start = None;
            }
            _ => {}
        }
    }
    words
}

/// The sections that have the most of the typed words, the best first: a word in the title of a chapter or section
/// weighs more than one in its text.
pub fn search(typed: &str, role: Option<Role>) -> Vec<Found> {
    let wanted: Vec<String> = words(typed).iter().map(|word| root(word)).collect();
    let shown = INDEX.iter().filter(|entry| entry.chapter.is_shown_to(role));
    let mut rated: Vec<(usize, u32, &Entry)> = shown
        .map(|entry| {
            let weights: Vec<u32> = wanted.iter().map(|word| entry.weight(word)).filter(|weight| *weight > 0).collect();
            (weights.len(), weights.iter().sum(), entry)
        })
        .collect();
    let most = rated.iter().map(|(count, ..)| *count).max().unwrap_or(0);
    rated.retain(|(count, ..)| *count > 0 && *count == most);
    // One's own chapters come first among equals.
    rated.sort_by_key(|(_, weight, entry)| (std::cmp::Reverse(*weight), !entry.chapter.is_own(role)));
    rated.into_iter().take(MOST).map(|(.., entry)| entry.found(&wanted)).collect()
}

/// What a word is looked for by: without its ending, a verb without its «ть» too, so that «отменить» finds «отмену».
fn root(word: &str) -> String {
    let verb = ["ить", "ать", "ять", "еть"].iter().find_map(|ending| word.strip_suffix(ending));
    verb.filter(|rest| rest.chars().count() >= 4).map_or_else(|| stem(word), str::to_owned)
}

impl Word {
    fn begins(&self, wanted: &str) -> bool {
        self.folded.starts_with(wanted)
    }

    /// «блокировать» is also found in «заблокировать».
    fn holds(&self, wanted: &str) -> bool {
        self.begins(wanted) || (wanted.chars().count() >= 5 && self.folded.contains(wanted))
    }
}

impl Entry {
    fn weight(&self, wanted: &str) -> u32 {
        let part = |words: &[Word], weight: u32| match words {
            _ if words.iter().any(|word| word.begins(wanted)) => weight,
            _ if words.iter().any(|word| word.holds(wanted)) => weight / 2,
            _ => 0,
        };
        part(&self.title_words, 12) + part(&self.chapter_words, 4) + part(&self.text_words, 2)
    }

    fn found(&self, wanted: &[String]) -> Found {
        let anchor = if self.id.is_empty() { String::new() } else { format!("#{}", self.id) };
        let url = format!("{}{anchor}", self.chapter.url());
        Found { chapter: &self.chapter.title, title: self.title, url, excerpt: self.excerpt(wanted) }
    }

    /// The text around the first hit, with every hit in it marked.
    fn excerpt(&self, wanted: &[String]) -> Vec<Piece> {
        let hits: Vec<&Word> = self.text_words.iter().filter(|word| wanted.iter().any(|root| word.holds(root))).collect();
        let first = hits.first().map_or(0, |word| word.place.start);
        let start = self.word_from(first.saturating_sub(BEFORE));
        let end = self.word_from(start + EXCERPT);
        let mut pieces = vec![];
        let mut add = |text: &str, is_hit| {
            if !text.is_empty() {
                pieces.push(Piece { text: text.to_owned(), is_hit });
            }
        };
        add(if start > 0 { "…" } else { "" }, false);
        let mut at = start;
        for place in hits.into_iter().map(|word| &word.place).filter(|place| place.start >= start && place.end <= end) {
            add(&self.text[at..place.start], false);
            add(&self.text[place.clone()], true);
            at = place.end;
        }
        add(self.text[at..end].trim_end(), false);
        add(if end < self.text.len() { "…" } else { "" }, false);
        pieces
    }

    /// Where the first word at or after `at` begins; the end when there is none.
    fn word_from(&self, at: usize) -> usize {
        if at == 0 { 0 } else { self.text_words.iter().map(|word| word.place.start).find(|start| *start >= at).unwrap_or(self.text.len()) }
    }
}
