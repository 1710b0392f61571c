//! Files that come beside the fields of a form or of a program's input, as those of a message do.

use super::{
    Arrived, Upload,
    upload::{FILE_BYTES, Uploaded, read_all},
};
use crate::{
    access::Actor,
    app::App,
    error::{Error, FieldErrors, Result},
    web::{
        ApiBody, Command, Fields, Input, Posted,
        api::command_of,
        command::fingerprint,
        openapi::{Operation, Takes, shape},
        page::Form,
        shell::Preferences,
    },
};
use axum::{
    extract::{FromRequest, Request},
    http::{HeaderMap, header},
};
use serde_json::json;

/// The field in which they come.
pub const FILES: &str = "files";
/// The most files at once.
pub const MOST_BESIDE: usize = 10;
/// How large they may be together.
pub const MEGABYTES_BESIDE: u64 = FILE_BYTES >> 20;

/// What was read of a request with files, and the command that it carries.
pub struct Beside<T> {
    pub input: Result<T>,
    pub command: Command,
    pub files: Vec<Arrived>,
}

/// A page's form, which may bring files in its field [`FILES`].
pub struct PostedFiles<T> {
    posted: Posted<T>,
    files: Vec<Arrived>,
}

impl<T> PostedFiles<T> {
    /// Splits into what was read and the form to show again.
    pub fn into_parts(self) -> (Beside<T>, Form) {
        let (input, form, command) = self.posted.into_parts();
        (Beside { input, command, files: self.files }, form)
    }
}

impl<T: Input> FromRequest<App> for PostedFiles<T> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        if !is_multipart(request.headers()) {
            return Ok(Self { posted: Posted::from_request(request, app).await?, files: vec![] });
        }
        let lang = Preferences::of_headers(request.headers(), request.extensions()).lang;
        let path = request.uri().to_string();
        let (uploaded, faults) = take(app, request).await?;
        let posted = Posted::beside(app, lang, &path, uploaded.texts.clone(), &content(&uploaded)?, brought(&uploaded));
        Ok(Self { posted: posted.with_faults(faults), files: uploaded.files })
    }
}

/// A program's JSON, or the same fields as a multipart form with files in [`FILES`].
pub struct ApiFiles<T> {
    pub input: T,
    pub command: Command,
    pub files: Vec<Arrived>,
}

impl<T: Input> FromRequest<App> for ApiFiles<T> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        if !is_multipart(request.headers()) {
            let ApiBody { input, command } = ApiBody::from_request(request, app).await?;
            return Ok(Self { input, command, files: vec![] });
        }
        let (method, address, headers) = (request.method().clone(), request.uri().to_string(), request.headers().clone());
        let actor = request.extensions().get::<Actor>().cloned();
        // Before the files are read: of two that come at once with the same key one is told so.
        let mut command = command_of(app, actor.as_ref(), &headers, &[])?;
        let (uploaded, faults) = take(app, request).await?;
        command.fingerprint = fingerprint(&[method.as_str().as_bytes(), address.as_bytes(), &content(&uploaded)?]);
        let mut fields = Fields::of_multipart(&uploaded.texts, brought(&uploaded));
        let input = T::read(&mut fields);
        let mut all = fields.finish();
        all.extend(faults);
        all.into_result()?;
        Ok(Self { input, command, files: uploaded.files })
    }
}

impl<T: Input> Takes for ApiFiles<T> {
    fn takes(operation: &mut Operation) {
        ApiBody::<T>::takes(operation);
        let mut form = shape::body::<T>();
        form["properties"][FILES] = json!({ "type": "array", "maxItems": MOST_BESIDE, "items": { "type": "string", "contentMediaType": "application/octet-stream" } });
        // With a file a text is not needed.
        form.as_object_mut().map(|form| form.remove("required"));
        if let Some(body) = &mut operation.body {
            body["content"]["multipart/form-data"] = json!({ "schema": form });
        }
    }
}

fn is_multipart(headers: &HeaderMap) -> bool {
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    media_type.starts_with("multipart/form-data")
}

/// The body with its files, and what is wrong with them.
async fn take(app: &App, request: Request) -> Result<(Uploaded, FieldErrors)> {
    let uploaded = read_all(app, Upload::from_request(request, app).await?).await?;
    let mut faults = uploaded.faults.clone();
    if let Some(other) = uploaded.files.iter().find(|file| file.field != FILES) {
        faults.add(&other.field, "unknown_field");
    }
    if uploaded.cut_off {
        faults.add_with(FILES, "files_too_large", vec![("max", MEGABYTES_BESIDE.to_string())]);
    }
    if uploaded.files.len() > MOST_BESIDE {
        faults.add_with(FILES, "too_many_files", vec![("max", MOST_BESIDE.to_string())]);
    }
    Ok((uploaded, faults))
}

/// How many files were sent, those that are not taken included.
fn brought(uploaded: &Uploaded) -> usize {
    uploaded.files.len() + uploaded.faults.iter().count() + usize::from(uploaded.cut_off)
}

/// Stands for all that a body says.
fn content(uploaded: &Uploaded) -> Result<Vec<u8>> {
    let mut content = serde_json::to_vec(&uploaded.texts).map_err(anyhow::Error::from)?;
    for file in &uploaded.files {
        content.extend_from_slice(&file.received.sha256());
    }
    Ok(content)
}
