//! Reading reviews: who sees which, pages of them, and what they add up to.

use crate::{
    access::{Actor, Who},
    app::App,
    error::Result,
    ids::{OrderId, WorkerId},
    text::i18n::Lang,
    web::{
        Fields, Input,
        paging::{List, Paging},
    },
};
use sea_orm::{ConnectionTrait, FromQueryResult, Value};

/// A review with what its row in a list shows.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Listed {
    pub id: i64,
    pub order_id: OrderId,
    pub order_number: String,
    pub service: String,
    pub customer: String,
    pub lead: Option<String>,
    pub lead_user_id: Option<i64>,
    pub stars: i64,
    pub body: String,
    pub created_ms: i64,
    pub updated_ms: i64,
    pub version: i64,
}

/// Which reviews are wanted.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub stars: Option<i64>,
    pub worker_id: Option<WorkerId>,
    pub paging: Paging,
}

impl Input for Filter {
    fn read(fields: &mut Fields) -> Self {
        Self { stars: fields.optional_whole("stars", 1..=5), worker_id: fields.optional_id("worker_id"), paging: Paging::read(fields) }
    }
}

/// The orders on which a worker did a visit.
const DONE_BY: &str = "r.order_id IN (SELECT dv.order_id FROM visit_workers dw JOIN visits dv ON dv.id = dw.visit_id \
    WHERE dw.worker_id = ? AND dv.status IN ('done', 'checked'))";

/// Which reviews exist for `actor`.
fn visibility(actor: &Actor) -> (&'static str, Vec<Value>) {
    match actor.who {
        Who::Administrator | Who::Dispatcher | Who::System => ("1 = 1", vec![]),
        Who::Specialist(worker) | Who::Contractor(worker) => (DONE_BY, vec![worker.0.into()]),
        Who::Customer(customer) => ("o.customer_id = ?", vec![customer.0.into()]),
        Who::Link(order) => ("o.id = ?", vec![order.0.into()]),
    }
}

/// A page of the reviews that `actor` can see, newest first; one statement.
pub async fn list(app: &App, actor: &Actor, filter: &Filter) -> Result<List<Listed>> {
    let (visible, mut values) = visibility(actor);
    let mut wanted = String::new();
    if let Some(stars) = filter.stars {
        wanted.push_str(" AND r.stars = ?");
        values.push(stars.into());
    }
    if let Some(worker) = filter.worker_id {
        wanted.push_str(" AND ");
        wanted.push_str(DONE_BY);
        values.push(worker.0.into());
    }
    if let Some([id]) = filter.paging.after::<1>()? {
        wanted.push_str(" AND r.id < ?");
        values.push(id.into());
    }
    let text = format!(
        "SELECT r.id, r.order_id, o.number AS order_number, s.name AS service, c.name AS customer, lu.name AS lead, lu.id AS lead_user_id, \
         r.stars, r.body, r.created_ms, r.updated_ms, r.version \
         FROM reviews r JOIN orders o ON o.id = r.order_id JOIN services s ON s.id = o.service_id JOIN customers c ON c.id = o.customer_id \
         LEFT JOIN visits v ON v.id = o.visit_id LEFT JOIN workers lw ON lw.id = v.lead_id LEFT JOIN users lu ON lu.id = lw.user_id \
         WHERE {visible}{wanted} ORDER BY r.id DESC LIMIT {}",
        filter.paging.fetch()
    );
    let rows = Listed::find_by_statement(store::sql(app.db.engine(), &text, values)).all(app.db.read()).await?;
    Ok(filter.paging.page(rows, |row| [row.id]))
}

/// How many reviews there are and what they add up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub struct Rating {
    pub worker_id: i64,
    pub stars: i64,
    pub reviews: i64,
}

impl Rating {
    /// The average with one digit after the point: «4,9»; empty without reviews.
    pub fn average(&self, lang: Lang) -> String {
        if self.reviews == 0 {
            return String::new();
        }
        let tenths = (self.stars * 20 + self.reviews) / (self.reviews * 2);
        let point = if lang == Lang::Ru { ',' } else { '.' };
        format!("{}{point}{}", tenths / 10, tenths % 10)
    }
}

/// What the customers of these workers' visits say of them; who has no review is not in the list. One statement.
pub async fn ratings(conn: &impl ConnectionTrait, engine: store::Engine, workers: &[WorkerId]) -> Result<Vec<Rating>> {
    if workers.is_empty() {
        return Ok(vec![]);
    }
    let marks = vec!["?"; workers.len()].join(", ");
    let text = format!(
        "SELECT d.worker_id, CAST(SUM(r.stars) AS {int}) AS stars, COUNT(*) AS reviews FROM \
         (SELECT DISTINCT vw.worker_id, v.order_id FROM visit_workers vw JOIN visits v ON v.id = vw.visit_id \
         WHERE vw.worker_id IN ({marks}) AND v.status IN ('done', 'checked')) d JOIN reviews r ON r.order_id = d.order_id GROUP BY d.worker_id",
        int = engine.pick("INTEGER", "SIGNED")
    );
    Ok(Rating::find_by_statement(store::sql(engine, &text, workers.iter().map(|id| id.0.into()))).all(conn).await?)
}

#[derive(FromQueryResult)]
struct Counted {
    stars: i64,
    reviews: i64,
}

/// How many reviews with one to five stars `actor` can see.
pub async fn summary(app: &App, actor: &Actor) -> Result<([i64; 5], Rating)> {
    let (visible, values) = visibility(actor);
    let text =
        format!("SELECT r.stars, COUNT(*) AS reviews FROM reviews r JOIN orders o ON o.id = r.order_id WHERE {visible} GROUP BY r.stars");
    let rows = Counted::find_by_statement(store::sql(app.db.engine(), &text, values)).all(app.db.read()).await?;
    let mut counts = [0; 5];
    let mut sum = Rating::default();
    for row in rows {
        if let Some(count) = usize::try_from(row.stars - 1).ok().and_then(|place| counts.get_mut(place)) {
            *count = row.reviews;
        }
        sum.stars += row.stars * row.reviews;
        sum.reviews += row.reviews;
    }
    Ok((counts, sum))
}
