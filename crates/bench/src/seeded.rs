//! Databases full of made-up orders. They are made once and kept, so that a second run begins at once.

use anyhow::{Context, Result, ensure};
use rig::Program;
use sqlx::{Connection, MySqlConnection, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{
    fs,
    path::{Path, PathBuf},
};

const LOGIN: &str = "bench";
const PASSWORD: &str = "measure-me-kindly-67";

/// How many orders the company takes in a month: a longer table is a longer history, not a larger company.
const A_MONTH: u32 = 8_000;

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
        let folder = kept.join(format!("{}-{orders}", engine.name().to_lowercase()));
        let url = match engine {
            Engine::Sqlite => format!("sqlite://{}", folder.join("crm.db").display()),
            Engine::MariaDb(server) => format!("{server}/bench_{orders}"),
        };
        let seeded = Self { orders, engine: engine.clone(), folder, url };
        let there = seeded.count().await.unwrap_or(0);
        if there < orders.into() || there > i64::from(orders) * 11 / 10 {
            eprintln!("seeding {orders} orders on {}", engine.name());
            seeded.fill(program).await?;
        }
        Ok(seeded)
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

    /// How many orders there are.
    async fn count(&self) -> Result<i64> {
        const SQL: &str = "SELECT COUNT(*) FROM orders";
        Ok(match &self.engine {
            Engine::Sqlite => {
                let options = SqliteConnectOptions::new().filename(self.folder.join("crm.db")).create_if_missing(false);
                sqlx::query_scalar(SQL).fetch_one(&mut SqliteConnection::connect_with(&options).await?).await?
            }
            Engine::MariaDb(_) => sqlx::query_scalar(SQL).fetch_one(&mut MySqlConnection::connect(&self.url).await?).await?,
        })
    }

    async fn fill(&self, program: &Path) -> Result<()> {
        if self.folder.exists() {
            fs::remove_dir_all(&self.folder)?;
        }
        fs::create_dir_all(&self.folder)?;
        if let Engine::MariaDb(server) = &self.engine {
            let name = self.url.rsplit('/').next().context("the database's name")?;
            let mut conn = MySqlConnection::connect(server).await?;
            for sql in [
                format!("DROP DATABASE IF EXISTS {name}"),
                format!("CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin"),
            ] {
                sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut conn).await?;
            }
        }
        let seed = tokio::process::Command::new(program)
            .args(["seed", "--orders", &self.orders.to_string(), "--months", &(self.orders / A_MONTH).max(1).to_string()])
            .env_clear()
            .envs(self.settings())
            .stdout(std::process::Stdio::null())
            .status()
            .await?;
        ensure!(seed.success(), "seeding failed");
        rig::user(program, &self.settings(), "dispatcher", LOGIN, PASSWORD).await
    }
}
