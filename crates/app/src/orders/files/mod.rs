//! Photos, documents and signatures of orders and visits.

mod row;

use crate::{error::Result, ids::VisitId, words::words};
use sea_orm::{QueryOrder, entity::prelude::*};

pub use row::Model as File;

words! {
    /// What a file is for.
    FileKind {
        Before = "before",
        After = "after",
        Document = "document",
        Signature = "signature",
        Other = "other",
    }
}

/// The files of a visit that the caller may already see.
pub async fn of_visit(conn: &impl ConnectionTrait, id: VisitId) -> Result<Vec<File>> {
    Ok(row::Entity::find().filter(row::Column::VisitId.eq(id)).order_by_asc(row::Column::Id).all(conn).await?)
}
