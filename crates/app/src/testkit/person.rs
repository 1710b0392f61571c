//! Somebody who calls the system, and what it answers.

use super::TestApp;
use crate::{
    access::Role,
    ids::{SessionId, UserId},
};
use axum::{
    body::Body,
    http::{HeaderMap, Method, Request, header},
};
use http_body_util::BodyExt;
use serde_json::Value;
use std::{fmt::Display, pin::Pin};
use tower::ServiceExt;

/// Somebody who calls the system. Cloning gives the same person in the same session.
#[derive(Clone)]
pub struct Person {
    pub app: TestApp,
    pub name: &'static str,
    pub role: Option<Role>,
    pub user_id: i64,
    pub session_id: i64,
    /// The worker's record, 0 for others.
    pub worker_id: i64,
    /// The customer's record, 0 for others.
    pub customer_id: i64,
}

impl Person {
    pub(super) fn nobody(app: TestApp) -> Self {
        Self { app, name: "nobody", role: None, user_id: 0, session_id: 0, worker_id: 0, customer_id: 0 }
    }

    /// The same person's calls to another system over the same database.
    pub fn at(&self, app: &TestApp) -> Self {
        Self { app: app.clone(), ..self.clone() }
    }

    pub fn get(&self, path: &str) -> Call {
        self.call(Method::GET, path)
    }
    /// A JSON body; `json!({})` for none.
    pub fn post(&self, path: &str, body: Value) -> Call {
        self.call(Method::POST, path).json(&body)
    }
    pub fn put(&self, path: &str, body: Value) -> Call {
        self.call(Method::PUT, path).json(&body)
    }
    pub fn patch(&self, path: &str, body: Value) -> Call {
        self.call(Method::PATCH, path).json(&body)
    }
    pub fn delete(&self, path: &str) -> Call {
        self.call(Method::DELETE, path)
    }
    /// A form sent by a page.
    pub fn form(&self, path: &str, fields: &[(&str, &str)]) -> Call {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        self.call(Method::POST, path).body("application/x-www-form-urlencoded", body.finish().into_bytes())
    }

    /// A form with files, each as its field, its name and what it holds.
    pub fn multipart(&self, path: &str, fields: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> Call {
        let mut body = vec![];
        for (field, value) in fields {
            body.extend(format!("--edge\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n").bytes());
        }
        for (field, name, content) in files {
            body.extend(format!("--edge\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\r\n").bytes());
            body.extend(*content);
            body.extend(b"\r\n");
        }
        body.extend(b"--edge--\r\n");
        self.call(Method::POST, path).body("multipart/form-data; boundary=edge", body)
    }

    /// Any request, signed in the way the path asks for.
    pub fn call(&self, method: Method, path: &str) -> Call {
        let call = Call { app: self.app.clone(), method, path: path.to_owned(), headers: HeaderMap::new(), body: vec![] };
        let api = path.starts_with("/api/");
        let call = if api { call } else { call.header("sec-fetch-site", "same-origin").header("accept-language", "ru") };
        match (self.session_id, api) {
            (0, _) => call,
            (_, true) => call.header("authorization", format!("Bearer {}", self.token())),
            (_, false) => call.header("cookie", format!("access={}", self.token())),
        }
    }

    /// A fresh access token of this person's session.
    pub fn token(&self) -> String {
        self.app.keys.sign(UserId(self.user_id), SessionId(self.session_id), self.app.clock.now_ms()).unwrap()
    }
}

/// A request that is sent by `.await`.
#[must_use = "a request is sent by .await"]
pub struct Call {
    app: TestApp,
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Call {
    pub fn header(mut self, name: &'static str, value: impl Display) -> Self {
        self.headers.insert(name, value.to_string().parse().unwrap());
        self
    }
    /// `Idempotency-Key`.
    pub fn key(self, key: impl Display) -> Self {
        self.header("idempotency-key", key)
    }
    /// `If-Match` with the version that was seen.
    pub fn if_match(self, version: impl Display) -> Self {
        self.header("if-match", format!("\"{version}\""))
    }
    /// Asks for a part of the page, as htmx does.
    pub fn htmx(self) -> Self {
        self.header("hx-request", "true").header("hx-request-type", "partial")
    }
    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", serde_json::to_vec(body).unwrap())
    }
    pub fn body(mut self, content_type: &str, body: Vec<u8>) -> Self {
        self.headers.insert(header::CONTENT_TYPE, content_type.parse().unwrap());
        self.body = body;
        self
    }

    async fn send(self) -> Answer {
        let asked = format!("{} {}", self.method, self.path);
        let mut request = Request::builder().method(self.method).uri(&self.path).body(Body::from(self.body)).unwrap();
        *request.headers_mut() = self.headers;
        request.headers_mut().entry(header::HOST).or_insert("crm.test".parse().unwrap());
        let response = self.app.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        // A stream has no end to wait for.
        let is_stream = parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
        let bytes = if is_stream { vec![] } else { body.collect().await.unwrap().to_bytes().to_vec() };
        Answer { asked, status: parts.status.as_u16(), headers: parts.headers, bytes }
    }
}

impl IntoFuture for Call {
    type Output = Answer;
    type IntoFuture = Pin<Box<dyn Future<Output = Answer> + Send>>;
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

/// What the system answered.
#[derive(Clone, Debug)]
pub struct Answer {
    asked: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    /// Fails unless the status is this one, and shows the answer.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{} answered {}", self.asked, self.text());
        self
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|e| panic!("{} answered no JSON ({e}): {}", self.asked, self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The text with plain spaces for those that keep a number beside its noun.
    pub fn words(&self) -> String {
        self.text().replace('\u{a0}', " ")
    }

    /// A header's value, empty when it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }

    pub fn location(&self) -> &str {
        self.header("location")
    }

    /// The version in `ETag`.
    pub fn version(&self) -> i64 {
        self.header("etag").trim_matches('"').parse().unwrap_or(0)
    }

    /// The `id` of the row in the answer.
    #[track_caller]
    pub fn id(&self) -> i64 {
        self.json()["id"].as_i64().unwrap_or_else(|| panic!("{} answered no id: {}", self.asked, self.text()))
    }

    /// The word of a problem.
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The faulty fields of a problem with their words, sorted: `address.text required`.
    pub fn faults(&self) -> Vec<String> {
        let json = self.json();
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut faults: Vec<String> =
            json["errors"].as_array().into_iter().flatten().map(|e| format!("{} {}", word(&e["field"]), word(&e["code"]))).collect();
        faults.sort();
        faults
    }

    /// The ids in a list, in its order.
    pub fn ids(&self) -> Vec<i64> {
        self.json()["items"].as_array().into_iter().flatten().filter_map(|item| item["id"].as_i64()).collect()
    }
}
