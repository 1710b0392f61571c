//! Services («Виды работ»): what the company does, how long it takes, and what a visit must bring back.

mod row;

use crate::{
    error::{Error, Result},
    ids::ServiceId,
};
use sea_orm::{QueryOrder, entity::prelude::*};

pub use row::service::Model as Service;

/// A service by id.
pub async fn find(conn: &impl ConnectionTrait, id: ServiceId) -> Result<Service> {
    row::service::Entity::find_by_id(id).one(conn).await?.ok_or(Error::NotFound)
}

/// The services that can be ordered, by name.
pub async fn active(conn: &impl ConnectionTrait) -> Result<Vec<Service>> {
    use row::service::{Column, Entity};
    Ok(Entity::find().filter(Column::Active.eq(true)).order_by_asc(Column::NameFolded).all(conn).await?)
}

impl Service {
    /// The lines to tick off before a visit can be finished.
    pub fn checklist(&self) -> Vec<String> {
        serde_json::from_str(&self.checklist).unwrap_or_default()
    }
}
