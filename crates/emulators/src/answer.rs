//! How an answer goes out, through whatever trouble befalls it.

use crate::{faults::Trouble, line::Line};
use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use bytes::Bytes;
use serde_json::Value;
use std::{convert::Infallible, time::Duration};

/// In how many pieces a slow answer comes.
const PIECES: u32 = 10;

/// What a service says, if nothing comes between.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn json(status: u16, body: &Value) -> Self {
        let answer = Self { body: body.to_string().into(), ..Self::empty(status) };
        answer.with(header::CONTENT_TYPE, "application/json")
    }

    pub fn empty(status: u16) -> Self {
        Self { status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), ..Self::default() }
    }

    #[must_use]
    pub fn with(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
        self
    }

    /// Says for how many seconds nothing is taken, if that is so.
    #[must_use]
    pub fn wait(self, seconds: Option<u32>) -> Self {
        match seconds {
            Some(seconds) => self.with(header::RETRY_AFTER, &seconds.to_string()),
            None => self,
        }
    }

    /// Sends it, as the trouble has it.
    pub async fn give(self, trouble: Option<Trouble>, line: &Line) -> Response {
        match trouble {
            Some(Trouble::Page { status }) => page(status),
            Some(Trouble::Silent) => std::future::pending().await,
            Some(Trouble::Slow { seconds }) => {
                let body = slowly(self.body, Duration::from_secs(seconds.into()));
                (self.status, self.headers, body).into_response()
            }
            Some(Trouble::Reset) => {
                line.cut();
                StatusCode::OK.into_response()
            }
            _ => (self.status, self.headers, self.body).into_response(),
        }
    }
}

fn slowly(body: Bytes, span: Duration) -> Body {
    let piece = body.len().div_ceil(PIECES as usize).max(1);
    // The first piece may be empty: a body without a word is late as well.
    Body::from_stream(futures_util::stream::unfold(Some(body), move |rest| async move {
        let mut rest = rest?;
        tokio::time::sleep(span / PIECES).await;
        let next = rest.split_to(piece.min(rest.len()));
        Some((Ok::<_, Infallible>(next), Some(rest).filter(|rest| !rest.is_empty())))
    }))
}

fn page(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    (status, Html(format!("<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>"))).into_response()
}
