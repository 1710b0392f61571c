//! A secret link to one order: whoever holds it is the customer of this order, without signing in, until it is revoked.

use super::{Detail, EventKind, Order, event};
use crate::{
    access::{Actor, Who},
    accounts::session::{digest, secret},
    app::App,
    error::{Error, Result},
    ids::{OrderId, UserId},
    live::Signal,
    text::i18n::Lang,
    web::Change,
};
use sea_orm::{ActiveValue::Set, FromQueryResult, entity::prelude::*};
use serde::Serialize;
use utoipa::ToSchema;

mod row {
    #![expect(clippy::disallowed_methods, reason = "the entity macro's own expansion")]
    use crate::ids::{OrderId, UserId};
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "order_links")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub order_id: OrderId,
        pub hash: String,
        pub created_ms: i64,
        pub created_by: Option<UserId>,
        pub revoked_ms: Option<i64>,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// A link just made.
#[derive(Serialize, ToSchema)]
pub struct LinkView {
    pub url: String,
}

/// Makes a link to an order that staff can see. Its secret is stored nowhere, so this is the one time it is told.
pub async fn make(change: &Change, id: OrderId) -> Result<LinkView> {
    let order = staff_order(change, id).await?;
    let secret = secret();
    keep(change, id, &secret).await?;
    event::record(change, &order, None, EventKind::LinkMade, Detail::default()).await?;
    Ok(LinkView { url: url(&change.app, &secret) })
}

/// The address for messages to the order's customer, who has no login: the same in all of them, until the links are revoked.
pub async fn of_messages(change: &Change, id: OrderId) -> Result<String> {
    // Two messages may be written at once.
    super::hold_row(&change.tx, id).await?;
    let links = || row::Entity::find().filter(row::Column::OrderId.eq(id));
    // A revoked link is among those counted here, so none ever comes back.
    let revoked = links().filter(row::Column::RevokedMs.is_not_null()).count(change.tx.conn()).await?;
    let secret = change.app.keys.derive(&format!("order {id} link {revoked}"));
    if links().filter(row::Column::Hash.eq(digest(&secret))).count(change.tx.conn()).await? == 0 {
        keep(change, id, &secret).await?;
    }
    Ok(url(&change.app, &secret))
}

fn url(app: &App, secret: &str) -> String {
    format!("{}/o/{secret}", app.config.public_url().trim_end_matches('/'))
}

async fn keep(change: &Change, id: OrderId, secret: &str) -> Result<()> {
    let by: Option<UserId> = change.actor.user_id;
    let row = row::ActiveModel {
        order_id: Set(id),
        hash: Set(digest(secret)),
        created_ms: Set(change.now),
        created_by: Set(by),
        revoked_ms: Set(None),
        ..Default::default()
    };
    row::Entity::insert(row).exec_without_returning(change.tx.conn()).await?;
    Ok(())
}

/// Ends all links to an order.
pub async fn revoke(change: &Change, id: OrderId) -> Result<u64> {
    let order = staff_order(change, id).await?;
    let links = row::Entity::update_many()
        .col_expr(row::Column::RevokedMs, change.now.into())
        .filter(row::Column::OrderId.eq(id))
        .filter(row::Column::RevokedMs.is_null());
    let ended = links.exec(change.tx.conn()).await?.rows_affected;
    let hub = change.app.hub.clone();
    change.tx.after_commit(move || hub.publish(Signal::revoked(viewer_id(id), None)));
    event::record(change, &order, None, EventKind::LinksRevoked, Detail { count: i64::try_from(ended).ok(), ..Detail::default() }).await?;
    Ok(ended)
}

/// The number under which the streams of an order's links listen: no user has one below zero.
pub fn viewer_id(id: OrderId) -> i64 {
    -id.0
}

/// How many links to an order are alive.
pub async fn alive(app: &App, id: OrderId) -> Result<u64> {
    Ok(row::Entity::find().filter(row::Column::OrderId.eq(id)).filter(row::Column::RevokedMs.is_null()).count(app.db.read()).await?)
}

async fn staff_order(change: &Change, id: OrderId) -> Result<Order> {
    let order = super::find_to_change(&change.tx, &change.actor, id).await?;
    if change.actor.is_staff() { Ok(order) } else { Err(Error::Forbidden) }
}

#[derive(FromQueryResult)]
struct Holder {
    order_id: OrderId,
    name: String,
}

/// Who holds this secret: the customer, for that order alone.
///
/// # Errors
/// [`Error::NotFound`] for a secret that was never given or is revoked.
pub async fn actor(app: &App, secret: &str, address: String, lang: Lang) -> Result<Actor> {
    let text = "SELECT l.order_id, c.name FROM order_links l JOIN orders o ON o.id = l.order_id JOIN customers c ON c.id = o.customer_id WHERE l.hash = ? AND l.revoked_ms IS NULL";
    let found = Holder::find_by_statement(store::sql(app.db.engine(), text, [digest(secret).into()])).one(app.db.read()).await?;
    let holder = found.ok_or(Error::NotFound)?;
    Ok(Actor { who: Who::Link(holder.order_id), user_id: None, session_id: None, name: holder.name, address, lang })
}
