//! Orders and visits through both doors: whole lives, every state and action and role, what is refused, what happens at once.

mod guard;
mod input;
mod life;
mod machine;
mod plans;
mod sight;

use crate::testkit::*;
use serde_json::{Value, json};

/// Where an order stands.
async fn order_status(app: &TestApp, id: i64) -> String {
    word(app, &format!("SELECT status FROM orders WHERE id = {id}")).await
}

/// Where a visit stands.
async fn visit_status(app: &TestApp, id: i64) -> String {
    word(app, &format!("SELECT status FROM visits WHERE id = {id}")).await
}

async fn word(app: &TestApp, sql: &str) -> String {
    app.rows(sql).await[0].try_get_by_index(0).unwrap()
}

/// The kinds of an order's history, oldest first.
async fn history(app: &TestApp, id: i64) -> Vec<String> {
    let rows = app.rows(&format!("SELECT kind FROM events WHERE order_id = {id} ORDER BY id")).await;
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

/// `POST /api/v1/orders/{id}/{deed}` with a reason.
fn on_order(person: &Person, id: i64, deed: &str) -> impl IntoFuture<Output = Answer> {
    person.post(&format!("/api/v1/orders/{id}/{deed}"), reason())
}

/// `POST /api/v1/visits/{id}/{deed}` with a reason.
fn on_visit(person: &Person, id: i64, deed: &str) -> impl IntoFuture<Output = Answer> {
    person.post(&format!("/api/v1/visits/{id}/{deed}"), reason())
}

fn reason() -> Value {
    json!({ "reason": "так вышло" })
}

/// The body that plans a visit of these workers: the first leads, two hours.
fn plan_of(crew: &[&Person], starts_ms: i64) -> Value {
    json!({
        "worker_ids": crew.iter().map(|worker| worker.worker_id).collect::<Vec<_>>(),
        "starts_at": crate::orders::view::rfc3339(starts_ms),
        "ends_at": crate::orders::view::rfc3339(starts_ms + 2 * HOUR),
    })
}
