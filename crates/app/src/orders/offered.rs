//! What filters offer to choose from.

use crate::{app::App, error::Result};
use sea_orm::{DbErr, Value};
use std::sync::Arc;
use store::{Cells, Select};

/// The services and the workers to choose from, the same for everybody in the office.
pub struct Offered {
    pub services: Vec<Named>,
    pub workers: Vec<Named>,
}

/// One choice; a saved view also has its query.
pub struct Named {
    kind: String,
    pub id: i64,
    pub name: String,
    pub query: String,
}

impl Named {
    /// One statement; `columns` are the kind, the id, the name and the query.
    pub async fn all(columns: &str, rest: &str, app: &App, values: Vec<Value>) -> Result<Vec<Self>> {
        let select = Select { columns: columns.into(), rest: rest.into() };
        Ok(select.rows(app.db.read(), app.db.engine(), values, Self::read).await?)
    }

    fn read(cells: &mut Cells<'_>) -> std::result::Result<Self, DbErr> {
        Ok(Self { kind: cells.take()?, id: cells.take()?, name: cells.take()?, query: cells.take()? })
    }
}

impl Offered {
    /// From the database. One statement.
    pub async fn load(app: &App) -> Result<Arc<Self>> {
        const FROM: &str = "FROM (SELECT 'service' AS kind, id, name, name_folded AS place FROM services WHERE active = 1 \
            UNION ALL SELECT 'worker', w.id, u.name, u.name_folded FROM workers w JOIN users u ON u.id = w.user_id WHERE w.active = 1) offered \
            ORDER BY place, id";
        let all = Named::all("kind, id, name, ''", FROM, app, vec![]).await?;
        let (services, workers) = all.into_iter().partition(|named| named.kind == "service");
        Ok(Arc::new(Self { services, workers }))
    }
}
