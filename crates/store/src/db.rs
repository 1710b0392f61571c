use crate::dialect::{self, Engine};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbErr, IsolationLevel, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use sqlx::{Connection, SqliteConnection};
use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// How often a write is tried when the database says «again».
const WRITE_ATTEMPTS: u32 = 8;
/// The pages that the readers of an embedded database keep among them, in KB. Each has its own, so few readers keep more.
const SQLITE_CACHE: u32 = 48_000;
const SQLITE_WRITER_CACHE: u32 = 8_000;
const SQLITE_WRITERS: u32 = 1;
const MARIADB_CONNECTIONS: u32 = 16;
/// How long a person waits for a server that is away before being told so.
const MARIADB_PATIENCE: Duration = Duration::from_secs(3);
/// The end of a URL by which proofs make SQLite forgetful; a released program does not know it.
const FORGETFUL: &str = "?synchronous=normal";
/// Rows that SQLite's thread may be ahead of who reads them: a page of a list, so that the two do not wait for each other.
const SQLITE_ROWS_AHEAD: usize = 256;

/// The database. Cloning it is cheap.
#[derive(Clone)]
pub struct Db {
    engine: Engine,
    readers: DatabaseConnection,
    writer: DatabaseConnection,
    statements: Arc<AtomicU64>,
}

type AfterCommit = Box<dyn FnOnce() + Send>;

/// An open write transaction. Every function that changes rows takes one.
pub struct Tx {
    inner: DatabaseTransaction,
    engine: Engine,
    after_commit: Mutex<Vec<AfterCommit>>,
}

/// An error that may carry a database error, so that [`Db::write`] can tell whether to try again.
pub trait DbFailure: From<DbErr> {
    /// The database error inside, if there is one.
    fn db_err(&self) -> Option<&DbErr>;
}

impl DbFailure for DbErr {
    fn db_err(&self) -> Option<&DbErr> {
        Some(self)
    }
}

/// Counts the tries of one write.
#[derive(Default)]
pub struct Attempts(u32);

impl Attempts {
    /// Whether the write is to be tried again: the database asked for it, and not too often yet. Waits a little first.
    pub async fn again<T, E: DbFailure>(&mut self, result: &Result<T, E>) -> bool {
        let transient = result.as_ref().err().and_then(DbFailure::db_err).is_some_and(dialect::is_transient);
        if !transient || self.0 >= WRITE_ATTEMPTS {
            return false;
        }
        self.0 += 1;
        tokio::time::sleep(Duration::from_millis(5 << self.0)).await;
        true
    }
}

/// [`Db::write`] for futures that must be `Send`: `transaction!(db, |tx| body)`, where `tx` is a `&Tx`.
///
/// Today's compiler cannot prove an async closure that borrows its surroundings `Send`, so the loop is written out here.
#[macro_export]
macro_rules! transaction {
    ($db:expr, |$tx:ident| $body:expr) => {{
        let mut attempts = $crate::Attempts::default();
        loop {
            let open = $db.begin().await?;
            let result = {
                let $tx = &open;
                async { $body }.await
            };
            let result = $db.end(open, result).await;
            if !attempts.again(&result).await {
                break result;
            }
        }
    }};
}

impl Tx {
    /// The connection for SeaORM's calls.
    pub fn conn(&self) -> &DatabaseTransaction {
        &self.inner
    }

    /// The engine behind this transaction.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Runs `deed` once the transaction has committed, and never otherwise.
    pub fn after_commit(&self, deed: impl FnOnce() + Send + 'static) {
        self.after_commit.lock().unwrap_or_else(PoisonError::into_inner).push(Box::new(deed));
    }
}

impl Db {
    /// Opens the database that `url` names: `sqlite://path` or `mysql://user:password@host/db`.
    ///
    /// # Errors
    /// When the URL names no engine of ours or the database does not answer.
    pub async fn connect(url: &str) -> Result<Self, DbErr> {
        let engine = Engine::of_url(url).ok_or_else(|| DbErr::Custom("the database URL must begin with sqlite:// or mysql://".into()))?;
        let statements = Arc::new(AtomicU64::new(0));
        let (mut readers, mut writer) = match engine {
            Engine::Sqlite => {
                let readers = sqlite_readers();
                (open_sqlite(url, readers, SQLITE_CACHE / readers).await?, open_sqlite(url, SQLITE_WRITERS, SQLITE_WRITER_CACHE).await?)
            }
            Engine::MariaDb => {
                let pool = open_mariadb(url).await?;
                (pool.clone(), pool)
            }
        };
        for connection in [&mut readers, &mut writer] {
            let count = statements.clone();
            connection.set_metric_callback(move |_| {
                count.fetch_add(1, Ordering::Relaxed);
            });
        }
        Ok(Self { engine, readers, writer, statements })
    }

    /// For reads.
    pub fn read(&self) -> &DatabaseConnection {
        &self.readers
    }

    /// The engine behind this database.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// How many statements were sent so far, those of the transactions included.
    pub fn statements_sent(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    pub(crate) fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), DbErr> {
        self.readers.execute_unprepared("SELECT 1").await.map(drop)
    }

    /// Runs `work` in one transaction; commits on `Ok`, rolls back on `Err`.
    ///
    /// Where the database asks for it (a deadlock, a lost connection), `work` runs again from its
    /// beginning in a new transaction, so it must have no effect but through its [`Tx`].
    pub async fn write<T, E: DbFailure>(&self, work: impl AsyncFn(&Tx) -> Result<T, E>) -> Result<T, E> {
        let mut attempts = Attempts::default();
        loop {
            let tx = self.begin().await?;
            let result = work(&tx).await;
            let result = self.end(tx, result).await;
            if !attempts.again(&result).await {
                return result;
            }
        }
    }

    /// Opens a write transaction: [`Db::write`] taken apart, for the one caller that wraps it.
    pub async fn begin(&self) -> Result<Tx, DbErr> {
        let options = match self.engine {
            Engine::Sqlite => TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..Default::default() },
            // Each statement then sees what was committed while this transaction waited for a row lock.
            Engine::MariaDb => TransactionOptions { isolation_level: Some(IsolationLevel::ReadCommitted), ..Default::default() },
        };
        #[expect(clippy::disallowed_methods, reason = "the one place where transactions begin")]
        let inner = self.writer.begin_with_options(options).await?;
        Ok(Tx { inner, engine: self.engine, after_commit: Mutex::default() })
    }

    /// Ends a transaction as its result says, and then does what was to be done after commit.
    pub async fn end<T, E: DbFailure>(&self, tx: Tx, result: Result<T, E>) -> Result<T, E> {
        match result {
            Ok(value) => {
                tx.inner.commit().await?;
                for deed in tx.after_commit.into_inner().unwrap_or_else(PoisonError::into_inner) {
                    deed();
                }
                Ok(value)
            }
            Err(e) => {
                // SQLite has rolled back by itself when the disk was full: what went wrong first is what counts.
                if let Err(rollback) = tx.inner.rollback().await {
                    tracing::debug!(%rollback, "rolling back");
                }
                Err(e)
            }
        }
    }

    /// Closes all connections; SQLite then folds its write-ahead log into the file.
    pub async fn close(self) -> Result<(), DbErr> {
        if self.engine == Engine::Sqlite {
            self.readers.close().await?;
        }
        self.writer.close().await
    }
}

/// Reading an embedded database is work for the processor alone: more readers than keep the cores busy only wait for each other.
fn sqlite_readers() -> u32 {
    let cores = std::thread::available_parallelism().map_or(2, |cores| u32::try_from(cores.get()).unwrap_or(2));
    (cores * 2).clamp(4, 16)
}

/// `cache` is how many KB of pages each connection keeps.
async fn open_sqlite(url: &str, connections: u32, cache: u32) -> Result<DatabaseConnection, DbErr> {
    use sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
    // A power cut must lose what this forgets, or the proof that it loses nothing otherwise would prove nothing.
    let (url, synchronous) = match url.strip_suffix(FORGETFUL).filter(|_| cfg!(debug_assertions)) {
        Some(url) => (url, SqliteSynchronous::Normal),
        None => (url, SqliteSynchronous::Full),
    };
    let url = if url.contains('?') { url.to_owned() } else { format!("{url}?mode=rwc") };
    let mut options = ConnectOptions::new(url);
    options.max_connections(connections).sqlx_logging(false).acquire_timeout(Duration::from_secs(30)).map_sqlx_sqlite_opts(move |o| {
        o.journal_mode(SqliteJournalMode::Wal)
            .synchronous(synchronous)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(30))
            .row_buffer_size(SQLITE_ROWS_AHEAD)
            // Mapped pages would count as memory once for each connection, without being quicker than this cache.
            .pragma("cache_size", format!("-{cache}"))
            .optimize_on_close(true, 400)
    });
    // Readers never open one, and need not pay for the question.
    if connections == SQLITE_WRITERS {
        options.map_sqlx_sqlite_pool_opts(|pool| pool.after_release(|connection, _| Box::pin(is_out_of_transactions(connection))));
    }
    Database::connect(options).await
}

/// Whether a connection may be used again. On a full disk SQLite ends a transaction by itself, and the driver goes on believing
/// that one is open: what it then commits inside of that is acknowledged and never written. Such a connection is closed.
async fn is_out_of_transactions(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    // A transaction that was dropped is rolled back by now.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

async fn open_mariadb(url: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url.replacen("mariadb:", "mysql:", 1));
    options
        .max_connections(MARIADB_CONNECTIONS)
        .sqlx_logging(false)
        .acquire_timeout(MARIADB_PATIENCE)
        .map_sqlx_mysql_opts(|o| o.charset("utf8mb4"));
    Database::connect(options).await
}
