//! WhatsApp, by Meta's Cloud API: <https://developers.facebook.com/documentation/business-messaging/whatsapp>.
//!
//! Free words are taken within 24 hours after the person last wrote; at any other time only templates that Meta approved.

mod hook;

use crate::{Channel, Failure, Fate, Letter, Pace, Sent, Template, wire};
use async_trait::async_trait;
use reqwest::{
    Client, RequestBuilder, StatusCode, Url,
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue},
};
use serde_json::{Value, json};
use std::{fmt, time::Duration};

pub use hook::{Hook, Status, is_signed, read_hook, verify};

/// Where the API is served unless another address is set.
pub const PUBLIC_ADDRESS: &str = "https://graph.facebook.com/v26.0";
/// The longest text that the API takes, in characters.
pub const LONGEST_TEXT: usize = 4096;
/// With this begins the `why` of free words that came too late after the person last wrote: a template would have gone.
pub const WINDOW_CLOSED: &str = "131047 ";
/// With this begins the `why` of a message to someone who has no WhatsApp, or takes nothing from businesses.
pub const UNDELIVERABLE: &str = "131026 ";
/// With this begins the `why` of a template that Meta has not approved, or not in this language.
pub const NO_TEMPLATE: &str = "132001 ";
/// Where files are kept, besides the API's own address.
const FILE_HOSTS: [&str; 2] = ["lookaside.fbsbx.com", "whatsapp.net"];
/// Said of an id in the path.
const NOT_THERE: &str = "100 unknown to Meta, or not ours";
const LARGEST_ANSWER: usize = 64 * 1024;
/// How long to wait where the API does not say.
const PAUSE: Duration = Duration::from_secs(60);

/// A business's number with WhatsApp.
#[derive(Clone)]
pub struct WhatsApp {
    client: Client,
    bearer: HeaderValue,
    address: Url,
    phone_id: String,
    patience: Duration,
}

impl WhatsApp {
    /// A number by Meta's id of it, waiting no longer than `patience` for an answer.
    ///
    /// # Errors
    /// When the address is none, or token or id cannot be ones.
    pub fn new(token: &str, phone_id: &str, address: Option<&str>, patience: Duration) -> Result<Self, String> {
        let address = Url::parse(address.unwrap_or(PUBLIC_ADDRESS).trim_end_matches('/')).map_err(|_| "the address is none")?;
        if !matches!(address.scheme(), "http" | "https") {
            return Err("the address is neither http nor https".into());
        }
        if !is_id(phone_id) {
            return Err("the phone number's id is none".into());
        }
        let mut bearer = HeaderValue::try_from(format!("Bearer {token}")).map_err(|_| "the token holds what no token holds")?;
        bearer.set_sensitive(true);
        Ok(Self { client: wire::client(patience, None)?, bearer, address, phone_id: phone_id.to_owned(), patience })
    }

    /// The same, reached through a proxy (`http://…`, `socks5h://…`).
    ///
    /// # Errors
    /// When the proxy is no address.
    pub fn through(self, proxy: &str) -> Result<Self, String> {
        Ok(Self { client: wire::client(self.patience, Some(proxy))?, ..self })
    }

    /// The bytes of a file that came ([`crate::messenger::Incoming::file`]), if there are no more than `most`.
    pub async fn fetch(&self, file: &str, most: usize) -> Result<Vec<u8>, Failure> {
        if !is_id(file) {
            return Err(Failure::Refused { why: "no id of a file".into() });
        }
        let about = self.ask(self.client.get(self.at(file))).await?;
        if about["file_size"].as_u64().is_some_and(|size| size > most as u64) {
            return Err(Failure::Refused { why: format!("more than {most} bytes") });
        }
        let url = about["url"].as_str().and_then(|url| Url::parse(url).ok()).filter(|url| self.keeps_files(url));
        // The token goes along: nowhere but to Meta.
        let url = url.ok_or_else(|| Failure::Refused { why: "the file is kept where WhatsApp keeps none".into() })?;
        let response = self.client.get(url).header(AUTHORIZATION, &self.bearer).send().await.map_err(|error| wire::broken(&error))?;
        match response.status() {
            StatusCode::OK => wire::read(response, most).await,
            status if status.is_redirection() => Err(Failure::Refused { why: format!("{} instead of the file", status.as_u16()) }),
            // The address is good for five minutes; the next try gets a new one.
            status => Err(Failure::Again { why: format!("{} instead of the file", status.as_u16()) }),
        }
    }

    fn keeps_files(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let is_metas = FILE_HOSTS.iter().any(|known| wire::is_under(host, known));
        (is_metas && url.scheme() == "https" && url.port().is_none()) || url.origin() == self.address.origin()
    }

    fn at(&self, path: &str) -> String {
        format!("{}/{path}", self.address.as_str().trim_end_matches('/'))
    }

    /// One call, and its answer.
    async fn ask(&self, request: RequestBuilder) -> Result<Value, Failure> {
        let response = request.header(AUTHORIZATION, &self.bearer).send().await.map_err(|error| wire::broken(&error))?;
        let (status, after) = (response.status(), wire::retry_after(&response).unwrap_or(PAUSE));
        let body = wire::read(response, LARGEST_ANSWER).await?;
        let answer: Value = serde_json::from_slice(&body).unwrap_or_default();
        match answer["error"]["code"].as_i64() {
            Some(code) => Err(refusal(code, &answer["error"]["error_subcode"], status, after)),
            None if status.is_success() && answer.is_object() => Ok(answer),
            None if status == StatusCode::TOO_MANY_REQUESTS => Err(Failure::Wait { after, why: "429".into() }),
            // A gateway's page.
            None => Err(Failure::Again { why: format!("{} with an answer that is no JSON", status.as_u16()) }),
        }
    }
}

#[async_trait]
impl Channel for WhatsApp {
    async fn send(&self, letter: &Letter) -> Result<Sent, Failure> {
        let mut message = json!({
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "biz_opaque_callback_data": letter.key,
        });
        // People who show a name instead of a phone have an id of letters, a point and a number.
        let to = if letter.to.contains('.') { "recipient" } else { "to" };
        message[to] = letter.to.trim_start_matches('+').into();
        let kind = if letter.template.is_some() { "template" } else { "text" };
        message["type"] = kind.into();
        message[kind] = match &letter.template {
            Some(template) => filled(template),
            None => json!({ "preview_url": false, "body": text_of(letter) }),
        };
        let request = self.client.post(self.at(&format!("{}/messages", self.phone_id)));
        let answer = self.ask(request.header(CONTENT_TYPE, "application/json").body(message.to_string())).await.map_err(of_number)?;
        let id = answer["messages"][0]["id"].as_str();
        id.map(Sent::new).ok_or_else(|| Failure::Again { why: "an answer without the message's id".into() })
    }

    /// Cannot be asked: [`read_hook`] brings it.
    async fn fate(&self, _id: &str, _: &str) -> Result<Option<Fate>, Failure> {
        Ok(None)
    }

    /// The number and the name that people see.
    async fn greet(&self) -> Result<String, Failure> {
        let path = format!("{}?fields=display_phone_number,verified_name", self.phone_id);
        let answer = self.ask(self.client.get(self.at(&path))).await.map_err(of_number)?;
        let word = |name: &str| answer[name].as_str().unwrap_or_default();
        Ok(format!("{} {}", word("display_phone_number"), word("verified_name")).trim().to_owned())
    }

    fn pace(&self) -> Pace {
        Pace { every: Duration::from_millis(15), every_to_one: Duration::from_secs(6) }
    }
}

impl fmt::Debug for WhatsApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WhatsApp").field("phone_id", &self.phone_id).finish_non_exhaustive()
    }
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_' || c == b'-')
}

/// A failure of a call to our own number: when that is not there, nothing can be sent at all.
fn of_number(failure: Failure) -> Failure {
    match failure {
        Failure::Refused { why } if why == NOT_THERE => Failure::Shut { why },
        other => other,
    }
}

/// The text with the link as its last line; where both are too long the text is cut.
fn text_of(letter: &Letter) -> String {
    let last = letter.link.as_ref().map(|link| format!("\n{}", link.url)).unwrap_or_default();
    let room = LONGEST_TEXT.saturating_sub(last.chars().count());
    let text: String = letter.text.chars().take(room).collect();
    format!("{text}{last}").trim_start().to_owned()
}

fn filled(template: &Template) -> Value {
    let mut filled = json!({ "name": template.name, "language": { "code": template.language } });
    if !template.values.is_empty() {
        // A value may not hold line breaks or rows of spaces.
        let plain = |value: &String| value.split_whitespace().collect::<Vec<_>>().join(" ");
        let values: Vec<_> = template.values.iter().map(|value| json!({ "type": "text", "text": plain(value) })).collect();
        filled["components"] = json!([{ "type": "body", "parameters": values }]);
    }
    filled
}

/// What a code of the API means. Its own words may repeat what was sent, so they are not passed on.
fn refusal(code: i64, subcode: &Value, status: StatusCode, after: Duration) -> Failure {
    let why = why(code);
    match code {
        4 | 80007 | 130429 => Failure::Wait { after, why },
        // 131056 is for one person only: nothing else has to wait for it.
        1 | 2 | 131000 | 131016 | 131056 | 131057 | 133004 => Failure::Again { why },
        131026 => Failure::Dead { why },
        0 | 3 | 10 | 190 | 200..=299 | 368 | 131005 | 131031 | 131042 | 131045 | 131048 | 133010 => Failure::Shut { why },
        100 if subcode == 33 => Failure::Refused { why: NOT_THERE.into() },
        100.. if status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS => Failure::Refused { why },
        _ if status == StatusCode::TOO_MANY_REQUESTS => Failure::Wait { after, why },
        _ if status.is_server_error() => Failure::Again { why },
        _ => Failure::Refused { why },
    }
}

/// A code of the API in words.
fn why(code: i64) -> String {
    let words = match code {
        0 | 190 => "the token is not taken",
        3 | 10 | 200..=299 | 131005 => "the token may not do this",
        4 | 80007 => "too many calls",
        100 => "a wrong parameter",
        368 | 131031 => "the account is restricted or locked",
        130429 => "too many messages",
        130472 => "kept from the person by an experiment of Meta's",
        130497 => "no messages to this country",
        131008 => "a parameter is missing",
        131009 => "a wrong value",
        131021 => "to the number itself",
        131026 => "no WhatsApp there, or nothing taken from businesses",
        131030 => "not among the numbers for trying out",
        131042 => "not paid for",
        131045 | 133010 => "the number is not registered",
        131047 => "more than 24 hours since the person wrote",
        131048 => "held back because people complained",
        131049 => "the person gets too much advertising",
        131050 => "the person wants no advertising",
        131051 => "a kind of message that is not known",
        131052 | 131053 => "the file could not be taken",
        131056 => "too many messages to one person",
        132000 => "the template has another number of values",
        132001 => "no such template in this language",
        132005 => "the template is too long with its values",
        132007 => "the template breaks the rules",
        132012 => "the template's values are of another form",
        132015 => "the template is paused",
        132016 => "the template is disabled",
        1 | 2 | 131000 | 131016 | 131057 | 133004 => "a fault of WhatsApp's",
        _ => "refused",
    };
    format!("{code} {words}")
}
