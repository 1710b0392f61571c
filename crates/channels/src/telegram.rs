//! Telegram, by its Bot API: <https://core.telegram.org/bots/api>.

use crate::Failure;
use frankenstein::{
    AsyncTelegramApi, Error,
    client_reqwest::Bot,
    methods::{GetUpdatesParams, SendMessageParams},
    types::{AllowedUpdate, ChatId, ChatMember, ChatType, LinkPreviewOptions},
    updates::{Update, UpdateContent},
};
use std::time::Duration;

/// Where bots are served unless another address is set.
pub const PUBLIC_ADDRESS: &str = "https://api.telegram.org";
/// The longest text that the API takes, in characters.
pub const LONGEST_TEXT: usize = 4096;
const CONNECT: Duration = Duration::from_secs(10);
const ANSWER: Duration = Duration::from_secs(20);

/// A bot.
#[derive(Clone, Debug)]
pub struct Telegram {
    bot: Bot,
    /// Waits longer: for the time that the API holds a question for updates.
    listening: Bot,
}

/// Something that came to the bot from one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// Grows with each update.
    pub id: i64,
    pub chat: i64,
    /// The person's name with Telegram, without the @; empty when they have none.
    pub username: String,
    pub what: What,
}

/// What came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// «/start CODE», which a deep link sends; the code may be empty.
    Start(String),
    /// Any other words.
    Text(String),
    /// The person blocked the bot or deleted the chat.
    Blocked,
    /// Nothing that matters here.
    Other,
}

impl Telegram {
    /// A bot by its token; `address` and `proxy` (`http://…`, `socks5://…`) where the public one cannot be reached.
    ///
    /// # Errors
    /// When the proxy is no address.
    pub fn new(token: &str, address: Option<&str>, proxy: Option<&str>) -> Result<Self, String> {
        Self::with_patience(token, address, proxy, ANSWER)
    }

    /// The same, waiting no longer than this for an answer.
    ///
    /// # Errors
    /// When the proxy is no address.
    pub fn with_patience(token: &str, address: Option<&str>, proxy: Option<&str>, patience: Duration) -> Result<Self, String> {
        let address = address.unwrap_or(PUBLIC_ADDRESS).trim_end_matches('/');
        let bot = |answer: Duration| {
            let mut client = reqwest::Client::builder().connect_timeout(CONNECT).timeout(answer).no_proxy();
            if let Some(proxy) = proxy {
                client = client.proxy(reqwest::Proxy::all(proxy).map_err(|e| e.to_string())?);
            }
            let client = client.build().map_err(|e| e.to_string())?;
            Ok::<Bot, String>(Bot::builder().api_url(format!("{address}/bot{token}")).client(client).build())
        };
        Ok(Self { bot: bot(patience)?, listening: bot(patience + Duration::from_secs(50))? })
    }

    /// The bot's name, which stands in deep links.
    pub async fn username(&self) -> Result<String, Failure> {
        let me = self.bot.get_me().await.map_err(failure)?;
        me.result.username.ok_or_else(|| Failure::Refused { why: "the bot has no name".into() })
    }

    /// Sends a text; gives the message's id with Telegram.
    pub async fn send(&self, chat: i64, text: &str) -> Result<String, Failure> {
        let text: String = text.chars().take(LONGEST_TEXT).collect();
        let message = SendMessageParams::builder()
            .chat_id(ChatId::Integer(chat))
            .text(text)
            .link_preview_options(LinkPreviewOptions::DISABLED)
            .build();
        let sent = self.bot.send_message(&message).await.map_err(failure)?;
        Ok(sent.result.message_id.to_string())
    }

    /// Waits up to `patience` (at most 50 s) for what came since `after`, which is confirmed by asking.
    pub async fn arrived(&self, after: Option<i64>, patience: Duration) -> Result<Vec<Arrived>, Failure> {
        let seconds = u32::try_from(patience.as_secs().min(50)).unwrap_or(50);
        let question = GetUpdatesParams {
            offset: after.map(|id| id + 1),
            limit: Some(100),
            timeout: Some(seconds),
            allowed_updates: Some(vec![AllowedUpdate::Message, AllowedUpdate::MyChatMember]),
        };
        let updates = self.listening.get_updates(&question).await.map_err(failure)?;
        Ok(updates.result.into_iter().map(read).collect())
    }
}

fn read(update: Update) -> Arrived {
    let id = i64::from(update.update_id);
    match update.content {
        UpdateContent::Message(message) if message.chat.type_field == ChatType::Private => {
            let text = message.text.unwrap_or_default();
            let what = match text.strip_prefix("/start") {
                Some(code) if code.is_empty() || code.starts_with(' ') => What::Start(code.trim().to_owned()),
                _ => What::Text(text),
            };
            Arrived { id, chat: message.chat.id, username: message.chat.username.unwrap_or_default(), what }
        }
        UpdateContent::MyChatMember(change) if change.chat.type_field == ChatType::Private => {
            let left = matches!(change.new_chat_member, ChatMember::Kicked(_) | ChatMember::Left(_));
            let username = change.chat.username.unwrap_or_default();
            Arrived { id, chat: change.chat.id, username, what: if left { What::Blocked } else { What::Other } }
        }
        _ => Arrived { id, chat: 0, username: String::new(), what: What::Other },
    }
}

fn failure(error: Error) -> Failure {
    let Error::Api(answer) = error else {
        // A gateway's page instead of JSON, a broken connection, no answer in time: the text would hold what was sent.
        let why = match error {
            Error::HttpReqwest(e) if e.is_timeout() => "no answer in time",
            Error::HttpReqwest(e) if e.is_connect() => "no connection",
            Error::JsonDecode { .. } => "an answer that is no JSON",
            _ => "the connection broke",
        };
        return Failure::Again { why: why.into() };
    };
    let why = format!("{} {}", answer.error_code, answer.description);
    let said = answer.description.to_lowercase();
    let is_dead =
        ["blocked by the user", "user is deactivated", "chat not found", "bot can't initiate"].iter().any(|words| said.contains(words));
    match answer.error_code {
        429 => {
            let after = answer.parameters.and_then(|p| p.retry_after).unwrap_or(1);
            Failure::Wait { after: Duration::from_secs(u64::from(after)), why }
        }
        _ if is_dead => Failure::Dead { why },
        401 | 404 => Failure::Shut { why },
        // Another program asks for this bot's updates, or did a moment ago.
        409 => Failure::Again { why },
        500.. => Failure::Again { why },
        _ => Failure::Refused { why },
    }
}
