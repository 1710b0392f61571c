//! What a line of the history says in words, and the last one, for «somebody was first».

use super::{EventKind, history};
use crate::{
    access::Actor,
    error::Result,
    ids::OrderId,
    text::{
        format::When,
        i18n::{Lang, t},
    },
    web::Choice,
};
use sea_orm::ConnectionTrait;

/// «Заказ подтверждён»: what happened, without who.
pub fn title(lang: Lang, kind: EventKind) -> String {
    t(lang, &format!("event-{}", kind.code().replace(['.', '_'], "-"))).into_owned()
}

/// Who changed an order last, and what they did.
#[derive(Clone, Debug)]
pub struct LastChange {
    pub who: String,
    pub what: String,
    pub when: String,
}

/// The last thing that happened to an order, as far as `actor` may know.
pub async fn last_change(conn: &impl ConnectionTrait, actor: &Actor, id: OrderId, when: &When) -> Result<Option<LastChange>> {
    let last = history(conn, actor, id, 1).await?;
    Ok(last.first().map(|event| LastChange { who: event.who.clone(), what: title(actor.lang, event.kind), when: when.ago(event.at_ms) }))
}
