//! A database of its own for each test, made in well under 200 ms from a template.
//!
//! The template is made once for each engine and test program: migrated and peopled. SQLite's is a file that is copied,
//! MariaDB's a text of statements that is replayed in one go.

use super::{
    NOW, TestApp,
    app::{Folder, config},
    world::{self, World},
};
use crate::{app::App, clock::Clock, schema};
use futures_util::FutureExt;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};
use std::{
    fs,
    panic::{AssertUnwindSafe, resume_unwind},
    path::PathBuf,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};
use store::{Db, Engine};

/// How a database comes into being, and whom it holds.
pub struct Template {
    /// The file to copy, or the statements to replay.
    source: Source,
    pub keys: PathBuf,
    pub world: Option<World>,
}

enum Source {
    File(PathBuf),
    Statements(String),
}

/// Runs `body` over a fresh database of this engine; `start` is `peopled` or `bare`.
pub fn run<F: Future<Output = ()>>(engine: Engine, start: &str, body: impl FnOnce(TestApp) -> F) {
    let template = template(engine, start == "peopled");
    runtime().block_on(async {
        let folder = Folder::new();
        let url = create(engine, &template.source, &folder).await;
        fs::create_dir_all(folder.path().join("keys")).unwrap();
        for key in fs::read_dir(&template.keys).unwrap().flatten() {
            fs::copy(key.path(), folder.path().join("keys").join(key.file_name())).unwrap();
        }
        let app = TestApp::over(&url, folder, Clock::frozen(NOW), template.world.clone()).await;
        let result = AssertUnwindSafe(async {
            body(app.clone()).await;
            app.check_outbox().await;
        })
        .catch_unwind()
        .await;
        let _ = app.db.clone().close().await;
        remove(engine, &url).await;
        if let Err(panic) = result {
            resume_unwind(panic);
        }
    });
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

fn template(engine: Engine, peopled: bool) -> &'static Template {
    static TEMPLATES: [OnceLock<Template>; 4] = [const { OnceLock::new() }; 4];
    let place = 2 * usize::from(engine == Engine::MariaDb) + usize::from(peopled);
    TEMPLATES[place].get_or_init(|| runtime().block_on(make_template(engine, peopled)))
}

async fn make_template(engine: Engine, peopled: bool) -> Template {
    Folder::remove_leftovers();
    if engine == Engine::MariaDb {
        drop_leftovers().await;
    }
    let folder = Folder::new();
    let url = create(engine, &Source::Statements(String::new()), &folder).await;
    let db = Db::connect(&url).await.unwrap();
    store::migrate(&db, schema::MIGRATIONS).await.unwrap();
    let app = App::new(db, config(&folder, &url), Clock::frozen(NOW)).await.unwrap();
    let world = if peopled { Some(world::people(&app).await) } else { None };
    let statements = if engine == Engine::MariaDb { dump(app.db.read()).await } else { String::new() };
    app.db.clone().close().await.unwrap();
    remove(engine, &url).await;
    let path = folder.keep();
    let source = match engine {
        Engine::Sqlite => Source::File(path.join("crm.db")),
        Engine::MariaDb => Source::Statements(statements),
    };
    Template { source, keys: path.join("keys"), world }
}

async fn create(engine: Engine, source: &Source, folder: &Arc<Folder>) -> String {
    let file = folder.path().join("crm.db");
    if engine == Engine::Sqlite {
        if let Source::File(template) = source {
            fs::copy(template, &file).unwrap();
        }
        return format!("sqlite://{}", file.display());
    }
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("crm_test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let server = server().await;
    let mut statements =
        format!("CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin; USE {name}; SET foreign_key_checks = 0;");
    if let Source::Statements(more) = source {
        statements.push_str(more);
    }
    server.execute_unprepared(&statements).await.unwrap();
    server.close().await.unwrap();
    format!("{}/{name}", server_url())
}

/// The tables and rows of a MariaDB database as statements.
async fn dump(conn: &DatabaseConnection) -> String {
    let mut statements = String::new();
    for table in texts(conn, "SHOW TABLES", 0).await {
        let create = texts(conn, &format!("SHOW CREATE TABLE {table}"), 1).await;
        statements.push_str(&format!("{};\n", create[0]));
        let columns = texts(conn, &format!("SHOW COLUMNS FROM {table}"), 0).await;
        let quoted: Vec<String> = columns.iter().map(|column| format!("QUOTE({column})")).collect();
        let rows = texts(conn, &format!("SELECT CONCAT_WS(',', {}) FROM {table}", quoted.join(", ")), 0).await;
        if !rows.is_empty() {
            statements.push_str(&format!("INSERT INTO {table} VALUES ({});\n", rows.join("), (")));
        }
    }
    statements
}

async fn texts(conn: &DatabaseConnection, query: &str, column: usize) -> Vec<String> {
    let rows = conn.query_all_raw(store::sql(Engine::MariaDb, query, [])).await.unwrap();
    let text = |row: &sea_orm::QueryResult| {
        row.try_get_by_index::<String>(column)
            .or_else(|_| row.try_get_by_index::<Vec<u8>>(column).map(|bytes| String::from_utf8(bytes).unwrap()))
    };
    rows.iter().map(|row| text(row).unwrap()).collect()
}

fn server_url() -> String {
    let url = std::env::var("TEST_MARIADB_URL")
        .expect("TEST_MARIADB_URL must name a MariaDB server (mysql://user:password@host:port); `make test` starts one");
    url.trim_end_matches('/').to_owned()
}

async fn server() -> DatabaseConnection {
    let mut options = ConnectOptions::new(server_url());
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.expect("the MariaDB server that TEST_MARIADB_URL names must answer")
}

async fn remove(engine: Engine, url: &str) {
    if engine == Engine::MariaDb {
        let name = url.rsplit('/').next().unwrap();
        let server = server().await;
        server.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name}")).await.unwrap();
        server.close().await.unwrap();
    }
}

/// The databases of test programs that were killed.
async fn drop_leftovers() {
    let server = server().await;
    for name in texts(&server, "SHOW DATABASES LIKE 'crm_test_%'", 0).await {
        let pid = name.split('_').nth(2).unwrap_or_default();
        if !std::path::Path::new("/proc").join(pid).exists() {
            server.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name}")).await.unwrap();
        }
    }
    server.close().await.unwrap();
}
