//! The chapters of the manual, read once from the files inside the binary.

use super::markdown::{self, Section};
use crate::access::Role;
use rust_embed::{Embed, EmbeddedFile};
use std::{collections::HashMap, sync::LazyLock};

/// The Markdown files and the pictures of `docs/manual`.
#[derive(Embed)]
#[folder = "../../docs/manual"]
pub(super) struct Files;

/// Whom a chapter is for; nobody named: for everybody.
type Readers = &'static [Role];

const OFFICE: Readers = &[Role::Dispatcher, Role::Administrator];
const WORKERS: Readers = &[Role::Specialist, Role::Contractor];

/// The chapters in the order in which they are read. The name is the file's and the address's.
const CHAPTERS: [(&str, Readers); 10] = [
    ("administrator", &[Role::Administrator]),
    ("company", &[Role::Administrator]),
    ("channels", &[Role::Administrator]),
    ("orders", OFFICE),
    ("visits", OFFICE),
    ("customers", OFFICE),
    ("worker", WORKERS),
    ("customer", &[Role::Customer]),
    ("profile", &[]),
    ("words", &[]),
];

/// One page of the manual.
#[derive(Debug)]
pub struct Chapter {
    /// The last part of its address.
    pub name: &'static str,
    readers: Readers,
    pub title: String,
    /// What it is about, in a sentence or two.
    pub lead: String,
    pub html: String,
    pub sections: Vec<Section>,
}

static ALL: LazyLock<Vec<Chapter>> = LazyLock::new(|| {
    let chapter = |(name, readers)| {
        let page = markdown::read(&text_of(&format!("{name}.md")));
        Chapter { name, readers, title: page.title, lead: page.lead, html: page.html, sections: page.sections }
    };
    CHAPTERS.into_iter().map(chapter).collect()
});

fn text_of(file: &str) -> String {
    let found = Files::get(file).expect("every chapter has its file");
    String::from_utf8(found.data.into_owned()).expect("the manual is text")
}

impl Chapter {
    pub fn all() -> &'static [Self] {
        &ALL
    }

    pub fn named(name: &str) -> Option<&'static Self> {
        ALL.iter().find(|chapter| chapter.name == name)
    }

    /// The address of the page.
    pub fn url(&self) -> String {
        format!("/help/{}", self.name)
    }

    pub fn is_own(&self, role: Option<Role>) -> bool {
        role.is_some_and(|role| self.readers.contains(&role))
    }

    pub fn is_for_everybody(&self) -> bool {
        self.readers.is_empty()
    }

    /// Whether the lists and the search show it to somebody of this role. Customers come without signing in, too.
    pub fn is_shown_to(&self, role: Option<Role>) -> bool {
        self.is_for_everybody() || self.is_own(role.or(Some(Role::Customer))) || role.is_some_and(Role::is_staff)
    }
}

/// A picture of the manual by its file's name.
pub fn picture(name: &str) -> Option<EmbeddedFile> {
    Files::get(&format!("images/{name}")).filter(|_| name.ends_with(".webp"))
}

/// How large a picture is shown, in CSS pixels.
#[derive(Clone, Copy, Debug, serde::Deserialize)]
pub struct Size {
    pub width: u32,
    pub height: u32,
}

/// The sizes that the browser test which takes the pictures wrote down.
static SIZES: LazyLock<HashMap<String, Size>> = LazyLock::new(|| {
    let list = Files::get("images/pictures.json").expect("the pictures have their list");
    serde_json::from_slice(&list.data).expect("the list of pictures maps names to sizes")
});

pub fn size_of(picture: &str) -> Option<Size> {
    SIZES.get(picture).copied()
}

/// The address of a picture; it changes with the picture, so that browsers may keep it for ever.
pub fn picture_url(name: &str) -> String {
    let hash = picture(name).map(|file| file.metadata.sha256_hash()).unwrap_or_default();
    let version: String = hash.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    format!("/help/images/{name}?v={version}")
}
