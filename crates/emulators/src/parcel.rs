//! A file that a form brings.

use axum::{
    extract::{FromRequest, Multipart, Request},
    http::StatusCode,
};
use bytes::Bytes;

/// A file on its way.
#[derive(Clone, Debug, Default)]
pub struct Upload {
    pub name: String,
    pub mime: String,
    pub bytes: Bytes,
}

/// The parts `file`, `caption` and `chat` of a form; what else is ticked in it.
#[derive(Debug, Default)]
pub struct Parcel {
    pub chat: Option<i64>,
    pub caption: String,
    pub file: Upload,
    /// To be sent as it is, be it that it is a picture.
    pub as_document: bool,
}

impl<S: Send + Sync> FromRequest<S> for Parcel {
    type Rejection = StatusCode;

    async fn from_request(request: Request, state: &S) -> Result<Self, StatusCode> {
        let unfit = StatusCode::UNPROCESSABLE_ENTITY;
        let mut form = Multipart::from_request(request, state).await.map_err(|_| unfit)?;
        let mut parcel = Self::default();
        while let Some(field) = form.next_field().await.map_err(|_| unfit)? {
            let name = field.name().unwrap_or_default().to_owned();
            let file = field.file_name().unwrap_or_default().to_owned();
            let mime = field.content_type().unwrap_or("application/octet-stream").to_owned();
            let bytes = field.bytes().await.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
            let text = || String::from_utf8_lossy(&bytes).into_owned();
            match name.as_str() {
                "chat" => parcel.chat = text().parse().ok(),
                "caption" => parcel.caption = text(),
                "as_document" => parcel.as_document = true,
                "file" => parcel.file = Upload { name: file, mime, bytes },
                _ => {}
            }
        }
        if parcel.file.bytes.is_empty() { Err(unfit) } else { Ok(parcel) }
    }
}
