//! The door for programs: JSON in, JSON out, with versions and idempotency keys in the headers.

use crate::{
    access::Actor,
    app::App,
    error::{Error, Result},
    web::{Command, Fields, Input, command::fingerprint},
};
use axum::{
    Json,
    body::Bytes,
    extract::{FromRequest, Request},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::{Map, Value};

/// A JSON body, read by the rules of `T`, and the command that the headers describe.
pub struct ApiBody<T> {
    pub input: T,
    pub command: Command,
}

impl<T: Input> FromRequest<App> for ApiBody<T> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        let (parts, body) = request.into_parts();
        let bytes = Bytes::from_request(Request::from_parts(parts.clone(), body), app).await.map_err(|e| unreadable(&e))?;
        let raw = json_object(&parts.headers, &bytes)?;
        let mut fields = Fields::of_json(&raw);
        let input = T::read(&mut fields);
        fields.finish().into_result()?;
        let address = parts.uri.to_string();
        let identity: [&[u8]; 3] = [parts.method.as_str().as_bytes(), address.as_bytes(), &bytes];
        let command = command_of(app, parts.extensions.get::<Actor>(), &parts.headers, &identity)?;
        Ok(Self { input, command })
    }
}

/// The fault of a body that could not be read to its end.
pub fn unreadable(rejection: &axum::extract::rejection::BytesRejection) -> Error {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE { Error::Request(413, "too_large") } else { Error::Request(400, "bad_request") }
}

/// Reads `Idempotency-Key` and `If-Match`.
///
/// # Errors
/// When one of them is there and cannot be read, or the same command is still running.
pub fn command_of(app: &App, actor: Option<&Actor>, headers: &HeaderMap, identity: &[&[u8]]) -> Result<Command> {
    let text = |name: header::HeaderName| headers.get(name).map(|v| v.to_str().map_err(|_| Error::Request(400, "bad_header"))).transpose();
    let key = text(header::HeaderName::from_static("idempotency-key"))?;
    let key = key
        .map(|key| uuid::Uuid::parse_str(key.trim().trim_matches('"')).map_err(|_| Error::Request(400, "bad_idempotency_key")))
        .transpose()?;
    let version = match text(header::IF_MATCH)?.map(str::trim) {
        None | Some("*") => None,
        Some(tag) => Some(tag.trim_start_matches("W/").trim_matches('"').parse().map_err(|_| Error::Stale)?),
    };
    Command::of_program(app, actor, key.map(|k| k.to_string()), version, fingerprint(identity))
}

fn json_object(headers: &HeaderMap, bytes: &[u8]) -> Result<Map<String, Value>> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(Map::new());
    }
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    let essence = media_type.split(';').next().unwrap_or("").trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        return Err(Error::Request(415, "not_json"));
    }
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(_) => Err(Error::Request(400, "not_an_object")),
        Err(_) => Err(Error::Request(400, "bad_json")),
    }
}

/// A row with its version in `ETag`.
pub trait HasVersion {
    fn version(&self) -> i64;
}

/// 200 with the row as it now is.
pub struct Versioned<T>(pub T);

impl<T: Serialize + HasVersion> IntoResponse for Versioned<T> {
    fn into_response(self) -> Response {
        ([(header::ETAG, format!("\"{}\"", self.0.version()))], Json(self.0)).into_response()
    }
}

/// 201 with the new row and where it stands.
pub struct Created<T>(pub String, pub T);

impl<T: Serialize + HasVersion> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        (StatusCode::CREATED, [(header::LOCATION, self.0)], Versioned(self.1)).into_response()
    }
}
