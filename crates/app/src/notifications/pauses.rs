//! Who is to be left alone until when: kept, so that it holds after a restart and on the next node, too.

use super::row::pause::{ActiveModel, Column, Entity};
use crate::{app::App, error::Result};
use sea_orm::{ActiveValue::Set, QuerySelect, entity::prelude::*};
use std::collections::HashMap;

/// Keeps that the provider is left alone until then, ms UTC; of several such moments the latest counts.
pub(super) async fn keep(app: &App, provider: &str, until_ms: i64) -> Result<()> {
    let of_provider = || Column::Provider.eq(provider);
    store::transaction!(app.db, |tx| {
        match Entity::find().filter(of_provider()).lock_exclusive().one(tx.conn()).await? {
            Some(kept) if kept.until_ms >= until_ms => Ok(()),
            Some(_) => {
                let longer = Entity::update_many().col_expr(Column::UntilMs, Expr::value(until_ms)).filter(of_provider());
                longer.exec(tx.conn()).await.map(drop)
            }
            None => {
                let row = ActiveModel { provider: Set(provider.to_owned()), until_ms: Set(until_ms) };
                Entity::insert(row).exec_without_returning(tx.conn()).await.map(drop)
            }
        }
    })
    .or_else(|error| if store::dialect::is_duplicate(&error) { Ok(()) } else { Err(error.into()) })
}

/// Until when this provider is left alone, ms UTC; nothing when it is not.
pub(super) async fn until(app: &App, provider: &str) -> Result<Option<i64>> {
    Ok(of(app, &[provider.to_owned()]).await?.remove(provider))
}

/// Whoever is left alone now, each with the moment until which, ms UTC.
pub(super) async fn now(app: &App) -> Result<Vec<(String, i64)>> {
    let found = Entity::find().filter(Column::UntilMs.gt(app.clock.now_ms())).all(app.db.read()).await?;
    Ok(found.into_iter().map(|pause| (pause.provider, pause.until_ms)).collect())
}

/// Those of the providers that are left alone now, each with the moment until which, ms UTC.
pub(super) async fn of(app: &App, providers: &[String]) -> Result<HashMap<String, i64>> {
    let now = app.clock.now_ms();
    let found = Entity::find().filter(Column::Provider.is_in(providers)).filter(Column::UntilMs.gt(now)).all(app.db.read()).await?;
    Ok(found.into_iter().map(|pause| (pause.provider, pause.until_ms)).collect())
}
