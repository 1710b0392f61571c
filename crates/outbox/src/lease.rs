//! A duty that one of several nodes has at a time: held for a while, renewed by its holder, taken over when that stops.

use sea_orm::{ActiveValue::Set, QuerySelect, entity::prelude::*};
use store::Db;

mod row {
    #![expect(clippy::disallowed_methods, reason = "the entity macro's own expansion")]
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "leases")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        pub holder: String,
        pub until_ms: i64,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// Takes the duty `name`, or renews it; says whether `holder` has it until `now_ms + hold_ms`.
///
/// A holder that comes back under the same name after a crash has its duty at once.
///
/// # Errors
/// When the database does not answer.
pub async fn take(db: &Db, name: &str, holder: &str, now_ms: i64, hold_ms: i64) -> Result<bool, DbErr> {
    use row::{Column, Entity};
    let taken = store::transaction!(db, |tx| {
        let known = Entity::find().filter(Column::Name.eq(name)).lock_exclusive().one(tx.conn()).await?;
        let Some(known) = known else {
            let row = row::ActiveModel { name: Set(name.to_owned()), holder: Set(holder.to_owned()), until_ms: Set(now_ms + hold_ms) };
            return Entity::insert(row).exec_without_returning(tx.conn()).await.map(|_| true);
        };
        if known.holder != holder && known.until_ms >= now_ms {
            return Ok(false);
        }
        Entity::update_many()
            .col_expr(Column::Holder, Expr::value(holder))
            .col_expr(Column::UntilMs, Expr::value(now_ms + hold_ms))
            .filter(Column::Name.eq(name))
            .exec(tx.conn())
            .await
            .map(|_| true)
    });
    match taken {
        // Somebody else was the first ever a moment earlier.
        Err(e) if store::dialect::is_duplicate(&e) => Ok(false),
        other => other,
    }
}
