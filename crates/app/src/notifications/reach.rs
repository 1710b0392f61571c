//! Who can be told something, and through which channels.

use super::{Channel, Kind, Side, rules, ways};
use crate::{
    access::Actor,
    accounts::api::own_id,
    app::App,
    company::zone_named,
    error::{Error, Result},
    ids::{CustomerId, UserId},
    web::Choice,
    words::words,
};
use sea_orm::{FromQueryResult, entity::prelude::*};

/// A person's phone, also where it stands only in the customer's record.
pub const PHONE: &str = "COALESCE(u.phone, (SELECT k.phone FROM customers k WHERE k.user_id = u.id))";
/// A person's mailbox, likewise.
pub const MAIL: &str = "COALESCE(u.email, (SELECT k.email FROM customers k WHERE k.user_id = u.id))";

/// Somebody to tell.
#[derive(Clone, Debug)]
pub struct Recipient {
    pub user_id: Option<UserId>,
    pub customer_id: Option<CustomerId>,
    /// The channels that lead to them, in the order in which they are to be tried.
    pub channels: Vec<Channel>,
    /// Minutes of the day in which they are not to be disturbed.
    pub quiet: (i64, i64),
    /// The zone that they chose for their day.
    pub zone: Option<String>,
    /// After how long the next channel is tried, ms.
    pub patience_ms: i64,
    /// Whether a phone, a mailbox or a messenger of theirs is known.
    pub is_known_anywhere: bool,
    /// Of what must arrive and has no way to, the channels that the company has for it.
    pub in_vain: Vec<Channel>,
    /// All channels that lead to them, chosen or not.
    pub leading: Vec<Channel>,
}

impl Recipient {
    /// Has the messenger tried first in which they wrote last, if it leads to them, whatever they chose for other messages; which that is.
    pub fn answer_by(&mut self, way: Option<&str>) -> Option<Channel> {
        let first = way.and_then(Channel::parse).filter(|channel| self.leading.contains(channel))?;
        self.channels.retain(|channel| *channel != first);
        self.channels.insert(0, first);
        Some(first)
    }

    /// What tells this person from all others.
    pub fn person(&self) -> String {
        match (self.user_id, self.customer_id) {
            (Some(id), _) => format!("u{id}"),
            (None, Some(id)) => format!("c{id}"),
            (None, None) => String::new(),
        }
    }
}

words! {
    /// Why a channel does not lead to somebody.
    Lack {
        /// They have not linked the messenger.
        NotLinked = "not-linked",
        /// The messenger says that it takes nothing for them any more.
        Blocked = "blocked",
        NoBrowser = "no-browser",
        NoPhone = "no-phone",
        DeadPhone = "dead-phone",
        NoMail = "no-mail",
        DeadMail = "dead-mail",
    }
}

/// Where somebody can be reached, whatever they have chosen.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Addresses {
    pub phone: Option<String>,
    pub email: Option<String>,
    ways: Option<String>,
    blocked: Option<String>,
    pub devices: i64,
    dead_phone: i64,
    dead_mail: i64,
}

impl Addresses {
    /// Whether a phone, a mailbox or a messenger of theirs is known.
    fn are_any(&self) -> bool {
        self.phone.is_some() || self.email.is_some() || self.ways.is_some()
    }

    /// Why this channel does not lead to them, if it does not.
    pub fn lack(&self, channel: Channel) -> Option<Lack> {
        let has = |list: &Option<String>| Channel::list(list.as_deref().unwrap_or_default()).contains(&channel);
        match channel {
            Channel::Max | Channel::Telegram | Channel::WhatsApp => {
                (!has(&self.ways)).then_some(if has(&self.blocked) { Lack::Blocked } else { Lack::NotLinked })
            }
            Channel::Push => (self.devices == 0).then_some(Lack::NoBrowser),
            Channel::Sms if self.phone.is_none() => Some(Lack::NoPhone),
            Channel::Sms => (self.dead_phone > 0).then_some(Lack::DeadPhone),
            Channel::Mail if self.email.is_none() => Some(Lack::NoMail),
            Channel::Mail => (self.dead_mail > 0).then_some(Lack::DeadMail),
        }
    }
}

/// The columns of [`Addresses`] for the users `u`.
fn addresses_of_users() -> String {
    format!(
        "{PHONE} AS phone, {MAIL} AS email, \
         (SELECT GROUP_CONCAT(y.channel) FROM ways y WHERE y.user_id = u.id AND y.state = 'alive' AND NOT {ended}) AS ways, \
         (SELECT GROUP_CONCAT(y.channel) FROM ways y WHERE y.user_id = u.id AND y.state = 'dead' AND NOT {ended}) AS blocked, \
         (SELECT COUNT(*) FROM push_devices p WHERE p.user_id = u.id AND NOT {}) AS devices, \
         (SELECT COUNT(*) FROM dead_addresses d WHERE d.channel = 'sms' AND d.address = {PHONE}) AS dead_phone, \
         (SELECT COUNT(*) FROM dead_addresses d WHERE d.channel = 'email' AND d.address = {MAIL}) AS dead_mail",
        ways::signed_out("p"),
        ended = ways::ended("y")
    )
}

/// Where the person who asks can be reached. One statement.
pub async fn own(app: &App, actor: &Actor) -> Result<Addresses> {
    let text = format!("SELECT {} FROM users u WHERE u.id = ?", addresses_of_users());
    let own = Addresses::find_by_statement(store::sql(app.db.engine(), &text, [own_id(actor)?.into()]));
    own.one(app.db.read()).await?.ok_or(Error::NotFound)
}

#[derive(FromQueryResult)]
struct Found {
    user_id: i64,
    customer_id: i64,
    #[sea_orm(nested)]
    addresses: Addresses,
    chosen: Option<String>,
    quiet_from: Option<i64>,
    quiet_to: Option<i64>,
    zone: Option<String>,
}

/// The users of whom the condition `whom` on the table `users`, named `u`, holds, with the channels for this kind of message; one
/// statement beside the rule's.
pub async fn users(
    app: &App,
    conn: &impl ConnectionTrait,
    (side, kind): (Side, Kind),
    whom: &str,
    values: Vec<Value>,
) -> Result<Vec<Recipient>> {
    let text = format!(
        "SELECT u.id AS user_id, 0 AS customer_id, {}, \
         n.channels AS chosen, q.from_minute AS quiet_from, q.to_minute AS quiet_to, u.zone \
         FROM users u LEFT JOIN notice_choices n ON n.user_id = u.id AND n.kind = ? LEFT JOIN quiet_hours q ON q.user_id = u.id \
         WHERE u.blocked_ms IS NULL AND {whom} ORDER BY u.id",
        addresses_of_users()
    );
    let values = std::iter::once(kind.code().into()).chain(values);
    recipients(app, conn, (side, kind), &text, values.collect()).await
}

/// A customer who has no login and is reached by phone and mailbox alone; nobody where they have one.
pub async fn customer(app: &App, conn: &impl ConnectionTrait, kind: Kind, id: CustomerId) -> Result<Vec<Recipient>> {
    let text = "SELECT 0 AS user_id, c.id AS customer_id, c.phone, c.email, NULL AS ways, NULL AS blocked, 0 AS devices, \
         (SELECT COUNT(*) FROM dead_addresses d WHERE d.channel = 'sms' AND d.address = c.phone) AS dead_phone, \
         (SELECT COUNT(*) FROM dead_addresses d WHERE d.channel = 'email' AND d.address = c.email) AS dead_mail, \
         NULL AS chosen, NULL AS quiet_from, NULL AS quiet_to, NULL AS zone FROM customers c WHERE c.user_id IS NULL AND c.id = ?";
    recipients(app, conn, (Side::Customer, kind), text, vec![id.into()]).await
}

/// A customer, with a login or without; nobody where their access is closed.
pub async fn any_customer(app: &App, conn: &impl ConnectionTrait, kind: Kind, id: CustomerId) -> Result<Option<Recipient>> {
    let whom = "u.id = (SELECT c.user_id FROM customers c WHERE c.id = ?)";
    match users(app, conn, (Side::Customer, kind), whom, vec![id.into()]).await?.pop() {
        Some(person) => Ok(Some(person)),
        None => Ok(customer(app, conn, kind, id).await?.pop()),
    }
}

async fn recipients(
    app: &App,
    conn: &impl ConnectionTrait,
    (side, kind): (Side, Kind),
    text: &str,
    values: Vec<Value>,
) -> Result<Vec<Recipient>> {
    let found = Found::find_by_statement(store::sql(app.db.engine(), text, values)).all(conn).await?;
    if found.is_empty() {
        return Ok(vec![]);
    }
    let rule = rules::rule(conn, side, kind).await?;
    let company = app.company();
    let recipient = |found: Found| {
        let leads = |channel: &Channel| app.lines.has(*channel) && found.addresses.lack(*channel).is_none();
        let leading: Vec<Channel> = Channel::ALL.iter().copied().filter(leads).collect();
        let chosen = found.chosen.as_deref().map(Channel::list);
        let mut channels = rule.order_for(chosen.as_deref());
        channels.retain(|channel| leading.contains(channel));
        let is_in_vain = channels.is_empty() && rule.must_reach;
        Recipient {
            user_id: (found.user_id != 0).then_some(UserId(found.user_id)),
            customer_id: (found.customer_id != 0).then_some(CustomerId(found.customer_id)),
            channels,
            patience_ms: rule.patience_ms(),
            is_known_anywhere: found.addresses.are_any(),
            in_vain: rule.channels.iter().copied().filter(|channel| is_in_vain && app.lines.has(*channel)).collect(),
            leading,
            quiet: found.quiet_from.zip(found.quiet_to).unwrap_or((company.quiet_from, company.quiet_to)),
            zone: found.zone,
        }
    };
    Ok(found.into_iter().map(recipient).collect())
}

/// The zone in which a person's day goes: the one that they chose, otherwise their side's.
pub fn own_zone(app: &App, chosen: Option<&str>, side: Side, order_zone: &str) -> jiff::tz::TimeZone {
    chosen.map_or_else(|| zone(app, side, order_zone), zone_named)
}

/// The zone in which times are told to a side: the order's to the customer, the company's to those who work there.
pub fn zone(app: &App, side: Side, order_zone: &str) -> jiff::tz::TimeZone {
    match side {
        Side::Customer => zone_named(order_zone),
        Side::Office | Side::Worker => app.company().zone(),
    }
}
