//! Sends what waits: claims, sends with no transaction open, settles.

use super::{Channel, State, WayState, decide::distribute, duty::Duty, listen, row::notification, ways};
use crate::{
    app::App,
    error::Result,
    ids::{OrderId, UserId},
};
use channels::{Failure, telegram::Telegram};
use sea_orm::{ExprTrait, FromQueryResult, entity::prelude::*};
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

const SECOND_MS: i64 = 1000;
/// How long a message may be on its way before it counts as lost with its sender.
const LEASE_MS: i64 = 60 * SECOND_MS;
const AT_ONCE: i64 = 30;
/// Telegram takes about thirty messages a second from a bot, and one a second to a chat.
const PACE: Duration = Duration::from_millis(40);
const CHAT_PACE_MS: i64 = SECOND_MS;
/// The pause after the first failure; each further one doubles it.
const FIRST_PAUSE_MS: i64 = 15 * SECOND_MS;
const LONGEST_PAUSE_MS: i64 = 3600 * SECOND_MS;
/// After a day nobody wants to hear it any more.
const PATIENCE_MS: i64 = 24 * 3600 * SECOND_MS;
/// The pause with everything when the provider knows us not, or does not answer.
const CHANNEL_PAUSE_MS: i64 = 10 * SECOND_MS;
/// So many failures in a row are the provider's, not the messages'.
const FAILURES_IN_A_ROW: u32 = 3;
/// How often there is a look for work.
const TURN: Duration = Duration::from_millis(500);
/// The pause when the database does not answer.
const AFTER_FAULT: Duration = Duration::from_secs(5);

/// Carries the messages of one node.
pub struct Courier {
    app: App,
    pub(super) bot: Telegram,
    pub(super) duty: Duty,
    pace: Mutex<Pace>,
}

/// What holds the messages back.
#[derive(Default)]
struct Pace {
    /// Until when the provider is left alone, ms UTC.
    hold_ms: i64,
    failures_in_a_row: u32,
    /// When each chat was last written to, ms UTC.
    chats: HashMap<i64, i64>,
}

#[derive(Debug, FromQueryResult)]
struct Due {
    id: i64,
    user_id: UserId,
    order_id: OrderId,
    text: String,
    attempts: i64,
    created_ms: i64,
    /// Nothing when the person has unlinked the channel meanwhile.
    address: Option<String>,
}

/// Decides and sends until the program ends; a failure is logged and tried again. `node` names this node among the others,
/// the same after a restart.
pub async fn run(app: App, node: String) {
    let courier = match Courier::new(&app) {
        Ok(courier) => courier,
        Err(error) => {
            tracing::error!(error, "notifications do not go out");
            None
        }
    };
    let Some(courier) = courier else { return work(&app, None).await };
    tokio::join!(courier.duty.run(&app, "telegram", &node), listen::run(&app, &courier), work(&app, Some(&courier)));
}

async fn work(app: &App, courier: Option<&Courier>) {
    let mut turns = tokio::time::interval(TURN);
    turns.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        turns.tick().await;
        if let Err(error) = turn(app, courier).await {
            tracing::error!(%error, "notifications will be tried again");
            tokio::time::sleep(AFTER_FAULT).await;
        }
    }
}

async fn turn(app: &App, courier: Option<&Courier>) -> Result<()> {
    while distribute(app).await? > 0 {}
    if let Some(courier) = courier {
        while courier.duty.is_on(app) && courier.deliver().await? > 0 {}
    }
    Ok(())
}

impl Courier {
    /// A courier by the settings, or none where no bot is set.
    ///
    /// # Errors
    /// When the proxy of the settings is no address.
    pub fn new(app: &App) -> Result<Option<Self>, String> {
        let config = &app.config;
        let Some(token) = config.telegram_bot_token.as_deref() else { return Ok(None) };
        let bot = Telegram::new(token, config.telegram_api_url.as_deref(), config.telegram_proxy.as_deref())?;
        Ok(Some(Self::of(app, bot)))
    }

    /// A courier with this bot.
    pub fn of(app: &App, bot: Telegram) -> Self {
        Self { app: app.clone(), bot, duty: Duty::default(), pace: Mutex::default() }
    }

    /// Sends what is due now, at most a few dozen messages, and says how many it took up.
    pub async fn deliver(&self) -> Result<usize> {
        if self.app.clock.now_ms() < self.pace().hold_ms {
            return Ok(0);
        }
        let due = self.claim().await?;
        let taken = due.len();
        let mut goes_on = true;
        for message in due {
            if goes_on {
                goes_on = self.one(&message).await?;
            } else {
                // The provider is left alone: nothing of the rest is tried.
                self.put_back(&message, self.app.clock.now_ms()).await?;
            }
        }
        Ok(taken)
    }

    /// Takes up what is due, oldest first, and of one person and order only what nothing earlier still stands before.
    async fn claim(&self) -> Result<Vec<Due>> {
        let now = self.app.clock.now_ms();
        let db = &self.app.db;
        let text = "SELECT n.id, n.user_id, n.order_id, n.text, n.attempts, n.created_ms, y.address FROM notifications n \
            LEFT JOIN ways y ON y.user_id = n.user_id AND y.channel = n.channel AND y.state = 'alive' \
            WHERE n.state IN ('queued', 'failed', 'sending') AND n.not_before_ms <= ? AND (n.leased_until_ms IS NULL OR n.leased_until_ms < ?) \
            AND NOT EXISTS (SELECT 1 FROM notifications e WHERE e.user_id = n.user_id AND e.order_id = n.order_id AND e.id < n.id \
            AND e.state IN ('queued', 'failed', 'sending')) ORDER BY n.id LIMIT ?";
        let find = || Due::find_by_statement(store::sql(db.engine(), text, [now.into(), now.into(), AT_ONCE.into()]));
        if find().one(db.read()).await?.is_none() {
            return Ok(vec![]);
        }
        store::transaction!(db, |tx| {
            let mut taken = vec![];
            for message in find().all(tx.conn()).await? {
                use notification::Column;
                let claim = notification::Entity::update_many()
                    .col_expr(Column::State, Expr::value(State::Sending))
                    .col_expr(Column::LeasedUntilMs, Expr::value(now + LEASE_MS))
                    .filter(Column::Id.eq(message.id))
                    // Of two nodes that have both found it, one gets it.
                    .filter(Column::LeasedUntilMs.is_null().or(Column::LeasedUntilMs.lt(now)));
                if claim.exec(tx.conn()).await?.rows_affected == 1 {
                    taken.push(message);
                }
            }
            Ok(taken)
        })
    }

    /// Sends one message; `false` when the provider is to be left alone.
    async fn one(&self, message: &Due) -> Result<bool> {
        let now = self.app.clock.now_ms();
        let Some(chat) = message.address.as_ref().and_then(|address| address.parse::<i64>().ok()) else {
            self.settle(message, State::Dead, "nobody is linked any more", now).await?;
            return Ok(true);
        };
        let last = self.pace().chats.get(&chat).copied();
        if let Some(last) = last.filter(|last| now - last < CHAT_PACE_MS) {
            self.put_back(message, last + CHAT_PACE_MS).await?;
            return Ok(true);
        }
        tokio::time::sleep(PACE).await;
        let sent = self.bot.send(chat, &message.text).await;
        let now = self.app.clock.now_ms();
        let goes_on = self.note(chat, &sent, now);
        let hold_ms = self.pace().hold_ms;
        match sent {
            Ok(id) => self.settle(message, State::Sent, &id, now).await?,
            Err(Failure::Wait { why, .. }) => self.postpone(message, hold_ms, &why).await?,
            // Not the message's fault: it is as good as untried.
            Err(Failure::Shut { .. }) => self.put_back(message, now).await?,
            Err(Failure::Again { why }) if now - message.created_ms < PATIENCE_MS => {
                let pause = std::cmp::min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << std::cmp::min(message.attempts, 12));
                self.postpone(message, now + pause, &why).await?;
            }
            Err(Failure::Dead { why }) => {
                ways::set_state(&self.app, Channel::Telegram, &chat.to_string(), WayState::Dead).await?;
                self.settle(message, State::Dead, &why, now).await?;
            }
            Err(failure) => self.settle(message, State::Dead, failure.why(), now).await?,
        }
        Ok(goes_on)
    }

    /// Notes how the provider took a message to this chat; `false` when it is to be left alone for a while.
    fn note(&self, chat: i64, sent: &Result<String, Failure>, now: i64) -> bool {
        let mut pace = self.pace();
        pace.chats.retain(|_, last| now - *last < CHAT_PACE_MS);
        pace.chats.insert(chat, now);
        let hold_ms = match sent {
            Err(Failure::Wait { after, .. }) => i64::try_from(after.as_millis()).unwrap_or(LONGEST_PAUSE_MS),
            Err(Failure::Shut { .. }) => CHANNEL_PAUSE_MS,
            Err(Failure::Again { .. }) if pace.failures_in_a_row + 1 >= FAILURES_IN_A_ROW => CHANNEL_PAUSE_MS,
            Err(Failure::Again { .. }) => {
                pace.failures_in_a_row += 1;
                return true;
            }
            Ok(_) | Err(Failure::Unclear { .. } | Failure::Dead { .. } | Failure::Refused { .. }) => {
                pace.failures_in_a_row = 0;
                self.app.note_telegram(|health| health.trouble = None);
                return true;
            }
        };
        pace.hold_ms = now + hold_ms;
        if let Err(Failure::Shut { why } | Failure::Again { why }) = sent {
            tracing::warn!(why, "Telegram takes nothing at the moment");
            self.app.note_telegram(|health| _ = health.trouble.get_or_insert((now, why.clone())));
        }
        false
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// It has not been tried: as it was before it was taken up, not before `until`.
    async fn put_back(&self, message: &Due, until: i64) -> Result<()> {
        let before = if message.attempts == 0 { State::Queued } else { State::Failed };
        self.update(message, before, until, None, message.attempts, None).await
    }

    /// It was tried in vain: once more, not before `until`.
    async fn postpone(&self, message: &Due, until: i64, why: &str) -> Result<()> {
        self.update(message, State::Failed, until, Some(why), message.attempts + 1, None).await
    }

    async fn settle(&self, message: &Due, state: State, answer: &str, now: i64) -> Result<()> {
        if state == State::Dead {
            tracing::warn!(
                notification = message.id,
                user = message.user_id.0,
                order = message.order_id.0,
                answer,
                "a notification is given up"
            );
        }
        let sent = (state == State::Sent).then_some(now);
        self.update(message, state, now, Some(answer), message.attempts + 1, sent).await
    }

    async fn update(&self, message: &Due, state: State, until: i64, answer: Option<&str>, attempts: i64, sent: Option<i64>) -> Result<()> {
        use notification::{Column, Entity};
        store::transaction!(self.app.db, |tx| {
            let mut update = Entity::update_many()
                .col_expr(Column::State, Expr::value(state))
                .col_expr(Column::LeasedUntilMs, Expr::value(Option::<i64>::None))
                .col_expr(Column::NotBeforeMs, Expr::value(until))
                .col_expr(Column::Attempts, Expr::value(attempts))
                .col_expr(Column::SentMs, Expr::value(sent));
            if let Some(answer) = answer {
                update = update.col_expr(Column::Answer, Expr::value(answer.chars().take(500).collect::<String>()));
            }
            update.filter(Column::Id.eq(message.id)).exec(tx.conn()).await.map(drop)
        })?;
        Ok(())
    }
}
