//! Where a program under test keeps what it knows: a folder and a database of its own.

use anyhow::{Context, Result};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};
use std::{
    path::Path,
    sync::atomic::{AtomicU32, Ordering},
};
use tempfile::TempDir;

/// A data folder with an empty database, gone when the place is dropped or left ([`Place::leave`]).
pub struct Place {
    folder: TempDir,
    url: String,
    /// The server and the database's name there.
    on_server: Option<(String, String)>,
}

impl Place {
    /// On SQLite, in a folder below `parent` or where temporary files go.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn sqlite(parent: Option<&Path>) -> Result<Self> {
        let folder = folder(parent)?;
        let url = format!("sqlite://{}", folder.path().join("crm.db").display());
        Ok(Self { folder, url, on_server: None })
    }

    /// On the MariaDB server at `server`, `mysql://user:password@host:port`.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn mariadb(server: &str) -> Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let server = server.trim_end_matches('/').to_owned();
        let name = format!("crm_rig_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let conn = connect(&server).await?;
        conn.execute_unprepared(&format!("CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin")).await?;
        conn.close().await?;
        Ok(Self { folder: folder(None)?, url: format!("{server}/{name}"), on_server: Some((server, name)) })
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The database's address, as `DATABASE_URL` takes it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A connection of one's own to the database, to look at what is really there.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn look(&self) -> Result<DatabaseConnection> {
        connect(&self.url).await
    }

    /// The settings with which a program runs here, on a free port.
    pub fn settings(&self) -> Vec<(String, String)> {
        let own = [
            ("CRM_LISTEN", "127.0.0.1:0".to_owned()),
            ("CRM_DATA_DIR", self.folder().display().to_string()),
            ("DATABASE_URL", self.url.clone()),
        ];
        own.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// Removes the database and the folder.
    ///
    /// # Errors
    /// When the server does not answer or the folder cannot be removed.
    pub async fn leave(self) -> Result<()> {
        if let Some((server, name)) = &self.on_server {
            let conn = connect(server).await?;
            conn.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name}")).await?;
            conn.close().await?;
        }
        self.folder.close().context("removing the folder")
    }
}

fn folder(parent: Option<&Path>) -> Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    let builder = builder.prefix("maxmontaj67-");
    parent.map_or_else(|| builder.tempdir(), |parent| builder.tempdir_in(parent)).context("making a folder")
}

/// A connection of one's own to the database or the server at `url`.
///
/// # Errors
/// When it does not answer.
pub async fn connect(url: &str) -> Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.context("the database does not answer")
}
