//! Changing what an order says: address, description, wishes, price.

use super::{Detail, EventKind, Order, Priority, create::address_columns, event, form::Address, policy, query::find_to_change, search};
use crate::{
    customers,
    error::{Error, Result},
    ids::{OrderId, ServiceId},
    services,
    web::{Change, Fields, Input},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set};

/// What is to become of the order; what is not named stays.
#[derive(Clone, Debug)]
pub struct OrderChange {
    pub service_id: Option<ServiceId>,
    pub address: Option<Address>,
    pub description: Option<String>,
    pub requirements: Option<String>,
    pub desired_from_ms: Option<Option<i64>>,
    pub desired_to_ms: Option<Option<i64>>,
    pub priority: Option<Priority>,
    pub price_minor: Option<Option<i64>>,
}

impl Input for OrderChange {
    fn read(fields: &mut Fields) -> Self {
        let address = fields.if_came("address.text", |_, _| ()).is_some() || fields.has("address");
        let change = Self {
            service_id: fields.optional_id("service_id"),
            address: if address { fields.object("address", Address::read) } else { None },
            description: fields.if_came("description", |f, name| f.optional_text(name, 4000)),
            requirements: fields.if_came("requirements", |f, name| f.optional_text(name, 2000)),
            desired_from_ms: fields.if_came("desired_from", Fields::optional_instant),
            desired_to_ms: fields.if_came("desired_to", Fields::optional_instant),
            priority: fields.optional_choice("priority"),
            price_minor: fields.if_came("price_minor", Fields::optional_money),
        };
        if let (Some(Some(from)), Some(Some(to))) = (change.desired_from_ms, change.desired_to_ms)
            && to <= from
        {
            fields.error("desired_to", "date_order");
        }
        change
    }
}

/// Changes an order; the history names the fields that are no longer what they were.
pub async fn edit(change: &Change, id: OrderId, version: Option<i64>, to: OrderChange) -> Result<Order> {
    let order = find_to_change(&change.tx, &change.actor, id).await?;
    if !policy::may_edit(&change.actor, &order) {
        return if order.status.is_open() { Err(Error::Forbidden) } else { Err(Error::conflict("order_not_open")) };
    }
    change.expect_version(version, order.version)?;
    if let Some(service_id) = to.service_id.filter(|id| *id != order.service_id) {
        let service = services::find(change.tx.conn(), service_id).await.map_err(|e| e.at_field("service_id", "not_in_list"))?;
        if !service.active {
            return Err(Error::field("service_id", "not_in_list"));
        }
    }
    let customer_asks = !change.actor.is_staff();
    let mut row = match to.address {
        Some(address) => {
            let zone = if address.zone.is_empty() { order.zone.clone() } else { address.zone.clone() };
            super::row::ActiveModel { zone: Set(zone), ..address_columns(address) }
        }
        None => <super::row::ActiveModel as Default>::default(),
    };
    row.id = sea_orm::ActiveValue::Unchanged(order.id);
    if let Some(id) = to.service_id {
        row.service_id = Set(id)
    }
    if let Some(text) = to.description {
        row.description = Set(text)
    }
    if let Some(text) = to.requirements {
        row.requirements = Set(text)
    }
    if let Some(moment) = to.desired_from_ms {
        row.desired_from_ms = Set(moment)
    }
    if let Some(moment) = to.desired_to_ms {
        row.desired_to_ms = Set(moment)
    }
    if !customer_asks {
        if let Some(priority) = to.priority {
            row.priority = Set(priority)
        }
        if let Some(price) = to.price_minor {
            row.price_minor = Set(price)
        }
    }
    row.version = Set(order.version + 1);
    let changed = row.update(change.tx.conn()).await?;
    let fields = differing(&order, &changed);
    let customer = customers::find(change.tx.conn(), changed.customer_id).await?;
    search::index(&change.tx, &changed, &customer).await?;
    event::record(change, &changed, None, EventKind::OrderChanged, Detail { fields, ..Detail::default() }).await?;
    Ok(changed)
}

fn differing(a: &Order, b: &Order) -> Vec<String> {
    let mut fields = vec![];
    let mut note = |name: &str, differs: bool| {
        if differs {
            fields.push(name.to_owned());
        }
    };
    note("service", a.service_id != b.service_id);
    note(
        "address",
        (&a.address, &a.district, &a.entrance, &a.floor, &a.flat, &a.intercom, a.lat, a.lon)
            != (&b.address, &b.district, &b.entrance, &b.floor, &b.flat, &b.intercom, b.lat, b.lon),
    );
    note("description", a.description != b.description);
    note("requirements", a.requirements != b.requirements);
    note("desired", (a.desired_from_ms, a.desired_to_ms) != (b.desired_from_ms, b.desired_to_ms));
    note("priority", a.priority != b.priority);
    note("price", a.price_minor != b.price_minor);
    fields
}
