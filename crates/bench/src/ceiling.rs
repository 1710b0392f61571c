//! The ceiling: the same main query from a bare axum handler over the product's own way to the database, without sign-in,
//! rights, languages, layout, logs or headers. Nothing that answers the same question can be much faster.

use crate::row::{self, Listed};
use anyhow::{Context, Result};
use axum::{
    Json, Router,
    extract::{Query, State},
    http::StatusCode,
    response::Html,
    routing::get,
};
use serde::{Deserialize, Serialize};
use store::{
    Db,
    sea_orm::{ConnectionTrait, DbErr, Value},
};
use tokio::net::TcpListener;

/// Serves until it is killed. Takes the product's own settings, and says where it listens as the product does.
pub async fn serve() -> Result<()> {
    let setting = |name: &str| std::env::var(name).with_context(|| format!("{name} is not set"));
    let db = Db::connect(&setting("DATABASE_URL")?).await?;
    let router = Router::new().route("/list", get(list)).route("/board", get(board)).route("/search", get(search)).with_state(db);
    let listener = TcpListener::bind(setting("CRM_LISTEN")?).await?;
    println!("listening on http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, router).await?)
}

async fn rows(db: &Db, hint: &str, end: &str, values: Vec<Value>) -> Result<Vec<Listed>, StatusCode> {
    row::select(db.engine().pick("", hint), end).rows(db.read(), db.engine(), values, Listed::read).await.map_err(told)
}

fn told(error: DbErr) -> StatusCode {
    eprintln!("{error}");
    StatusCode::INTERNAL_SERVER_ERROR
}

#[derive(Serialize)]
struct Page {
    items: Vec<Listed>,
    next_cursor: Option<String>,
}

/// The newest orders as JSON.
async fn list(State(db): State<Db>) -> Result<Json<Page>, StatusCode> {
    page(rows(&db, "", "WHERE 1 = 1 AND 1 = 1 ORDER BY orders.id DESC LIMIT 51", vec![]).await?)
}

#[derive(Deserialize)]
struct Wanted {
    q: String,
}

/// The newest orders in which a word begins so, as JSON: among the newest blocks of words, where there are enough.
async fn search(State(db): State<Db>, Query(Wanted { q }): Query<Wanted>) -> Result<Json<Page>, StatusCode> {
    let newest = db.read().query_one_raw(store::sql(db.engine(), "SELECT MAX(id) FROM orders", [])).await.map_err(told)?;
    let newest = newest.and_then(|row| row.try_get_by_index::<Option<i64>>(0).ok().flatten()).unwrap_or_default() >> 11;
    let blocks: Vec<String> = (0..18).map(|age| (newest - age).to_string()).collect();
    let end = format!(
        "WHERE 1 = 1 AND orders.id IN (SELECT order_id FROM order_words WHERE block IN ({}) AND word >= ? AND word < ?) \
         ORDER BY orders.id DESC LIMIT 51",
        blocks.join(", ")
    );
    let behind = format!("{q}\u{10ffff}");
    page(rows(&db, "", &end, vec![q.into(), behind.into()]).await?)
}

fn page(mut items: Vec<Listed>) -> Result<Json<Page>, StatusCode> {
    let more = items.len() > 50;
    items.truncate(50);
    Ok(Json(Page { next_cursor: items.last().filter(|_| more).map(|row| row.id.to_string()), items }))
}

/// The open orders by date, as rows of a table.
async fn board(State(db): State<Db>) -> Result<Html<String>, StatusCode> {
    let hint = "IGNORE INDEX (ix_orders_open_problem_id, ix_orders_open_price_minor_status_due_ms_problem) \
        IGNORE INDEX FOR ORDER BY (ix_orders_due_ms_id)";
    let rows = rows(&db, hint, "WHERE 1 = 1 AND orders.open = 1 ORDER BY orders.due_ms, orders.id LIMIT 51", vec![]).await?;
    let mut html = String::from("<!doctype html><table>");
    for row in rows.iter().take(50) {
        row.write_html(&mut html).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    }
    html.push_str("</table>");
    Ok(Html(html))
}
