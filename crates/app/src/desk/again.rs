//! A one-field form of some page that was refused: asked once more on a page of its own, with what was typed.

use crate::{
    error::{Error, Result},
    web::{
        Page, Shell,
        page::{Form, form_again, unprocessable},
    },
};
use askama::Template;
use axum::response::Response;

/// The form that is asked once more.
pub struct OneField {
    pub action: String,
    /// Where to go without it.
    pub back: String,
    pub field: &'static str,
    /// The key of the field's label, which is the page's title too.
    pub label: &'static str,
    pub is_long: bool,
    /// A hidden field that goes along.
    pub along: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "desk/again.html")]
struct Again {
    shell: Shell,
    form: Form,
    ask: OneField,
}

/// The page that asks again.
///
/// # Errors
/// The error itself, when it is not about what was typed.
pub fn page(shell: Shell, error: Error, form: Form, ask: OneField) -> Result<Response> {
    let form = form_again(error, form)?;
    Ok(unprocessable(Page::of(&Again { shell, form, ask })?))
}
