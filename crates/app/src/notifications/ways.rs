//! Where people can be reached: linking a messenger by a one-time code, and unlinking it.

use super::{Channel, WayState, row::way};
use crate::{
    access::Actor,
    accounts::{api::own_id, audit, one_time},
    app::App,
    error::Result,
    ids::UserId,
    web::Change,
};
use sea_orm::{ActiveValue::Set, ExprTrait, entity::prelude::*};
use serde::Serialize;
use utoipa::ToSchema;

pub use super::row::way::Model as Way;

/// How to link a messenger: open the address there, or send the code to the bot.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Link {
    pub url: String,
    pub code: String,
    pub expires_at: String,
}

/// A new code for the person who asks; an earlier one ends.
pub async fn link(app: &App, actor: &Actor, bot: &str) -> Result<Link> {
    let user_id = own_id(actor)?;
    let (kind, now) = (one_time::Kind::Messenger, app.clock.now_ms());
    let id = change!(app, actor => |change| one_time::make(change, kind, Some(user_id)).await)?;
    let code = one_time::secret(app, id).await?;
    Ok(Link { url: format!("https://t.me/{bot}?start={code}"), code, expires_at: crate::orders::view::rfc3339(now + kind.lifetime_ms()) })
}

/// The person's own ways, whatever their state.
pub async fn own(app: &App, actor: &Actor) -> Result<Vec<Way>> {
    Ok(way::Entity::find().filter(way::Column::UserId.eq(own_id(actor)?)).all(app.db.read()).await?)
}

/// Takes the person to be reached at this address from now on, if the code is theirs; who had it before has it no more.
///
/// # Errors
/// 410 for a code that never was, was used or has run out.
pub async fn take(change: &Change, code: &str, channel: Channel, address: &str, name: &str) -> Result<UserId> {
    let user_id = one_time::take(change, one_time::Kind::Messenger, code).await?.ok_or(one_time::GONE)?;
    let conn = change.tx.conn();
    let before = way::Column::UserId.eq(user_id).or(way::Column::Address.eq(address));
    way::Entity::delete_many().filter(way::Column::Channel.eq(channel)).filter(before).exec(conn).await?;
    let row = way::ActiveModel {
        user_id: Set(user_id),
        channel: Set(channel),
        address: Set(address.to_owned()),
        name: Set(name.chars().take(100).collect()),
        state: Set(WayState::Alive),
        linked_ms: Set(change.now),
        ..Default::default()
    };
    way::Entity::insert(row).exec_without_returning(conn).await?;
    audit::record_of(change, user_id, "user.channel_linked", channel.to_string().as_str()).await?;
    Ok(user_id)
}

/// Reaches the person who asks there no more; nothing happens when there was no such way.
pub async fn unlink(change: &Change, channel: Channel) -> Result<()> {
    let user_id = own_id(&change.actor)?;
    let gone = way::Entity::delete_many().filter(way::Column::UserId.eq(user_id)).filter(way::Column::Channel.eq(channel));
    if gone.exec(change.tx.conn()).await?.rows_affected > 0 {
        audit::record_of(change, user_id, "user.channel_unlinked", channel.to_string().as_str()).await?;
    }
    Ok(())
}

/// Notes that the provider takes nothing for this address any more, or takes it again.
pub async fn set_state(app: &App, channel: Channel, address: &str, state: WayState) -> Result<()> {
    store::transaction!(app.db, |tx| {
        let update = way::Entity::update_many().col_expr(way::Column::State, Expr::value(state));
        update.filter(way::Column::Channel.eq(channel)).filter(way::Column::Address.eq(address)).exec(tx.conn()).await.map(drop)
    })?;
    Ok(())
}
