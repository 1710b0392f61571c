//! Telegram, by its Bot API: <https://core.telegram.org/bots/api>.

mod answer;
mod read;
mod words;

use crate::{
    Button, Channel, Failure, Fate, Letter, Messenger, Pace, Sent,
    messenger::{Arrived, Hooked, Outgoing, WEBHOOK_FAILS},
    wire,
};
use answer::{got, without_quotes};
use async_trait::async_trait;
use frankenstein::{
    methods::{
        AnswerCallbackQueryParams, DeleteWebhookParams, EditMessageTextParams, GetFileParams, GetUpdatesParams, SendMessageParams,
        SetWebhookParams,
    },
    types::{AllowedUpdate, InlineKeyboardMarkup, LinkPreviewOptions},
};
use reqwest::{
    Client, Url,
    multipart::{Form, Part},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::{
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use words::cut;

/// Where bots are served unless another address is set.
pub const PUBLIC_ADDRESS: &str = "https://api.telegram.org";
/// The longest text that the API takes, in characters.
pub const LONGEST_TEXT: usize = 4096;
/// The longest text under a file.
pub const LONGEST_CAPTION: usize = 1024;
/// The largest file that a bot may fetch, in bytes.
pub const LARGEST_TO_FETCH: usize = 20 << 20;
/// The largest file that a bot may send, in bytes.
pub const LARGEST_TO_SEND: usize = 50 << 20;
const LARGEST_PHOTO: usize = 10 << 20;
const LONGEST_NOTICE: usize = 200;
/// How long to wait where the API does not say.
const PAUSE: Duration = Duration::from_secs(1);
const ANSWER: Duration = Duration::from_secs(20);
/// The longest that the API holds a question for updates.
const LONGEST_POLL: Duration = Duration::from_secs(50);
/// A webhook that failed longer ago fails no more: what it did not take is brought again at least every two minutes.
const LATELY: Duration = Duration::from_secs(600);
/// What a bot of ours reads.
const KINDS: [AllowedUpdate; 3] = [AllowedUpdate::Message, AllowedUpdate::CallbackQuery, AllowedUpdate::MyChatMember];

/// A bot.
#[derive(Clone)]
pub struct Telegram {
    /// Where methods and files are; the token is in both.
    methods: String,
    files: Url,
    client: Client,
    /// Waits longer: as long as the API holds a question for updates, and for files on a slow line.
    patient: Client,
}

/// Shows nothing, as there is nothing in it but addresses with the token.
impl fmt::Debug for Telegram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Telegram")
    }
}

/// A message that was taken. No more of it is read, so that nothing new in it makes it look lost.
#[derive(Deserialize)]
struct Posted {
    message_id: i64,
}

#[derive(Deserialize)]
struct Me {
    username: Option<String>,
}

#[derive(Deserialize)]
struct Hook {
    url: String,
    #[serde(default)]
    pending_update_count: u64,
    /// In seconds since 1970. It stays after the webhook has recovered.
    #[serde(default)]
    last_error_date: u64,
    #[serde(default)]
    last_error_message: String,
}

impl Hook {
    fn failing(&self) -> Option<String> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let is_failing = self.pending_update_count > 0 && Duration::from_secs(self.last_error_date) + LATELY > now;
        is_failing.then(|| format!("{WEBHOOK_FAILS}{}", without_quotes(&self.last_error_message)))
    }
}

#[derive(Deserialize)]
struct Stored {
    file_size: Option<usize>,
    file_path: Option<String>,
}

impl Telegram {
    /// A bot by its token; `address` and `proxy` (`http://…`, `socks5://…`) where the public one cannot be reached.
    ///
    /// # Errors
    /// When the address or the proxy is none.
    pub fn new(token: &str, address: Option<&str>, proxy: Option<&str>) -> Result<Self, String> {
        Self::with_patience(token, address, proxy, ANSWER)
    }

    /// The same, waiting no longer than this for an answer.
    ///
    /// # Errors
    /// When the address or the proxy is none.
    pub fn with_patience(token: &str, address: Option<&str>, proxy: Option<&str>, patience: Duration) -> Result<Self, String> {
        let address = address.unwrap_or(PUBLIC_ADDRESS).trim_end_matches('/');
        let files = Url::parse(&format!("{address}/file/bot{token}/")).map_err(|_| "the address is none")?;
        // Another address, told by a redirect, would learn the token.
        let (client, patient) = (wire::client(patience, proxy)?, wire::client(patience + LONGEST_POLL, proxy)?);
        Ok(Self { methods: format!("{address}/bot{token}/"), files, client, patient })
    }

    async fn ask<T: DeserializeOwned>(&self, method: &str, params: &impl Serialize) -> Result<T, Failure> {
        got(self.client.post(format!("{}{method}", self.methods)).json(params)).await
    }

    async fn post(&self, chat: &str, text: &str, buttons: &[Vec<Button>]) -> Result<String, Failure> {
        let (text, keyboard) = words::message(text, buttons)?;
        let message = SendMessageParams::builder()
            .chat_id(chat_id(chat)?)
            .text(text)
            .link_preview_options(LinkPreviewOptions::DISABLED)
            .maybe_reply_markup(keyboard)
            .build();
        let sent: Posted = self.ask("sendMessage", &message).await?;
        Ok(sent.message_id.to_string())
    }

    /// Sends a file as the kind that the method is for.
    async fn upload(&self, method: &str, kind: &'static str, chat: &str, file: &Outgoing, caption: &str) -> Result<String, Failure> {
        let name: String = file.name.chars().filter(|c| !c.is_control()).collect();
        let name = if name.is_empty() { kind.to_owned() } else { name };
        let part = || Part::bytes(file.bytes.clone()).file_name(name.clone());
        // Telegram goes by the name more than by the kind, so one that is none does no harm.
        let part = part().mime_str(&file.mime).unwrap_or_else(|_| part());
        let mut form = Form::new().text("chat_id", chat_id(chat)?.to_string()).part(kind, part);
        if !caption.is_empty() {
            form = form.text("caption", cut(caption, LONGEST_CAPTION));
        }
        let sent: Posted = got(self.patient.post(format!("{}{method}", self.methods)).multipart(form)).await?;
        Ok(sent.message_id.to_string())
    }
}

#[async_trait]
impl Channel for Telegram {
    /// The title is not shown: messages have none.
    async fn send(&self, letter: &Letter) -> Result<Sent, Failure> {
        self.post(&letter.to, &letter.text, &letter.rows()).await.map(Sent::new)
    }

    /// Telegram tells bots nothing of it.
    async fn fate(&self, _: &str, _: &str) -> Result<Option<Fate>, Failure> {
        Ok(None)
    }

    async fn greet(&self) -> Result<String, Failure> {
        let me: Me = self.ask("getMe", &json!({})).await?;
        me.username.ok_or_else(|| Failure::Refused { why: "the bot has no name".into() })
    }

    fn pace(&self) -> Pace {
        Pace { every: Duration::from_millis(40), every_to_one: Duration::from_secs(1) }
    }
}

#[async_trait]
impl Messenger for Telegram {
    /// A message that asks for phone or place has no other buttons: beside such a one, those that would come back as
    /// [`Pressed`](crate::messenger::What::Pressed) send their words as a text, and addresses stand in the text.
    async fn say(&self, chat: &str, text: &str, buttons: &[Vec<Button>]) -> Result<String, Failure> {
        self.post(chat, text, buttons).await
    }

    /// Phone and place cannot be asked for in a message that is there already: such buttons are left out.
    async fn revise(&self, chat: &str, message: &str, text: &str, buttons: &[Vec<Button>]) -> Result<(), Failure> {
        let (text, rows) = words::inline(text, buttons)?;
        let message = message.parse().map_err(|_| Failure::Refused { why: "no message's id".into() })?;
        let change = EditMessageTextParams::builder()
            .chat_id(chat_id(chat)?)
            .message_id(message)
            .text(text)
            .link_preview_options(LinkPreviewOptions::DISABLED)
            .reply_markup(InlineKeyboardMarkup::builder().inline_keyboard(rows).build())
            .build();
        unless_said(self.ask::<Value>("editMessageText", &change).await, "message is not modified")
    }

    /// Pictures that Telegram does not show go as documents.
    async fn hand_over(&self, chat: &str, file: &Outgoing, caption: &str) -> Result<String, Failure> {
        if file.bytes.len() > LARGEST_TO_SEND {
            return Err(Failure::Refused { why: "the file is too large".into() });
        }
        if matches!(file.mime.as_str(), "image/jpeg" | "image/png" | "image/webp") && file.bytes.len() <= LARGEST_PHOTO {
            match self.upload("sendPhoto", "photo", chat, file, caption).await {
                // Too long and thin, or not what it says it is.
                Err(Failure::Refused { why }) if why.contains("PHOTO_") || why.contains("IMAGE_PROCESS_FAILED") => {}
                sent => return sent,
            }
        }
        self.upload("sendDocument", "document", chat, file, caption).await
    }

    async fn acknowledge(&self, press: &str, notice: &str) -> Result<(), Failure> {
        let notice = Some(cut(notice, LONGEST_NOTICE)).filter(|notice| !notice.is_empty());
        let answer = AnswerCallbackQueryParams::builder().callback_query_id(press).maybe_text(notice).build();
        unless_said(self.ask::<Value>("answerCallbackQuery", &answer).await, "query is too old")
    }

    async fn fetch(&self, file: &str, most: usize) -> Result<Vec<u8>, Failure> {
        let most = most.min(LARGEST_TO_FETCH);
        let stored: Stored = self.ask("getFile", &GetFileParams::builder().file_id(file).build()).await?;
        if stored.file_size.is_some_and(|size| size > most) {
            return Err(Failure::Refused { why: format!("more than {most} bytes") });
        }
        let path = stored.file_path.ok_or_else(|| Failure::Again { why: "the file is not there yet".into() })?;
        let mut url = self.files.clone();
        url.path_segments_mut().map_err(|()| Failure::Shut { why: "the address is none".into() })?.pop_if_empty().extend(path.split('/'));
        let response = self.patient.get(url).send().await.map_err(|error| wire::broken(&error))?;
        wire::read(wire::taken(response, PAUSE)?, most).await
    }

    async fn arrived(&self, after: Option<i64>, patience: Duration) -> Result<(Vec<Arrived>, Option<i64>), Failure> {
        let seconds = u32::try_from(patience.min(LONGEST_POLL).as_secs()).unwrap_or_default();
        let question = GetUpdatesParams {
            offset: after.map(|id| id + 1),
            limit: Some(100),
            timeout: Some(seconds),
            allowed_updates: Some(KINDS.to_vec()),
        };
        let updates: Vec<Value> = got(self.patient.post(format!("{}getUpdates", self.methods)).json(&question)).await?;
        let updates: Vec<(i64, Arrived)> = updates.into_iter().filter_map(read::update).collect();
        let last = updates.last().map(|(id, _)| *id).or(after);
        Ok((updates.into_iter().map(|(_, arrived)| arrived).collect(), last))
    }

    fn read_hook(&self, body: &[u8]) -> Result<Vec<Arrived>, Failure> {
        let arrived = serde_json::from_slice(body).ok().and_then(read::update);
        arrived.map(|(_, arrived)| vec![arrived]).ok_or_else(|| Failure::Refused { why: "no update".into() })
    }

    /// The secret is 1 to 256 of A–Z a–z 0–9 _ -, and comes in `X-Telegram-Bot-Api-Secret-Token`.
    async fn hook(&self, to: Option<(&str, &str)>) -> Result<(), Failure> {
        let _: bool = match to {
            Some((url, secret)) => {
                let hook = SetWebhookParams::builder().url(url).secret_token(secret).allowed_updates(KINDS.to_vec()).build();
                self.ask("setWebhook", &hook).await?
            }
            None => self.ask("deleteWebhook", &DeleteWebhookParams::builder().build()).await?,
        };
        Ok(())
    }

    async fn hooked(&self) -> Result<Option<Hooked>, Failure> {
        let hook: Hook = self.ask("getWebhookInfo", &json!({})).await?;
        let failing = hook.failing();
        Ok(Some(Hooked { url: hook.url, failing }).filter(|hooked| !hooked.url.is_empty()))
    }

    fn deep_link(&self, name: &str, code: &str) -> String {
        format!("https://t.me/{name}?start={code}")
    }
}

fn chat_id(chat: &str) -> Result<i64, Failure> {
    chat.parse().map_err(|_| Failure::Dead { why: "no chat's id".into() })
}

/// Takes a refusal in these words for a success.
fn unless_said(answer: Result<Value, Failure>, words: &str) -> Result<(), Failure> {
    match answer {
        Err(Failure::Refused { why }) if why.contains(words) => Ok(()),
        other => other.map(drop),
    }
}
