//! Changes asked for by another site's page are refused.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, COOKIE, HOST, ORIGIN, REFERER};
use axum::http::{HeaderMap, HeaderName, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::headers::SECRET_LINKS;

/// What counts as our own page.
#[derive(Clone, Debug)]
pub struct CsrfGuard {
    public_url: Arc<str>,
}

impl CsrfGuard {
    /// `public_url` as the configuration gives it.
    pub fn new(public_url: &str) -> Self {
        Self { public_url: public_url.into() }
    }

    fn allows(&self, request: &Request) -> bool {
        let headers = request.headers();
        let cookie = headers.contains_key(COOKIE);
        if request.method().is_safe() || (!cookie && has_bearer(headers)) {
            return true;
        }
        // The secret in the address is the proof, no cookie counts; and a page without a referrer names no origin.
        if request.uri().path().starts_with(SECRET_LINKS) {
            return true;
        }
        if let Some(site) = text(headers, HeaderName::from_static("sec-fetch-site")) {
            return matches!(site, "same-origin" | "none");
        }
        match text(headers, ORIGIN).or_else(|| text(headers, REFERER)) {
            Some(source) => self.is_own(source, host_of(request)),
            // Browsers name the source of a change; without it and without a cookie a program is calling.
            None => !cookie && !headers.contains_key(ORIGIN) && !headers.contains_key(REFERER),
        }
    }

    /// Whether an `Origin` or `Referer` names the public address or the host that was called.
    fn is_own(&self, source: &str, host: Option<&str>) -> bool {
        let Ok(source) = source.parse::<Uri>() else { return false };
        let (Some(scheme), Some(authority)) = (source.scheme_str(), source.authority()) else { return false };
        let origin = format!("{scheme}://{authority}");
        origin.eq_ignore_ascii_case(&self.public_url) || host.is_some_and(|host| authority.as_str().eq_ignore_ascii_case(host))
    }
}

fn has_bearer(headers: &HeaderMap) -> bool {
    text(headers, AUTHORIZATION).and_then(|value| value.get(..7)).is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer "))
}

/// HTTP/2 names the host in the address, HTTP/1 in a header.
fn host_of(request: &Request) -> Option<&str> {
    request.uri().authority().map(|authority| authority.as_str()).or_else(|| text(request.headers(), HOST))
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// Layer: answers 403 to a change that did not start from one of our own pages or from a program.
pub async fn guard(State(csrf): State<CsrfGuard>, request: Request, next: Next) -> Response {
    if csrf.allows(&request) { next.run(request).await } else { StatusCode::FORBIDDEN.into_response() }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::http::Method;
    use axum::middleware::from_fn_with_state;
    use axum::routing::any;
    use tower::ServiceExt;

    use super::*;

    async fn status(method: Method, headers: &[(&str, &str)]) -> u16 {
        let csrf = CsrfGuard::new("https://crm.example.ru");
        let router = Router::new().route("/", any(|| async {})).layer(from_fn_with_state(csrf, guard));
        let mut request = Request::builder().method(method).uri("/").header("host", "127.0.0.1:8067");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap().status().as_u16()
    }

    const COOKIE: (&str, &str) = ("cookie", "__Host-access=x");

    #[tokio::test]
    async fn our_own_pages_may_change() {
        for own in [
            ("sec-fetch-site", "same-origin"),
            ("sec-fetch-site", "none"),
            ("origin", "https://crm.example.ru"),
            ("origin", "http://127.0.0.1:8067"),
            ("referer", "https://crm.example.ru/orders/5?x=1"),
        ] {
            assert_eq!(status(Method::POST, &[COOKIE, own]).await, 200, "{own:?}");
            assert_eq!(status(Method::POST, &[own]).await, 200, "{own:?}");
        }
    }

    #[tokio::test]
    async fn other_sites_may_not() {
        for foreign in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.example"),
            ("origin", "https://crm.example.ru.evil.example"),
            ("origin", "http://crm.example.ru"),
            ("origin", "https://crm.example.ru:8443"),
            ("origin", "null"),
            ("referer", "https://evil.example/https://crm.example.ru"),
            ("referer", "https://crm.example.ru@evil.example/"),
        ] {
            for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
                assert_eq!(status(method.clone(), &[COOKIE, foreign]).await, 403, "{foreign:?}");
                // Signing a victim in as somebody else needs no cookie.
                assert_eq!(status(method, &[foreign]).await, 403, "{foreign:?}");
            }
            assert_eq!(status(Method::GET, &[COOKIE, foreign]).await, 200);
        }
    }

    #[tokio::test]
    async fn a_cookie_without_a_source_is_refused() {
        assert_eq!(status(Method::POST, &[COOKIE]).await, 403);
        assert_eq!(status(Method::POST, &[COOKIE, ("authorization", "Bearer x")]).await, 403);
        let both = [COOKIE, ("sec-fetch-site", "cross-site"), ("origin", "https://crm.example.ru")];
        assert_eq!(status(Method::POST, &both).await, 403);
    }

    #[tokio::test]
    async fn programs_need_no_source() {
        assert_eq!(status(Method::POST, &[]).await, 200);
        assert_eq!(status(Method::POST, &[("authorization", "bearer x"), ("sec-fetch-site", "cross-site")]).await, 200);
    }
}
