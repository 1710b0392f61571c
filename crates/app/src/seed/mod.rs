//! Demonstration data: a made-up company with its orders over some months, written in bulk into an empty database.
//!
//! The same seed at the same moment makes the same data. There are no pictures, and nothing goes to the outbox: nobody is
//! told about orders that never were.

mod bulk;
mod calendar;
mod cast;
mod data;
mod dice;
mod life;
mod pages;
mod story;
mod talks;
#[cfg(test)]
mod tests;

use crate::{
    app::App,
    error::{Error, Result},
    ids::UserId,
    messages,
};
use bulk::Sheet;
use cast::Cast;
pub use pages::routes;
use sea_orm::ConnectionTrait;
use store::Attempts;
use story::Storyteller;

const DAY_MS: i64 = 24 * 3_600_000;
const MONTH_MS: i64 = 30 * DAY_MS;
/// Orders in one transaction.
const ORDERS_AT_ONCE: usize = 2_000;

/// How much to make.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub orders: u32,
    pub workers: Option<u32>,
    pub customers: Option<u32>,
    pub months: u32,
    pub seed: u64,
    /// The administrator who is there already and stays; without one, one is made up.
    pub beside: Option<UserId>,
}

impl Plan {
    /// Enough hands for the orders of a month, unless the number is given; and each skill in each of the two towns.
    fn workers(&self) -> usize {
        let usual = || (self.orders / self.months.max(1) / 35).max(12);
        usize::try_from(self.workers.unwrap_or_else(usual)).unwrap_or(12)
    }

    fn customers(&self) -> usize {
        usize::try_from(self.customers.unwrap_or_else(|| (self.orders / 5 * 2).max(10))).unwrap_or(10)
    }
}

/// A password to share among the made-up people; another one each time, as the system may stand on a network.
pub fn password() -> String {
    const LETTERS: &[u8] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let letter = || char::from(LETTERS[rand::random_range(0..LETTERS.len())]);
    let group = || (0..4).map(|_| letter()).collect::<String>();
    [group(), group(), group(), group()].join("-")
}

/// Somebody who can sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    pub role: String,
    pub login: String,
    pub name: String,
}

impl Login {
    fn role_key(&self) -> String {
        format!("role-{}", self.role)
    }
}

/// Fills an empty database; `progress` hears how many orders are written. Everybody's password is the one behind `hash`.
///
/// # Errors
/// A conflict when there is anything in the database already besides the plan's administrator.
pub async fn fill(app: &App, plan: &Plan, hash: &str, progress: impl Fn(usize)) -> Result<Vec<Login>> {
    refuse_filled(app, plan.beside).await?;
    let now = app.clock.now_ms();
    let cast = Cast::make(plan, hash, now);
    write(app, &cast.sheets(app)).await?;
    name_company(app, &cast).await?;
    let logins = cast.logins().into_iter().map(|(role, login, name)| Login { role, login, name }).collect();
    let (send, mut receive) = tokio::sync::mpsc::channel(2);
    let mut teller = Storyteller::new(plan, cast, now, app.company().zone());
    let telling = tokio::task::spawn_blocking(move || {
        while let Some(chapter) = teller.tell(ORDERS_AT_ONCE) {
            // The listener is gone only when it failed, and says so itself.
            if send.blocking_send(chapter).is_err() {
                break;
            }
        }
    });
    while let Some((written, sheets)) = receive.recv().await {
        write(app, &sheets).await?;
        progress(written);
    }
    telling.await.map_err(anyhow::Error::from)?;
    messages::search::fill(app).await?;
    Ok(logins)
}

async fn refuse_filled(app: &App, beside: Option<UserId>) -> Result<()> {
    let beside = beside.map_or(0, |id| id.0);
    for (table, known) in [("users", beside), ("customers", 0), ("services", 0), ("orders", 0)] {
        let look = store::sql(app.db.engine(), &format!("SELECT id FROM {table} WHERE id <> ? LIMIT 1"), [known.into()]);
        if app.db.read().query_one_raw(look).await?.is_some() {
            return Err(Error::conflict("not_empty"));
        }
    }
    Ok(())
}

async fn name_company(app: &App, cast: &Cast) -> Result<()> {
    let name = cast.data.lines("company")[0];
    let set = store::sql(app.db.engine(), "UPDATE company SET name = ? WHERE name = ''", [name.into()]);
    store::transaction!(app.db, |tx| tx.conn().execute_raw(set.clone()).await)?;
    Ok(())
}

async fn write(app: &App, sheets: &[Sheet]) -> Result<()> {
    let mut attempts = Attempts::default();
    loop {
        let tx = app.db.begin().await?;
        let mut result = Ok(());
        for sheet in sheets {
            result = sheet.write(&tx).await;
            if result.is_err() {
                break;
            }
        }
        let result = app.db.end(tx, result).await;
        if !attempts.again(&result).await {
            return match result {
                // Somebody filled it at the same moment.
                Err(Error::Db(e)) if store::dialect::is_duplicate(&e) => Err(Error::conflict("not_empty")),
                result => result,
            };
        }
    }
}
