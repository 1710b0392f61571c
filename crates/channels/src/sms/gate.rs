//! A question to a gateway over HTTP.

use crate::{Failure, wire};
use reqwest::{Client, RequestBuilder, Url, header::CONTENT_TYPE};
use serde_json::Value;
use std::time::Duration;

/// How long to wait where the gateway does not say.
const PAUSE: Duration = Duration::from_secs(60);

pub struct Gate {
    client: Client,
    patience: Duration,
    address: String,
    token: String,
    pub sender: Option<String>,
    pub reports: Option<String>,
}

/// An answer in JSON, with the status of HTTP.
pub struct Answer {
    pub status: u16,
    pub body: Value,
}

/// Why there is no answer.
pub enum Silence {
    /// The gateway never heard of it, or said that it does nothing now.
    Unheard(Failure),
    /// The question went out.
    Lost(&'static str),
}

impl Gate {
    pub fn new(address: &str, token: &str, sender: Option<&str>, patience: Duration) -> Result<Self, String> {
        let address = address.trim_end_matches('/').to_owned();
        if !Url::parse(&address).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host()) {
            return Err("the gateway's address is no URL".into());
        }
        let sender = sender.map(str::trim).filter(|sender| !sender.is_empty()).map(str::to_owned);
        Ok(Self { client: client(patience, None)?, patience, address, token: token.trim().to_owned(), sender, reports: None })
    }

    pub fn through(self, proxy: &str) -> Result<Self, String> {
        Ok(Self { client: client(self.patience, Some(proxy))?, ..self })
    }

    pub fn token(&self) -> &str {
        &self.token
    }

    /// Asks with a form.
    pub async fn ask_form(&self, path: &str, fields: &[(&str, &str)]) -> Result<Answer, Silence> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.client.post(format!("{}{path}", self.address));
        answer(request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body)).await
    }

    /// Asks with JSON, and a name and a password.
    pub async fn ask_json(&self, path: &str, name: &str, password: &str, question: &Value) -> Result<Answer, Silence> {
        let request = self.client.post(format!("{}{path}", self.address)).basic_auth(name, Some(password));
        answer(request.header(CONTENT_TYPE, "application/json").body(question.to_string())).await
    }
}

fn client(patience: Duration, proxy: Option<&str>) -> Result<Client, String> {
    // A connection that was kept may be closed just then, and nobody could say whether the question had been heard.
    let connect = wire::CONNECT.min(patience);
    let client = wire::builder(connect + patience).connect_timeout(connect).pool_max_idle_per_host(0);
    wire::through(client, proxy)?.build().map_err(|_| "no client for HTTP".into())
}

async fn answer(request: RequestBuilder) -> Result<Answer, Silence> {
    let again = |why: &str| Silence::Unheard(Failure::Again { why: why.to_owned() });
    let response = request.send().await.map_err(|error| match () {
        () if error.is_connect() || error.is_builder() => again("no connection"),
        () if error.is_timeout() => Silence::Lost("no answer in time"),
        () => Silence::Lost("the connection broke"),
    })?;
    let status = response.status().as_u16();
    let after = wire::retry_after(&response).unwrap_or(PAUSE);
    match status {
        429 => return Err(Silence::Unheard(Failure::Wait { after, why: "429".into() })),
        503 => return Err(again("503")),
        _ => {}
    }
    let body = response
        .bytes()
        .await
        .map_err(|error| Silence::Lost(if error.is_timeout() { "no answer in time" } else { "the connection broke" }))?;
    match serde_json::from_slice(&body) {
        Ok(body) => Ok(Answer { status, body }),
        Err(_) => Err(Silence::Lost("an answer that is no JSON")),
    }
}

impl Silence {
    /// For a message that may have been taken; `id` is what to ask about.
    pub fn unclear(self, id: Option<String>) -> Failure {
        match self {
            Self::Unheard(failure) => failure,
            Self::Lost(why) => Failure::Unclear { id, why: why.to_owned() },
        }
    }

    /// For a question that may be repeated.
    pub fn harmless(self) -> Failure {
        match self {
            Self::Unheard(failure) => failure,
            Self::Lost(why) => Failure::Again { why: why.to_owned() },
        }
    }
}

/// A number, be it written as one or as text.
pub fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// A number's or a text's words.
pub fn words(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// An amount such as 2.5 or "2,495" in hundredths.
pub fn hundredths(value: &Value) -> Option<i64> {
    let text = words(value)?.replace(',', ".");
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    if !(whole.len() + rest.len() > 0 && whole.len() <= 12 && [whole, rest].iter().all(|digits| digits.bytes().all(|c| c.is_ascii_digit())))
    {
        return None;
    }
    let thousandths: i64 = format!("{whole}{:0<3.3}", rest).parse().ok()?;
    Some((thousandths + 5) / 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn amounts_are_read_in_every_form() {
        let read = [
            (json!(2), Some(200)),
            (json!(2.5), Some(250)),
            (json!("2.50"), Some(250)),
            (json!("0.055"), Some(6)),
            (json!("12,3456"), Some(1235)),
            (json!("0"), Some(0)),
            (json!(".5"), Some(50)),
            (json!("-1"), None),
            (json!("1e3"), None),
            (json!(""), None),
            (json!("."), None),
            (json!(null), None),
        ];
        for (value, expected) in read {
            assert_eq!(hundredths(&value), expected, "{value}");
        }
    }
}
