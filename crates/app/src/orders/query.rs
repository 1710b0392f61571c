//! Reading orders: who sees which, one of them, and pages of them.

use super::{Order, OrderStatus, Priority, VisitStatus, row, search};
use crate::{
    access::{Actor, Who},
    app::App,
    error::{Error, Result},
    ids::{CustomerId, OrderId, ServiceId, UserId, WorkerId},
    search::Sought,
    web::{
        Choice, Fields, Input,
        paging::{List, Paging},
    },
    words::words,
};
use sea_orm::{Value, entity::prelude::*, sea_query::Expr};
use store::{Cells, Select, Tx};

/// A condition in SQL with the values of its marks.
pub struct Condition(pub String, pub Vec<Value>);

/// Which orders exist for `actor`, as a condition on the table `orders`. Every read of the table goes through it.
pub fn visibility(actor: &Actor) -> Condition {
    match actor.who {
        Who::Administrator | Who::Dispatcher | Who::System => Condition("1 = 1".into(), vec![]),
        Who::Customer(customer) => Condition("orders.customer_id = ?".into(), vec![customer.0.into()]),
        Who::Link(order) => Condition("orders.id = ?".into(), vec![order.0.into()]),
        Who::Specialist(worker) | Who::Contractor(worker) => {
            let seen = quoted(VisitStatus::worker_sees);
            let text = format!(
                "orders.id IN (SELECT v.order_id FROM visit_workers vw JOIN visits v ON v.id = vw.visit_id WHERE vw.worker_id = ? AND v.status IN ({seen}))"
            );
            Condition(text, vec![worker.0.into()])
        }
    }
}

/// The words of the visit statuses for which `wanted` holds, ready for `IN (…)`.
pub fn quoted(wanted: fn(VisitStatus) -> bool) -> String {
    let words: Vec<String> = super::visits::statuses(wanted).into_iter().map(|status| format!("'{}'", status.code())).collect();
    words.join(", ")
}

fn visible_to(actor: &Actor) -> sea_orm::Select<row::Entity> {
    let Condition(text, values) = visibility(actor);
    row::Entity::find().filter(Expr::cust_with_values(text, values))
}

/// An order that `actor` can see.
///
/// # Errors
/// [`Error::NotFound`] for one that does not exist for them.
pub async fn find(conn: &impl ConnectionTrait, actor: &Actor, id: OrderId) -> Result<Order> {
    visible_to(actor).filter(row::Column::Id.eq(id)).one(conn).await?.ok_or(Error::NotFound)
}

/// `find`, holding the row until `tx` ends. Every change of an order starts here.
pub(crate) async fn find_to_change(tx: &Tx, actor: &Actor, id: OrderId) -> Result<Order> {
    // Looked up first and held by its key alone, so that MariaDB locks this row and no other.
    find(tx.conn(), actor, id).await?;
    super::hold_row(tx, id).await
}

/// An order with what its row in a list shows.
#[derive(Clone, Debug)]
pub struct Listed {
    pub order: Order,
    pub customer_name: String,
    pub customer_kind: String,
    pub customer_phone: Option<String>,
    pub customer_email: Option<String>,
    pub customer_user_id: Option<UserId>,
    pub customer_version: i64,
    pub service_name: String,
    pub visit_status: Option<VisitStatus>,
    pub visit_starts_ms: Option<i64>,
    pub visit_ends_ms: Option<i64>,
    pub offer_until_ms: Option<i64>,
    pub lead_user_id: Option<UserId>,
    pub lead_name: Option<String>,
    /// Whether a contractor who asks has accepted, so that name, phone and address are theirs to see.
    pub known: bool,
}

impl Listed {
    /// Takes the cells of [`COLUMNS`], and behind them whether the customer is known.
    pub(super) fn read(cells: &mut Cells<'_>) -> std::result::Result<Self, DbErr> {
        let order = Order {
            id: cells.take()?,
            number: cells.take()?,
            status: cells.take()?,
            open: cells.take()?,
            customer_id: cells.take()?,
            service_id: cells.take()?,
            address: cells.take()?,
            district: cells.take()?,
            entrance: cells.take()?,
            floor: cells.take()?,
            flat: cells.take()?,
            intercom: cells.take()?,
            lat: cells.take()?,
            lon: cells.take()?,
            zone: cells.take()?,
            description: cells.take()?,
            requirements: cells.take()?,
            desired_from_ms: cells.take()?,
            desired_to_ms: cells.take()?,
            priority: cells.take()?,
            price_minor: cells.take()?,
            source: cells.take()?,
            created_by: cells.take()?,
            created_ms: cells.take()?,
            status_ms: cells.take()?,
            completed_ms: cells.take()?,
            reason: cells.take()?,
            wake_ms: cells.take()?,
            held_status: cells.take()?,
            problem: cells.take()?,
            problem_ms: cells.take()?,
            cancel_requested_by: cells.take()?,
            visit_id: cells.take()?,
            due_ms: cells.take()?,
            version: cells.take()?,
        };
        Ok(Self {
            order,
            customer_name: cells.take()?,
            customer_kind: cells.take()?,
            customer_phone: cells.take()?,
            customer_email: cells.take()?,
            customer_user_id: cells.take()?,
            customer_version: cells.take()?,
            service_name: cells.take()?,
            visit_status: cells.take()?,
            visit_starts_ms: cells.take()?,
            visit_ends_ms: cells.take()?,
            offer_until_ms: cells.take()?,
            lead_user_id: cells.take()?,
            lead_name: cells.take()?,
            known: cells.take()?,
        })
    }
}

/// The columns of a [`Listed`], in the order in which it takes them, but for the last.
pub(super) const COLUMNS: &str = "orders.id, orders.number, orders.status, orders.open, orders.customer_id, orders.service_id, orders.address, \
    orders.district, orders.entrance, orders.floor, orders.flat, orders.intercom, orders.lat, orders.lon, orders.zone, \
    orders.description, orders.requirements, orders.desired_from_ms, orders.desired_to_ms, orders.priority, \
    orders.price_minor, orders.source, orders.created_by, orders.created_ms, orders.status_ms, orders.completed_ms, \
    orders.reason, orders.wake_ms, orders.held_status, orders.problem, orders.problem_ms, orders.cancel_requested_by, \
    orders.visit_id, orders.due_ms, orders.version, \
    c.name, c.kind, c.phone, c.email, c.user_id, \
    c.version, s.name, v.status, v.starts_ms, v.ends_ms, \
    v.offer_until_ms, lw.user_id, lu.name";
/// Every order has its customer and service; joined from the left, because MariaDB otherwise begins with the small tables
/// and sorts all orders.
pub(super) const TABLES: &str = "LEFT JOIN customers c ON c.id = orders.customer_id LEFT JOIN services s ON s.id = orders.service_id LEFT JOIN visits v ON v.id = orders.visit_id \
    LEFT JOIN workers lw ON lw.id = v.lead_id LEFT JOIN users lu ON lu.id = lw.user_id";

/// What a [`Listed`] is read from, with the values of its marks: [`COLUMNS`], and whether `actor` may know the customer.
fn columns(actor: &Actor) -> (String, Vec<Value>) {
    match actor.who {
        Who::Contractor(worker) => {
            let knowing = quoted(VisitStatus::contractor_knows);
            let known = format!(
                "EXISTS (SELECT 1 FROM visit_workers kw JOIN visits kv ON kv.id = kw.visit_id WHERE kv.order_id = orders.id AND kw.worker_id = ? AND kv.status IN ({knowing}))"
            );
            (format!("{COLUMNS}, {known}"), vec![worker.0.into()])
        }
        _ => (format!("{COLUMNS}, 1 = 1"), vec![]),
    }
}

/// One order as a list or a page shows it; one statement.
pub async fn show(app: &App, actor: &Actor, id: OrderId) -> Result<Listed> {
    show_in(app.db.read(), app.db.engine(), actor, id).await
}

/// [`show`] over a given connection, so that a change sees its own writes.
pub async fn show_in(conn: &impl ConnectionTrait, engine: store::Engine, actor: &Actor, id: OrderId) -> Result<Listed> {
    let ((columns, mut values), Condition(visible, more)) = (columns(actor), visibility(actor));
    values.extend(more);
    values.push(id.0.into());
    let rest = format!("FROM orders {TABLES} WHERE {visible} AND orders.id = ?");
    let select = Select { columns, rest };
    select.rows(conn, engine, values, Listed::read).await?.pop().ok_or(Error::NotFound)
}

/// Several orders by id, those of them that `actor` can see; one statement.
pub async fn show_several(app: &App, actor: &Actor, ids: &[OrderId]) -> Result<Vec<Listed>> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let ((columns, mut values), Condition(visible, more)) = (columns(actor), visibility(actor));
    values.extend(more);
    values.extend(ids.iter().map(|id| Value::from(id.0)));
    let marks = vec!["?"; ids.len()].join(", ");
    let rest = format!("FROM orders {TABLES} WHERE {visible} AND orders.id IN ({marks})");
    let select = Select { columns, rest };
    Ok(select.rows(app.db.read(), app.db.engine(), values, Listed::read).await?)
}

words! {
    /// In which order a list comes.
    Sort {
        /// By the visit's start, orders without a date last.
        Due = "due",
        /// The newest first.
        New = "new",
    }
}

/// Which orders are wanted.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub statuses: Vec<OrderStatus>,
    /// Open ones only.
    pub open: bool,
    /// Those that somebody must act on.
    pub attention: bool,
    /// Without a visit to come.
    pub unassigned: bool,
    pub service_id: Option<ServiceId>,
    pub worker_id: Option<WorkerId>,
    pub customer_id: Option<CustomerId>,
    pub priority: Option<Priority>,
    pub q: String,
    /// The visit's start lies in `[from, to)`, ms UTC.
    pub from_ms: Option<i64>,
    pub to_ms: Option<i64>,
    pub overdue: bool,
    pub sort: Option<Sort>,
    pub paging: Paging,
}

impl Input for Filter {
    fn read(fields: &mut Fields) -> Self {
        Self {
            statuses: fields.choices("status"),
            open: fields.flag("open"),
            attention: fields.flag("attention"),
            unassigned: fields.flag("unassigned"),
            service_id: fields.optional_id("service_id"),
            worker_id: fields.optional_id("worker_id"),
            customer_id: fields.optional_id("customer_id"),
            priority: fields.optional_choice("priority"),
            q: fields.optional_text("q", 200),
            from_ms: fields.optional_bound("from", false),
            to_ms: fields.optional_bound("to", true),
            overdue: fields.flag("overdue"),
            sort: fields.optional_choice("sort"),
            paging: Paging::read(fields),
        }
    }
}

impl Filter {
    /// Refuses what `actor` may not filter by.
    fn check(&self, actor: &Actor) -> Result<()> {
        // A worker searches by number only: a hit by phone or name would tell what they may not see.
        if actor.worker_id().is_some() && !self.q.is_empty() {
            return Err(Error::field("q", "not_for_you"));
        }
        if actor.worker_id().is_some() && self.customer_id.is_some() {
            return Err(Error::field("customer_id", "staff_only"));
        }
        Ok(())
    }

    fn sort(&self) -> Sort {
        self.sort.unwrap_or(Sort::New)
    }

    /// What MariaDB is told of the indexes. It guesses how many rows have a value from a few pages of each index, and when its guesses
    /// differ it goes through all orders by date from the oldest on, hoping to meet open ones soon: two hundred times slower.
    fn hint(&self) -> &'static str {
        if self.sort() != Sort::Due || self.from_ms.is_some() || self.to_ms.is_some() {
            ""
        } else if self.is_open_only() {
            "IGNORE INDEX (ix_orders_open_problem_id, ix_orders_open_price_minor_status_due_ms_problem) IGNORE INDEX FOR ORDER BY (ix_orders_due_ms_id)"
        } else if self.statuses.len() == 1 {
            "IGNORE INDEX (ix_orders_status_id, ix_orders_status_wake_ms) IGNORE INDEX FOR ORDER BY (ix_orders_due_ms_id)"
        } else if self.service_id.is_some() {
            "IGNORE INDEX FOR ORDER BY (ix_orders_due_ms_id)"
        } else {
            ""
        }
    }

    /// What is typed into the search field, and where it is to be looked for. One statement, none where nothing is typed.
    pub(super) async fn sought(&self, app: &App) -> Result<Sought> {
        search::sought(app, &self.q, self.is_open_only()).await
    }

    fn is_open_only(&self) -> bool {
        self.open || self.attention || self.unassigned || (self.statuses.len() > 1 && self.statuses.iter().all(|status| status.is_open()))
    }

    /// The conditions besides who may see.
    pub(super) fn conditions(&self, sought: &Sought, now_ms: i64) -> Condition {
        let mut parts: Vec<String> = vec![];
        let mut values: Vec<Value> = vec![];
        let mut add = |text: &str, value: Option<Value>| {
            parts.push(text.to_owned());
            values.extend(value);
        };
        if let [one] = self.statuses.as_slice() {
            add("orders.status = ?", Some(one.code().into()));
        } else if !self.statuses.is_empty() {
            let words: Vec<String> = self.statuses.iter().map(|s| format!("'{}'", s.code())).collect();
            add(&format!("orders.status IN ({})", words.join(", ")), None);
        }
        if self.is_open_only() {
            add("orders.open = 1", None);
        }
        if self.attention {
            add(
                "(orders.status IN ('new', 'acceptance') OR orders.problem IS NOT NULL OR (orders.status = 'scheduled' AND orders.due_ms < ?))",
                Some(now_ms.into()),
            );
        }
        if self.unassigned {
            add("orders.status IN ('new', 'confirmed')", None);
        }
        if self.overdue {
            add("orders.status = 'scheduled' AND orders.due_ms < ?", Some(now_ms.into()));
        }
        if let Some(id) = self.service_id {
            add("orders.service_id = ?", Some(id.0.into()));
        }
        if let Some(id) = self.customer_id {
            add("orders.customer_id = ?", Some(id.0.into()));
        }
        if let Some(id) = self.worker_id {
            add(
                "orders.id IN (SELECT fv.order_id FROM visit_workers fw JOIN visits fv ON fv.id = fw.visit_id WHERE fw.worker_id = ?)",
                Some(id.0.into()),
            );
        }
        if let Some(priority) = self.priority {
            add("orders.priority = ?", Some(priority.code().into()));
        }
        if let Some(ms) = self.from_ms {
            add("orders.due_ms >= ?", Some(ms.into()));
        }
        if let Some(ms) = self.to_ms {
            add("orders.due_ms < ?", Some(ms.into()));
        }
        if let Some((text, more)) = sought.condition(&search::INDEX, "orders.id") {
            parts.push(text);
            values.extend(more);
        }
        Condition(if parts.is_empty() { "1 = 1".into() } else { parts.join(" AND ") }, values)
    }
}

/// A page of the orders that `actor` can see. One statement; a search sends one more, and another for each part it looks through.
pub async fn list(app: &App, actor: &Actor, filter: &Filter) -> Result<List<Listed>> {
    filter.check(actor)?;
    let sought = filter.sought(app).await?;
    let parts = match filter.sort() {
        Sort::Due => vec![sought],
        Sort::New => sought.parts(filter.paging.after::<1>()?.map(|[id]| id)),
    };
    let mut rows = vec![];
    for part in parts {
        let left = filter.paging.left(rows.len());
        if left == 0 {
            break;
        }
        let engine = app.db.engine();
        let (select, values) = list_sql(engine, actor, filter, &part, left, app.clock.now_ms())?;
        rows.extend(select.rows(app.db.read(), engine, values, Listed::read).await?);
    }
    Ok(match filter.sort() {
        Sort::Due => filter.paging.page(rows, |row| [row.order.due_ms, row.order.id.0]),
        Sort::New => filter.paging.page(rows, |row| [row.order.id.0]),
    })
}

/// A statement of [`list`] for so many rows, apart so that its plan can be looked at.
pub(super) fn list_sql(
    engine: store::Engine,
    actor: &Actor,
    filter: &Filter,
    sought: &Sought,
    limit: u64,
    now_ms: i64,
) -> Result<(Select, Vec<Value>)> {
    let ((columns, mut values), Condition(visible, more), Condition(wanted, rest)) =
        (columns(actor), visibility(actor), filter.conditions(sought, now_ms));
    values.extend(more);
    values.extend(rest);
    let (after, by) = match filter.sort() {
        Sort::Due => {
            let after = filter.paging.after::<2>()?.map(|[due, id]| {
                values.extend([due.into(), due.into(), id.into()]);
                " AND orders.due_ms >= ? AND (orders.due_ms > ? OR orders.id > ?)"
            });
            (after, "orders.due_ms, orders.id")
        }
        Sort::New => {
            let after = filter.paging.after::<1>()?.map(|[id]| {
                values.push(id.into());
                " AND orders.id < ?"
            });
            (after, "orders.id DESC")
        }
    };
    let after = after.unwrap_or("");
    let hint = engine.pick("", filter.hint());
    let rest = format!("FROM orders {hint} {TABLES} WHERE {visible} AND {wanted}{after} ORDER BY {by} LIMIT {limit}");
    Ok((Select { columns, rest }, values))
}
