//! Second thoughts in messengers: what the bot told of a line of chat in its own words becomes what the line says now.

use super::{Channel, Line, Wording, decide::facts_of, row::delivery};
use crate::{
    app::App,
    error::Result,
    ids::{CustomerId, OrderId, UserId, VisitId},
    messages,
};
use channels::{Button, Failure, Letter, Press, Sent};
use sea_orm::{FromQueryResult, entity::prelude::*};
use std::collections::BTreeMap;

/// A message of the bot's that tells the words of a line.
#[derive(FromQueryResult)]
pub(super) struct Told {
    pub id: i64,
    pub wording: Wording,
    pub channel: Channel,
    pub person: String,
    pub user_id: Option<UserId>,
    pub customer_id: Option<CustomerId>,
    pub thread: i64,
    pub order_id: Option<OrderId>,
    pub visit_id: Option<VisitId>,
    pub facts: String,
}

/// The messages that told a line word by word where what was said can be changed, or are telling it at this moment; the newest alone of
/// each person and channel.
pub(super) async fn told(conn: &impl ConnectionTrait, engine: store::Engine, line: &messages::Place) -> Result<Vec<Told>> {
    // The index is by order and time; a line is told after it was written.
    let of_order = line.order_id.map_or_else(|| "order_id IS NULL".to_owned(), |order| format!("order_id = {order}"));
    let text = format!(
        "SELECT id, wording, channel, person, user_id, customer_id, thread, order_id, visit_id, facts FROM deliveries WHERE {of_order} \
         AND created_ms >= ? AND message_id = ? AND channel IN ('max', 'telegram') AND state IN ('sending', 'sent', 'delivered', 'read') ORDER BY id"
    );
    let values = [line.created_ms.into(), line.id.into()];
    let rows = Told::find_by_statement(store::sql(engine, &text, values)).all(conn).await?;
    let spoken = |told: &Told| {
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
    let link = letter.link.as_ref().map(|link| vec![Button { label: link.label.clone(), press: Press::Open(link.url.clone()) }]);
    let buttons: Vec<_> = link.into_iter().chain(letter.buttons.iter().cloned()).collect();
    let put = messenger.revise(&letter.to, &number, &letter.text, &buttons).await;
    Ok(put.map(|()| Sent::new(number)))
}
