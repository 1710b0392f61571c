//! Answers that no provider gives on purpose.

use axum::{
    body::Body,
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use bytes::Bytes;
use std::{convert::Infallible, time::Duration};

/// In how many pieces a slow answer comes.
const PIECES: u32 = 10;

/// A text that trickles out for this long.
pub fn trickle(text: String, span: Duration) -> Body {
    let text = Bytes::from(text);
    let piece = text.len().div_ceil(PIECES as usize);
    Body::from_stream(futures_util::stream::unfold(text, move |mut rest| async move {
        if rest.is_empty() {
            return None;
        }
        tokio::time::sleep(span / PIECES).await;
        let next = rest.split_to(piece.min(rest.len()));
        Some((Ok::<_, Infallible>(next), rest))
    }))
}

/// The page of a gateway before the provider.
pub fn gateway_page(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    (status, Html(format!("<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>"))).into_response()
}
