//! A new order: its customer, its number, its first line of history.

use super::{
    Detail, EventKind, Order, OrderStatus, Priority, Source, event,
    form::{Address, ForWhom, OrderForm},
    row, search,
};
use crate::{
    access::Who,
    customers::{self, Customer},
    error::{Error, FieldErrors, Result},
    ids::CustomerId,
    services,
    web::Change,
};
use sea_orm::{ActiveValue::Set, FromQueryResult, entity::prelude::*};

/// An order as typed; see [`OrderForm`].
pub type NewOrder = OrderForm;

/// Creates an order, and its customer where it names a new one.
///
/// A customer orders for themselves, and what only staff may say (customer, price, source, priority, confirmation) is refused.
pub async fn create(change: &Change, new: NewOrder) -> Result<Order> {
    if !change.actor.is_staff() {
        refuse_beyond_customer(&new)?;
    }
    let customer = customer_of(change, &new).await?;
    let found = services::find(change.tx.conn(), new.service_id).await.map_err(|e| e.at_field("service_id", "not_in_list"))?;
    let service = Some(found).filter(|service| service.active).ok_or_else(|| Error::field("service_id", "not_in_list"))?;
    let staff = change.actor.is_staff();
    let number = next_number(change).await?;
    let address = new.address.clone();
    let company_zone = change.app.company().time_zone.clone();
    let row = row::ActiveModel {
        number: Set(number),
        status: Set(if staff && new.confirm { OrderStatus::Confirmed } else { OrderStatus::New }),
        open: Set(true),
        customer_id: Set(customer.id),
        service_id: Set(service.id),
        zone: Set(if address.zone.is_empty() { company_zone } else { address.zone.clone() }),
        description: Set(new.description),
        requirements: Set(new.requirements),
        desired_from_ms: Set(new.desired_from_ms),
        desired_to_ms: Set(new.desired_to_ms),
        priority: Set(if staff { new.priority } else { Priority::Normal }),
        price_minor: Set(if staff { new.price_minor.or(service.price_minor) } else { service.price_minor }),
        source: Set(if staff { new.source.unwrap_or(Source::Phone) } else { new.via }),
        created_by: Set(change.actor.user_id),
        created_ms: Set(change.now),
        status_ms: Set(change.now),
        completed_ms: Set(None),
        reason: Set(String::new()),
        wake_ms: Set(None),
        held_status: Set(None),
        problem: Set(None),
        problem_ms: Set(None),
        cancel_requested_by: Set(None),
        visit_id: Set(None),
        due_ms: Set(super::NO_DATE_MS),
        version: Set(1),
        ..address_columns(address)
    };
    let order = row.insert(change.tx.conn()).await?;
    search::index(&change.tx, &order, &customer).await?;
    event::record(change, &order, None, EventKind::OrderCreated, Detail::default()).await?;
    if order.status == OrderStatus::Confirmed {
        event::record(change, &order, None, EventKind::OrderConfirmed, Detail::default()).await?;
    }
    Ok(order)
}

/// The address's columns, for creation and change alike.
pub(super) fn address_columns(address: Address) -> row::ActiveModel {
    row::ActiveModel {
        address: Set(address.text),
        district: Set(address.district),
        entrance: Set(address.entrance),
        floor: Set(address.floor),
        flat: Set(address.flat),
        intercom: Set(address.intercom),
        lat: Set(address.lat),
        lon: Set(address.lon),
        ..Default::default()
    }
}

fn refuse_beyond_customer(new: &NewOrder) -> Result<()> {
    let mut faults = FieldErrors::default();
    let said = [
        ("customer_id", matches!(new.for_whom, ForWhom::Known(_))),
        ("customer", matches!(new.for_whom, ForWhom::New(_))),
        ("price_minor", new.price_minor.is_some()),
        ("source", new.source.is_some()),
        ("priority", new.priority != Priority::Normal),
        ("confirm", new.confirm),
    ];
    said.into_iter().filter(|(_, is_said)| *is_said).for_each(|(field, _)| faults.add(field, "staff_only"));
    Ok(faults.into_result()?)
}

async fn customer_of(change: &Change, new: &NewOrder) -> Result<Customer> {
    let conn = change.tx.conn();
    let known = async |id: CustomerId| customers::find(conn, id).await.map_err(|e| e.at_field("customer_id", "not_in_list"));
    match (&new.for_whom, change.actor.who) {
        (_, Who::Customer(me)) => known(me).await,
        (ForWhom::Known(id), _) if change.actor.is_staff() => known(*id).await,
        (ForWhom::New(customer), _) if change.actor.is_staff() => {
            customers::create(change, customer.clone(), None).await.map_err(at_customer)
        }
        (ForWhom::Self_, _) if change.actor.is_staff() => Err(Error::field("customer_id", "required")),
        _ => Err(Error::Forbidden),
    }
}

/// The faults of the customer belong to fields inside `customer`.
fn at_customer(error: Error) -> Error {
    let Error::Invalid(faults) = error else { return error };
    let mut moved = FieldErrors::default();
    for fault in faults.iter() {
        moved.add_with(&format!("customer.{}", fault.field), fault.code, fault.args.clone());
    }
    moved.into()
}

#[derive(FromQueryResult)]
struct Last {
    last: i64,
}

/// The next number of this year in the company's zone: `26-000123`. Numbers leave no gaps and are never given twice.
async fn next_number(change: &Change) -> Result<String> {
    let zone = change.app.company().zone();
    let year = i64::from(zone.to_datetime(jiff::Timestamp::from_millisecond(change.now).map_err(anyhow::Error::from)?).year());
    let engine = change.tx.engine();
    let upsert = engine.pick(
        "INSERT INTO order_numbers (year, last) VALUES (?, 1) ON CONFLICT (year) DO UPDATE SET last = last + 1",
        "INSERT INTO order_numbers (year, last) VALUES (?, 1) ON DUPLICATE KEY UPDATE last = last + 1",
    );
    change.tx.conn().execute_raw(store::sql(engine, upsert, [year.into()])).await?;
    let read = store::sql(engine, "SELECT last FROM order_numbers WHERE year = ?", [year.into()]);
    let last = Last::find_by_statement(read).one(change.tx.conn()).await?.map_or(1, |row| row.last);
    Ok(format!("{:02}-{last:06}", year % 100))
}
