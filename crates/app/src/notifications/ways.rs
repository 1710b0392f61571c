//! Where people can be reached: linking a messenger by a one-time code, letting a browser show messages, and ending both.

use super::{
    Channel, Line, WayState,
    decide::{Linked, Topic},
    row::{dead_address, delivery, device, way},
};
use crate::{
    access::Actor,
    accounts::{
        api::own_id,
        audit, one_time,
        session::{self, digest},
    },
    app::App,
    error::{Error, Result},
    ids::UserId,
    live::{Audience, Signal},
    orders::view::rfc3339,
    web::{Change, Choice, Fields, Input},
};
use sea_orm::{ActiveValue::Set, ExprTrait, FromQueryResult, QueryOrder, Select, entity::prelude::*};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use super::row::way::Model as Way;

/// More browsers than anybody uses: the oldest makes room.
const MOST_DEVICES: usize = 10;
const LONGEST_SUBSCRIPTION: usize = 2000;
/// For how long it is kept what strangers told the bot: a day, in ms.
const STRANGERS_MS: i64 = 24 * 3_600_000;
/// What one's own open pages hear when one is reached elsewhere than before.
pub const TOPIC: &str = "ways";

/// How to link a messenger: open the address there, or send the code to the bot.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Link {
    pub url: String,
    pub code: String,
    pub expires_at: String,
}

/// A new code for the person who asks; an earlier one ends.
///
/// # Errors
/// A conflict when the channel is off, is not linked by codes, or its provider has not told yet who we are there.
pub async fn link(app: &App, actor: &Actor, channel: Channel) -> Result<Link> {
    let user_id = own_id(actor)?;
    let line = app.lines.get(channel).filter(|_| channel.is_linked_by_code()).ok_or_else(|| Error::conflict("channel_off"))?;
    let name = line.name().ok_or_else(|| Error::conflict("channel_off"))?;
    let (kind, now) = (one_time::Kind::Messenger, app.clock.now_ms());
    let id = change!(app, actor => |change| one_time::make(change, kind, Some(user_id)).await)?;
    let code = one_time::secret(app, id).await?;
    Ok(Link { url: deep_link(line, &name, &code), code, expires_at: rfc3339(now + kind.lifetime_ms()) })
}

fn deep_link(line: &Line, name: &str, code: &str) -> String {
    match &line.messenger {
        Some(messenger) => messenger.deep_link(name, code),
        // WhatsApp opens with the code typed in already; the name is the company's number there.
        None => format!("https://wa.me/{}?text={code}", name.chars().filter(char::is_ascii_digit).collect::<String>()),
    }
}

/// That the person has been signed out everywhere since the way was linked, as a condition on its row: nobody is known or reached by it.
pub fn ended(way: &str) -> String {
    format!("{way}.sign_outs <> (SELECT x.sign_outs FROM users x WHERE x.id = {way}.user_id)")
}

/// The ways that have not ended.
fn living() -> Select<way::Entity> {
    way::Entity::find().filter(Expr::cust(ended("ways")).not())
}

/// The person's own ways, whatever their state.
pub async fn own(app: &App, actor: &Actor) -> Result<Vec<Way>> {
    Ok(living().filter(way::Column::UserId.eq(own_id(actor)?)).all(app.db.read()).await?)
}

/// Who is linked to this address, if anybody.
pub async fn holder(app: &App, channel: Channel, address: &str) -> Result<Option<UserId>> {
    let ways = living().filter(way::Column::Channel.eq(channel)).filter(way::Column::Address.eq(address));
    Ok(ways.one(app.db.read()).await?.map(|way| way.user_id))
}

/// Takes the person to be reached at this address from now on, if the code is theirs.
///
/// # Errors
/// 410 for a code that never was, was used or has run out; those of [`give`].
pub async fn take(change: &Change, code: &str, channel: Channel, address: &str, name: &str) -> Result<Taken> {
    let user_id = one_time::take(change, one_time::Kind::Messenger, code).await?.ok_or(one_time::GONE)?;
    let taken = give(change, user_id, channel, address, name).await?;
    change.publish(Topic::MessengerLinked.code(), &Linked { user_id, channel }).await?;
    Ok(taken)
}

/// Who is reached at an address from now on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Taken {
    pub user_id: UserId,
    /// The address on the same channel at which they were reached until now.
    pub left: Option<String>,
}

/// Reaches this person at this address from now on: it is proved that it is theirs.
///
/// # Errors
/// A conflict for an address at which somebody else is reached: only they can give it up, lest a link that was sent to them make their
/// words another's. Whoever may not sign in any more holds none.
pub async fn give(change: &Change, user_id: UserId, channel: Channel, address: &str, name: &str) -> Result<Taken> {
    let conn = change.tx.conn();
    let others = living().filter(way::Column::Channel.eq(channel)).filter(way::Column::Address.eq(address));
    if others.filter(way::Column::UserId.ne(user_id)).one(conn).await?.is_some() {
        return Err(Error::conflict("messenger_taken"));
    }
    let left = living().filter(way::Column::Channel.eq(channel)).filter(way::Column::UserId.eq(user_id));
    let left = left.filter(way::Column::Address.ne(address)).one(conn).await?.map(|way| way.address);
    let sign_outs = session::sign_outs(conn, user_id).await?;
    // Another's at this address, or theirs at another.
    forget_talks(change, channel, "(y.address = ?) <> (y.user_id = ?)", vec![address.into(), user_id.into()]).await?;
    let before = way::Column::UserId.eq(user_id).or(way::Column::Address.eq(address));
    way::Entity::delete_many().filter(way::Column::Channel.eq(channel)).filter(before).exec(conn).await?;
    let row = way::ActiveModel {
        user_id: Set(user_id),
        channel: Set(channel),
        address: Set(address.to_owned()),
        name: Set(name.chars().take(100).collect()),
        state: Set(WayState::Alive),
        linked_ms: Set(change.now),
        sign_outs: Set(sign_outs),
        ..Default::default()
    };
    way::Entity::insert(row).exec_without_returning(conn).await?;
    change.signal(vec![TOPIC.into()], seen_by(user_id));
    audit::record_of(change, user_id, "user.channel_linked", channel.to_string().as_str()).await?;
    Ok(Taken { user_id, left })
}

/// Forgets what was said to the bot in the chats of the ways `y` of which `which` holds, and led to nothing yet: whoever talks there next
/// need not see it.
async fn forget_talks(change: &Change, channel: Channel, which: &str, values: Vec<sea_orm::Value>) -> Result<()> {
    let text = without_talks(&format!("y.channel = ? AND {which}"));
    let values = std::iter::once(channel.into()).chain(values);
    change.tx.conn().execute_raw(store::sql(change.tx.engine(), &text, values)).await?;
    Ok(())
}

/// The statement that forgets what was said in the chats of the ways `y` of which `which` holds.
fn without_talks(which: &str) -> String {
    format!("DELETE FROM talks WHERE EXISTS (SELECT 1 FROM ways y WHERE y.channel = talks.channel AND y.address = talks.chat AND {which})")
}

/// Forgets what strangers told the bot, such as a phone, who did not become acquainted within a day.
pub async fn forget_strangers(app: &App) -> Result<()> {
    let text = "DELETE FROM talks WHERE changed_ms < ? AND NOT EXISTS (SELECT 1 FROM ways y WHERE y.channel = talks.channel AND y.address = talks.chat)";
    let gone = || store::sql(app.db.engine(), text, [(app.clock.now_ms() - STRANGERS_MS).into()]);
    store::transaction!(app.db, |tx| tx.conn().execute_raw(gone()).await.map(drop))?;
    Ok(())
}

/// The one whose ways they are.
fn seen_by(user_id: UserId) -> Audience {
    Audience { users: vec![user_id.0], ..Audience::default() }
}

/// Reaches the person who asks there no more; nothing happens when there was no such way.
pub async fn unlink(change: &Change, channel: Channel) -> Result<()> {
    let user_id = own_id(&change.actor)?;
    let conn = change.tx.conn();
    forget_talks(change, channel, "y.user_id = ?", vec![user_id.into()]).await?;
    let gone = way::Entity::delete_many().filter(way::Column::UserId.eq(user_id)).filter(way::Column::Channel.eq(channel));
    let mut ended = gone.exec(conn).await?.rows_affected;
    if channel == Channel::Push {
        ended += device::Entity::delete_many().filter(device::Column::UserId.eq(user_id)).exec(conn).await?.rows_affected;
    }
    if ended > 0 {
        change.signal(vec![TOPIC.into()], seen_by(user_id));
        audit::record_of(change, user_id, "user.channel_unlinked", channel.to_string().as_str()).await?;
    }
    Ok(())
}

/// Notes that the provider takes nothing for this address any more.
pub async fn note_dead(app: &App, channel: Channel, address: &str, why: &str) -> Result<()> {
    if channel.is_linked_by_code() {
        return set_state(app, channel, address, WayState::Dead).await;
    }
    let row = dead_address::ActiveModel {
        channel: Set(channel),
        address: Set(address.chars().take(320).collect()),
        since_ms: Set(app.clock.now_ms()),
        why: Set(super::deliver::cut(why)),
    };
    let noted =
        store::transaction!(app.db, |tx| dead_address::Entity::insert(row.clone()).exec_without_returning(tx.conn()).await.map(drop));
    match noted {
        Err(error) if store::dialect::is_duplicate(&error) => Ok(()),
        other => Ok(other?),
    }
}

/// Notes that the provider takes nothing for this person any more.
pub async fn note_dead_of(app: &App, channel: Channel, user_id: UserId, why: &str) -> Result<()> {
    let own = way::Entity::find().filter(way::Column::Channel.eq(channel)).filter(way::Column::UserId.eq(user_id));
    match own.one(app.db.read()).await? {
        Some(way) => note_dead(app, channel, &way.address, why).await,
        None => Ok(()),
    }
}

/// Notes that the provider takes nothing for this messenger's address any more, or takes it again.
pub async fn set_state(app: &App, channel: Channel, address: &str, state: WayState) -> Result<()> {
    let other = way::Entity::find().filter(way::Column::Channel.eq(channel)).filter(way::Column::Address.eq(address));
    let Some(other) = other.filter(way::Column::State.ne(state)).one(app.db.read()).await? else { return Ok(()) };
    store::transaction!(app.db, |tx| {
        let update = way::Entity::update_many().col_expr(way::Column::State, Expr::value(state));
        update.filter(way::Column::Channel.eq(channel)).filter(way::Column::Address.eq(address)).exec(tx.conn()).await.map(drop)
    })?;
    app.hub.publish(Signal::changed(vec![TOPIC.into()], seen_by(other.user_id)));
    Ok(())
}

/// Phones and mailboxes that take nothing any more, with whom they belong to.
#[derive(Clone, Debug, FromQueryResult)]
pub struct DeadEnd {
    pub channel: Channel,
    pub since_ms: i64,
    pub why: String,
    pub who: Option<String>,
}

/// What takes nothing any more, the newest first.
pub async fn dead_ends(app: &App) -> Result<Vec<DeadEnd>> {
    let text = "SELECT d.channel, d.since_ms, d.why, COALESCE((SELECT MIN(u.name) FROM users u WHERE u.phone = d.address OR u.email = d.address), \
        (SELECT MIN(c.name) FROM customers c WHERE c.phone = d.address OR c.email = d.address)) AS who \
        FROM dead_addresses d ORDER BY d.since_ms DESC LIMIT 50";
    Ok(DeadEnd::find_by_statement(store::sql(app.db.engine(), text, [])).all(app.db.read()).await?)
}

/// Tries phones and mailboxes again that took nothing: their owners have put it right.
pub async fn forgive(change: &Change) -> Result<()> {
    dead_address::Entity::delete_many().exec(change.tx.conn()).await?;
    let returned = delivery::Entity::update_many().col_expr(delivery::Column::ReturnedMs, Expr::value(Option::<i64>::None));
    returned.filter(delivery::Column::ReturnedMs.is_not_null()).exec(change.tx.conn()).await?;
    audit::record(change, "notices.addresses_tried_again", "company", None, "").await
}

/// A browser's subscription, as the browser gives it.
#[derive(Clone, Debug)]
pub struct NewDevice {
    pub subscription: String,
}

impl Input for NewDevice {
    fn read(fields: &mut Fields) -> Self {
        Self { subscription: fields.text("subscription", LONGEST_SUBSCRIPTION) }
    }
}

/// Lets a browser show messages to the person who asks, who works here.
///
/// # Errors
/// A fault at `subscription` for what no push service gives.
pub async fn subscribe(change: &Change, new: &NewDevice, device_name: &str) -> Result<()> {
    let user_id = own_id(&change.actor)?;
    if !change.actor.role().is_some_and(|role| role.is_staff() || role.is_worker()) {
        return Err(Error::Forbidden);
    }
    if change.app.lines.get(Channel::Push).is_none() {
        return Err(Error::conflict("channel_off"));
    }
    if channels::push::check_subscription(&new.subscription, &change.app.config.push_hosts()).is_err() {
        return Err(Error::field("subscription", "subscription_strange"));
    }
    let conn = change.tx.conn();
    let digest = digest(&new.subscription);
    device::Entity::delete_many().filter(device::Column::Digest.eq(&digest)).exec(conn).await?;
    let others = device::Entity::find().filter(device::Column::UserId.eq(user_id)).order_by_desc(device::Column::Id).all(conn).await?;
    let too_many: Vec<i64> = others.iter().skip(MOST_DEVICES - 1).map(|device| device.id).collect();
    device::Entity::delete_many().filter(device::Column::Id.is_in(too_many)).exec(conn).await?;
    let row = device::ActiveModel {
        user_id: Set(user_id),
        subscription: Set(new.subscription.clone()),
        digest: Set(digest),
        device: Set(device_name.chars().take(200).collect()),
        session_id: Set(change.actor.session_id),
        created_ms: Set(change.now),
        ..Default::default()
    };
    device::Entity::insert(row).exec_without_returning(conn).await?;
    change.signal(vec![TOPIC.into()], seen_by(user_id));
    audit::record_of(change, user_id, "user.channel_linked", "push").await
}

/// The subscriptions of the browsers in which messages are shown to a person.
pub async fn subscriptions(app: &App, user_id: UserId) -> Result<Vec<String>> {
    let own = device::Entity::find().filter(device::Column::UserId.eq(user_id)).filter(Expr::cust(signed_out("push_devices")).not());
    Ok(own.all(app.db.read()).await?.into_iter().map(|device| device.subscription).collect())
}

/// That the person has signed out in a browser, as a condition on its row: whoever comes after them there reads nothing of theirs.
pub fn signed_out(device: &str) -> String {
    format!("EXISTS (SELECT 1 FROM sessions x WHERE x.id = {device}.session_id AND x.revoked_ms IS NOT NULL)")
}

/// Forgets the browsers in which people have signed out, and the messengers of those who were signed out everywhere, with what was said
/// to the bot there.
pub async fn forget_signed_out(app: &App) -> Result<()> {
    let talks = without_talks(&ended("y"));
    store::transaction!(app.db, |tx| {
        device::Entity::delete_many().filter(Expr::cust(signed_out("push_devices"))).exec(tx.conn()).await?;
        tx.conn().execute_raw(store::sql(tx.engine(), &talks, [])).await?;
        way::Entity::delete_many().filter(Expr::cust(ended("ways"))).exec(tx.conn()).await.map(drop)
    })?;
    Ok(())
}

/// Forgets a browser that is gone.
pub async fn forget_device(app: &App, subscription: &str) -> Result<()> {
    let gone = || device::Entity::delete_many().filter(device::Column::Digest.eq(digest(subscription)));
    store::transaction!(app.db, |tx| gone().exec(tx.conn()).await.map(drop))?;
    Ok(())
}
