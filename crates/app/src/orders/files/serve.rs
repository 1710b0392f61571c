//! A file on its way out. Whether this person may see it is asked each time.

use super::{File, find};
use crate::{
    access::Actor,
    app::App,
    error::{Error, Result},
    ids::FileId,
    web::{Fields, Input},
    words::words,
};
use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use tokio::io::AsyncReadExt;

words! {
    /// How large a picture is wanted.
    Size {
        Original = "original",
        Display = "display",
        Thumbnail = "thumbnail",
    }
}

impl Input for Size {
    fn read(fields: &mut Fields) -> Self {
        fields.optional_choice("size").unwrap_or(Self::Original)
    }
}

/// What a stored file may do in a browser: nothing.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
const PIECE: usize = 64 * 1024;

/// Answers with a file, or with 304 when the browser has it already.
///
/// # Errors
/// [`Error::NotFound`] for a file that does not exist for `actor`, and for the thumbnail of what is no picture.
pub async fn show(app: &App, actor: &Actor, id: FileId, size: Size, asked: &HeaderMap) -> Result<Response> {
    let file = find(app.db.read(), actor, id).await?;
    give(app, &file, size, asked).await
}

/// Answers with a file that whoever asks may see.
///
/// # Errors
/// [`Error::NotFound`] for the thumbnail of what is no picture.
pub async fn give(app: &App, file: &File, size: Size, asked: &HeaderMap) -> Result<Response> {
    let (key, media_type) = rendition(file, size)?;
    let tag = format!("\"{key}\"");
    let cache = if size == Size::Thumbnail { "private, max-age=3600, immutable" } else { "private, no-cache" };
    let common: [(HeaderName, String); 3] =
        [(header::ETAG, tag.clone()), (header::CACHE_CONTROL, cache.into()), (header::CONTENT_SECURITY_POLICY, POLICY.into())];
    if asked.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return Ok((StatusCode::NOT_MODIFIED, common).into_response());
    }
    let key = key.parse().map_err(anyhow::Error::from)?;
    let stored = app.files.open(&key).await.map_err(|e| anyhow::Error::from(e).context(format!("file {} is not in the store", file.id)))?;
    let length = stored.metadata().await?.len();
    let name = media::content_disposition(&file.name, file.is_picture());
    let about = [(header::CONTENT_TYPE, media_type), (header::CONTENT_LENGTH, length.to_string()), (header::CONTENT_DISPOSITION, name)];
    Ok((common, about, Body::from_stream(pieces(stored))).into_response())
}

/// A file in this size, as a whole, with its type.
///
/// # Errors
/// [`Error::NotFound`] for the thumbnail of what is no picture.
pub async fn bytes(app: &App, file: &File, size: Size) -> Result<(Vec<u8>, String)> {
    let (key, media_type) = rendition(file, size)?;
    let key = key.parse().map_err(anyhow::Error::from)?;
    let mut stored = app.files.open(&key).await.map_err(anyhow::Error::from)?;
    let mut bytes = vec![];
    stored.read_to_end(&mut bytes).await?;
    Ok((bytes, media_type))
}

/// Which stored file shows this size, and its type.
fn rendition(file: &File, size: Size) -> Result<(&str, String)> {
    let smaller = match size {
        Size::Original => None,
        Size::Display => file.display_key.as_deref(),
        Size::Thumbnail if !file.is_picture() => return Err(Error::NotFound),
        Size::Thumbnail => file.thumbnail_key.as_deref(),
    };
    Ok(smaller.map_or_else(|| (file.stored_key.as_str(), file.media_type.clone()), |key| (key, "image/jpeg".to_owned())))
}

fn pieces(file: tokio::fs::File) -> impl futures_util::Stream<Item = std::io::Result<Vec<u8>>> {
    futures_util::stream::try_unfold(file, async |mut file| {
        let mut piece = vec![0; PIECE];
        let length = file.read(&mut piece).await?;
        piece.truncate(length);
        Ok((length > 0).then_some((piece, file)))
    })
}
