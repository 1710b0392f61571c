//! Brings a database to this version, one numbered migration after the other.
#![expect(clippy::disallowed_methods, reason = "migrations hold one transaction around the schema's statements")]

use crate::{Db, dialect::Engine};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, Statement, TransactionTrait};

/// One step in the life of the schema. Once released it is never changed.
pub struct Migration {
    /// Sorts in the order of application: `0001_begin`.
    pub name: &'static str,
    /// The statements for one engine, run in order.
    pub statements: fn(Engine) -> Vec<String>,
}

const BOOK: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (name VARCHAR(100) NOT NULL PRIMARY KEY, statements_done BIGINT NOT NULL)";

/// Runs what has not been run yet; returns the names of the migrations it completed.
///
/// SQLite runs each migration in one transaction. MariaDB commits each schema statement by itself, so the
/// book counts statements, and a migration that was cut off goes on where it stopped. `now` guards against
/// two nodes migrating at once with a named lock on MariaDB and the write lock on SQLite.
pub async fn migrate(db: &Db, migrations: &[Migration]) -> Result<Vec<&'static str>, DbErr> {
    let conn = db.writer();
    conn.execute_unprepared(BOOK).await?;
    match db.engine() {
        Engine::Sqlite => migrate_sqlite(db, migrations).await,
        Engine::MariaDb => migrate_mariadb(db, migrations).await,
    }
}

/// The names of the migrations that [`migrate`] would run.
pub async fn pending(db: &Db, migrations: &[Migration]) -> Result<Vec<&'static str>, DbErr> {
    let mut names = vec![];
    for migration in migrations {
        let total = (migration.statements)(db.engine()).len();
        if statements_done(db.read(), db.engine(), migration.name).await? < total {
            names.push(migration.name);
        }
    }
    Ok(names)
}

async fn migrate_sqlite(db: &Db, migrations: &[Migration]) -> Result<Vec<&'static str>, DbErr> {
    let mut completed = vec![];
    for migration in migrations {
        let options =
            sea_orm::TransactionOptions { sqlite_transaction_mode: Some(sea_orm::SqliteTransactionMode::Immediate), ..Default::default() };
        let tx = db.writer().begin_with_options(options).await?;
        let statements = (migration.statements)(Engine::Sqlite);
        if statements_done(&tx, Engine::Sqlite, migration.name).await? < statements.len() {
            for statement in &statements {
                tx.execute_unprepared(statement).await?;
            }
            note(&tx, Engine::Sqlite, migration.name, statements.len()).await?;
            completed.push(migration.name);
        }
        tx.commit().await?;
    }
    Ok(completed)
}

async fn migrate_mariadb(db: &Db, migrations: &[Migration]) -> Result<Vec<&'static str>, DbErr> {
    // A transaction pins one connection, which the named lock belongs to; DDL commits implicitly within it.
    let tx = db.writer().begin().await?;
    tx.execute_unprepared("DO GET_LOCK(CONCAT(DATABASE(), '.migrate'), 600)").await?;
    let result = run_mariadb(&tx, migrations).await;
    // Also after a failure: the connection goes back to the pool and would keep the lock for ever.
    tx.execute_unprepared("DO RELEASE_LOCK(CONCAT(DATABASE(), '.migrate'))").await?;
    tx.commit().await?;
    result
}

async fn run_mariadb(tx: &DatabaseTransaction, migrations: &[Migration]) -> Result<Vec<&'static str>, DbErr> {
    let mut completed = vec![];
    for migration in migrations {
        let statements = (migration.statements)(Engine::MariaDb);
        let done = statements_done(tx, Engine::MariaDb, migration.name).await?;
        for (n, statement) in statements.iter().enumerate().skip(done) {
            tx.execute_unprepared(statement).await?;
            note(tx, Engine::MariaDb, migration.name, n + 1).await?;
        }
        if done < statements.len() {
            completed.push(migration.name);
        }
    }
    Ok(completed)
}

async fn statements_done(conn: &impl ConnectionTrait, engine: Engine, name: &str) -> Result<usize, DbErr> {
    let query =
        Statement::from_sql_and_values(engine.backend(), "SELECT statements_done FROM schema_migrations WHERE name = ?", [name.into()]);
    match conn.query_one_raw(query).await? {
        Some(row) => Ok(usize::try_from(row.try_get_by_index::<i64>(0)?).unwrap_or(0)),
        None => Ok(0),
    }
}

async fn note(conn: &impl ConnectionTrait, engine: Engine, name: &str, done: usize) -> Result<(), DbErr> {
    let sql = "REPLACE INTO schema_migrations (name, statements_done) VALUES (?, ?)";
    let done = i64::try_from(done).unwrap_or(i64::MAX);
    conn.execute_raw(Statement::from_sql_and_values(engine.backend(), sql, [name.into(), done.into()])).await?;
    Ok(())
}
