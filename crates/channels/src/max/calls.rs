//! One call of the API, and how it ended.

use super::Max;
use crate::{Failure, wire};
use reqwest::{Method, RequestBuilder, header};
use serde_json::Value;
use std::time::Duration;

/// The most that is read of an answer.
const LARGEST_ANSWER: usize = 16 << 20;
/// How long to wait where the API does not say.
pub const PAUSE: Duration = Duration::from_secs(1);
/// Why a message with a file that was uploaded a moment ago does not go yet.
pub const NOT_READY: &str = "attachment.not.ready";
/// What MAX says of an address that takes nothing any more: the dialog was stopped, or there never was one.
const DEAD: [&str; 7] = [
    "chat.denied",
    "chat.not.found",
    "dialog.not.found",
    "user.not.found",
    "error.dialog.suspended",
    "error.dialog.notfound",
    "error.chat.denied",
];

/// A call to be made.
pub fn ask(max: &Max, method: Method, path: &str) -> RequestBuilder {
    let url = format!("{}/{path}", max.address.as_str().trim_end_matches('/'));
    max.client.request(method, url).header(header::AUTHORIZATION, max.token.clone()).timeout(max.patience)
}

/// Makes a call; its answer.
pub async fn call(request: RequestBuilder) -> Result<Value, Failure> {
    let response = request.send().await.map_err(|error| wire::broken(&error))?;
    let (status, after) = (response.status(), wire::retry_after(&response).unwrap_or(PAUSE));
    let body = wire::read(response, LARGEST_ANSWER).await?;
    let Ok(answer) = serde_json::from_slice::<Value>(&body) else {
        let why = "an answer that is no JSON".into();
        return Err(if status.as_u16() == 429 { Failure::Wait { after, why } } else { Failure::Again { why } });
    };
    if status.is_success() { Ok(answer) } else { Err(refusal(status.as_u16(), after, &answer)) }
}

/// Some answers of success say that there was none.
pub fn done(answer: &Value) -> Result<(), Failure> {
    if answer["success"] == false { Err(Failure::Refused { why: why(200, answer) }) } else { Ok(()) }
}

fn refusal(status: u16, after: Duration, answer: &Value) -> Failure {
    let why = why(status, answer);
    let says = |code: &str| why.split(' ').any(|word| word == code);
    match status {
        // Whether one dialog or the whole bot went too fast the answer does not say.
        429 => Failure::Wait { after, why },
        500.. => Failure::Again { why },
        _ if says(NOT_READY) => Failure::Again { why: NOT_READY.into() },
        _ if DEAD.iter().any(|code| says(code)) => Failure::Dead { why },
        401 => Failure::Shut { why },
        _ if says("verify.token") => Failure::Shut { why },
        _ => Failure::Refused { why },
    }
}

/// Status, code and key. The words around them repeat what was sent, so they are left out.
fn why(status: u16, answer: &Value) -> String {
    let said = |name: &str| answer[name].as_str().unwrap_or_default();
    let key = said("message");
    let key = key.strip_prefix("Key: ").unwrap_or(key).split(',').next().unwrap_or_default();
    let mut why = status.to_string();
    for code in [said("code"), key] {
        let is_plain = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'-' | b'_');
        let is_code = code.starts_with(|c: char| c.is_ascii_lowercase()) && code.contains('.') && code.bytes().all(is_plain);
        if is_code && code.len() <= 80 {
            why = format!("{why} {code}");
        }
    }
    why
}
