//! Pages for browsers: whole or as the fragment that htmx asked for.

use crate::{
    app::App,
    error::{Error, FieldErrors, Result},
    text::i18n::Lang,
    web::{
        Command,
        api::unreadable,
        face::field_message,
        input::{Fields, Input, form_values, text_of},
    },
};
use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, StatusCode, Uri, header, request::Parts},
    response::{Html, IntoResponse, Response},
};
use serde_json::{Map, Value};

/// A rendered page.
pub struct Page(String);

impl Page {
    /// Renders a template (a whole page or one of its blocks).
    pub fn of(view: &impl askama::Template) -> Result<Self> {
        view.render().map(Self).map_err(|e| anyhow::Error::from(e).into())
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        Html(self.0).into_response()
    }
}

/// Whether htmx asks for a part of the page. A history restore asks for the whole page and does not say `partial`.
pub struct Fragment(pub bool);

impl<S: Sync> FromRequestParts<S> for Fragment {
    type Rejection = std::convert::Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(parts.headers.get("hx-request-type").is_some_and(|v| v == "partial")))
    }
}

/// After a form was carried out: look at the result with GET.
pub fn see_other(path: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, path.to_owned())]).into_response()
}

/// The same, with a short text that the next page shows once; `key` names the text.
pub fn see_other_with(path: &str, key: &str) -> Response {
    (
        StatusCode::SEE_OTHER,
        [(header::LOCATION, path.to_owned()), (header::SET_COOKIE, format!("flash={key}; Path=/; Max-Age=30; HttpOnly; SameSite=Lax"))],
    )
        .into_response()
}

/// `text` if it is an address of this site: a redirect must not lead elsewhere.
pub fn own_path(text: &str) -> Option<String> {
    let plain = text.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    (plain && text.starts_with('/') && !text.starts_with("//")).then(|| text.to_owned())
}

/// The page of this site on which the browser was before, if it tells.
pub fn referring_path(headers: &HeaderMap) -> Option<String> {
    let referer: Uri = headers.get(header::REFERER)?.to_str().ok()?.parse().ok()?;
    own_path(referer.path_and_query()?.as_str())
}

/// A form as it was typed, with what is wrong with it: whatever happens, the page can show it again.
#[derive(Clone, Debug, Default)]
pub struct Form {
    pub values: Map<String, Value>,
    pub errors: FieldErrors,
    lang: Lang,
}

impl Form {
    /// A fresh form with these values in it.
    pub fn filled(lang: Lang, values: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        let values = values.into_iter().map(|(name, value)| (name.to_owned(), Value::String(value))).collect();
        Self { values, errors: FieldErrors::default(), lang }
    }

    /// An empty form.
    pub fn empty(lang: Lang) -> Self {
        Self { lang, ..Self::default() }
    }

    /// The same form with these faults marked.
    pub fn with_errors(mut self, errors: FieldErrors) -> Self {
        self.errors = errors;
        self
    }

    /// The same form with several values in one field: ticks, a list.
    pub fn with_list(mut self, name: &str, items: impl IntoIterator<Item = String>) -> Self {
        self.values.insert(name.to_owned(), Value::Array(items.into_iter().map(Value::String).collect()));
        self
    }

    /// What stands in the field.
    pub fn value(&self, name: &str) -> String {
        self.values.get(name).map(text_of).unwrap_or_default()
    }

    /// Whether `value` is chosen in the field (a radio button, a select, one of several ticks).
    pub fn has(&self, name: &str, value: &str) -> bool {
        match self.values.get(name) {
            Some(Value::Array(items)) => items.iter().any(|item| text_of(item) == value),
            Some(one) => text_of(one) == value,
            None => false,
        }
    }

    /// Whether `value` is the chosen one, for things whose `Display` is their value.
    pub fn chose(&self, name: &str, value: &impl ToString) -> bool {
        self.has(name, &value.to_string())
    }

    /// The text of the field's fault, empty when there is none.
    pub fn error(&self, name: &str) -> String {
        self.errors.of(name).map(|e| field_message(self.lang, e)).unwrap_or_default()
    }

    /// Whether anything is wrong.
    pub fn is_wrong(&self) -> bool {
        !self.errors.is_empty()
    }

    /// Faults of fields that the page has no place for: shown above the form.
    pub fn errors_outside(&self, fields: &[&str]) -> Vec<String> {
        self.errors.iter().filter(|e| !fields.contains(&e.field.as_str())).map(|e| field_message(self.lang, e)).collect()
    }
}

/// A posted form: what was read from it, how it was typed, and the command it carries.
pub struct Posted<T> {
    pub form: Form,
    pub command: Command,
    input: Result<T, FieldErrors>,
}

impl<T> Posted<T> {
    /// Splits into what was read (or what is wrong) and the form to show again.
    pub fn into_parts(self) -> (Result<T>, Form, Command) {
        (self.input.map_err(Error::Invalid), self.form, self.command)
    }

    /// What was read; for forms of a single button, where there is nothing to show again.
    pub fn input(self) -> Result<(T, Command)> {
        Ok((self.input?, self.command))
    }
}

impl<T: Input> FromRequest<App> for Posted<T> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        let lang = crate::web::shell::Preferences::of_headers(request.headers(), request.extensions()).lang;
        let path = request.uri().to_string();
        let bytes = axum::body::Bytes::from_request(request, &()).await.map_err(|e| unreadable(&e))?;
        Ok(Self::of(app, lang, &path, form_values(&bytes), &bytes))
    }
}

impl<T: Input> Posted<T> {
    /// A form sent to `path` whose fields came in another way; `bytes` stands for all that it says.
    pub fn of(app: &App, lang: Lang, path: &str, values: Map<String, Value>, bytes: &[u8]) -> Self {
        Self::beside(app, lang, path, values, bytes, 0)
    }

    /// The same of a form that brought so many files along.
    pub fn beside(app: &App, lang: Lang, path: &str, values: Map<String, Value>, bytes: &[u8], files: usize) -> Self {
        let command = Command::of_form(path, &values, bytes);
        let zone = zone_of(&values).unwrap_or_else(|| app.company().zone());
        let mut fields = Fields::of_form(&values, zone).beside(files);
        let value = T::read(&mut fields);
        let errors = fields.finish();
        let input = errors.clone().into_result().map(|()| value);
        Self { form: Form { values, errors, lang }, command, input }
    }

    /// The same with faults of what came beside the fields.
    pub fn with_faults(self, faults: FieldErrors) -> Self {
        let mut all = self.input.as_ref().err().cloned().unwrap_or_default();
        all.extend(faults);
        let input = if all.is_empty() { self.input } else { Err(all.clone()) };
        Self { form: self.form.with_errors(all), input, ..self }
    }
}

/// The zone of the times in a form, which it names in `_zone` where it is not the company's own.
fn zone_of(values: &Map<String, Value>) -> Option<jiff::tz::TimeZone> {
    jiff::tz::TimeZone::get(&text_of(values.get("_zone")?)).ok()
}

/// A form drawn again because of these faults; any other error goes its own way.
pub fn form_again(error: Error, form: Form) -> Result<Form> {
    match error {
        Error::Invalid(errors) => Ok(form.with_errors(errors)),
        other => Err(other),
    }
}

/// A page that shows a form with faults: 422, which htmx swaps in and browsers show.
pub fn unprocessable(page: Page) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}

/// A form that was refused, with all that is needed to draw its page again.
pub struct Refused {
    pub form: Form,
    /// What to say above the form: somebody else changed the thing first. What was typed stays, and sending it once
    /// more puts it over theirs.
    pub problem: String,
    status: StatusCode,
}

impl Refused {
    /// # Errors
    /// The error itself, when it is not about what the form holds.
    pub fn of(error: Error, form: Form) -> Result<Self> {
        let status = error.status();
        match error {
            Error::Stale => {
                let problem = format!("{} {}", with_stop(&error.title(form.lang)), error.hint(form.lang));
                Ok(Self { form, problem, status })
            }
            other => Ok(Self { form: form_again(other, form)?, problem: String::new(), status: StatusCode::UNPROCESSABLE_ENTITY }),
        }
    }

    /// With which status the page is drawn again.
    pub fn status(&self) -> StatusCode {
        self.status
    }
}

fn with_stop(sentence: &str) -> String {
    if sentence.ends_with(['.', '!', '?']) { sentence.to_owned() } else { format!("{sentence}.") }
}
