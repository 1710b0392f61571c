//! Gives an [`Error`] its face: a page in the person's language, or problem JSON (RFC 9457) under `/api/`.
//!
//! A handler's error travels in the response's extensions to one layer, which knows the request; so answers of
//! extractors, guards and handlers look alike, and no handler chooses between HTML and JSON.

use crate::{
    app::App,
    error::{Error, FieldError, FieldErrors},
    text::i18n::{Lang, t, ta},
    web::{Door, Page, Shell, shell::Preferences},
};
use askama::Template;
use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use serde::Serialize;

/// How long a database that was restarted usually stays away.
const RESTART_SECONDS: u64 = 5;

impl Error {
    /// The HTTP status that tells this error.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::Invalid(errors) if errors.clash().is_some() => StatusCode::CONFLICT,
            Self::Invalid(_) | Self::KeyReused => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Conflict(..) => StatusCode::CONFLICT,
            Self::Stale => StatusCode::PRECONDITION_FAILED,
            Self::Throttled(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Request(status, _) => StatusCode::from_u16(*status).unwrap_or(StatusCode::BAD_REQUEST),
            Self::Full => StatusCode::INSUFFICIENT_STORAGE,
            Self::Db(e) if store::dialect::is_lost(e) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Db(_) | Self::Other(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The error's word in the API and in the keys of texts.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Forbidden => "forbidden",
            Self::Unauthenticated => "unauthenticated",
            Self::Invalid(errors) => errors.clash().unwrap_or("invalid"),
            Self::KeyReused => "key_reused",
            Self::Conflict(code, _) => code,
            Self::Stale => "stale",
            Self::Throttled(_) => "throttled",
            Self::Request(_, code) => code,
            Self::Full => "storage_full",
            Self::Db(e) if store::dialect::is_lost(e) => "unavailable",
            Self::Db(_) | Self::Other(_) => "internal",
        }
    }

    /// What happened, in the person's language.
    pub fn title(&self, lang: Lang) -> String {
        t(lang, &format!("problem-{}", self.text_key())).into_owned()
    }

    /// What is safe and what to do, in the person's language.
    pub fn hint(&self, lang: Lang) -> String {
        let key = format!("problem-{}-hint", self.text_key());
        match self {
            Self::Invalid(errors) => errors.iter().map(|e| field_message(lang, e)).collect::<Vec<_>>().join(" "),
            Self::Conflict(_, args) => {
                let args: Vec<(&str, crate::text::i18n::Value)> = args.iter().map(|(name, value)| (*name, value.as_str().into())).collect();
                ta(lang, &key, &args)
            }
            _ => t(lang, &key).into_owned(),
        }
    }

    fn text_key(&self) -> String {
        self.code().replace('_', "-")
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The problem document of RFC 9457.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = ProblemDetails)]
pub struct Problem {
    #[serde(rename = "type")]
    kind: String,
    /// What happened, in the caller's language.
    title: String,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// The request's id, to name when asking for help.
    instance: String,
    /// One word for programs.
    code: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<ProblemField>,
}

/// What is wrong with one field.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ProblemField {
    field: String,
    code: &'static str,
    message: String,
    /// The thing that has this value already.
    #[serde(skip_serializing_if = "Option::is_none")]
    existing_id: Option<i64>,
}

/// One fault's text in the person's language.
pub fn field_message(lang: Lang, error: &FieldError) -> String {
    let args: Vec<(&str, crate::text::i18n::Value)> = error.args.iter().map(|(name, value)| (*name, value.as_str().into())).collect();
    ta(lang, &format!("error-{}", error.code.replace('_', "-")), &args)
}

fn problem_fields(lang: Lang, errors: &FieldErrors) -> Vec<ProblemField> {
    let existing_id = |e: &FieldError| e.args.iter().find(|(name, _)| *name == "id").and_then(|(_, id)| id.parse().ok());
    let shown = |e: &FieldError| ProblemField {
        field: e.field.clone(),
        code: e.code,
        message: field_message(lang, e),
        existing_id: existing_id(e),
    };
    errors.iter().map(shown).collect()
}

#[derive(Template)]
#[template(path = "errors/show.html")]
struct Show {
    shell: Shell,
    status: u16,
    title: String,
    hint: String,
    reference: String,
    back: Option<String>,
}

/// The layer that shows errors.
pub async fn show_errors(State(app): State<App>, request: Request, next: Next) -> Response {
    let door = Door::of(request.uri().path());
    let path = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
    let (parts, body) = request.into_parts();
    let shell = Shell::of(&app, &parts);
    let method_is_get = parts.method == axum::http::Method::GET;
    let back = parts.headers.get(header::REFERER).and_then(|v| v.to_str().ok()).and_then(own_path);
    let reference = parts.headers.get("x-request-id").and_then(|v| v.to_str().ok()).unwrap_or("-").to_owned();
    let preferences = Preferences::of(&parts);
    let is_stream = parts.headers.get(header::ACCEPT).is_some_and(|v| v.as_bytes().starts_with(b"text/event-stream"));
    let had_flash = shell.flash.is_some();
    // Who asks could not be found out.
    let failed = parts.extensions.get::<Error>().cloned();
    let mut response = match failed {
        Some(error) => error.into_response(),
        None => next.run(Request::from_parts(parts, body)).await,
    };
    let Some(error) = face_of(&response) else {
        let is_page = response.headers().get(header::CONTENT_TYPE).is_some_and(|v| v.as_bytes().starts_with(b"text/html"));
        if had_flash && is_page {
            response
                .headers_mut()
                .append(header::SET_COOKIE, HeaderValue::from_static("flash=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"));
        }
        return response;
    };
    if response.status().is_server_error() {
        tracing::error!(reference, error = %error, "request failed");
    }
    let mut shown = match door {
        // The one answer after which a browser's stream does not come back by itself.
        Door::Page if is_stream && error.status().is_client_error() => StatusCode::NO_CONTENT.into_response(),
        Door::Api => problem(preferences.lang, &error, &reference),
        Door::Page if matches!(error, Error::Unauthenticated) => sign_in_first(method_is_get, &path),
        Door::Page => error_page(shell, &error, reference, back),
    };
    for (name, value) in response.headers() {
        if name == header::SET_COOKIE || name == header::ALLOW {
            shown.headers_mut().append(name, value.clone());
        }
    }
    if let Some(seconds) = retry_after(&error) {
        shown.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    shown
}

/// After how many seconds it is worth trying again, where that is known.
fn retry_after(error: &Error) -> Option<u64> {
    match error {
        Error::Throttled(seconds) => Some(*seconds),
        error if error.status() == StatusCode::SERVICE_UNAVAILABLE => Some(RESTART_SECONDS),
        _ => None,
    }
}

/// The error in the extensions, or one made of a bare status (the router's own 404 and 405, a panic's 500).
fn face_of(response: &Response) -> Option<Error> {
    if let Some(error) = response.extensions().get::<Error>() {
        return Some(error.clone());
    }
    let plain = !response.headers().contains_key(header::CONTENT_TYPE)
        || response.headers()[header::CONTENT_TYPE].as_bytes().starts_with(b"text/plain");
    match response.status() {
        _ if !plain => None,
        StatusCode::NOT_FOUND => Some(Error::NotFound),
        StatusCode::METHOD_NOT_ALLOWED => Some(Error::Request(405, "method_not_allowed")),
        StatusCode::PAYLOAD_TOO_LARGE => Some(Error::Request(413, "too_large")),
        StatusCode::FORBIDDEN => Some(Error::Forbidden),
        StatusCode::REQUEST_TIMEOUT => Some(Error::Request(408, "timeout")),
        StatusCode::SERVICE_UNAVAILABLE => Some(Error::Request(503, "unavailable")),
        s if s.is_client_error() => Some(Error::Request(s.as_u16(), "bad_request")),
        s if s.is_server_error() => Some(anyhow::anyhow!("status {s}").into()),
        _ => None,
    }
}

fn problem(lang: Lang, error: &Error, reference: &str) -> Response {
    let errors = if let Error::Invalid(errors) = error { problem_fields(lang, errors) } else { vec![] };
    let detail = Some(error.hint(lang)).filter(|hint| !hint.is_empty());
    let body = Problem {
        kind: format!("urn:problem:{}", error.code()),
        title: error.title(lang),
        status: error.status().as_u16(),
        detail,
        instance: reference.to_owned(),
        code: error.code(),
        errors,
    };
    let mut response = (error.status(), Json(body)).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}

fn sign_in_first(method_is_get: bool, path: &str) -> Response {
    if !method_is_get || path == "/" {
        return Redirect::to("/sign-in").into_response();
    }
    let next: String = form_urlencoded::byte_serialize(path.as_bytes()).collect();
    Redirect::to(&format!("/sign-in?next={next}")).into_response()
}

fn error_page(shell: Shell, error: &Error, reference: String, back: Option<String>) -> Response {
    let lang = shell.language;
    let title = error.title(lang);
    let hint = error.hint(lang);
    let page = Show { shell, status: error.status().as_u16(), title, hint, reference, back };
    match Page::of(&page) {
        Ok(page) => (error.status(), page).into_response(),
        Err(_) => error.status().into_response(),
    }
}

/// The path of a Referer; whose host it names does not matter, only its path is used.
fn own_path(referer: &str) -> Option<String> {
    let uri: axum::http::Uri = referer.parse().ok()?;
    let path = uri.path_and_query()?.as_str();
    path.starts_with('/').then(|| path.trim_start_matches('/')).map(|p| format!("/{p}"))
}
