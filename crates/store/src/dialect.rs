//! What the two engines say differently. Nothing outside this crate and the paired
//! `.sqlite.sql`/`.mariadb.sql` files asks which engine it is.

use sea_orm::{DbBackend, DbErr, RuntimeErr};

/// The database engine behind a [`crate::Db`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    MariaDb,
}

impl Engine {
    /// The engine that a database URL names, if it is one of ours.
    pub fn of_url(url: &str) -> Option<Self> {
        match url.split(':').next()? {
            "sqlite" => Some(Self::Sqlite),
            "mysql" | "mariadb" => Some(Self::MariaDb),
            _ => None,
        }
    }

    /// SeaORM's name for this engine.
    pub fn backend(self) -> DbBackend {
        match self {
            Self::Sqlite => DbBackend::Sqlite,
            Self::MariaDb => DbBackend::MySql,
        }
    }

    /// Picks the text written for this engine.
    pub fn pick<'a>(self, sqlite: &'a str, mariadb: &'a str) -> &'a str {
        match self {
            Self::Sqlite => sqlite,
            Self::MariaDb => mariadb,
        }
    }

    /// The words before a SELECT that make the engine tell its plan.
    pub fn explain(self) -> &'static str {
        self.pick("EXPLAIN QUERY PLAN", "EXPLAIN")
    }
}

/// MariaDB's and Galera's ways of saying «try the whole transaction again»: deadlock, lock wait time-out,
/// row changed since the snapshot, node not ready, commit refused by the cluster, connection lost.
const TRANSIENT: [u16; 6] = [1213, 1205, 1020, 1047, 1180, 2013];

/// Whether the same transaction, run again, may well succeed.
pub(crate) fn is_transient(error: &DbErr) -> bool {
    mariadb_code(error).is_some_and(|code| TRANSIENT.contains(&code))
}

/// Whether the insert or update broke a UNIQUE constraint.
pub fn is_duplicate(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(sea_orm::SqlErr::UniqueConstraintViolation(_)))
}

/// SQLite's «disk full», and «no room for the shared memory file», which it gives when it opens on a full disk.
const SQLITE_FULL: [i64; 2] = [13, 4874];
/// MariaDB's «disk full» and «table full».
const MARIADB_FULL: [u16; 2] = [1021, 1114];

/// Whether the disk or the engine's storage is full.
pub fn is_full(error: &DbErr) -> bool {
    sqlite_code(error).is_some_and(|code| SQLITE_FULL.contains(&code))
        || mariadb_code(error).is_some_and(|code| MARIADB_FULL.contains(&code))
}

/// MariaDB's last words to a connection: too many of them, the server shuts down, the connection was killed.
const MARIADB_LOST: [u16; 4] = [1040, 1053, 1152, 1927];

/// Whether the database does not answer, or went away in the middle.
pub fn is_lost(error: &DbErr) -> bool {
    let broken = |e: &sqlx::Error| matches!(e, sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed);
    matches!(error, DbErr::ConnectionAcquire(_) | DbErr::Conn(_))
        || driver_error(error).is_some_and(broken)
        || mariadb_code(error).is_some_and(|code| MARIADB_LOST.contains(&code))
}

fn driver_error(error: &DbErr) -> Option<&sqlx::Error> {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(e)) | DbErr::Query(RuntimeErr::SqlxError(e)) | DbErr::Conn(RuntimeErr::SqlxError(e)) => Some(e),
        _ => None,
    }
}

fn mariadb_code(error: &DbErr) -> Option<u16> {
    let e = driver_error(error)?.as_database_error()?;
    e.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>().map(|e| e.number())
}

fn sqlite_code(error: &DbErr) -> Option<i64> {
    let e = driver_error(error)?.as_database_error()?;
    e.try_downcast_ref::<sqlx::sqlite::SqliteError>()?;
    e.code()?.parse().ok()
}

/// A statement written as SQL, its `?` filled by `values`.
pub fn sql(engine: Engine, text: &str, values: impl IntoIterator<Item = sea_orm::Value>) -> sea_orm::Statement {
    sea_orm::Statement::from_sql_and_values(engine.backend(), text, values)
}
