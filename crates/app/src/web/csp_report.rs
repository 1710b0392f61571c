//! Takes what browsers report about breaches of the content security policy.

use axum::body::Bytes;
use axum::http::StatusCode;
use serde_json::Value;

/// POST [`super::headers::CSP_REPORTS`]: logs which rule was broken, never the address of the page.
pub async fn create(body: Bytes) -> StatusCode {
    const MOST: usize = 16 * 1024;
    if body.len() > MOST {
        return StatusCode::PAYLOAD_TOO_LARGE;
    }
    match serde_json::from_slice::<Value>(&body) {
        Ok(report) => {
            for (rule, blocked) in breaches(&report) {
                tracing::warn!(rule, blocked, "content security policy broken");
            }
            StatusCode::NO_CONTENT
        }
        Err(_) => StatusCode::BAD_REQUEST,
    }
}

/// Reads both the old form (`report-uri`, one object) and the new one (`report-to`, a list).
fn breaches(report: &Value) -> Vec<(String, String)> {
    let old = report.get("csp-report").map(|r| (&r["effective-directive"], &r["blocked-uri"]));
    let new = report.as_array().into_iter().flatten().take(10).map(|r| {
        let body = &r["body"];
        (&body["effectiveDirective"], &body["blockedURL"])
    });
    old.into_iter().chain(new).map(|(rule, blocked)| (plain(rule), origin(blocked))).collect()
}

fn plain(text: &Value) -> String {
    text.as_str().unwrap_or("").chars().filter(|c| c.is_ascii_alphanumeric() || "-:/._".contains(*c)).take(80).collect()
}

/// The path and the query of what was blocked may hold somebody's data.
fn origin(address: &Value) -> String {
    let address = plain(address);
    match address.split_once("://") {
        Some((scheme, rest)) => format!("{scheme}://{}", rest.split('/').next().unwrap_or("")),
        None => address,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn both_forms_are_read_without_paths() {
        let old = json!({"csp-report": {"effective-directive": "script-src\n", "blocked-uri": "https://evil.example/a?name=Ivan"}});
        assert_eq!(breaches(&old), [("script-src".to_owned(), "https://evil.example".to_owned())]);
        let new = json!([{"type": "csp-violation", "body": {"effectiveDirective": "style-src-attr", "blockedURL": "inline"}}]);
        assert_eq!(breaches(&new), [("style-src-attr".to_owned(), "inline".to_owned())]);
        assert!(breaches(&json!("x")).is_empty());
    }

    #[tokio::test]
    async fn nonsense_is_refused() {
        assert_eq!(create(Bytes::from_static(b"<")).await, StatusCode::BAD_REQUEST);
        assert_eq!(create(Bytes::from(vec![b' '; 20_000])).await, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(create(Bytes::from_static(b"[]")).await, StatusCode::NO_CONTENT);
    }
}
