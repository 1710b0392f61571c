//! The company that runs this system: its name, time zone, hours and rules.

pub mod hours;
mod row;
pub mod zones;

use crate::{
    error::{Error, Result},
    web::Change,
};
use jiff::tz::TimeZone;
use sea_orm::{
    ActiveValue::Set,
    IntoActiveModel, QuerySelect,
    entity::prelude::*,
    sea_query::{Expr, ExprTrait},
};
use store::{Db, Tx};

pub use hours::Hours;
pub use row::Model as Company;

/// The only row's id.
const ONLY: i64 = 1;

impl Company {
    /// Reads the settings; on the first start writes the defaults, with `time_zone` as the company's zone.
    pub async fn load(db: &Db, time_zone: &str) -> Result<Self> {
        if let Some(company) = row::Entity::find_by_id(ONLY).one(db.read()).await? {
            return Ok(company);
        }
        let first = row::ActiveModel {
            id: Set(ONLY),
            name: Set(String::new()),
            time_zone: Set(time_zone.to_owned()),
            phone: Set(String::new()),
            hours: Set(String::new()),
            offer_minutes: Set(60),
            auto_accept: Set(false),
            specialist_sees_price: Set(true),
            dispatcher_sees_money: Set(true),
            consent_text: Set(String::new()),
            consent_version: Set(1),
            version: Set(1),
            quiet_from: Set(22 * 60),
            quiet_to: Set(8 * 60),
            foreign_details: Set(false),
            specialist_in_customer_chat: Set(false),
        };
        let inserted = db.write(async |tx| row::Entity::insert(first.clone()).exec_without_returning(tx.conn()).await).await;
        match inserted {
            Err(e) if !store::dialect::is_duplicate(&e) => return Err(e.into()),
            _ => {}
        }
        Self::reread(db).await
    }

    /// Reads the settings again, after they were changed.
    pub async fn reread(db: &Db) -> Result<Self> {
        row::Entity::find_by_id(ONLY).one(db.read()).await?.ok_or_else(|| anyhow::anyhow!("the company's row is missing").into())
    }

    /// Reads the settings.
    pub async fn read(db: &Db) -> Result<Self> {
        row::Entity::find_by_id(ONLY).one(db.read()).await?.ok_or(Error::NotFound)
    }

    /// The company's working hours, if they were set.
    pub fn working_hours(&self) -> Option<Hours> {
        Hours::stored(&self.hours)
    }

    /// The company's time zone.
    pub fn zone(&self) -> TimeZone {
        zone_named(&self.time_zone)
    }
}

/// The settings as they stand, held until `tx` ends.
pub async fn hold(tx: &Tx) -> Result<Company> {
    row::Entity::find_by_id(ONLY).lock_exclusive().one(tx.conn()).await?.ok_or(Error::NotFound)
}

/// Writes the settings.
pub async fn save(tx: &Tx, company: Company) -> Result<Company> {
    Ok(company.into_active_model().reset_all().update(tx.conn()).await?)
}

/// A zone by its IANA name; UTC for a name that the database of zones does not know.
pub fn zone_named(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

/// Names the company, when the system is set up; an empty name changes nothing.
pub async fn set_name(change: &Change, name: String) -> Result<()> {
    if name.is_empty() {
        return Ok(());
    }
    let update = row::Entity::update_many()
        .col_expr(row::Column::Name, name.into())
        .col_expr(row::Column::Version, Expr::col(row::Column::Version).add(1));
    update.filter(row::Column::Id.eq(ONLY)).exec(change.tx.conn()).await?;
    Ok(())
}
