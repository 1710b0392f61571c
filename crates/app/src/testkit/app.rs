use super::{People, Person, Services, builders, world::World};
use crate::{app::App, cli::Cli, clock::Clock, config::Config, web::router};
use axum::Router;
use sea_orm::{ConnectionTrait, QueryResult, Value};
use std::{
    ops::Deref,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};
use store::{Db, Engine};

/// The system under test: the real router over a real database. Cloning it is cheap.
#[derive(Clone)]
pub struct TestApp {
    app: App,
    pub router: Router,
    folder: Arc<Folder>,
    url: String,
    world: Option<World>,
}

impl Deref for TestApp {
    type Target = App;
    fn deref(&self) -> &App {
        &self.app
    }
}

impl TestApp {
    pub(super) async fn over(url: &str, folder: Arc<Folder>, clock: Clock, world: Option<World>) -> Self {
        Self::with_config(config(&folder, url), url, folder, clock, world).await
    }

    async fn with_config(config: Config, url: &str, folder: Arc<Folder>, clock: Clock, world: Option<World>) -> Self {
        let db = Db::connect(url).await.unwrap();
        let app = App::new(db, config, clock).await.unwrap();
        Self { router: router::router(&app), app, folder, url: url.to_owned(), world }
    }

    /// The same system after a restart: another `App` over the same database and folder.
    pub async fn restarted(&self) -> Self {
        self.with(|_| {}).await
    }

    /// The same system after a restart with other settings.
    pub async fn with(&self, set: impl FnOnce(&mut Config)) -> Self {
        let mut config = self.config.clone();
        set(&mut config);
        Self::with_config(config, &self.url, self.folder.clone(), self.clock.clone(), self.world.clone()).await
    }

    /// Everybody, signed in.
    pub fn people(&self) -> People {
        self.world().people.for_app(self)
    }

    /// What can be ordered.
    pub fn services(&self) -> Services {
        self.world().services
    }

    fn world(&self) -> &World {
        self.world.as_ref().expect("a bare test has no people")
    }

    /// Somebody who is not signed in.
    pub fn nobody(&self) -> Person {
        Person::nobody(self.clone())
    }

    /// Moves the clock and does nothing else.
    pub fn advance(&self, ms: i64) {
        self.clock.advance(ms);
    }

    /// Moves the clock and does what is due then: offers expire, held orders wake.
    pub async fn pass(&self, ms: i64) {
        self.clock.advance(ms);
        crate::jobs::run_due(self).await.unwrap();
    }

    /// An order to be made: `app.order().by(&olga).confirmed().make().await` gives its id.
    pub fn order(&self) -> builders::OrderBuilder {
        builders::OrderBuilder::new(self.clone())
    }

    /// A visit to be made: `app.visit().of(&rustam).accepted().make().await` gives `(order, visit)`.
    pub fn visit(&self) -> builders::VisitBuilder {
        builders::VisitBuilder::new(self.clone())
    }

    /// A new secret link to this order, from the office: `/o/…`.
    pub async fn link(&self, order: i64) -> String {
        let made = self.people().dispatcher.post(&format!("/api/v1/orders/{order}/links"), serde_json::json!({})).await.expect(201).json();
        let url = made["url"].as_str().unwrap();
        url[url.find("/o/").unwrap()..].to_owned()
    }

    /// Changes a setting of the company: a column and its value.
    pub async fn set_company(&self, column: &str, value: impl Into<Value>) {
        self.execute(&format!("UPDATE company SET {column} = ?"), [value.into()]).await;
        self.use_company(crate::company::Company::load(&self.db, "Europe/Moscow").await.unwrap());
    }

    /// What a deed answers and how many SQL statements it took, the look-up of the session included.
    pub async fn counted<F: IntoFuture>(&self, deed: F) -> (F::Output, u64) {
        let before = self.db.statements_sent();
        let answer = deed.await;
        (answer, self.db.statements_sent() - before)
    }

    /// Runs a statement; `?` stands for a value.
    pub async fn execute(&self, sql: &str, values: impl IntoIterator<Item = Value>) {
        let statement = store::sql(self.db.engine(), sql, values);
        self.db.write(async |tx| tx.conn().execute_raw(statement.clone()).await.map(drop)).await.unwrap();
    }

    /// The rows that a query gives.
    pub async fn rows(&self, sql: &str) -> Vec<QueryResult> {
        self.db.read().query_all_raw(store::sql(self.db.engine(), sql, [])).await.unwrap()
    }

    /// How the database would carry a query out, as lines of `table: how`.
    pub async fn plan(&self, sql: &str, values: Vec<Value>) -> Vec<String> {
        let engine = self.db.engine();
        let rows = self.db.read().query_all_raw(store::sql(engine, &format!("{} {sql}", engine.explain()), values)).await.unwrap();
        let text = |row: &QueryResult, column: &str| row.try_get::<Option<String>>("", column).unwrap().unwrap_or_default();
        rows.iter()
            .map(|row| match engine {
                Engine::Sqlite => text(row, "detail"),
                Engine::MariaDb => {
                    let rows = row.try_get::<Option<i64>>("", "rows").ok().flatten().unwrap_or(0);
                    format!("{} {} key={} rows={rows} {}", text(row, "table"), text(row, "type"), text(row, "key"), text(row, "Extra"))
                }
            })
            .collect()
    }

    /// The number that a query gives.
    pub async fn number(&self, sql: &str) -> i64 {
        self.rows(sql).await[0].try_get_by_index(0).unwrap()
    }

    /// How many rows each of these tables has, to see that nothing was stored.
    pub async fn counts(&self, tables: &[&str]) -> Vec<i64> {
        let mut counts = vec![];
        for table in tables {
            counts.push(self.number(&format!("SELECT COUNT(*) FROM {table}")).await);
        }
        counts
    }

    /// Forgets what happened, where a test made the history and the outbox differ on purpose: see [`TestApp::check_outbox`].
    pub async fn forget_history(&self) {
        self.execute("DELETE FROM events", []).await;
        self.execute("DELETE FROM outbox", []).await;
    }

    /// Keeps all rows, for [`TestApp::restore`].
    pub async fn snapshot(&self) -> Snapshot {
        let query =
            self.db.engine().pick("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'", "SHOW TABLES");
        let names: Vec<String> = self.rows(query).await.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
        for name in &names {
            self.execute(&format!("CREATE TABLE kept_{name} AS SELECT * FROM {name}"), []).await;
        }
        Snapshot(names)
    }

    /// Puts all rows back to what they were; ids are not given a second time.
    pub async fn restore(&self, Snapshot(names): &Snapshot) {
        let defer = self.db.engine().pick("PRAGMA defer_foreign_keys = ON", "SET foreign_key_checks = 0");
        let mut sql = format!("{defer};");
        for name in names {
            sql.push_str(&format!("DELETE FROM {name}; INSERT INTO {name} SELECT * FROM kept_{name};"));
        }
        sql.push_str(self.db.engine().pick("", "SET foreign_key_checks = 1"));
        self.db.write(async |tx| tx.conn().execute_unprepared(&sql).await.map(drop)).await.unwrap();
    }

    /// Each line of history has its outbox entry of the same kind, and nothing in the outbox is half done.
    pub async fn check_outbox(&self) {
        let mut published: Vec<(i64, String)> = vec![];
        for row in self.rows("SELECT topic, payload, attempts FROM outbox WHERE leased_until_ms IS NULL").await {
            let payload: serde_json::Value = serde_json::from_str(&row.try_get_by_index::<String>(1).unwrap()).unwrap();
            if let Some(event_id) = payload["event_id"].as_i64() {
                published.push((event_id, row.try_get_by_index(0).unwrap()));
            }
        }
        let mut recorded: Vec<(i64, String)> = vec![];
        for row in self.rows("SELECT id, kind FROM events").await {
            recorded.push((row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap()));
        }
        published.sort();
        recorded.sort();
        assert_eq!(published, recorded, "the outbox (left) and the history (right) tell the same");
        let leased = self.number("SELECT COUNT(*) FROM outbox WHERE leased_until_ms IS NOT NULL").await;
        assert_eq!(leased, 0, "entries of the outbox are left leased");
    }
}

/// The rows of all tables at one moment.
pub struct Snapshot(Vec<String>);

/// Makes the futures run at one moment, each in a task of its own; the answers come in their order.
pub async fn together<F>(deeds: impl IntoIterator<Item = F>) -> Vec<<F as IntoFuture>::Output>
where
    F: IntoFuture<IntoFuture: Send + 'static, Output: Send + 'static>,
{
    let tasks: Vec<_> = deeds.into_iter().map(|deed| tokio::spawn(deed.into_future())).collect();
    let mut answers = vec![];
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    answers
}

/// The settings of a test.
pub(super) fn config(folder: &Folder, url: &str) -> Config {
    let (cli, _) = Cli::read(["maxmontaj67", "serve"]).unwrap();
    let mut config = cli.config;
    config.data_dir = folder.path().to_owned();
    config.database_url = Some(url.to_owned());
    config.redis_url = None;
    config.public_url = None;
    config.time_zone = "Europe/Moscow".into();
    config
}

/// A folder that is removed with the last who holds it.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Arc<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let path = Self::parent().join(format!("crm-test-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
        std::fs::create_dir_all(&path).unwrap();
        Arc::new(Self(path))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// In memory where there is such a place.
    fn parent() -> PathBuf {
        let memory = Path::new("/dev/shm");
        if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() }
    }

    /// Removes the folders of test programs that have ended: templates live as long as their program.
    pub fn remove_leftovers() {
        for entry in std::fs::read_dir(Self::parent()).unwrap().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let Some(pid) = name.strip_prefix("crm-test-").and_then(|rest| rest.split('-').next()) else { continue };
            if !Path::new("/proc").join(pid).exists() {
                let _ = std::fs::remove_dir_all(entry.path());
            }
        }
    }

    /// Lets the folder live as long as the test program.
    pub fn keep(self: Arc<Self>) -> PathBuf {
        let path = self.0.clone();
        std::mem::forget(self);
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
