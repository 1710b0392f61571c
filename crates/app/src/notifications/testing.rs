//! A system under test with messengers, which do one round at a time.

use super::{Channel, Handler, arrivals, cascade, decide::distribute, deliver::deliver, fates, listen};
use crate::testkit::*;
use std::{sync::Mutex, time::Duration};

/// The system with an emulated Telegram and the bot that answers there.
pub struct Messengers {
    pub app: TestApp,
    pub telegram: emulators::Running,
    after: Mutex<Option<i64>>,
    handler: Handler,
}

impl Messengers {
    pub async fn start(app: &TestApp, handler: Handler) -> Self {
        let telegram = emulators::Telegram::start("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let app = app
            .with(|config| {
                config.telegram_bot_token = Some("1:t".into());
                config.telegram_api_url = Some(telegram.url());
            })
            .await;
        Self { app, telegram, after: Mutex::default(), handler }
    }

    /// Takes in what people wrote, answers it, decides what is to be told and sends what is due.
    pub async fn round(&self) {
        self.take_in().await;
        while distribute(&self.app).await.unwrap() > 0 {}
        self.send().await;
    }

    /// Takes in what people wrote and answers it.
    pub async fn take_in(&self) {
        let line = self.app.lines.get(Channel::Telegram).unwrap();
        listen::learn_name(&self.app, line).await.unwrap();
        let mut after = *self.after.lock().unwrap();
        listen::turn(&self.app, line, &mut after, Duration::ZERO).await.unwrap();
        *self.after.lock().unwrap() = after;
        while arrivals::answer(&self.app, line, self.handler).await.unwrap() > 0 {}
    }

    /// Sends what is due on all lines, and asks what became of it.
    pub async fn send(&self) {
        for line in self.app.lines.all() {
            while deliver(&self.app, line).await.unwrap() > 0 {}
            while fates::ask(&self.app, line).await.unwrap() > 0 {}
        }
        while cascade::escalate(&self.app).await.unwrap() > 0 {}
    }

    /// Lets time go on, here and there, and sends what is due then.
    pub async fn pass(&self, seconds: u32) {
        self.app.pass(i64::from(seconds) * 1000).await;
        self.telegram.advance(Duration::from_secs(seconds.into()));
        self.round().await;
    }

    /// Links the person's chat as the bot does.
    pub async fn link(&self, person: &Person, chat: i64, name: &str) {
        self.telegram.person(chat, name);
        let values = [person.user_id.into(), chat.to_string().into()];
        let way = "INSERT INTO ways (user_id, channel, address, name, state, linked_ms) VALUES (?, 'telegram', ?, '', 'alive', 0)";
        self.app.execute(way, values).await;
    }
}
