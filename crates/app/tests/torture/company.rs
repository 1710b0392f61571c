//! A company to torture: seeded, with customers and workers who can be reached over Telegram.

use anyhow::{Context, Result};
use rig::{Place, Program};
use sea_orm::{ConnectionTrait, DatabaseConnection, QueryResult, Statement};
use std::path::Path;

/// A token as Telegram gives them.
const TOKEN: &str = "67:torture";
/// A chat's number is that of its user, and this.
const CHATS: i64 = 1_000_000;

/// What the proofs need to know of the company.
#[derive(Clone, Debug)]
pub struct Company {
    /// Everybody's.
    pub password: String,
    pub customers: Vec<i64>,
    pub workers: Vec<i64>,
    pub service: i64,
    /// Where those who can be reached are reached.
    pub chats: Vec<i64>,
    settings: Vec<(String, String)>,
}

pub fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_maxmontaj67"))
}

impl Company {
    /// Fills the place; messages go to `telegram`, or nowhere.
    pub async fn found(place: &Place, telegram: Option<&str>) -> Result<Self> {
        Self::found_with(place, telegram, place.settings()).await
    }

    /// The same with SMS by SMSC at `sms` besides.
    pub async fn found_with_sms(place: &Place, telegram: &str, sms: &str) -> Result<Self> {
        Self::found_with_sms_and(place, telegram, sms, &[]).await
    }

    /// The same with settings of one's own besides.
    pub async fn found_with_sms_and(place: &Place, telegram: &str, sms: &str, more: &[(&str, &str)]) -> Result<Self> {
        let settings = [("SMS_PROVIDER", "smsc"), ("SMS_TOKEN", "key"), ("SMS_API_URL", sms)];
        let settings = settings.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Self::found_with(place, Some(telegram), place.settings().into_iter().chain(settings).collect()).await
    }

    /// The same with settings of one's own.
    pub async fn found_with(place: &Place, telegram: Option<&str>, mut settings: Vec<(String, String)>) -> Result<Self> {
        if let Some(url) = telegram {
            settings.push(("TELEGRAM_BOT_TOKEN".into(), TOKEN.into()));
            settings.push(("TELEGRAM_API_URL".into(), url.into()));
        }
        settings.push(("CRM_LOG".into(), "warn".into()));
        let words = ["seed", "--orders", "40", "--workers", "24", "--customers", "32", "--months", "1"];
        let printed = rig::run(binary(), &settings, &words, "").await?;
        let password = printed.split_whitespace().nth(2).context("no password was printed")?.to_owned();
        let conn = place.look().await?;
        let company = Self {
            password,
            customers: numbers(&conn, "SELECT id FROM customers ORDER BY id").await?,
            workers: numbers(&conn, "SELECT id FROM workers ORDER BY id").await?,
            service: numbers(&conn, "SELECT MIN(id) FROM services").await?[0],
            chats: link(&conn).await?,
            settings,
        };
        conn.close().await?;
        Ok(company)
    }

    /// Starts the program.
    pub async fn start(&self) -> Result<Program> {
        Program::start(binary(), &self.settings).await
    }

    /// Starts another node beside those that run, with a data folder of its own, at this address, by which it is named.
    pub async fn start_beside(&self, folder: &Path, listen: &str) -> Result<Program> {
        self.start_with(&[("CRM_LISTEN", listen.to_owned()), ("CRM_DATA_DIR", folder.display().to_string())]).await
    }

    /// Starts the program with other values of these settings.
    pub async fn start_with(&self, other: &[(&str, String)]) -> Result<Program> {
        let kept = self.settings.iter().filter(|(name, _)| other.iter().all(|(of, _)| of != name)).cloned();
        let other = other.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        Program::start(binary(), &kept.chain(other).collect::<Vec<_>>()).await
    }

    /// The dispatcher's access token.
    pub async fn dispatcher(&self, program: &Program) -> Result<String> {
        program.sign_in("dispatcher1", &self.password).await
    }
}

/// Gives every customer an account, and all of them and the workers a chat.
async fn link(conn: &DatabaseConnection) -> Result<Vec<i64>> {
    for id in numbers(conn, "SELECT id FROM customers WHERE user_id IS NULL").await? {
        let account = format!(
            "INSERT INTO users (role, name, name_folded, login, language, theme, created_ms) \
             SELECT 'customer', name, name_folded, 'client-{id}', 'ru', '', 0 FROM customers WHERE id = {id}"
        );
        conn.execute_unprepared(&account).await?;
        let of = format!("UPDATE customers SET user_id = (SELECT id FROM users WHERE login = 'client-{id}') WHERE id = {id}");
        conn.execute_unprepared(&of).await?;
    }
    let ways = format!(
        "INSERT INTO ways (user_id, channel, address, name, state, linked_ms) SELECT id, 'telegram', CAST({CHATS} + id AS CHAR), '', 'alive', 0 \
         FROM users WHERE role IN ('customer', 'contractor', 'specialist')"
    );
    // The made-up people are linked to messengers where nobody is, and were told things: here only what is done here counts.
    for sql in ["DELETE FROM ways", "DELETE FROM deliveries", &ways] {
        conn.execute_unprepared(sql).await?;
    }
    // Also run at night, when messages would wait for the morning.
    conn.execute_unprepared("UPDATE company SET quiet_from = 0, quiet_to = 0").await?;
    numbers(conn, &format!("SELECT {CHATS} + user_id FROM ways")).await
}

/// The rows that a query gives.
pub async fn rows(conn: &DatabaseConnection, query: &str) -> Result<Vec<QueryResult>> {
    Ok(conn.query_all_raw(Statement::from_string(conn.get_database_backend(), query)).await?)
}

/// The first column of a query's rows.
pub async fn numbers(conn: &DatabaseConnection, query: &str) -> Result<Vec<i64>> {
    rows(conn, query).await?.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}
