//! A row of the product's main query, and what the bare handler makes of it: the same JSON, and a comparable row of a table.

use jiff::{Timestamp, tz::TimeZone};
use serde::{Serialize, Serializer};
use std::fmt::{Result, Write};
use store::{Cells, Select, sea_orm::DbErr};

/// The statement behind every list of the product (`orders::query`), with this hint for MariaDB and this end.
pub fn select(hint: &str, end: &str) -> Select {
    let columns = "orders.id, orders.number, orders.status, orders.open, orders.customer_id, orders.service_id, orders.address, \
        orders.district, orders.entrance, orders.floor, orders.flat, orders.intercom, orders.lat, orders.lon, orders.zone, \
        orders.description, orders.requirements, orders.desired_from_ms, orders.desired_to_ms, orders.priority, \
        orders.price_minor, orders.source, orders.created_by, orders.created_ms, orders.status_ms, orders.completed_ms, \
        orders.reason, orders.wake_ms, orders.held_status, orders.problem, orders.problem_ms, orders.cancel_requested_by, \
        orders.visit_id, orders.due_ms, orders.version, c.name, c.kind, c.phone, c.email, c.user_id, c.version, s.name, v.status, \
        v.starts_ms, v.ends_ms, v.offer_until_ms, lw.user_id, lu.name, (1 = 1)";
    let tables = "LEFT JOIN customers c ON c.id = orders.customer_id LEFT JOIN services s ON s.id = orders.service_id \
        LEFT JOIN visits v ON v.id = orders.visit_id LEFT JOIN workers lw ON lw.id = v.lead_id LEFT JOIN users lu ON lu.id = lw.user_id";
    Select { columns: columns.into(), rest: format!("FROM orders {hint} {tables} {end}") }
}

/// A row whose cells are read in the order of the fields.
macro_rules! row {
    ($(#[$doc:meta])* $name:ident { $($visible:vis $field:ident: $kind:ty),+ $(,)? }) => {
        $(#[$doc])*
        pub struct $name {
            $($visible $field: $kind),+
        }

        impl $name {
            pub fn read(cells: &mut Cells<'_>) -> std::result::Result<Self, DbErr> {
                Ok(Self { $($field: cells.take()?),+ })
            }
        }
    };
}

row! {
    /// What the product reads of each order; the columns that no answer tells begin with a line.
    Listed {
        pub id: i64,
        number: String,
        status: String,
        _open: bool,
        customer_id: i64,
        service_id: i64,
        address: String,
        district: String,
        entrance: String,
        floor: String,
        flat: String,
        intercom: String,
        lat: Option<f64>,
        lon: Option<f64>,
        zone: String,
        description: String,
        requirements: String,
        desired_from_ms: Option<i64>,
        desired_to_ms: Option<i64>,
        priority: String,
        price_minor: Option<i64>,
        source: String,
        _created_by: Option<i64>,
        created_ms: i64,
        _status_ms: i64,
        completed_ms: Option<i64>,
        reason: String,
        wake_ms: Option<i64>,
        _held_status: Option<String>,
        problem: Option<String>,
        _problem_ms: Option<i64>,
        _cancel_requested_by: Option<i64>,
        visit_id: Option<i64>,
        due_ms: i64,
        version: i64,
        customer_name: String,
        _customer_kind: String,
        customer_phone: Option<String>,
        customer_email: Option<String>,
        _customer_user_id: Option<i64>,
        _customer_version: i64,
        service_name: String,
        visit_status: Option<String>,
        visit_starts_ms: Option<i64>,
        visit_ends_ms: Option<i64>,
        _offer_until_ms: Option<i64>,
        _lead_user_id: Option<i64>,
        lead_name: Option<String>,
        _known: bool,
    }
}

#[derive(Serialize)]
struct Order<'a> {
    id: i64,
    number: &'a str,
    status: &'a str,
    service_id: i64,
    service: &'a str,
    customer: Customer<'a>,
    address: Address<'a>,
    description: &'a str,
    requirements: &'a str,
    desired_from: Option<Moment>,
    desired_to: Option<Moment>,
    priority: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    price_minor: Option<i64>,
    source: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    reason: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hold_until: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    visit: Option<Visit<'a>>,
    created_at: Option<Moment>,
    completed_at: Option<Moment>,
    actions: &'static [&'static str],
    version: i64,
}

#[derive(Serialize)]
struct Customer<'a> {
    id: i64,
    name: &'a str,
    phone: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
}

#[derive(Serialize)]
struct Address<'a> {
    text: &'a str,
    district: &'a str,
    entrance: &'a str,
    floor: &'a str,
    flat: &'a str,
    intercom: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    lat: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lon: Option<f64>,
    zone: &'a str,
}

#[derive(Serialize)]
struct Visit<'a> {
    id: i64,
    status: &'a str,
    starts_at: Option<Moment>,
    ends_at: Option<Moment>,
    lead: Option<&'a str>,
}

/// What a dispatcher may do to an order in this state.
fn actions(status: &str) -> &'static [&'static str] {
    match status {
        "new" => &["confirm", "cancel", "hold"],
        "confirmed" | "scheduled" => &["cancel", "hold"],
        "in_progress" => &["hold"],
        "on_hold" => &["resume"],
        "acceptance" => &["hold", "accept", "return"],
        _ => &[],
    }
}

/// A moment, written as RFC 3339.
struct Moment(Timestamp);

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
        to.collect_str(&self.0)
    }
}

fn moment(ms: i64) -> Option<Moment> {
    Timestamp::from_millisecond(ms).ok().map(Moment)
}

impl Serialize for Listed {
    fn serialize<S: Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
        let visit = self.visit_id.zip(self.visit_status.as_deref()).map(|(id, status)| Visit {
            id,
            status,
            starts_at: self.visit_starts_ms.and_then(moment),
            ends_at: self.visit_ends_ms.and_then(moment),
            lead: self.lead_name.as_deref(),
        });
        Order {
            id: self.id,
            number: &self.number,
            status: &self.status,
            service_id: self.service_id,
            service: &self.service_name,
            customer: Customer {
                id: self.customer_id,
                name: &self.customer_name,
                phone: self.customer_phone.as_deref(),
                email: self.customer_email.as_deref(),
            },
            address: Address {
                text: &self.address,
                district: &self.district,
                entrance: &self.entrance,
                floor: &self.floor,
                flat: &self.flat,
                intercom: &self.intercom,
                lat: self.lat,
                lon: self.lon,
                zone: &self.zone,
            },
            description: &self.description,
            requirements: &self.requirements,
            desired_from: self.desired_from_ms.and_then(moment),
            desired_to: self.desired_to_ms.and_then(moment),
            priority: &self.priority,
            price_minor: self.price_minor,
            source: &self.source,
            problem: self.problem.as_deref(),
            reason: &self.reason,
            hold_until: self.wake_ms.and_then(moment),
            visit,
            created_at: moment(self.created_ms),
            completed_at: self.completed_ms.and_then(moment),
            actions: actions(&self.status),
            version: self.version,
        }
        .serialize(to)
    }
}

impl Listed {
    /// One row of the table, with what the board shows of an order.
    pub fn write_html(&self, html: &mut String) -> Result {
        let zone = TimeZone::get(&self.zone).unwrap_or(TimeZone::UTC);
        let local = |ms: i64| Timestamp::from_millisecond(ms).map(|moment| zone.to_datetime(moment)).ok();
        write!(html, "<tr id=\"order-{}\"><td>", self.id)?;
        escape(html, &self.number)?;
        write!(html, "<td><b><a href=\"/orders/{}\">", self.id)?;
        escape(html, &self.customer_name)?;
        html.push_str("</a></b><small>");
        escape(html, &self.address)?;
        html.push_str(", ");
        escape(html, &self.flat)?;
        html.push_str("</small><td>");
        escape(html, &self.service_name)?;
        write!(html, "<td><span class=\"status {}\">{}</span><td>", self.status, self.status)?;
        if let Some((start, end)) = local(self.due_ms).zip(self.visit_ends_ms.and_then(local)) {
            write!(html, "{}.{:02}<small>{:02}:{:02}–", start.day(), start.month(), start.hour(), start.minute())?;
            write!(html, "{:02}:{:02}</small>", end.hour(), end.minute())?;
        }
        html.push_str("<td>");
        if let Some(lead) = &self.lead_name {
            escape(html, lead)?;
        }
        write!(html, "<td>{} {}<td>", self.priority, self.problem.as_deref().unwrap_or_default())?;
        if let Some(kopecks) = self.price_minor {
            write!(html, "{},{:02} ₽", kopecks / 100, kopecks % 100)?;
        }
        html.push_str("</tr>");
        Ok(())
    }
}

fn escape(html: &mut String, text: &str) -> Result {
    for character in text.chars() {
        match character {
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '&' => html.push_str("&amp;"),
            '"' => html.push_str("&quot;"),
            other => html.write_char(other)?,
        }
    }
    Ok(())
}
