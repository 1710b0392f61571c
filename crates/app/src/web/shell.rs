//! What every page shows besides its own content: language, theme, who is signed in, where in the menu we are.

use crate::{
    access::{Actor, Role},
    app::App,
    text::i18n::{self, Lang, Value, t, ta, tn},
    web::assets::asset_url,
};
use axum::{
    extract::FromRequestParts,
    http::{Extensions, HeaderMap, header, request::Parts},
};
use std::{borrow::Cow, convert::Infallible};

/// The system's own name.
const PRODUCT: &str = "maxmontaj67";

/// Language and theme of a request.
#[derive(Clone, Copy, Debug)]
pub struct Preferences {
    pub lang: Lang,
    /// `light`, `dark`, or empty for the system's choice.
    pub theme: &'static str,
}

impl Preferences {
    pub fn of(parts: &Parts) -> Self {
        Self::of_headers(&parts.headers, &parts.extensions)
    }

    /// The signed-in person's language comes first, then the cookie, then what the browser asks for.
    pub fn of_headers(headers: &HeaderMap, extensions: &Extensions) -> Self {
        let theme = match cookie(headers, "theme") {
            Some("light") => "light",
            Some("dark") => "dark",
            _ => "",
        };
        let accepted = || headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).map(Lang::from_accept_language);
        let lang = extensions.get::<Actor>().map(|actor| actor.lang);
        let lang = lang.or_else(|| cookie(headers, "lang").and_then(Lang::parse)).or_else(accepted).unwrap_or(Lang::Ru);
        Self { lang, theme }
    }
}

/// One cookie's value.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok());
    all.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('=')).find(|(n, _)| *n == name).map(|(_, value)| value)
}

/// The frame of a page.
#[derive(Clone)]
pub struct Shell {
    pub language: Lang,
    theme: &'static str,
    pub person: Option<Person>,
    path: String,
    pub company: String,
    pub flash: Option<String>,
    pub counts: Counts,
    /// Where the page's stream of changes has to begin: taken before anything of the page is read.
    pub position: String,
    /// A fresh id for each form of the page: the same form sent twice is carried out once.
    key: uuid::Uuid,
}

/// Numbers in the menu.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// Orders that somebody in the office must act on, and channels that the administrator must see to; 0 for everybody else.
    pub attention: u32,
    /// Chats in which somebody waits for the office; 0 for everybody else.
    pub chats: u32,
    /// Further chats in which whoever is signed in is named and has not read it.
    pub named: u32,
    /// Messages that did not reach people in the last days; 0 for all but the administrator.
    pub undelivered: u32,
    /// Lines of chat that a worker or a customer has not read yet; none where the page did not look, and asks later.
    pub unread: Option<u32>,
}

/// Who is signed in, as the frame shows them.
#[derive(Clone)]
pub struct Person {
    pub name: String,
    pub role: Role,
    pub initials: String,
    /// 0 to 6: the colour of the avatar.
    pub hue: i64,
}

impl Shell {
    pub fn of(app: &App, parts: &Parts) -> Self {
        let Preferences { lang, theme } = Preferences::of(parts);
        let actor = parts.extensions.get::<Actor>();
        let (user, person) = (actor.and_then(|actor| actor.user_id), actor.and_then(Person::of));
        let staff = person.as_ref().is_some_and(|p: &Person| p.role.is_staff());
        let administrator = person.as_ref().is_some_and(|p| p.role == Role::Administrator);
        let flash =
            cookie(&parts.headers, "flash").filter(|key| key.bytes().all(|b| b.is_ascii_lowercase() || b == b'-') && i18n::has(key));
        Self {
            language: lang,
            theme,
            person,
            path: parts.uri.path().to_owned(),
            company: company_name(app),
            flash: flash.map(|key| t(lang, key).into_owned()),
            counts: Counts {
                attention: if staff { app.attention() } else { 0 } + if administrator { app.channels_down() } else { 0 },
                chats: if staff { app.waiting() } else { 0 },
                named: user.filter(|_| staff).map_or(0, |user| app.named(user)),
                undelivered: if administrator { app.undelivered() } else { 0 },
                unread: None,
            },
            position: app.hub.position(),
            key: uuid::Uuid::new_v4(),
        }
    }

    /// Chats that want whoever is signed in: somebody waits there, or they are named.
    pub fn wanted_in(&self) -> u32 {
        self.counts.chats.saturating_add(self.counts.named)
    }

    /// Lines of chat not read yet, as far as the page knows.
    pub fn unread(&self) -> u32 {
        self.counts.unread.unwrap_or_default()
    }

    /// A text without arguments.
    pub fn t(&self, key: &str) -> Cow<'static, str> {
        t(self.language, key)
    }
    /// A text with a number in it, in the right plural form.
    pub fn tn(&self, key: &str, count: impl TryInto<i64>) -> String {
        tn(self.language, key, count.try_into().unwrap_or(i64::MAX))
    }
    /// A text with named arguments.
    pub fn ta(&self, key: &str, args: &[(&str, &str)]) -> String {
        let args: Vec<(&str, Value)> = args.iter().map(|(name, value)| (*name, (*value).into())).collect();
        ta(self.language, key, &args)
    }
    pub fn lang(&self) -> &'static str {
        self.language.code()
    }
    pub fn theme(&self) -> &'static str {
        self.theme
    }
    /// The address of a built file.
    pub fn asset(&self, name: &str) -> &'static str {
        asset_url(name)
    }
    /// An icon of the sprite.
    pub fn icon(&self, name: &str) -> askama::filters::Safe<String> {
        askama::filters::Safe(format!(
            "<svg class=\"icon\" aria-hidden=\"true\"><use href=\"{}#i-{name}\"></use></svg>",
            asset_url("icons.svg")
        ))
    }
    /// Whether the page belongs to the section at `path`.
    pub fn here(&self, path: &str) -> bool {
        self.path == path || (path != "/" && self.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('/')))
    }
    pub fn path(&self) -> &str {
        &self.path
    }
    pub fn is_staff(&self) -> bool {
        self.person.as_ref().is_some_and(|p| p.role.is_staff())
    }
    pub fn is_worker(&self) -> bool {
        self.person.as_ref().is_some_and(|p| p.role.is_worker())
    }
    pub fn is_administrator(&self) -> bool {
        self.person.as_ref().is_some_and(|p| p.role == Role::Administrator)
    }
    pub fn is_customer(&self) -> bool {
        self.person.as_ref().is_some_and(|p| p.role == Role::Customer)
    }
    /// A command key for the form called `name` on this page.
    pub fn key(&self, name: &str) -> String {
        uuid::Uuid::from_u128(self.key.as_u128() ^ name.bytes().fold(0, |sum: u128, b| sum.wrapping_mul(257).wrapping_add(b.into())))
            .to_string()
    }
}

impl Person {
    fn of(actor: &Actor) -> Option<Self> {
        let role = actor.role()?;
        let user_id = actor.user_id?;
        Some(Self { name: actor.name.clone(), role, initials: initials(&actor.name), hue: hue(user_id.0) })
    }
}

/// The company's name; the system's own until it is set.
fn company_name(app: &App) -> String {
    let name = app.company().name.clone();
    if name.is_empty() { PRODUCT.into() } else { name }
}

/// The first letters of the first two words.
pub fn initials(name: &str) -> String {
    name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric())).take(2).flat_map(char::to_uppercase).collect()
}

/// One of seven soft colours, the same for the same id.
pub fn hue(id: i64) -> i64 {
    id.rem_euclid(7)
}

impl FromRequestParts<App> for Shell {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(Self::of(app, parts))
    }
}
