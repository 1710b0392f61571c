//! The front end's files, embedded in the binary, and the few fixed addresses browsers ask for.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use axum::extract::{Path, State};
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use rust_embed::{EmbeddedFile, RustEmbed};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate, SizeAbove};

#[derive(RustEmbed)]
#[folder = "../../frontend/dist"]
struct Dist;

/// From the name in templates (`app.css`) to the address of the built file.
static MANIFEST: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let file = Dist::get("manifest.json").expect("the front end's build writes manifest.json");
    let names: HashMap<String, String> = serde_json::from_slice(&file.data).expect("manifest.json maps names to file names");
    names.into_iter().map(|(logical, built)| (logical, format!("/assets/{built}"))).collect()
});

/// The address of a front-end file by its logical name, such as `app.css`.
pub fn asset_url(logical: &str) -> &'static str {
    MANIFEST.get(logical).map(String::as_str).unwrap_or_else(|| {
        tracing::error!(logical, "no such file in the front end's manifest");
        debug_assert!(false, "no `{logical}` in the front end's manifest");
        "/assets/missing"
    })
}

/// GET `/assets/{*path}`: a built file, for ever cacheable because its name changes with its content.
pub async fn show(Path(path): Path<String>, headers: HeaderMap) -> Response {
    if path == "manifest.json" || path.ends_with(".br") || path.ends_with(".gz") {
        return StatusCode::NOT_FOUND.into_response();
    }
    file(&path, &headers)
}

/// GET `/favicon.ico`, for whoever asks without reading the page.
pub async fn favicon() -> Redirect {
    Redirect::temporary(asset_url("icon-192.png"))
}

/// GET `/manifest.webmanifest`: where phones look for the home-screen icon.
pub async fn web_manifest() -> Redirect {
    Redirect::temporary(asset_url("app.webmanifest"))
}

/// GET `/push-worker.js`: what shows messages in browsers. It stands at a fixed address above all pages, as browsers ask of it, and
/// is asked for anew each time.
pub async fn push_worker(headers: HeaderMap) -> Response {
    let mut response = file(asset_url("push-worker.js").trim_start_matches("/assets/"), &headers);
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

fn file(path: &str, headers: &HeaderMap) -> Response {
    let Some(plain) = Dist::get(path) else { return StatusCode::NOT_FOUND.into_response() };
    let (body, encoding) = packed(path, headers).unwrap_or((plain, None));
    let body = match body.data {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => bytes.into(),
    };
    let mut response = body.into_response();
    let answer = response.headers_mut();
    answer.insert(CONTENT_TYPE, HeaderValue::from_static(media_type(path)));
    answer.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    answer.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        answer.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

fn packed(path: &str, headers: &HeaderMap) -> Option<(EmbeddedFile, Option<&'static str>)> {
    let packings = [("br", ".br"), ("gzip", ".gz")];
    let accepted = packings.iter().filter(|(encoding, _)| accepts(headers, encoding));
    accepted.filter_map(|(encoding, end)| Some((Dist::get(&format!("{path}{end}"))?, Some(*encoding)))).next()
}

fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let lines = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|offer| {
        let mut parts = offer.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        let quality = parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1.0), |q| q.trim().parse::<f32>().ok());
        named && quality.is_some_and(|quality| quality > 0.0)
    })
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, end)| end) {
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// GET `/robots.txt`: nothing here is for search engines.
pub async fn robots() -> Response {
    ([(CACHE_CONTROL, "public, max-age=86400")], "User-agent: *\nDisallow: /\n").into_response()
}

/// What `security.txt` tells; without a contact there is none.
#[derive(Clone, Debug)]
pub struct SecurityContact {
    /// `mailto:…` or `https://…`.
    pub contact: Option<String>,
    /// The public address of the installation.
    pub public_url: String,
}

/// GET `/.well-known/security.txt` (RFC 9116).
pub async fn security_txt(State(about): State<SecurityContact>) -> Response {
    let Some(contact) = about.contact else { return StatusCode::NOT_FOUND.into_response() };
    // The file is made anew for each reader, so it never goes out of date while somebody answers.
    let expires = Timestamp::now() + SignedDuration::from_hours(24 * 180);
    let text = format!(
        "Contact: {contact}\nExpires: {}\nPreferred-Languages: ru, en\nCanonical: {}/.well-known/security.txt\n",
        expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
        about.public_url,
    );
    ([(CACHE_CONTROL, "public, max-age=86400")], text).into_response()
}

/// Layer: compresses pages and JSON; leaves event streams, pictures and packed files as they are.
pub fn compression() -> CompressionLayer<impl Predicate> {
    let worth_it = DefaultPredicate::new()
        .and(SizeAbove::new(512))
        .and(NotForContentType::const_new("font/"))
        .and(NotForContentType::const_new("video/"))
        .and(NotForContentType::const_new("audio/"))
        .and(NotForContentType::const_new("application/pdf"))
        .and(NotForContentType::const_new("application/zip"))
        .and(NotForContentType::const_new("application/vnd."))
        .and(NotForContentType::const_new("application/octet-stream"));
    // Gzip alone, and a quick one: Brotli takes several times as long for a page that is hardly smaller.
    CompressionLayer::new().quality(CompressionLevel::Precise(3)).compress_when(worth_it)
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use axum::routing::get;
    use tower::ServiceExt;

    use super::*;

    fn router() -> Router {
        let about = SecurityContact { contact: Some("mailto:s@example.ru".into()), public_url: "https://crm.example.ru".into() };
        let long = "я".repeat(2000);
        let stream = ([(CONTENT_TYPE, "text/event-stream")], long.clone());
        let page = ([(CONTENT_TYPE, "text/html; charset=utf-8")], long.clone());
        let photo = ([(CONTENT_TYPE, "image/jpeg")], long);
        Router::new()
            .route("/assets/{*path}", get(show))
            .route("/favicon.ico", get(favicon))
            .route("/manifest.webmanifest", get(web_manifest))
            .route("/robots.txt", get(robots))
            .route("/.well-known/security.txt", get(security_txt).with_state(about))
            .route("/page", get(|| async { page }))
            .route("/stream", get(|| async { stream }))
            .route("/photo", get(|| async { photo }))
            .layer(compression())
    }

    async fn ask(path: &str, encoding: &str) -> Response {
        let request = Request::get(path).header(ACCEPT_ENCODING, encoding).body(Body::empty()).unwrap();
        router().oneshot(request).await.unwrap()
    }

    fn encoding(response: &Response) -> Option<&str> {
        response.headers().get(CONTENT_ENCODING).map(|value| value.to_str().unwrap())
    }

    #[tokio::test]
    async fn a_built_file_is_served_packed_and_for_ever() {
        let css = asset_url("app.css");
        assert!(css.starts_with("/assets/") && css.ends_with(".css"), "{css}");
        for (offer, packed) in [
            ("gzip, deflate, br", Some("br")),
            ("gzip", Some("gzip")),
            ("br;q=0, gzip;q=0.5", Some("gzip")),
            ("identity", None),
            ("br;q=x", None),
        ] {
            let answer = ask(css, offer).await;
            assert_eq!(answer.status(), 200);
            assert_eq!(encoding(&answer), packed, "{offer}");
            assert_eq!(answer.headers()[CONTENT_TYPE], "text/css; charset=utf-8");
            assert_eq!(answer.headers()[CACHE_CONTROL], "public, max-age=31536000, immutable");
            assert_eq!(answer.headers()[VARY], "accept-encoding");
        }
        let plain = to_bytes(ask(css, "").await.into_body(), usize::MAX).await.unwrap();
        assert_eq!(plain, Dist::get(css.strip_prefix("/assets/").unwrap()).unwrap().data.as_ref());
    }

    #[tokio::test]
    async fn nothing_else_is_served() {
        let css = asset_url("app.css");
        let packed = format!("{css}.br");
        for path in ["/assets/none.css", "/assets/manifest.json", &packed, "/assets/../manifest.json", "/assets/%2e%2e/%2e%2e/Cargo.toml"] {
            assert_eq!(ask(path, "br").await.status(), 404, "{path}");
        }
    }

    #[tokio::test]
    async fn the_fixed_addresses_answer() {
        for (path, kind) in [("/favicon.ico", "image/png"), ("/manifest.webmanifest", "application/manifest+json")] {
            let answer = ask(path, "").await;
            assert_eq!(answer.status(), 307);
            let there = ask(answer.headers()["location"].to_str().unwrap(), "").await;
            assert_eq!((there.status().as_u16(), &there.headers()[CONTENT_TYPE]), (200, &HeaderValue::from_static(kind)));
        }
        assert_eq!(ask("/robots.txt", "").await.status(), 200);
        let text = to_bytes(ask("/.well-known/security.txt", "").await.into_body(), 10_000).await.unwrap();
        let text = std::str::from_utf8(&text).unwrap();
        assert!(text.starts_with("Contact: mailto:s@example.ru\nExpires: 2"), "{text}");
    }

    #[tokio::test]
    async fn pages_are_compressed_streams_and_pictures_are_not() {
        assert_eq!(encoding(&ask("/page", "gzip, br").await), Some("gzip"));
        assert_eq!(encoding(&ask("/page", "identity").await), None);
        assert_eq!(encoding(&ask("/stream", "gzip, br").await), None);
        assert_eq!(encoding(&ask("/photo", "gzip, br").await), None);
        assert_eq!(encoding(&ask("/robots.txt", "gzip").await), None);
    }
}
