//! A database of every released version is brought to this one, with its rows, and people go on working in it.
//!
//! `src/tests/upgrades/` holds one for each version and engine. None is ever deleted or changed; `make fixture` adds those of
//! a new version before it is released.

use super::migrations::{counts, empty, samples, shape, successor, tables};
use crate::{
    accounts::password,
    schema::MIGRATIONS,
    seed::{self, Plan},
    testkit::*,
};
use sea_orm::ConnectionTrait;
use serde_json::json;
use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
};
use store::Engine;

/// Who can sign in to every fixture, and what they find there.
const LOGIN: &str = "dispatcher1";
const ORDERS: u32 = 12;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/upgrades")
}

fn ending(engine: Engine) -> &'static str {
    engine.pick("sqlite.sql", "mariadb.sql")
}

/// The fixtures of this engine by version: `0.1.0`.
fn fixtures(engine: Engine) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder()).unwrap().flatten() {
        let name = entry.file_name().into_string().unwrap();
        if let Some(version) = name.strip_suffix(&format!(".{}", ending(engine))) {
            found.insert(version.to_owned(), fs::read_to_string(entry.path()).unwrap());
        }
    }
    found
}

async fn load(app: &TestApp, fixture: &str) {
    empty(app).await;
    let guard = |on: bool| {
        app.db
            .engine()
            .pick("PRAGMA defer_foreign_keys = ON;", if on { "SET foreign_key_checks = 1;" } else { "SET foreign_key_checks = 0;" })
    };
    let statements = format!("{}\n{fixture}\n{}", guard(false), guard(true));
    app.db.write(async |tx| tx.conn().execute_unprepared(&statements).await.map(drop)).await.unwrap();
}

/// What is wrong with a database after an upgrade: rows that are lost, tables that differ from a new system's.
async fn faults(app: &TestApp, before: &BTreeMap<String, i64>, fresh: &super::migrations::Shape) -> Vec<String> {
    let after = counts(app).await;
    let lost = before.iter().filter(|(table, rows)| after.get(*table).or_else(|| after.get(successor(table))) < Some(rows));
    let mut faults: Vec<String> = lost.map(|(table, rows)| format!("{table} had {rows} rows")).collect();
    let now = shape(app).await;
    faults.extend(
        fresh.iter().filter(|(table, lines)| now.get(*table) != Some(lines)).map(|(table, _)| format!("{table} is not as in a new system")),
    );
    faults
}

db_test!(a_database_of_every_released_version_is_brought_to_this_one, bare, |app| {
    let engine = app.db.engine();
    let fresh = shape(&app).await;
    let fixtures = fixtures(engine);
    assert!(fixtures.contains_key(env!("CARGO_PKG_VERSION")), "`make fixture` adds the database of this version");
    for (version, fixture) in &fixtures {
        load(&app, fixture).await;
        let before = counts(&app).await;
        assert!(before.values().all(|rows| *rows > 0), "{version} has something of everything: {before:?}");
        store::migrate(&app.db, MIGRATIONS).await.unwrap();
        assert_eq!(faults(&app, &before, &fresh).await, Vec::<String>::new(), "{version}");

        let app = app.restarted().await;
        let answer = app.nobody().post("/api/v1/auth/sessions", json!({ "login": LOGIN, "password": PASSWORD })).await.expect(201);
        let token = format!("Bearer {}", answer.json()["access_token"].as_str().unwrap());
        let list = app.nobody().get("/api/v1/orders?limit=200").header("authorization", &token).await.expect(200).json();
        let orders = list["items"].as_array().unwrap();
        assert!(orders.len() >= ORDERS as usize, "{version}: {} orders", orders.len());
        for order in orders {
            app.nobody().get(&format!("/api/v1/orders/{}", order["id"])).header("authorization", &token).await.expect(200);
        }
    }
    // A lost row and a lost index are found.
    let before = counts(&app).await;
    app.execute("DELETE FROM customer_terms", []).await;
    app.execute(engine.pick("DROP INDEX ix_orders_created_ms", "DROP INDEX ix_orders_created_ms ON orders"), []).await;
    assert_eq!(faults(&app, &before, &fresh).await.len(), 2);
    app.forget_history().await;
});

/// Writes the fixture of this version, with `MAKE_FIXTURE=1` alone; otherwise sees that one could be written.
mod a_fixture_of_this_version_can_be_made {
    use super::*;

    async fn body(app: TestApp) {
        let text = make(&app).await;
        let engine = app.db.engine();
        if env::var_os("MAKE_FIXTURE").is_some() {
            let name = format!("{}.{}", env!("CARGO_PKG_VERSION"), ending(engine));
            fs::create_dir_all(folder()).unwrap();
            fs::write(folder().join(name), &text).unwrap();
        }
        let written = counts(&app).await;
        load(&app, &text).await;
        assert_eq!(counts(&app).await, written, "what was written can be read");
        app.forget_history().await;
    }

    #[test]
    fn sqlite() {
        run(Engine::Sqlite, "bare", body);
    }

    #[test]
    fn mariadb() {
        run(Engine::MariaDb, "bare", body);
    }
}

/// A made-up company and something of everything else, as statements.
async fn make(app: &TestApp) -> String {
    let hash = password::hash(PASSWORD.to_owned()).await.unwrap();
    let plan = Plan { orders: ORDERS, workers: None, customers: Some(8), months: 1, seed: 67, beside: None };
    seed::fill(app, &plan, &hash, |_| {}).await.unwrap();
    app.nobody().post("/api/v1/auth/sessions", json!({ "login": LOGIN, "password": PASSWORD })).await.expect(201);
    let there = tables(app).await;
    for sample in MIGRATIONS.iter().flat_map(|migration| samples(migration.name)) {
        let table = sample.split_whitespace().nth(2).unwrap();
        if there.iter().any(|name| name == table) && app.number(&format!("SELECT COUNT(*) FROM {table}")).await == 0 {
            app.execute(sample, []).await;
        }
    }
    dump(app).await
}

/// All tables and then their rows as statements: a row is refused where a table that its own refers to is still missing.
async fn dump(app: &TestApp) -> String {
    let (engine, mut statements, mut rows) = (app.db.engine(), String::new(), String::new());
    for table in tables(app).await {
        let (make, column) = match engine {
            Engine::Sqlite => {
                (format!("SELECT sql FROM sqlite_master WHERE tbl_name = '{table}' AND sql IS NOT NULL ORDER BY type DESC, name"), 0)
            }
            Engine::MariaDb => (format!("SHOW CREATE TABLE {table}"), 1),
        };
        for make in texts(app, &make, column).await {
            statements.push_str(&format!("{make};\n"));
        }
        let columns = match engine {
            Engine::Sqlite => texts(app, &format!("SELECT name FROM pragma_table_info('{table}') ORDER BY cid"), 0).await,
            Engine::MariaDb => texts(app, &format!("SHOW COLUMNS FROM {table}"), 0).await,
        };
        let quoted: Vec<String> = columns.iter().map(|column| format!("QUOTE({column})")).collect();
        let row = engine.pick(" || ', ' || ", ", ', ', ");
        let row = match engine {
            Engine::Sqlite => quoted.join(row),
            Engine::MariaDb => format!("CONCAT({})", quoted.join(row)),
        };
        let values = texts(app, &format!("SELECT {row} FROM {table}"), 0).await;
        if !values.is_empty() {
            rows.push_str(&format!("INSERT INTO {table} ({}) VALUES\n({});\n", columns.join(", "), values.join("),\n(")));
        }
    }
    statements + &rows
}

async fn texts(app: &TestApp, query: &str, column: usize) -> Vec<String> {
    let text = |row: &sea_orm::QueryResult| {
        row.try_get_by_index::<String>(column)
            .or_else(|_| row.try_get_by_index::<Vec<u8>>(column).map(|bytes| String::from_utf8(bytes).unwrap()))
    };
    app.rows(query).await.iter().map(|row| text(row).unwrap()).collect()
}
