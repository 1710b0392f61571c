//! How the providers stand with us: kept, so that every node shows it, after a restart, too. It is written only when it changes.

use super::{
    Channel,
    deliver::cut,
    pauses,
    row::trouble::{ActiveModel, Column, Entity},
};
use crate::{app::App, error::Result, web::Choice, words::words};
use sea_orm::{ActiveValue::Set, ExprTrait, QueryOrder, entity::prelude::*};

words! {
    /// Which way something goes, or does not.
    Direction {
        /// To people.
        Out = "out",
        /// From people, who answer.
        In = "in",
    }
}

/// What ends within so long calls for nobody: a question that was not answered once, on a slow connection.
const MOMENT_MS: i64 = 60_000;

/// How a channel stands with its provider.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Why it is off although somebody tried to set it up.
    pub wrong: Option<String>,
    /// What does not go; the way out first.
    pub troubles: Vec<Trouble>,
    /// Until when the provider wants to be left alone, ms UTC.
    pub waits_until: Option<i64>,
}

impl Health {
    /// Whether it does not do what it should for a moment already, and somebody has to see to it: one that only waits goes on by itself.
    pub fn is_down(&self, now: i64) -> bool {
        self.wrong.is_some() || self.troubles.iter().any(|trouble| now - trouble.since_ms >= MOMENT_MS)
    }
}

/// What does not go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    pub direction: Direction,
    /// ms UTC.
    pub since_ms: i64,
    /// What the provider or the network said last.
    pub why: String,
}

/// How each channel stands, set up or not.
pub async fn all(app: &App) -> Result<Vec<(Channel, Health)>> {
    let troubles = Entity::find().order_by_desc(Column::Direction).all(app.db.read()).await?;
    let pauses = pauses::now(app).await?;
    let health = |channel: &Channel| {
        let channel = *channel;
        let own = troubles.iter().filter(|one| one.channel == channel).cloned();
        let own = own.map(|one| Trouble { direction: one.direction, since_ms: one.since_ms, why: one.why }).collect();
        // What is no channel is one of the push services of browsers.
        let is_of = |provider: &str| Channel::parse(provider).unwrap_or(Channel::Push) == channel;
        let waits_until = pauses.iter().filter(|(provider, _)| is_of(provider)).map(|(_, until)| *until).max();
        let health = match app.lines.has(channel) {
            true => Health { wrong: None, troubles: own, waits_until },
            false => Health { wrong: app.lines.wrong(channel).map(str::to_owned), ..Health::default() },
        };
        (channel, health)
    };
    Ok(Channel::ALL.iter().map(health).collect())
}

/// How many channels do not do what they should.
pub async fn count_down(app: &App) -> Result<u32> {
    let down = all(app).await?.iter().filter(|(_, health)| health.is_down(app.clock.now_ms())).count();
    Ok(u32::try_from(down).unwrap_or(u32::MAX))
}

/// How this channel stands.
#[cfg(test)]
pub async fn of(app: &App, channel: Channel) -> Health {
    all(app).await.unwrap().into_iter().find(|(other, _)| *other == channel).unwrap().1
}

/// What keeps a channel from carrying messages this way, if anything does.
pub(super) async fn trouble(app: &App, channel: Channel, direction: Direction) -> Result<Option<String>> {
    let own = Entity::find().filter(Column::Channel.eq(channel)).filter(Column::Direction.eq(direction));
    Ok(own.one(app.db.read()).await?.map(|known| known.why))
}

/// Notes what the provider or the network said, or that all is well. Whether that could be noted changes nothing for a message.
pub(super) async fn note(app: &App, channel: Channel, direction: Direction, why: Option<&str>) {
    if let Err(error) = keep(app, channel, direction, why.map(cut)).await {
        tracing::error!(%channel, %error, "how a channel stands is not noted");
    }
}

async fn keep(app: &App, channel: Channel, direction: Direction, why: Option<String>) -> Result<()> {
    let own = || Column::Channel.eq(channel).and(Column::Direction.eq(direction));
    let known = trouble(app, channel, direction).await?;
    if known == why {
        return Ok(());
    }
    store::transaction!(app.db, |tx| {
        match &why {
            None => Entity::delete_many().filter(own()).exec(tx.conn()).await.map(drop),
            Some(why) if known.is_some() => {
                Entity::update_many().col_expr(Column::Why, Expr::value(why.as_str())).filter(own()).exec(tx.conn()).await.map(drop)
            }
            Some(why) => {
                let since_ms = Set(app.clock.now_ms());
                let row = ActiveModel { channel: Set(channel), direction: Set(direction), since_ms, why: Set(why.clone()) };
                Entity::insert(row).exec_without_returning(tx.conn()).await.map(drop)
            }
        }
    })
    .or_else(|error| if store::dialect::is_duplicate(&error) { Ok(()) } else { Err(error.into()) })
}
