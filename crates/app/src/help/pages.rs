//! The pages of «Справка»: the list of chapters, a chapter, what a search found, the pictures.

use super::{
    manual::{self, Chapter},
    search::{self, Found},
};
use crate::{
    access::{Access, Role},
    error::{Error, Result},
    web::{Fields, Input, Page, Routes, Shell, input::Query},
};
use askama::Template;
use axum::{
    extract::Path,
    http::header::{CACHE_CONTROL, CONTENT_TYPE},
    response::{IntoResponse, Response},
};

pub fn routes() -> Routes {
    Routes::new().get("/help", Access::Public, index).get("/help/{page}", Access::Public, show).get(
        "/help/images/{*path}",
        Access::Public,
        show_picture,
    )
}

/// What is looked for.
struct Asked {
    q: String,
}

impl Input for Asked {
    fn read(fields: &mut Fields) -> Self {
        Self { q: fields.optional_text("q", 200) }
    }
}

/// What a page of the manual shows, in the frame of the office, of the phone, or of those who are not signed in.
#[derive(Default)]
struct Parts {
    chapter: Option<&'static Chapter>,
    q: String,
    found: Option<Vec<Found>>,
    /// The chapters under the names of their groups.
    groups: Vec<(&'static str, Vec<&'static Chapter>)>,
    /// The manual is in Russian only, which others are told.
    is_foreign: bool,
}

impl Parts {
    /// The window's title: in the reader's language.
    fn title(&self, shell: &Shell) -> String {
        self.chapter.filter(|_| !self.is_foreign).map_or_else(|| shell.t("shell-help").into_owned(), |chapter| chapter.title.clone())
    }

    fn heading(&self, shell: &Shell) -> String {
        match (self.chapter, &self.found) {
            (Some(chapter), _) => chapter.title.clone(),
            (None, Some(_)) => shell.t("help-search-title").into_owned(),
            (None, None) => shell.t("shell-help").into_owned(),
        }
    }
}

#[derive(Template)]
#[template(path = "help/office.html")]
struct Office {
    shell: Shell,
    p: Parts,
}

#[derive(Template)]
#[template(path = "help/phone.html")]
struct Phone {
    shell: Shell,
    p: Parts,
}

#[derive(Template)]
#[template(path = "help/plain.html")]
struct Plain {
    shell: Shell,
    p: Parts,
}

fn page(shell: Shell, p: Parts) -> Result<Page> {
    let p = Parts { is_foreign: shell.lang() != "ru", ..p };
    match role(&shell) {
        None => Page::of(&Plain { shell, p }),
        Some(role) if role.is_staff() => Page::of(&Office { shell, p }),
        Some(_) => Page::of(&Phone { shell, p }),
    }
}

fn role(shell: &Shell) -> Option<Role> {
    shell.person.as_ref().map(|person| person.role)
}

async fn index(shell: Shell, Query(asked): Query<Asked>) -> Result<Page> {
    let role = role(&shell);
    let found = (!asked.q.trim().is_empty()).then(|| search::search(&asked.q, role));
    let groups = if found.is_some() { vec![] } else { groups(role) };
    page(shell, Parts { q: asked.q, found, groups, ..Parts::default() })
}

/// One's own chapters first, then those for everybody, then, for the office, those of others.
fn groups(role: Option<Role>) -> Vec<(&'static str, Vec<&'static Chapter>)> {
    let own = |chapter: &Chapter| chapter.is_own(role.or(Some(Role::Customer)));
    let group = |key, belongs: &dyn Fn(&Chapter) -> bool| {
        let chapters = Chapter::all().iter().filter(|chapter| chapter.is_shown_to(role) && belongs(chapter));
        (key, chapters.collect::<Vec<_>>())
    };
    let groups = [
        group("help-own", &own),
        group("help-everybody", &Chapter::is_for_everybody),
        group("help-others", &|chapter| !own(chapter) && !chapter.is_for_everybody()),
    ];
    groups.into_iter().filter(|(_, chapters)| !chapters.is_empty()).collect()
}

async fn show(shell: Shell, Path(name): Path<String>) -> Result<Page> {
    let chapter = Chapter::named(&name).ok_or(Error::NotFound)?;
    page(shell, Parts { chapter: Some(chapter), ..Parts::default() })
}

async fn show_picture(Path(name): Path<String>) -> Result<Response> {
    let picture = manual::picture(&name).ok_or(Error::NotFound)?;
    let headers = [(CONTENT_TYPE, "image/webp"), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, picture.data).into_response())
}
