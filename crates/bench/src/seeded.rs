//! Databases full of made-up orders. They are made once and kept, so that a second run begins at once.

use anyhow::{Context, Result, ensure};
use rig::Program;
use std::{
    fs,
    path::{Path, PathBuf},
};
use store::sea_orm::{ConnectionTrait, DatabaseConnection, Statement};

pub const LOGIN: &str = "bench";
pub const PASSWORD: &str = "measure-me-kindly-67";

/// How many orders the company takes in a month: a longer table is a longer history, not a larger company.
const A_MONTH: u32 = 8_000;

/// How many orders and workers the crowded company has: a thousand who look at pages, and enough to whom messages wait.
const CROWD: (u32, u32) = (10_000, 2_500);

/// The engine behind a seeded database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    /// With the server's address.
    MariaDb(String),
}

impl Engine {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::MariaDb(_) => "MariaDB",
        }
    }
}

/// A database with so many orders, and the data folder beside it.
pub struct Seeded {
    pub orders: u32,
    pub engine: Engine,
    folder: PathBuf,
    url: String,
}

impl Seeded {
    /// The kept one, or a new one when there is none or measurements have made it grow.
    pub async fn of(program: &Path, kept: &Path, engine: &Engine, orders: u32) -> Result<Self> {
        Self::named(&orders.to_string(), kept, engine, orders).kept_or_filled(program, None).await
    }

    /// A company with far more workers than it has work for.
    pub async fn crowd(program: &Path, kept: &Path, engine: &Engine) -> Result<Self> {
        let (orders, workers) = CROWD;
        Self::named("crowd", kept, engine, orders).kept_or_filled(program, Some(workers)).await
    }

    fn named(name: &str, kept: &Path, engine: &Engine, orders: u32) -> Self {
        let folder = kept.join(format!("{}-{name}", engine.name().to_lowercase()));
        let url = match engine {
            Engine::Sqlite => format!("sqlite://{}", folder.join("crm.db").display()),
            Engine::MariaDb(server) => format!("{server}/bench_{name}"),
        };
        Self { orders, engine: engine.clone(), folder, url }
    }

    async fn kept_or_filled(self, program: &Path, workers: Option<u32>) -> Result<Self> {
        let there = self.count().await.unwrap_or(0);
        if there < self.orders.into() || there > i64::from(self.orders) * 11 / 10 {
            eprintln!("seeding {} orders on {}", self.orders, self.engine.name());
            self.fill(program, workers).await?;
        }
        Ok(self)
    }

    /// The settings with which a program runs on it.
    pub fn settings(&self) -> Vec<(String, String)> {
        let settings = [
            ("CRM_LISTEN", "127.0.0.1:0".to_owned()),
            ("CRM_DATA_DIR", self.folder.display().to_string()),
            ("DATABASE_URL", self.url.clone()),
        ];
        settings.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// An access token of the dispatcher who measures.
    pub async fn sign_in(&self, program: &Program) -> Result<String> {
        program.sign_in(LOGIN, PASSWORD).await
    }

    /// A connection of one's own to the database.
    pub async fn look(&self) -> Result<DatabaseConnection> {
        rig::connect(&self.url).await
    }

    /// How many orders there are.
    async fn count(&self) -> Result<i64> {
        count(&self.look().await?, "orders").await
    }

    async fn fill(&self, program: &Path, workers: Option<u32>) -> Result<()> {
        if self.folder.exists() {
            fs::remove_dir_all(&self.folder)?;
        }
        fs::create_dir_all(&self.folder)?;
        if let Engine::MariaDb(server) = &self.engine {
            let name = self.url.rsplit('/').next().context("the database's name")?;
            let conn = rig::connect(server).await?;
            for sql in [
                format!("DROP DATABASE IF EXISTS {name}"),
                format!("CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin"),
            ] {
                conn.execute_unprepared(&sql).await?;
            }
        }
        let mut words = vec!["seed".into(), "--orders".into(), self.orders.to_string()];
        words.extend(["--months".into(), (self.orders / A_MONTH).max(1).to_string()]);
        words.extend(workers.into_iter().flat_map(|workers| ["--workers".into(), workers.to_string()]));
        let seed = tokio::process::Command::new(program)
            .args(words)
            .env_clear()
            .envs(self.settings())
            .stdout(std::process::Stdio::null())
            .status()
            .await?;
        ensure!(seed.success(), "seeding failed");
        rig::user(program, &self.settings(), "dispatcher", LOGIN, PASSWORD).await
    }
}

/// How many rows a table has, or what stands in its place in a statement.
pub async fn count(conn: &DatabaseConnection, table: &str) -> Result<i64> {
    let statement = Statement::from_string(conn.get_database_backend(), format!("SELECT COUNT(*) FROM {table}"));
    let row = conn.query_one_raw(statement).await?.context("a count")?;
    Ok(row.try_get_by_index(0)?)
}
