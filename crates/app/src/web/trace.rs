//! An id and one log line for each request, and an answer when its handler panics.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use tracing::Instrument;

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Layer: gives the request an id of our own in `x-request-id`, the answer the same, and logs method, route, status and time. Paths, queries, addresses and names stay
/// out: they are personal data or secrets.
pub async fn trace(mut request: Request, next: Next) -> Response {
    let id = uuid::Uuid::new_v4().simple().to_string();
    // A hex number is always a valid header.
    let header = HeaderValue::from_str(&id).unwrap_or(HeaderValue::from_static("-"));
    request.headers_mut().insert(REQUEST_ID.clone(), header.clone());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("-", MatchedPath::as_str);
    let span = tracing::info_span!("request", id, method = %request.method(), route);
    let start = Instant::now();

    let mut response = next.run(request).instrument(span.clone()).await;
    let status = response.status().as_u16();
    let ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    span.in_scope(|| tracing::info!(status, ms, "answered"));
    response.headers_mut().insert(REQUEST_ID.clone(), header);
    response
}

/// Layer, inside [`trace`]: a panic becomes a bare 500; the process lives on.
pub async fn catch_panic(request: Request, next: Next) -> Response {
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        Err(panic) => {
            tracing::error!(panic = message_of(&*panic), "a handler panicked");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn message_of(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("-")
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use axum::Router;
    use axum::body::{Body, Bytes, to_bytes};
    use axum::http::HeaderMap;
    use axum::middleware::from_fn;
    use axum::routing::get;
    use tower::ServiceExt;
    use tracing::instrument::WithSubscriber;
    use tracing_subscriber::fmt::MakeWriter;

    use super::*;

    fn router() -> Router {
        Router::new()
            .route("/links/{secret}", get(|| async {}))
            .route("/id", get(|headers: HeaderMap| async move { headers["x-request-id"].clone().as_bytes().to_vec() }))
            .route(
                "/panics",
                get(|| async {
                    if true {
                        panic!("planted")
                    }
                }),
            )
            .layer(from_fn(catch_panic))
            .layer(from_fn(trace))
    }

    async fn ask(path: &str) -> Response {
        router().oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap()
    }

    #[tokio::test]
    async fn a_panic_is_answered_and_the_next_request_too() {
        let answer = ask("/panics").await;
        assert_eq!(answer.status(), 500);
        assert!(answer.headers().contains_key("x-request-id"));
        assert_eq!(ask("/links/1").await.status(), 200);
    }

    #[tokio::test]
    async fn request_and_answer_carry_one_id_that_a_caller_cannot_choose() {
        let request = Request::get("/id").header("x-request-id", "forged").body(Body::empty()).unwrap();
        let answer = router().oneshot(request).await.unwrap();
        let id = answer.headers()["x-request-id"].clone();
        assert_eq!((id.len(), to_bytes(answer.into_body(), 100).await.unwrap()), (32, Bytes::copy_from_slice(id.as_bytes())));
    }

    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl MakeWriter<'_> for Log {
        type Writer = Self;

        fn make_writer(&self) -> Self {
            self.clone()
        }
    }

    #[tokio::test]
    async fn the_log_names_the_route_and_no_secret() {
        let log = Log::default();
        let subscriber = tracing_subscriber::fmt().with_writer(log.clone()).with_ansi(false).finish();
        async {
            // A test beside this one may just have found that nobody listens.
            tracing::callsite::rebuild_interest_cache();
            ask("/links/s3cret?phone=79001234567").await;
            ask("/unknown-s3cret").await;
        }
        .with_subscriber(subscriber)
        .await;
        let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        assert!(text.contains("/links/{secret}") && text.contains("status=200") && text.contains("status=404"), "{text}");
        assert!(!text.contains("s3cret") && !text.contains("7900"), "{text}");
    }
}
