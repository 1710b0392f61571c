//! Notifications («Уведомления»): who is told of an event, in which words, through which channel, and how each message fares.
//!
//! An event leaves the outbox by being decided about ([`decide`]): in one transaction the messages it calls for are written and the
//! entry is settled. Each message is then claimed for a while, worded ([`render`]), sent with no transaction open, and settled
//! ([`deliver`]): at least once, and exactly once where nothing is killed in between. One that does not arrive goes on to the person's
//! next channel ([`cascade`]).
//!
//! What people write in messengers is kept ([`arrivals`]) before the messenger hears that it came, and then handed to the bot.

mod answers;
mod arrivals;
mod attachments;
mod browsers;
mod cascade;
#[cfg(test)]
mod cascade_tests;
mod decide;
#[cfg(test)]
mod decide_tests;
pub mod deed;
pub mod deliver;
mod duty;
mod fates;
mod health;
mod hears;
#[cfg(test)]
mod hears_tests;
mod hooks;
#[cfg(test)]
mod hooks_tests;
mod lines;
mod listen;
mod log;
mod log_page;
#[cfg(test)]
mod log_tests;
#[cfg(test)]
mod mail_tests;
mod manage;
mod me;
#[cfg(test)]
mod nodes_tests;
mod of_order;
#[cfg(test)]
mod outage_tests;
#[cfg(test)]
mod pages_tests;
mod pauses;
mod picks;
mod post;
#[cfg(test)]
mod privacy_tests;
#[cfg(test)]
mod push_tests;
mod qr;
mod reach;
#[cfg(test)]
mod reminder_tests;
pub mod reminders;
mod render;
mod returns;
#[cfg(test)]
mod returns_tests;
mod revised;
#[cfg(test)]
mod revised_tests;
mod row;
mod rules;
#[cfg(test)]
mod sms_tests;
mod standing;
#[cfg(test)]
pub mod testing;
#[cfg(test)]
mod tests;
mod texts;
pub mod ways;
#[cfg(test)]
mod whatsapp_tests;
mod wording;

use crate::{
    app::App,
    config::Config,
    error::Result,
    ids::{ChatId, OrderId, VisitId},
    web::Routes,
    words::words,
};
use sea_orm::FromQueryResult;

pub use answers::{Standstill, standstills};
pub use arrivals::{Handler, Task, put_off};
pub use health::count_down;
pub use lines::{Line, Lines};
pub use log::undelivered;
pub use post::run;
pub use wording::{Kind, Side, Wording};

words! {
    /// A way out to people, in the order in which they are tried unless somebody chose otherwise.
    Channel {
        Max = "max",
        Telegram = "telegram",
        WhatsApp = "whatsapp",
        Push = "push",
        Sms = "sms",
        Mail = "email",
    }
}

impl Channel {
    /// The settings that it cannot do without, each with whether it is given.
    fn needs(self, config: &Config) -> Vec<(&'static str, bool)> {
        match self {
            Self::Max => vec![("MAX_BOT_TOKEN", config.max_bot_token.is_some())],
            Self::Telegram => vec![("TELEGRAM_BOT_TOKEN", config.telegram_bot_token.is_some())],
            Self::WhatsApp => {
                vec![("WHATSAPP_TOKEN", config.whatsapp_token.is_some()), ("WHATSAPP_PHONE_ID", config.whatsapp_phone_id.is_some())]
            }
            Self::Push => vec![("PUSH_CONTACT", config.push_contact.is_some())],
            Self::Sms => vec![("SMS_PROVIDER", config.sms_provider.is_some()), ("SMS_TOKEN", config.sms_token.is_some())],
            Self::Mail => vec![("SMTP_URL", config.smtp_url.is_some()), ("SMTP_FROM", config.smtp_from.is_some())],
        }
    }

    /// Whether a person is linked to it by a code of ours, so that we know their address there.
    pub fn is_linked_by_code(self) -> bool {
        matches!(self, Self::Max | Self::Telegram | Self::WhatsApp)
    }

    /// Whether it says what became of a message that it took.
    fn tells_delivery(self) -> bool {
        matches!(self, Self::WhatsApp | Self::Sms)
    }

    /// Channels as they are stored in one text; what another version wrote and this one does not know is left out.
    pub fn list(stored: &str) -> Vec<Self> {
        stored.split(',').filter_map(<Self as crate::web::Choice>::parse).collect()
    }

    /// The text to store them in.
    pub fn stored(list: &[Self]) -> String {
        list.iter().map(|channel| crate::web::Choice::code(*channel)).collect::<Vec<_>>().join(",")
    }
}

words! {
    /// Whether a person can be reached through a channel.
    WayState {
        Alive = "alive",
        /// The provider says that this address takes nothing any more.
        Dead = "dead",
    }
}

words! {
    /// How a message fares.
    State {
        Queued = "queued",
        /// On its way at this moment, or was when the program ended.
        Sending = "sending",
        Sent = "sent",
        /// It may have been taken; nobody can say, so it is not sent again by itself.
        Unknown = "unknown",
        Delivered = "delivered",
        Read = "read",
        /// It did not go and will be tried again.
        Failed = "failed",
        /// Another channel takes care of it, or nobody needs it any more.
        Passed = "passed",
        /// It will not be tried again by itself.
        Dead = "dead",
    }
}

/// What a message told of.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct Told {
    /// The chat whose line it told.
    pub chat_id: Option<ChatId>,
    pub order_id: Option<OrderId>,
    pub visit_id: Option<VisitId>,
}

/// What this message of the bot's told of, to the person who talks here.
pub async fn told_by(app: &App, channel: Channel, chat: &str, message: &str) -> Result<Option<Told>> {
    let text = "SELECT m.chat_id, n.order_id, n.visit_id FROM deliveries n JOIN ways y ON y.user_id = n.user_id AND y.channel = n.channel \
        LEFT JOIN chat_messages m ON m.id = n.message_id WHERE n.channel = ? AND n.provider_id IN (?, ?) AND y.address = ? ORDER BY n.id DESC LIMIT 1";
    let values = [channel.into(), deliver::provider_id(channel, message).into(), message.into(), chat.into()];
    Ok(Told::find_by_statement(store::sql(app.db.engine(), text, values)).one(app.db.read()).await?)
}

/// Forgets what was kept to know repeats by, and browsers in which nobody is signed in any more.
pub async fn forget_old(app: &App) -> Result<()> {
    arrivals::forget_old(app).await?;
    ways::forget_signed_out(app).await?;
    ways::forget_strangers(app).await?;
    reminders::forget_old(app).await
}

/// The pages and the API of channels, rules, wordings and the delivery log; the doors of the providers.
pub fn routes() -> Routes {
    let log = log_page::routes().merge(of_order::routes());
    log.merge(me::routes()).merge(manage::routes()).merge(hears::routes()).merge(hooks::routes())
}
