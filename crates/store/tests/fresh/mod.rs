//! A migrated database for each test, on both engines; shared by the tests of the crates that keep tables.

use sea_orm::ConnectionTrait;
use std::sync::atomic::{AtomicU32, Ordering};
use store::{Db, Migration, migrate};

/// A migrated database of its own, gone after [`Fresh::end`].
pub struct Fresh {
    pub db: Db,
    place: Place,
}

enum Place {
    Folder(std::path::PathBuf),
    Server { base: String, name: String },
}

impl Fresh {
    pub async fn sqlite(migrations: &[Migration]) -> Self {
        let folder = std::env::temp_dir().join(format!("store-{}", own_name()));
        std::fs::create_dir_all(&folder).unwrap();
        let db = Db::connect(&format!("sqlite://{}", folder.join("test.db").display())).await.unwrap();
        Self::migrated(db, migrations, Place::Folder(folder)).await
    }

    pub async fn mariadb(migrations: &[Migration]) -> Self {
        let base = std::env::var("TEST_MARIADB_URL").expect("TEST_MARIADB_URL names no server: a database that is not tested is a failure");
        let name = format!("store_{}", own_name());
        let server = sea_orm::Database::connect(&base).await.unwrap();
        server.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
        let db = Db::connect(&format!("{base}/{name}")).await.unwrap();
        Self::migrated(db, migrations, Place::Server { base, name }).await
    }

    async fn migrated(db: Db, migrations: &[Migration], place: Place) -> Self {
        migrate(&db, migrations).await.unwrap();
        Self { db, place }
    }

    pub async fn end(self) {
        self.db.close().await.unwrap();
        match self.place {
            Place::Folder(folder) => std::fs::remove_dir_all(folder).unwrap(),
            Place::Server { base, name } => {
                let server = sea_orm::Database::connect(&base).await.unwrap();
                server.execute_unprepared(&format!("DROP DATABASE {name}")).await.unwrap();
            }
        }
    }
}

fn own_name() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    format!("{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::SeqCst))
}

/// One body, two tests: `name::sqlite` and `name::mariadb`.
macro_rules! on_both {
    ($migrations:expr, $name:ident, |$db:ident| $body:block) => {
        mod $name {
            use super::*;
            async fn body($db: &Db) $body
            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                let fresh = Fresh::sqlite($migrations).await;
                body(&fresh.db).await;
                fresh.end().await;
            }
            #[tokio::test(flavor = "multi_thread")]
            async fn mariadb() {
                let fresh = Fresh::mariadb($migrations).await;
                body(&fresh.db).await;
                fresh.end().await;
            }
        }
    };
}
