//! A multipart body on its way in: small texts into memory, files to disk piece by piece.

use super::FileKind;
use crate::{
    app::App,
    error::{Error, FieldErrors, Result},
    orders::Reader,
    web::{
        Door, Fields, Input,
        openapi::{Operation, Takes},
    },
};
use axum::{
    extract::{
        DefaultBodyLimit, FromRequest, Request,
        multipart::{Field, Multipart, MultipartError},
    },
    http::{StatusCode, header},
};
use serde_json::{Map, Value, json};

/// The largest multipart body: one file of the largest size with its fields.
const UPLOAD_BYTES: usize = 65 << 20;
/// A body that names a larger size is refused unread. A smaller one is read until its file is too large, so that what was
/// typed beside it is not lost.
const HOPELESS_BYTES: u64 = 128 << 20;
/// The largest file.
pub(super) const FILE_BYTES: u64 = 64 << 20;
/// The longest text beside the files.
const TEXT_BYTES: usize = 64 * 1024;
/// More parts than any form of ours has.
const MOST_PARTS: usize = 200;

/// A multipart body that was not read yet; it may be as large as one file.
pub struct Upload(Multipart);

impl FromRequest<App> for Upload {
    type Rejection = Error;

    async fn from_request(mut request: Request, app: &App) -> Result<Self> {
        let size = request.headers().get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
        if size.is_some_and(|size| size > HOPELESS_BYTES) {
            return Err(Error::Request(413, "too_large"));
        }
        DefaultBodyLimit::max(UPLOAD_BYTES).apply(&mut request);
        Multipart::from_request(request, app).await.map(Self).map_err(|_| Error::Request(415, "not_multipart"))
    }
}

impl Takes for Upload {
    fn takes(operation: &mut Operation) {
        let words = |words: &[&str]| json!({ "type": "string", "enum": words });
        let schema = json!({ "type": "object", "required": ["file"], "properties": {
            "kind": words(&["before", "after", "document", "signature", "other"]),
            "taken_at": { "type": "string", "format": "date-time" },
            "audience": words(&["staff", "worker", "customer", "all"]),
            "file": { "type": "string", "contentMediaType": "application/octet-stream" },
        } });
        operation.command = true;
        operation.body = Some(json!({ "required": true, "content": { "multipart/form-data": { "schema": schema } } }));
    }
}

/// A whole multipart body.
#[derive(Default)]
pub struct Uploaded {
    pub texts: Map<String, Value>,
    /// The files by the names of their fields.
    pub files: Vec<Arrived>,
    /// Why files were not taken.
    pub faults: FieldErrors,
    /// The whole was too large: what stood behind this was not read.
    pub cut_off: bool,
}

/// A file that lies on disk under no name yet; dropped, it is gone.
pub struct Arrived {
    pub field: String,
    /// What the client calls it.
    pub name: String,
    pub received: media::Received,
}

/// What is said of a file besides its content.
#[derive(Clone, Debug)]
pub struct NewFile {
    pub kind: FileKind,
    pub taken_ms: Option<i64>,
    /// Who else may see it; only staff may say, otherwise it follows from the kind.
    pub audience: Option<Reader>,
}

impl Input for NewFile {
    fn read(fields: &mut Fields) -> Self {
        Self {
            kind: fields.optional_choice("kind").unwrap_or(FileKind::Other),
            taken_ms: fields.optional_instant("taken_at"),
            audience: fields.optional_choice("audience"),
        }
    }
}

/// Reads a multipart body to its end.
///
/// # Errors
/// A fault at the file's field when it is larger than any file may be, 413 when the whole body is too large.
pub async fn read(app: &App, body: Upload) -> Result<Uploaded> {
    let uploaded = read_all(app, body).await?;
    // A file that is too large says more than that the whole is.
    uploaded.faults.clone().into_result()?;
    if uploaded.cut_off {
        return Err(Error::Request(413, "too_large"));
    }
    Ok(uploaded)
}

/// The same, but what is wrong with the files is noted, so that the texts beside them are not lost.
///
/// # Errors
/// When the body cannot be read.
pub async fn read_all(app: &App, Upload(mut body): Upload) -> Result<Uploaded> {
    let mut uploaded = Uploaded::default();
    match read_parts(app, &mut body, &mut uploaded).await {
        Err(Error::Request(413, _)) => uploaded.cut_off = true,
        read => read?,
    }
    Ok(uploaded)
}

async fn read_parts(app: &App, body: &mut Multipart, uploaded: &mut Uploaded) -> Result<()> {
    let mut parts = 0;
    while let Some(part) = body.next_field().await.map_err(unreadable)? {
        parts += 1;
        let Some(name) = part.name().map(str::to_owned).filter(|_| parts <= MOST_PARTS) else {
            return Err(Error::Request(400, "bad_request"));
        };
        match part.file_name().map(str::to_owned) {
            None => add_text(&mut uploaded.texts, name, text(part).await?),
            Some(client_name) => match file(app, name, client_name, part).await {
                Err(Error::Invalid(faults)) => uploaded.faults.extend(faults),
                arrived => uploaded.files.extend(arrived?),
            },
        }
    }
    Ok(())
}

async fn text(mut part: Field<'_>) -> Result<String> {
    let mut bytes = Vec::new();
    while let Some(piece) = part.chunk().await.map_err(unreadable)? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > TEXT_BYTES {
            return Err(Error::Request(413, "too_large"));
        }
    }
    String::from_utf8(bytes).map_err(|_| Error::Request(400, "bad_request"))
}

/// A field sent several times becomes a list, as in other forms.
fn add_text(texts: &mut Map<String, Value>, name: String, text: String) {
    let value = Value::String(text);
    match texts.get_mut(&name) {
        None => drop(texts.insert(name, value)),
        Some(Value::Array(items)) => items.push(value),
        Some(first) => *first = Value::Array(vec![first.take(), value]),
    }
}

/// Browsers send a nameless, empty file where none was chosen.
async fn file(app: &App, field: String, name: String, mut part: Field<'_>) -> Result<Option<Arrived>> {
    let mut incoming = app.files.receive(FILE_BYTES).await?;
    while let Some(piece) = part.chunk().await.map_err(unreadable)? {
        incoming.write(&piece).await.map_err(|e| refused(&field, e))?;
    }
    let received = incoming.finish().await.map_err(|e| refused(&field, e))?;
    let none = name.is_empty() && received.size() == 0;
    Ok((!none).then_some(Arrived { field, name, received }))
}

fn unreadable(error: MultipartError) -> Error {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { Error::Request(413, "too_large") } else { Error::Request(400, "bad_request") }
}

/// The fault that tells why a file was not taken.
pub(super) fn refused(field: &str, error: media::Error) -> Error {
    use media::Refused;
    let refused = match error {
        media::Error::Io(e) => return e.into(),
        media::Error::Refused(refused) => refused,
    };
    let max = |limit: u64| vec![("max", limit.to_string())];
    let (code, args) = match refused {
        Refused::TooLarge => ("file_too_large", max(FILE_BYTES >> 20)),
        Refused::TooManyPixels => ("file_too_many_pixels", max(media::Limits::default().pixels / 1_000_000)),
        Refused::Heic => ("file_heic", vec![]),
        Refused::Svg => ("file_svg", vec![]),
        Refused::NotSupported => ("file_not_supported", vec![]),
        Refused::Damaged => ("file_damaged", vec![]),
        Refused::Empty => ("file_empty", vec![]),
    };
    let mut errors = FieldErrors::default();
    errors.add_with(field, code, args);
    errors.into()
}

impl Arrived {
    /// A file that the program itself got from elsewhere, as if it had come in `field` of a form.
    ///
    /// # Errors
    /// A fault at `field` when it is larger than any file may be.
    pub async fn of_bytes(app: &App, field: &str, name: String, bytes: &[u8]) -> Result<Self> {
        let mut incoming = app.files.receive(FILE_BYTES).await?;
        incoming.write(bytes).await.map_err(|e| refused(field, e))?;
        let received = incoming.finish().await.map_err(|e| refused(field, e))?;
        Ok(Self { field: field.to_owned(), name, received })
    }
}

impl Uploaded {
    /// What the texts say, by the rules of `T` and of this door.
    ///
    /// # Errors
    /// All faults of the texts.
    pub fn input<T: Input>(&self, app: &App, door: Door) -> Result<T> {
        let mut fields = match door {
            Door::Page => Fields::of_form(&self.texts, app.company().zone()),
            Door::Api => Fields::of_json(&self.texts),
        };
        let input = T::read(&mut fields);
        fields.finish().into_result()?;
        Ok(input)
    }
}
