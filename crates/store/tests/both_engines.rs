//! What the crate promises, on both engines.
#![expect(clippy::unwrap_used, reason = "a test stops where something fails")]

#[macro_use]
mod fresh;

use fresh::Fresh;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};
use store::{
    Db, Engine, Migration,
    columns::{flag, id, money, reference, table, text, whole},
    dialect, migrate, pending, sql,
};

fn first(engine: Engine) -> Vec<String> {
    [
        table("owners", [id(), text("name", 10), text("story", 2000).null()]).unique(&["name"]),
        table("things", [id(), reference("owner_id", "owners"), flag("good"), money("price_minor").null(), whole("version").default(1)])
            .index(&["owner_id", "id"]),
    ]
    .into_iter()
    .flat_map(|table| table.create(engine))
    .collect()
}

pub const MIGRATIONS: &[Migration] = &[Migration { name: "0001_first", statements: first }];

async fn run(conn: &impl ConnectionTrait, engine: Engine, text: &str, values: Vec<sea_orm::Value>) -> Result<(), DbErr> {
    conn.execute_raw(sql(engine, text, values)).await.map(drop)
}

#[derive(FromQueryResult)]
struct Counted {
    n: i64,
}

async fn count(db: &Db, table: &str) -> i64 {
    let statement = sql(db.engine(), &format!("SELECT COUNT(*) AS n FROM {table}"), []);
    Counted::find_by_statement(statement).one(db.read()).await.unwrap().unwrap().n
}

on_both!(MIGRATIONS, a_failed_write_leaves_nothing_and_does_nothing_after, |db| {
    let done = Arc::new(AtomicU32::new(0));
    let attempt = async |fail: bool| {
        let done = done.clone();
        db.write(async |tx| {
            run(tx.conn(), tx.engine(), "INSERT INTO owners (name) VALUES (?)", vec!["Ольга".into()]).await?;
            let done = done.clone();
            tx.after_commit(move || {
                done.fetch_add(1, Ordering::SeqCst);
            });
            if fail { Err(DbErr::Custom("no".into())) } else { Ok(()) }
        })
        .await
    };
    attempt(true).await.unwrap_err();
    assert_eq!((count(db, "owners").await, done.load(Ordering::SeqCst)), (0, 0));
    attempt(false).await.unwrap();
    assert_eq!((count(db, "owners").await, done.load(Ordering::SeqCst)), (1, 1));
    let twin = attempt(false).await.unwrap_err();
    assert!(dialect::is_duplicate(&twin), "{twin}");
});

on_both!(MIGRATIONS, limits_are_the_same, |db| {
    let add = async |name: &str| {
        db.write(async |tx| run(tx.conn(), tx.engine(), "INSERT INTO owners (name) VALUES (?)", vec![name.into()]).await).await
    };
    add("десять букв").await.unwrap_err();
    add("девять бук").await.unwrap();
    // Byte by byte: case, accents and trailing space all count.
    add("ДЕВЯТЬ БУК").await.unwrap();
    add("ёж").await.unwrap();
    add("еж").await.unwrap();
    add("еж ").await.unwrap();
    add("😀😀😀😀😀😀😀😀😀😀").await.unwrap();
    let long = db
        .write(async |tx| {
            run(tx.conn(), tx.engine(), "INSERT INTO owners (name, story) VALUES (?, ?)", vec!["x".into(), "я".repeat(2001).into()]).await
        })
        .await;
    long.unwrap_err();
    let orphan = db.write(async |tx| run(tx.conn(), tx.engine(), "INSERT INTO things (owner_id, good) VALUES (99, 1)", vec![]).await).await;
    orphan.unwrap_err();
});

on_both!(MIGRATIONS, text_comes_back_as_it_went, |db| {
    #[derive(FromQueryResult)]
    struct Row {
        name: String,
        story: Option<String>,
    }
    let (name, story) = ("O'Нил \u{202e}", "😀 «ёлки»\n<script>".repeat(40));
    db.write(async |tx| {
        run(tx.conn(), tx.engine(), "INSERT INTO owners (name, story) VALUES (?, ?)", vec![name.into(), story.clone().into()]).await
    })
    .await
    .unwrap();
    let row = Row::find_by_statement(sql(db.engine(), "SELECT name, story FROM owners", [])).one(db.read()).await.unwrap().unwrap();
    assert_eq!((row.name.as_str(), row.story), (name, Some(story)));
});

on_both!(MIGRATIONS, parallel_writes_all_count, |db| {
    db.write(async |tx| run(tx.conn(), tx.engine(), "INSERT INTO owners (name) VALUES ('a')", vec![]).await).await.unwrap();
    db.write(async |tx| run(tx.conn(), tx.engine(), "INSERT INTO things (owner_id, good, version) VALUES (1, 1, 0)", vec![]).await)
        .await
        .unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let db = db.clone();
        tasks.spawn(async move {
            db.write(async |tx| {
                let held = sql(tx.engine(), &format!("SELECT version AS n FROM things {}", tx.engine().pick("", "FOR UPDATE")), []);
                let seen = Counted::find_by_statement(held).one(tx.conn()).await?.map_or(0, |row| row.n);
                run(tx.conn(), tx.engine(), "UPDATE things SET version = ?", vec![(seen + 1).into()]).await
            })
            .await
        });
    }
    for result in tasks.join_all().await {
        result.unwrap();
    }
    let last = Counted::find_by_statement(sql(db.engine(), "SELECT version AS n FROM things", [])).one(db.read()).await.unwrap().unwrap();
    assert_eq!(last.n, 20);
});

on_both!(MIGRATIONS, migrating_again_changes_nothing, |db| {
    assert!(pending(db, MIGRATIONS).await.unwrap().is_empty());
    assert!(migrate(db, MIGRATIONS).await.unwrap().is_empty());
});

/// MariaDB commits each schema statement by itself: a migration that was cut off goes on where it stopped.
#[tokio::test(flavor = "multi_thread")]
async fn a_migration_cut_off_on_mariadb_goes_on() {
    fn broken(engine: Engine) -> Vec<String> {
        let mut statements = second(engine);
        statements[1] = "THIS IS NO SQL".into();
        statements
    }
    fn second(_: Engine) -> Vec<String> {
        vec!["CREATE TABLE pets (id BIGINT PRIMARY KEY)".into(), "CREATE TABLE toys (id BIGINT PRIMARY KEY)".into()]
    }
    let fresh = Fresh::mariadb(MIGRATIONS).await;
    let name = "0002_second";
    migrate(&fresh.db, &[Migration { name, statements: broken }]).await.unwrap_err();
    let whole = [Migration { name, statements: second }];
    assert_eq!(pending(&fresh.db, &whole).await.unwrap(), [name]);
    assert_eq!(migrate(&fresh.db, &whole).await.unwrap(), [name]);
    assert_eq!(count(&fresh.db, "toys").await, 0);
    fresh.end().await;
}

/// On a full disk SQLite ends a transaction by itself. A driver that does not notice begins the next one inside of it, and what is
/// then acknowledged may never be written.
#[tokio::test(flavor = "multi_thread")]
async fn after_a_full_disk_a_transaction_begins_anew() {
    let fresh = Fresh::sqlite(MIGRATIONS).await;
    let db = &fresh.db;
    let full = db
        .write(async |tx| {
            run(tx.conn(), tx.engine(), "PRAGMA max_page_count = 1", vec![]).await?;
            for name in 0..1000 {
                let values = vec![name.to_string().into(), "я".repeat(2000).into()];
                run(tx.conn(), tx.engine(), "INSERT INTO owners (name, story) VALUES (?, ?)", values).await?;
            }
            Ok::<_, DbErr>(())
        })
        .await
        .unwrap_err();
    assert!(dialect::is_full(&full), "{full}");
    let file = sql(db.engine(), "SELECT file FROM pragma_database_list", []);
    let file: String = db.read().query_one_raw(file).await.unwrap().unwrap().try_get_by_index(0).unwrap();
    let mut options = sea_orm::ConnectOptions::new(format!("sqlite://{file}"));
    options.max_connections(1);
    let other = sea_orm::Database::connect(options).await.unwrap();
    db.write(async |tx| {
        let meanwhile = other.execute_unprepared("PRAGMA busy_timeout = 0; BEGIN IMMEDIATE; ROLLBACK").await;
        assert!(meanwhile.is_err(), "the transaction holds the write lock from its beginning");
        run(tx.conn(), tx.engine(), "INSERT INTO owners (name) VALUES ('Ольга')", vec![]).await
    })
    .await
    .unwrap();
    other.close().await.unwrap();
    assert_eq!(count(db, "owners").await, 1);
    fresh.end().await;
}
