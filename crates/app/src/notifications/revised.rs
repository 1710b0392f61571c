//! Second thoughts in messengers: what the bot told of a line of chat in its own words becomes what the line says now.

use super::{Channel, Line, State, decide::facts_of, row::delivery};
use crate::{app::App, error::Result, ids::MessageId};
use channels::{Failure, Letter, Sent};
use sea_orm::{QueryOrder, entity::prelude::*};
use std::collections::BTreeMap;

/// The messages that told a line word by word where what was said can be changed, or are telling it at this moment; the newest alone of
/// each person and channel.
pub(super) async fn told(conn: &impl ConnectionTrait, line: MessageId) -> Result<Vec<delivery::Model>> {
    use delivery::{Column, Entity};
    let rows = Entity::find()
        .filter(Column::MessageId.eq(line))
        .filter(Column::Channel.is_in([Channel::Max, Channel::Telegram]))
        .filter(Column::State.is_in([State::Sending, State::Sent, State::Delivered, State::Read]))
        .order_by_asc(Column::Id);
    let rows = rows.all(conn).await?;
    let spoken = |told: &delivery::Model| {
        let facts = facts_of(&told.facts);
        facts.revises.is_none() && (told.channel == Channel::Max || facts.talks_by == Some(told.channel))
    };
    let newest: BTreeMap<_, _> =
        rows.into_iter().filter(spoken).map(|told| ((told.person.clone(), told.channel.to_string()), told)).collect();
    Ok(newest.into_values().collect())
}

/// Puts what a line says now into the message `of` that told it. One of which the messenger never said its number cannot be changed.
pub(super) async fn put(app: &App, line: &Line, letter: &Letter, of: i64) -> Result<std::result::Result<Sent, Failure>> {
    let original = delivery::Entity::find_by_id(of).one(app.db.read()).await?;
    let number = original.map(|row| row.provider_id).filter(|number| !number.is_empty());
    let (Some(messenger), Some(number)) = (&line.messenger, number) else {
        return Ok(Err(Failure::Refused { why: "nobody knows which message it was".into() }));
    };
    let put = messenger.revise(&letter.to, &number, &letter.text, &letter.rows()).await;
    Ok(put.map(|()| Sent::new(number)))
}
