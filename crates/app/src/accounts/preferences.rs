//! Language and theme: kept in a cookie, and for the signed-in with their account.

use super::row::user;
use crate::{
    access::{Access, Actor},
    app::App,
    error::Result,
    ids::UserId,
    text::i18n::Lang,
    web::{Change, Fields, Input, Posted, Routes, see_other},
};
use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use sea_orm::entity::prelude::*;

const YEAR_SECONDS: i64 = 365 * 86_400;

pub fn routes() -> Routes {
    Routes::new().post("/preferences", Access::Public, create)
}

crate::words::words! {
    /// Light, dark, or whatever the device says.
    Theme {
        Light = "light",
        Dark = "dark",
        System = "system",
    }
}

impl Theme {
    /// As it is stored: nothing for the device's own.
    pub fn stored(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::System => "",
        }
    }
}

crate::words::words! {
    /// The languages of the interface.
    Language {
        Ru = "ru",
        En = "en",
    }
}

/// What is to be remembered; what is not named stays.
#[derive(Clone, Copy, Debug)]
pub struct Wishes {
    pub language: Option<Language>,
    pub theme: Option<Theme>,
}

impl Input for Wishes {
    fn read(fields: &mut Fields) -> Self {
        Self { language: fields.optional_choice("lang"), theme: fields.optional_choice("theme") }
    }
}

async fn create(State(app): State<App>, headers: HeaderMap, actor: Option<Extension<Actor>>, posted: Posted<Wishes>) -> Result<Response> {
    let (wishes, _) = posted.input()?;
    if let Some((actor, user_id)) = actor.as_ref().and_then(|Extension(actor)| Some((actor, actor.user_id?))) {
        change!(app, actor => |change| save(change, user_id, wishes).await)?;
    }
    let mut response = see_other(&page_before(&headers));
    remember(response.headers_mut(), app.config.is_https(), wishes);
    Ok(response)
}

/// Keeps the wishes with the account.
pub async fn save(change: &Change, user_id: UserId, wishes: Wishes) -> Result<()> {
    use crate::web::Choice;
    let mut update = user::Entity::update_many().filter(user::Column::Id.eq(user_id));
    if let Some(language) = wishes.language {
        update = update.col_expr(user::Column::Language, language.code().into());
    }
    if let Some(theme) = wishes.theme {
        update = update.col_expr(user::Column::Theme, theme.stored().into());
    }
    if wishes.language.is_some() || wishes.theme.is_some() {
        update.exec(change.tx.conn()).await?;
    }
    Ok(())
}

/// Keeps the zone in which the person's day goes; nothing for the company's.
pub async fn choose_zone(change: &Change, user_id: UserId, zone: Option<String>) -> Result<()> {
    let update = user::Entity::update_many().col_expr(user::Column::Zone, Expr::value(zone)).filter(user::Column::Id.eq(user_id));
    update.exec(change.tx.conn()).await?;
    Ok(())
}

/// Puts the wishes into the browser's cookies.
pub fn remember(headers: &mut HeaderMap, https: bool, wishes: Wishes) {
    use crate::web::Choice;
    if let Some(language) = wishes.language {
        headers.append(header::SET_COOKIE, cookie(https, "lang", language.code()));
    }
    if let Some(theme) = wishes.theme {
        headers.append(header::SET_COOKIE, cookie(https, "theme", theme.stored()));
    }
}

fn cookie(https: bool, name: &str, value: &str) -> HeaderValue {
    let seconds = if value.is_empty() { 0 } else { YEAR_SECONDS };
    let secure = if https { "; Secure" } else { "" };
    let line = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&line).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// The language and theme that an account remembers, for a browser that just signed in.
pub fn of_user(user: &user::Model) -> Wishes {
    let language = match Lang::parse(&user.language) {
        Some(Lang::En) => Language::En,
        _ => Language::Ru,
    };
    let theme = match user.theme.as_str() {
        "light" => Some(Theme::Light),
        "dark" => Some(Theme::Dark),
        _ => None,
    };
    Wishes { language: Some(language), theme }
}

/// The page that the form stood on; only its path is used, so nobody is led to another site.
fn page_before(headers: &HeaderMap) -> String {
    let referer = headers.get(header::REFERER).and_then(|v| v.to_str().ok()).and_then(|v| v.parse::<axum::http::Uri>().ok());
    let path = referer.as_ref().and_then(|uri| uri.path_and_query()).map_or("/", |path| path.as_str());
    super::pages::own_page(path)
}
