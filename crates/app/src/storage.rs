//! Opens the data folder and the database, and says in one clear line why that cannot be done.

mod reserve;

pub use reserve::Reserve;

use crate::{config::Config, schema};
use anyhow::{Context, Result, anyhow, bail};
use sea_orm::{DbErr, RuntimeErr};
use std::{fs, os::unix::fs::DirBuilderExt, path::Path};
use store::Db;

/// The database that the settings name, brought to this version.
///
/// # Errors
/// When the folder or the database cannot be used; the text tells whoever runs the system what to do.
pub async fn open(config: &Config) -> Result<Db> {
    let folder = &config.data_dir;
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.with_context(|| format!("the data folder {} cannot be made", folder.display()))?;
    let url = config.database_url();
    if let Some(file) = url.strip_prefix("sqlite://") {
        refuse_emptied(Path::new(file), folder)?;
    }
    let db = Db::connect(&url).await.map_err(|e| explain(&url, &e))?;
    store::migrate(&db, schema::MIGRATIONS).await.map_err(|e| explain(&url, &e)).context("bringing the database to this version")?;
    Ok(db)
}

/// An empty file beside a folder in use is a lost database, not a new system.
fn refuse_emptied(file: &Path, folder: &Path) -> Result<()> {
    let emptied = fs::metadata(file).is_ok_and(|about| about.len() == 0);
    if emptied && folder.join("keys").exists() {
        bail!(
            "the database file {} is empty, though {} has been in use: restore it from a backup, or name another data folder to begin anew",
            file.display(),
            folder.display()
        );
    }
    Ok(())
}

fn explain(url: &str, error: &DbErr) -> anyhow::Error {
    let (code, said) = match error {
        DbErr::Conn(RuntimeErr::SqlxError(e)) | DbErr::Exec(RuntimeErr::SqlxError(e)) | DbErr::Query(RuntimeErr::SqlxError(e)) => {
            let of_database = e.as_database_error();
            (of_database.and_then(|e| e.code()).unwrap_or_default(), of_database.map_or_else(|| e.to_string(), |e| e.message().to_owned()))
        }
        other => (Default::default(), other.to_string()),
    };
    let Some(file) = url.strip_prefix("sqlite://") else {
        // The part before the host holds the password.
        let host = url.rsplit_once('@').map_or(url, |(_, host)| host);
        return anyhow!("the MariaDB database {host} cannot be used: {said}");
    };
    match code.as_ref() {
        "11" | "26" => anyhow!("the database file {file} is damaged or is no SQLite database ({said}): restore it from a backup"),
        "8" | "14" => anyhow!("the database file {file} cannot be written ({said}): look at the owner and the rights of its folder"),
        "13" => anyhow!("the disk with the database file {file} is full"),
        _ => anyhow!("the database file {file} cannot be used: {said}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Cli;

    fn config(folder: &Path) -> Config {
        let (cli, _) = Cli::read(["maxmontaj67", "serve"]).unwrap();
        Config { data_dir: folder.to_owned(), database_url: None, ..cli.config }
    }

    async fn refusal(config: &Config) -> String {
        format!("{:#}", open(config).await.err().expect("it is refused"))
    }

    #[tokio::test]
    async fn a_file_that_is_no_database_is_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("crm.db"), "not a database, only words ".repeat(100)).unwrap();
        let said = refusal(&config(folder.path())).await;
        assert!(said.contains("crm.db is damaged or is no SQLite database") && said.contains("backup"), "{said}");
    }

    #[tokio::test]
    async fn a_lost_database_is_not_a_new_system() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        open(&config).await.unwrap().close().await.unwrap();
        fs::create_dir(folder.path().join("keys")).unwrap();
        open(&config).await.unwrap().close().await.unwrap();
        fs::write(folder.path().join("crm.db"), "").unwrap();
        assert!(refusal(&config).await.contains("is empty, though"));
    }

    #[tokio::test]
    async fn a_password_is_not_told() {
        let folder = tempfile::tempdir().unwrap();
        let url = "mysql://crm:s3cret@127.0.0.1:1/crm".to_owned();
        let said = refusal(&Config { database_url: Some(url), ..config(folder.path()) }).await;
        assert!(said.contains("127.0.0.1:1/crm cannot be used") && !said.contains("s3cret"), "{said}");
    }
}
