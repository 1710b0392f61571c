//! A row of the product's main query, and what the bare handler makes of it: the same JSON, and a comparable row of a table.

use jiff::{Timestamp, tz::TimeZone};
use serde::{Serialize, Serializer};
use sqlx::{FromRow, Row, mysql::MySqlRow, sqlite::SqliteRow};
use std::fmt::{Result, Write};

/// The statement behind every list of the product (`orders::query`), with this end.
macro_rules! select {
    ($end:literal) => {
        concat!(
            "SELECT orders.*, c.name AS customer_name, c.kind AS customer_kind, c.phone AS customer_phone, c.email AS customer_email, ",
            "c.user_id AS customer_user_id, c.version AS customer_version, s.name AS service_name, v.status AS visit_status, ",
            "v.starts_ms AS visit_starts_ms, v.ends_ms AS visit_ends_ms, v.offer_until_ms AS offer_until_ms, ",
            "lw.user_id AS lead_user_id, lu.name AS lead_name, (1 = 1) AS known FROM orders ",
            "LEFT JOIN customers c ON c.id = orders.customer_id LEFT JOIN services s ON s.id = orders.service_id ",
            "LEFT JOIN visits v ON v.id = orders.visit_id LEFT JOIN workers lw ON lw.id = v.lead_id ",
            "LEFT JOIN users lu ON lu.id = lw.user_id ",
            $end
        )
    };
}
pub(crate) use select;

/// The columns that an answer tells.
pub struct Listed {
    pub id: i64,
    number: String,
    status: String,
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
    created_ms: i64,
    completed_ms: Option<i64>,
    reason: String,
    wake_ms: Option<i64>,
    problem: Option<String>,
    visit_id: Option<i64>,
    due_ms: i64,
    version: i64,
    customer_name: String,
    customer_phone: Option<String>,
    customer_email: Option<String>,
    service_name: String,
    visit_status: Option<String>,
    visit_starts_ms: Option<i64>,
    visit_ends_ms: Option<i64>,
    lead_name: Option<String>,
}

/// Reads each column by its name.
macro_rules! from_row {
    ($($column:ident),+) => {
        from_row!(SqliteRow: $($column),+);
        from_row!(MySqlRow: $($column),+);
    };
    ($row:ty: $($column:ident),+) => {
        impl FromRow<'_, $row> for Listed {
            fn from_row(row: &$row) -> sqlx::Result<Self> {
                Ok(Self { $($column: row.try_get(stringify!($column))?),+ })
            }
        }
    };
}

from_row! {
    id, number, status, customer_id, service_id, address, district, entrance, floor, flat, intercom, lat, lon, zone, description,
    requirements, desired_from_ms, desired_to_ms, priority, price_minor, source, created_ms, completed_ms, reason, wake_ms,
    problem, visit_id, due_ms, version, customer_name, customer_phone, customer_email, service_name, visit_status,
    visit_starts_ms, visit_ends_ms, lead_name
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
