//! The security headers on every answer.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

/// Where browsers report breaches of the content security policy.
pub const CSP_REPORTS: &str = "/csp-reports";

/// The addresses under which are secrets: no other page may learn them, no search engine keep them.
pub const SECRET_LINKS: &str = "/o/";

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; \
    connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
    report-uri /csp-reports; report-to csp";

/// What each answer carries.
#[derive(Clone, Debug)]
pub struct SecurityHeaders {
    always: Arc<[(HeaderName, HeaderValue)]>,
}

impl SecurityHeaders {
    /// The whole set; HSTS only where people come over TLS.
    pub fn new(https: bool) -> Self {
        let fixed = |name, value| (name, HeaderValue::from_static(value));
        let named = |name, value| fixed(HeaderName::from_static(name), value);
        let mut always = vec![
            fixed(X_CONTENT_TYPE_OPTIONS, "nosniff"),
            fixed(X_FRAME_OPTIONS, "DENY"),
            // Not `no-referrer`: with it browsers send `Origin: null` with our own forms, and the CSRF guard would refuse them.
            fixed(REFERRER_POLICY, "same-origin"),
            named("cross-origin-opener-policy", "same-origin"),
            named("cross-origin-resource-policy", "same-origin"),
            named("origin-agent-cluster", "?1"),
            named("reporting-endpoints", "csp=\"/csp-reports\""),
            named(
                "permissions-policy",
                "camera=(self), geolocation=(self), microphone=(), payment=(), usb=(), serial=(), bluetooth=(), hid=(), \
                 midi=(), display-capture=(), browsing-topics=()",
            ),
        ];
        if https {
            always.push(fixed(STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains"));
        }
        Self { always: always.into() }
    }

    fn put(&self, headers: &mut HeaderMap) {
        for (name, value) in &*self.always {
            headers.insert(name, value.clone());
        }
        // A handler may know better: a stricter policy for a customer's file, a cache for what never changes.
        headers.entry(CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(POLICY));
        headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
}

/// Layer: puts the security headers on every answer; the outermost one, so that refusals carry them too.
pub async fn secure(State(security): State<SecurityHeaders>, request: Request, next: Next) -> Response {
    let secret = request.uri().path().starts_with(SECRET_LINKS);
    let mut response = next.run(request).await;
    security.put(response.headers_mut());
    if secret {
        response.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        response.headers_mut().insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow"));
    }
    response
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::StatusCode;
    use axum::middleware::from_fn_with_state;
    use axum::routing::get;
    use axum::{Json, Router};
    use tower::ServiceExt;

    use super::*;

    async fn answer(https: bool, path: &str) -> Response {
        let router = Router::new()
            .route("/", get(|| async { Json(1) }))
            .route("/broken", get(|| async { StatusCode::INTERNAL_SERVER_ERROR }))
            .route("/own", get(|| async { ([(CACHE_CONTROL, "max-age=5"), (CONTENT_SECURITY_POLICY, "sandbox")], "x") }))
            .layer(from_fn_with_state(SecurityHeaders::new(https), secure));
        router.oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap()
    }

    #[tokio::test]
    async fn every_answer_carries_them() {
        for (path, status) in [("/", 200), ("/unknown", 404), ("/broken", 500)] {
            let answer = answer(true, path).await;
            assert_eq!(answer.status(), status);
            for (name, value) in [
                ("x-content-type-options", "nosniff"),
                ("x-frame-options", "DENY"),
                ("referrer-policy", "same-origin"),
                ("cross-origin-opener-policy", "same-origin"),
                ("cross-origin-resource-policy", "same-origin"),
                ("strict-transport-security", "max-age=31536000; includeSubDomains"),
                ("cache-control", "no-store"),
            ] {
                assert_eq!(answer.headers()[name], value, "{path}");
            }
            let policy = answer.headers()["content-security-policy"].to_str().unwrap();
            assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"));
            assert!(!policy.contains("unsafe") && !policy.contains("  "), "{policy}");
            let permissions = answer.headers()["permissions-policy"].to_str().unwrap();
            assert!(permissions.contains("camera=(self), geolocation=(self)"));
        }
    }

    #[tokio::test]
    async fn hsts_is_not_promised_without_tls() {
        assert!(!answer(false, "/").await.headers().contains_key("strict-transport-security"));
    }

    #[tokio::test]
    async fn a_handler_may_cache_and_tighten() {
        let answer = answer(true, "/own").await;
        assert_eq!(answer.headers()["cache-control"], "max-age=5");
        assert_eq!(answer.headers()["content-security-policy"], "sandbox");
    }
}
