//! What people and programs type about an order; one set of rules for both doors.

use super::{Priority, Source};
use crate::{
    customers::NewCustomer,
    error::FieldErrors,
    ids::{CustomerId, ServiceId},
    web::{Fields, Input},
};

/// Where the work is done.
#[derive(Clone, Debug, Default)]
pub struct Address {
    pub text: String,
    /// The part of the town: all that a contractor sees before accepting.
    pub district: String,
    pub entrance: String,
    pub floor: String,
    pub flat: String,
    pub intercom: String,
    pub lat: Option<f64>,
    pub lon: Option<f64>,
    /// The IANA time zone of the place; empty for the company's own.
    pub zone: String,
}

impl Input for Address {
    fn read(fields: &mut Fields) -> Self {
        let address = Self {
            text: fields.text("text", 500),
            district: fields.optional_text("district", 100),
            entrance: fields.optional_text("entrance", 20),
            floor: fields.optional_text("floor", 20),
            flat: fields.optional_text("flat", 20),
            intercom: fields.optional_text("intercom", 50),
            lat: fields.optional_degrees("lat", 90.0),
            lon: fields.optional_degrees("lon", 180.0),
            zone: fields.optional_text("zone", 64),
        };
        if !address.zone.is_empty() && jiff::tz::TimeZone::get(&address.zone).is_err() {
            fields.error("zone", "zone_unknown");
        }
        if address.lat.is_some() != address.lon.is_some() && !fields.is_faulty("lat") && !fields.is_faulty("lon") {
            fields.error(if address.lat.is_none() { "lat" } else { "lon" }, "required");
        }
        address
    }
}

/// The customer of a new order: one that is known, or a new one.
#[derive(Clone, Debug)]
pub enum ForWhom {
    Known(CustomerId),
    New(NewCustomer),
    /// The customer who asks.
    Self_,
}

/// An order as typed.
#[derive(Clone, Debug)]
pub struct OrderForm {
    pub service_id: ServiceId,
    pub for_whom: ForWhom,
    pub address: Address,
    pub description: String,
    pub requirements: String,
    pub desired_from_ms: Option<i64>,
    pub desired_to_ms: Option<i64>,
    pub priority: Priority,
    pub price_minor: Option<i64>,
    pub source: Option<Source>,
    pub confirm: bool,
    /// How a customer's own order came.
    pub via: Source,
}

impl Input for OrderForm {
    fn read(fields: &mut Fields) -> Self {
        let known: Option<CustomerId> = fields.optional_id("customer_id");
        let wants_new = fields.has("customer") || fields.has("customer.name") || fields.has("customer.phone");
        let new = if known.is_none() && wants_new {
            fields.object("customer", NewCustomer::read)
        } else {
            fields.object("customer", drain).and(None)
        };
        let form = Self {
            service_id: fields.id("service_id"),
            for_whom: match (known, new) {
                (Some(id), _) => ForWhom::Known(id),
                (None, Some(new)) => ForWhom::New(new),
                (None, None) => ForWhom::Self_,
            },
            address: read_address(fields),
            description: fields.optional_text("description", 4000),
            requirements: fields.optional_text("requirements", 2000),
            desired_from_ms: fields.optional_instant("desired_from"),
            desired_to_ms: fields.optional_instant("desired_to"),
            priority: fields.optional_choice("priority").unwrap_or(Priority::Normal),
            price_minor: fields.optional_money("price_minor"),
            source: fields.optional_choice("source"),
            confirm: fields.flag("confirm"),
            via: Source::Portal,
        };
        if let (Some(from), Some(to)) = (form.desired_from_ms, form.desired_to_ms)
            && to <= from
        {
            fields.error("desired_to", "date_order");
        }
        form
    }
}

/// An order that a customer tells in a messenger, for themselves; by the rules of the form.
///
/// # Errors
/// The faults at `address.text` and `description`.
pub fn from_messenger(service_id: ServiceId, address: &str, description: &str) -> Result<OrderForm, FieldErrors> {
    let told = serde_json::json!({ "service_id": service_id, "address": { "text": address }, "description": description });
    let told = told.as_object().cloned().unwrap_or_default();
    let mut fields = Fields::of_json(&told);
    let form = OrderForm { via: Source::Messenger, ..OrderForm::read(&mut fields) };
    fields.finish().into_result().map(|()| form)
}

/// A known customer needs no particulars: those sent along are read and left.
fn drain(fields: &mut Fields) {
    for name in ["kind", "name", "phone", "email", "note"] {
        fields.raw(name);
    }
}

fn read_address(fields: &mut Fields) -> Address {
    let address = fields.object("address", Address::read);
    if address.is_none() && !fields.is_faulty("address") {
        fields.error("address", "required");
    }
    address.unwrap_or_default()
}

/// Why something is done to an order or a visit; for a hold also until when.
#[derive(Clone, Debug)]
pub struct Reason {
    pub reason: String,
    pub reason_code: String,
    pub until_ms: Option<i64>,
}

impl Input for Reason {
    fn read(fields: &mut Fields) -> Self {
        let reason = fields.optional_text("reason", 1000);
        let note = fields.optional_text("note", 1000);
        Self {
            reason: if reason.is_empty() { note } else { reason },
            reason_code: fields.optional_text("reason_code", 32),
            until_ms: fields.optional_instant("until"),
        }
    }
}
