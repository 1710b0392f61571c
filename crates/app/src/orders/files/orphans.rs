//! Files that no row names: left by uploads that failed between the disk and the database.

use super::row;
use crate::{app::App, error::Result};
use media::Key;
use sea_orm::{QueryOrder, QuerySelect, entity::prelude::*};
use std::{collections::HashSet, time::Duration};

/// Rows looked at in one statement.
const PAGE: u64 = 2000;

/// Removes the files older than `age` that no row names; answers how many.
pub async fn remove_orphans(app: &App, age: Duration) -> Result<usize> {
    let mut nameless: HashSet<Key> = app.files.keys(age).await?.into_iter().collect();
    let mut last = crate::ids::FileId(0);
    while !nameless.is_empty() {
        let rows =
            row::Entity::find().filter(row::Column::Id.gt(last)).order_by_asc(row::Column::Id).limit(PAGE).all(app.db.read()).await?;
        let Some(end) = rows.last() else { break };
        last = end.id;
        for key in rows.iter().flat_map(|row| [Some(&row.stored_key), row.display_key.as_ref(), row.thumbnail_key.as_ref()]).flatten() {
            if let Ok(key) = key.parse::<Key>() {
                nameless.remove(&key);
            }
        }
    }
    for key in &nameless {
        app.files.remove(key).await?;
    }
    Ok(nameless.len())
}
