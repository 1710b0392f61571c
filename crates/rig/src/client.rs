//! One connection to the program: requests go over it one after the other, as a browser's or a program's do.

use anyhow::{Context, Result};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{
    HeaderMap, Method, Request,
    client::conn::http1::{SendRequest, handshake},
    header,
};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

/// A connection that is kept open.
pub struct Client {
    host: String,
    sender: SendRequest<Full<Bytes>>,
}

/// What was answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON, null when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

impl Client {
    /// Connects to `127.0.0.1:PORT`.
    ///
    /// # Errors
    /// When nobody takes the connection.
    pub async fn connect(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await.context("connecting")?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self { host: address.to_owned(), sender })
    }

    /// Gets a page or a row, as whoever the token belongs to; an empty token is nobody.
    ///
    /// # Errors
    /// When the connection breaks before the answer is whole.
    pub async fn get(&mut self, path: &str, token: &str) -> Result<Answer> {
        self.send(Method::GET, path, &bearer(token), Bytes::new()).await
    }

    /// Sends JSON.
    ///
    /// # Errors
    /// When the connection breaks before the answer is whole.
    pub async fn post(&mut self, path: &str, token: &str, body: &Value) -> Result<Answer> {
        self.send(Method::POST, path, &bearer(token), body.to_string().into()).await
    }

    /// Sends anything with these headers; the body is taken for JSON unless they say otherwise.
    ///
    /// # Errors
    /// When the connection breaks before the answer is whole.
    pub async fn send(&mut self, method: Method, path: &str, headers: &[(&str, String)], body: Bytes) -> Result<Answer> {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, &self.host);
        if !body.is_empty() && !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        self.sender.ready().await?;
        let answer = self.sender.send_request(request.body(Full::new(body))?).await?;
        let (head, body) = answer.into_parts();
        Ok(Answer { status: head.status.as_u16(), headers: head.headers, body: body.collect().await?.to_bytes() })
    }
}

fn bearer(token: &str) -> Vec<(&'static str, String)> {
    if token.is_empty() { vec![] } else { vec![("authorization", format!("Bearer {token}"))] }
}
