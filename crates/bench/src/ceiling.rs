//! The ceiling: the same main query from a bare axum handler over the same database library, without sign-in, rights,
//! languages, layout, logs or headers. Nothing that answers the same question can be much faster.

use crate::row::{self, Listed};
use anyhow::{Context, Result, bail};
use axum::{
    Json, Router,
    extract::{Query, State},
    http::StatusCode,
    response::Html,
    routing::get,
};
use serde::{Deserialize, Serialize};
use sqlx::{
    MySql, MySqlPool, Sqlite, SqlitePool,
    mysql::MySqlPoolOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions},
};
use tokio::net::TcpListener;

#[derive(Clone)]
enum Db {
    Sqlite(SqlitePool),
    MariaDb(MySqlPool),
}

/// Serves until it is killed. Takes the product's own settings, and says where it listens as the product does.
pub async fn serve() -> Result<()> {
    let setting = |name: &str| std::env::var(name).with_context(|| format!("{name} is not set"));
    let db = Db::open(&setting("DATABASE_URL")?).await?;
    let router = Router::new().route("/list", get(list)).route("/board", get(board)).route("/search", get(search)).with_state(db);
    let listener = TcpListener::bind(setting("CRM_LISTEN")?).await?;
    println!("listening on http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, router).await?)
}

impl Db {
    /// With as many connections as the product has.
    async fn open(url: &str) -> Result<Self> {
        Ok(match url.split_once("://") {
            Some(("sqlite", file)) => {
                let options = SqliteConnectOptions::new().filename(file).journal_mode(SqliteJournalMode::Wal);
                let options = options.row_buffer_size(256).pragma("cache_size", "-8000");
                Self::Sqlite(SqlitePoolOptions::new().max_connections(8).connect_with(options).await?)
            }
            Some(("mysql", _)) => Self::MariaDb(MySqlPoolOptions::new().max_connections(16).connect(url).await?),
            _ => bail!("{url} names no database"),
        })
    }

    async fn rows(&self, sql: &'static str, values: &[&str]) -> Result<Vec<Listed>, StatusCode> {
        let rows = match self {
            Self::Sqlite(pool) => {
                let query = sqlx::query_as::<Sqlite, Listed>(sql);
                values.iter().fold(query, |query, &value| query.bind(value.to_owned())).fetch_all(pool).await
            }
            Self::MariaDb(pool) => {
                let query = sqlx::query_as::<MySql, Listed>(sql);
                values.iter().fold(query, |query, &value| query.bind(value.to_owned())).fetch_all(pool).await
            }
        };
        rows.map_err(|e| {
            eprintln!("{e}");
            StatusCode::INTERNAL_SERVER_ERROR
        })
    }
}

#[derive(Serialize)]
struct Page {
    items: Vec<Listed>,
    next_cursor: Option<String>,
}

/// The newest orders as JSON.
async fn list(State(db): State<Db>) -> Result<Json<Page>, StatusCode> {
    let sql = row::select!("WHERE 1 = 1 AND 1 = 1 ORDER BY orders.id DESC LIMIT 51");
    page(db.rows(sql, &[]).await?)
}

#[derive(Deserialize)]
struct Wanted {
    q: String,
}

/// The newest orders in which a word begins so, as JSON.
async fn search(State(db): State<Db>, Query(Wanted { q }): Query<Wanted>) -> Result<Json<Page>, StatusCode> {
    let sql = row::select!(
        "WHERE 1 = 1 AND orders.id IN (SELECT order_id FROM order_terms WHERE term >= ? AND term < ?) ORDER BY orders.id DESC LIMIT 51"
    );
    page(db.rows(sql, &[&q, &format!("{q}\u{10ffff}")]).await?)
}

fn page(mut items: Vec<Listed>) -> Result<Json<Page>, StatusCode> {
    let more = items.len() > 50;
    items.truncate(50);
    Ok(Json(Page { next_cursor: items.last().filter(|_| more).map(|row| row.id.to_string()), items }))
}

/// The open orders by date, as rows of a table.
async fn board(State(db): State<Db>) -> Result<Html<String>, StatusCode> {
    let sql = row::select!("WHERE 1 = 1 AND orders.open = 1 ORDER BY orders.due_ms, orders.id LIMIT 51");
    let rows = db.rows(sql, &[]).await?;
    let mut html = String::from("<!doctype html><table>");
    for row in rows.iter().take(50) {
        row.write_html(&mut html).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    }
    html.push_str("</table>");
    Ok(Html(html))
}
