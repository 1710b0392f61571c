//! How an answer goes out, whatever befalls it.

use crate::{faults::Trouble, line::Line};
use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use bytes::Bytes;
use std::{convert::Infallible, time::Duration};

/// In how many pieces a slow answer comes.
const PIECES: u32 = 10;

/// An answer in the provider's own form.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub status: u16,
    pub mime: &'static str,
    pub text: String,
    /// For how many seconds nothing is taken.
    pub retry_after: Option<u32>,
}

impl Outcome {
    /// Gives it to the caller, or what they get instead of it.
    pub async fn give(self, trouble: Option<Trouble>, line: &Line) -> Response {
        match trouble {
            Some(Trouble::Page { status }) => page(status),
            Some(Trouble::Silent) => std::future::pending().await,
            Some(Trouble::Slow { seconds }) => self.slowly(Duration::from_secs(seconds.into())),
            Some(Trouble::Reset) => {
                line.cut();
                StatusCode::OK.into_response()
            }
            _ => {
                let text = self.text.clone();
                self.with_body(Body::from(text))
            }
        }
    }

    /// How the journal tells of it: the status that went out, if one did, and the words.
    pub fn told(&self, said: String, trouble: Option<&Trouble>) -> (Option<u16>, String) {
        match trouble {
            Some(Trouble::Page { status }) => (Some(*status), "an HTML page".to_owned()),
            Some(Trouble::Reset) => (None, "cut".to_owned()),
            Some(Trouble::Silent) => (None, "never answered".to_owned()),
            Some(Trouble::Slow { seconds }) => (Some(self.status), format!("answered within {seconds} s")),
            _ => (Some(self.status), said),
        }
    }

    fn with_body(&self, body: Body) -> Response {
        let mut response = Response::new(body);
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(self.mime));
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }

    fn slowly(&self, span: Duration) -> Response {
        let text = Bytes::from(self.text.clone());
        let piece = text.len().div_ceil(PIECES as usize);
        let trickle = futures_util::stream::unfold(text, move |mut rest| async move {
            if rest.is_empty() {
                return None;
            }
            tokio::time::sleep(span / PIECES).await;
            let next = rest.split_to(piece.min(rest.len()));
            Some((Ok::<_, Infallible>(next), rest))
        });
        self.with_body(Body::from_stream(trickle))
    }
}

fn page(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    (status, Html(format!("<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>"))).into_response()
}
