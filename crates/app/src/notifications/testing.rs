//! A system under test with messengers, which do one round at a time.

use super::{Channel, Handler, Wording, arrivals, cascade, decide::distribute, deliver::deliver, fates, listen};
use crate::{config::Config, testkit::*, web::server};
use channels::messenger::{Arrived, Said, What};
use serde_json::Value;
use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Mutex, mpsc},
    thread,
    time::Duration,
};
use tokio::{net::TcpListener, sync::oneshot};

/// With it MAX signs the phones that people give.
const MAX_TOKEN: &str = "t";

/// The system on an address of its own, to which providers bring news; ends when dropped.
pub struct Served {
    pub url: String,
    _stop: oneshot::Sender<()>,
}

impl Served {
    pub async fn start(app: &TestApp) -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").await.unwrap(), app)
    }

    /// Where the address has to be known before the system is there.
    pub fn on(listener: TcpListener, app: &TestApp) -> Self {
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel::<()>();
        let router = app.router.clone();
        tokio::spawn(async move { server::serve(listener, router, server::Limits::default(), async { drop(stopped.await) }).await });
        Self { url, _stop: stop }
    }
}

/// A real mail server, that of the tests of `crates/channels`; ends when dropped. What a mailbox is called says how it behaves.
pub struct MailServer {
    process: Child,
    /// A line for each letter.
    said: mpsc::Receiver<String>,
    /// What to give the system as `SMTP_URL`.
    pub url: String,
}

impl MailServer {
    pub fn start() -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../channels/tests/mail/server.py");
        // Debian's own Python, which is the one that its packages are for.
        let server =
            Command::new("/usr/bin/python3").args(["-W", "ignore"]).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut process = server.unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let (says, said) = mpsc::channel();
        thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| says.send(line)));
        let mut server = Self { process, said, url: String::new() };
        server.url = format!("smtp://127.0.0.1:{}", server.letter()["port"]);
        server
    }

    /// The next letter that it took: it waits for one, not for ever.
    pub fn letter(&mut self) -> Value {
        let line = self.said.recv_timeout(Duration::from_secs(60)).expect("the mail server took no letter");
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("the mail server said «{line}»"))
    }

    /// Ends it; what it took and nobody has asked for yet.
    pub fn rest(mut self) -> Vec<Value> {
        self.process.kill().unwrap();
        self.said.iter().map(|line| serde_json::from_str(&line).unwrap()).collect()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Config {
    pub fn use_telegram(&mut self, telegram: &emulators::Telegram) {
        self.telegram_bot_token = Some("1:t".into());
        self.telegram_api_url = Some(telegram.url());
    }

    pub fn use_max(&mut self, max: &emulators::Max) {
        self.max_bot_token = Some(MAX_TOKEN.into());
        self.max_api_url = Some(max.url());
    }

    pub fn use_sms(&mut self, provider: &str, token: &str, sms: &emulators::Sms) {
        self.sms_provider = Some(provider.into());
        self.sms_token = Some(token.into());
        self.sms_api_url = Some(sms.url());
    }

    pub fn use_smsc(&mut self, sms: &emulators::Sms) {
        self.use_sms("smsc", "key", sms);
    }

    pub fn use_mail(&mut self, url: &str) {
        self.smtp_url = Some(url.into());
        self.smtp_from = Some("crm@montaj.test".into());
    }
}

/// The system with SMS by this gateway.
pub async fn with_sms(app: &TestApp, provider: &str, token: &str) -> (TestApp, emulators::Running<emulators::Sms>) {
    let sms = emulators::Sms::start("127.0.0.1:0".parse().unwrap()).await.unwrap();
    (app.with(|config| config.use_sms(provider, token, &sms)).await, sms)
}

/// Links a person by a channel, as the bot does.
pub async fn link(app: &TestApp, person: &Person, channel: Channel, address: &str) {
    let way = "INSERT INTO ways (user_id, channel, address, name, state, linked_ms) VALUES (?, ?, ?, '', 'alive', 0)";
    app.execute(way, [person.user_id.into(), channel.to_string().into(), address.into()]).await;
}

/// Queues a message about an order to a person, `u` and a user's number or `c` and a customer's, as if it had been decided in this turn.
pub async fn queue(app: &TestApp, turn: i64, (wording, channel): (Wording, Channel), person: &str, order: i64) {
    let row = "INSERT INTO deliveries (turn, wording, channel, person, user_id, customer_id, order_id, thread, facts, rest, state, attempts, \
        due_ms, provider_id, answer, created_ms, parts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, '{}', '', 'queued', 0, ?, '', '', ?, 0)";
    let id = |kind: char| person.strip_prefix(kind).map(|id| id.parse::<i64>().unwrap());
    let (wording, channel, now) = (wording.to_string(), channel.to_string(), app.clock.now_ms());
    let about = [turn.into(), wording.into(), channel.into(), person.into(), id('u').into(), id('c').into()];
    app.execute(row, about.into_iter().chain([order, order, now, now].map(Into::into))).await;
}

/// Decides what is to be told.
pub async fn decide(app: &TestApp) {
    while distribute(app).await.unwrap() > 0 {}
}

/// Decides what is to be told and sends what is due.
pub async fn tell(app: &TestApp) {
    decide(app).await;
    send(app).await;
}

/// Sends what is due on all lines, asks what became of it, and passes on what did not arrive in time.
pub async fn send(app: &TestApp) {
    for line in app.lines.all() {
        while deliver(app, line).await.unwrap() > 0 {}
        while fates::ask(app, line).await.unwrap() > 0 {}
    }
    while cascade::escalate(app).await.unwrap() > 0 {}
}

/// The messages, oldest first, each as channel, state and answer.
pub async fn outcomes(app: &TestApp) -> Vec<(String, String, String)> {
    let rows = app.rows("SELECT channel, state, answer FROM deliveries ORDER BY id").await;
    let text = |row: &sea_orm::QueryResult, at| row.try_get_by_index::<String>(at).unwrap();
    rows.iter().map(|row| (text(row, 0), text(row, 1), text(row, 2))).collect()
}

/// The same of either messenger.
macro_rules! either {
    ($messengers:expr, $service:ident => $what:expr) => {
        match &$messengers.service {
            Service::Telegram($service) => $what,
            Service::Max($service) => $what,
        }
    };
}

/// The emulated messenger.
pub enum Service {
    Telegram(emulators::Running),
    Max(emulators::Running<emulators::Max>),
}

/// A message of the bot's, as it stands now.
#[derive(Clone, Debug)]
pub struct Message {
    pub id: String,
    pub text: String,
    /// The words of each button, with what a press of it brings.
    pub buttons: Vec<(String, Option<String>)>,
}

impl Message {
    /// What a press of the button with these words brings.
    pub fn data_of(&self, label: &str) -> Option<&str> {
        self.buttons.iter().find(|(words, data)| words == label && data.is_some()).and_then(|(_, data)| data.as_deref())
    }
}

/// The system with an emulated messenger and the bot that answers there.
pub struct Messengers {
    pub app: TestApp,
    service: Service,
    pub channel: Channel,
    after: Mutex<Option<i64>>,
    handler: Handler,
}

impl Messengers {
    /// With Telegram, which takes no more messages than the real one.
    pub async fn start(app: &TestApp, handler: Handler) -> Self {
        let telegram = emulators::Telegram::start("127.0.0.1:0".parse().unwrap()).await.unwrap();
        telegram.limit(Some(emulators::telegram::LIMITS));
        telegram.go_along(app.clock.rests());
        let app = app.with(|config| config.use_telegram(&telegram)).await;
        Self { app, service: Service::Telegram(telegram), channel: Channel::Telegram, after: Mutex::default(), handler }
    }

    /// With MAX, which takes no more calls than the real one.
    pub async fn start_max(app: &TestApp, handler: Handler) -> Self {
        let max = emulators::Max::start_for("127.0.0.1:0".parse().unwrap(), MAX_TOKEN).await.unwrap();
        max.limit(Some(emulators::max::LIMITS));
        max.go_along(app.clock.rests());
        let app = app.with(|config| config.use_max(&max)).await;
        Self { app, service: Service::Max(max), channel: Channel::Max, after: Mutex::default(), handler }
    }

    /// The same messenger, the system after a restart with other settings.
    pub async fn with(self, set: impl FnOnce(&mut Config)) -> Self {
        Self { app: self.app.with(set).await, after: Mutex::default(), ..self }
    }

    /// How often the messenger was asked for this and did it.
    pub fn calls(&self, method: &str) -> usize {
        self.desk().journal().iter().filter(|call| call.taken && call.method == method).count()
    }

    /// Where faults are set and the time is turned.
    pub fn desk(&self) -> &emulators::Desk {
        either!(self, service => service)
    }

    /// The texts that somebody got, be it that the system never heard so.
    pub fn sent_to(&self, chat: i64) -> Vec<String> {
        either!(self, service => service.sent_to(chat))
    }

    /// Waits until the webhook has taken all that came.
    pub async fn all_brought(&self) {
        either!(self, service => service.brought().await)
    }

    /// The emulated Telegram, where it is that.
    pub fn telegram(&self) -> &emulators::Running {
        match &self.service {
            Service::Telegram(telegram) => telegram,
            Service::Max(_) => panic!("this is MAX"),
        }
    }

    /// Somebody writes to the bot.
    pub fn comes(&self, chat: i64, text: &str) {
        either!(self, service => _ = service.comes(chat, text))
    }

    /// Somebody sends a picture.
    pub fn photo(&self, chat: i64, bytes: Vec<u8>, caption: &str) {
        either!(self, service => _ = service.photo(chat, bytes, caption))
    }

    /// Somebody sends a file as it is.
    pub fn document(&self, chat: i64, name: &str, bytes: &[u8], caption: &str) {
        let mime = "application/octet-stream";
        either!(self, service => _ = service.document(chat, name, mime, bytes.to_vec(), caption))
    }

    /// Somebody sends a sticker.
    pub fn sticker(&self, chat: i64) {
        either!(self, service => _ = service.sticker(chat))
    }

    /// Somebody tells where they are.
    pub fn location(&self, chat: i64, lat: f64, lon: f64) {
        either!(self, service => _ = service.location(chat, lat, lon))
    }

    /// Somebody answers a message.
    pub fn replies(&self, chat: i64, text: &str, message: &str) {
        match &self.service {
            Service::Telegram(telegram) => _ = telegram.replies(chat, text, message.parse().unwrap()),
            Service::Max(max) => _ = max.replies(chat, text, message),
        }
    }

    /// Somebody who talks with the bot already.
    pub fn person(&self, chat: i64, name: &str) {
        either!(self, service => service.person(chat, name));
    }

    /// Somebody opens the bot by a link with this code.
    pub fn starts(&self, chat: i64, code: &str) {
        match &self.service {
            Service::Telegram(telegram) => _ = telegram.comes(chat, &format!("/start {code}")),
            Service::Max(max) => _ = max.starts(chat, code),
        }
    }

    /// Somebody whom the messenger knows, but not the bot.
    pub fn stranger(&self, chat: i64, name: &str) {
        either!(self, service => service.stranger(chat, name))
    }

    /// Somebody presses a button that they still see, though it was taken away.
    pub fn press_late(&self, chat: i64, message: &str, data: &str) {
        match &self.service {
            Service::Telegram(telegram) => _ = telegram.press_late(chat, message.parse().unwrap(), data).unwrap(),
            Service::Max(max) => _ = max.press_late(chat, message, data).unwrap(),
        }
    }

    /// Somebody gives a phone, their own or another's.
    pub fn contact(&self, chat: i64, phone: &str, own: bool) {
        either!(self, service => _ = service.contact(chat, phone, own))
    }

    /// Somebody presses a button of the bot's.
    pub fn press(&self, chat: i64, message: &str, data: &str) {
        match &self.service {
            Service::Telegram(telegram) => _ = telegram.press(chat, message.parse().unwrap(), data).unwrap(),
            Service::Max(max) => _ = max.press(chat, message, data).unwrap(),
        }
    }

    /// The bot's messages to somebody, as they stand now.
    pub fn messages(&self, chat: i64) -> Vec<Message> {
        either!(self, service => service
            .messages(chat)
            .into_iter()
            .map(|message| {
                let buttons = message.buttons.into_iter().flatten().map(|button| (button.label, button.data));
                Message { id: message.id.to_string(), text: message.text, buttons: buttons.collect() }
            })
            .collect())
    }

    /// What the bot showed in answer to presses.
    pub fn notices(&self, chat: i64) -> Vec<String> {
        either!(self, service => service.notices(chat))
    }

    /// Takes in what people wrote, answers it, decides what is to be told and sends what is due, a second later.
    pub async fn round(&self) {
        self.take_in().await;
        self.app.clock.rest(Duration::from_secs(1)).await;
        tell(&self.app).await;
    }

    /// Takes in what people wrote and answers it.
    pub async fn take_in(&self) {
        self.hear().await;
        self.answer().await;
    }

    /// Takes in what people wrote, and answers nothing.
    pub async fn hear(&self) {
        let line = self.app.lines.get(self.channel).unwrap();
        listen::learn_name(&self.app, line).await.unwrap();
        let mut after = *self.after.lock().unwrap();
        listen::turn(&self.app, line, &mut after, Duration::ZERO).await.unwrap();
        *self.after.lock().unwrap() = after;
    }

    /// Answers what was taken in.
    pub async fn answer(&self) {
        let line = self.app.lines.get(self.channel).unwrap();
        while arrivals::answer(&self.app, line, self.handler, || true).await.unwrap() > 0 {}
    }

    /// Answers what a webhook brings: somebody's words.
    pub async fn brought(&self, chat: i64, text: &str) {
        let line = self.app.lines.get(self.channel).unwrap();
        let said = Said { id: "brought".into(), text: text.into(), ..Said::default() };
        let arrived = Arrived { key: "brought".into(), chat: chat.to_string(), name: String::new(), what: What::Said(said) };
        arrivals::keep(&self.app, line, &[arrived]).await.unwrap();
        while arrivals::answer(&self.app, line, self.handler, || true).await.unwrap() > 0 {}
    }

    /// Lets time go on, here and there, and sends what is due then.
    pub async fn pass(&self, seconds: u32) {
        self.app.pass(i64::from(seconds) * 1000).await;
        self.desk().advance(Duration::from_secs(seconds.into()));
        self.round().await;
    }

    /// Links the person's chat as the bot does.
    pub async fn link(&self, person: &Person, chat: i64, name: &str) {
        self.person(chat, name);
        link(&self.app, person, self.channel, &chat.to_string()).await;
    }
}
