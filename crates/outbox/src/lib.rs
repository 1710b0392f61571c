//! Effects that outlive the request: an event is written in the same transaction as the change that caused
//! it, and a worker takes it out after commit.
//!
//! A worker **claims** an entry for a while (a lease, in a short write), does the deed with no transaction
//! open, and **settles** it (another short write). A worker that dies lets its lease run out, and another one
//! takes the entry: delivery is at least once, so a deed must be known by a key of its own.

pub mod lease;

use sea_orm::{ActiveValue::Set, QueryOrder, QuerySelect, entity::prelude::*, sea_query::ExprTrait};
use serde::Serialize;
use store::{Db, Tx};

mod row {
    #![expect(clippy::disallowed_methods, reason = "the entity macro's own expansion")]
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "outbox")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub topic: String,
        pub payload: String,
        pub created_ms: i64,
        pub not_before_ms: i64,
        pub leased_until_ms: Option<i64>,
        pub attempts: i64,
        pub last_error: String,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// One entry taken out of the outbox.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Grows in the order of publication and is never given twice: the key of the deed.
    pub id: i64,
    /// What happened: `order.confirmed`.
    pub topic: String,
    /// The event as JSON.
    pub payload: String,
    /// When it was published, ms UTC.
    pub created_ms: i64,
    /// How often it was claimed, this time included.
    pub attempts: i64,
}

/// Records an event in the caller's transaction; it is delivered after commit, or never if there is none.
///
/// # Errors
/// When the database refuses the row.
///
/// # Panics
/// If the event is not plain data.
pub async fn publish(tx: &Tx, topic: &str, event: &impl Serialize, now_ms: i64) -> Result<(), DbErr> {
    let payload = serde_json::to_string(event).expect("an event is plain data and serializes");
    let entry = row::ActiveModel {
        topic: Set(topic.to_owned()),
        payload: Set(payload),
        created_ms: Set(now_ms),
        not_before_ms: Set(now_ms),
        last_error: Set(String::new()),
        attempts: Set(0),
        ..Default::default()
    };
    row::Entity::insert(entry).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Takes up to `limit` entries that are due, oldest first, for `lease_ms`.
pub async fn claim(db: &Db, now_ms: i64, lease_ms: i64, limit: u64) -> Result<Vec<Entry>, DbErr> {
    if row::Entity::find().filter(is_due(now_ms)).one(db.read()).await?.is_none() {
        return Ok(vec![]);
    }
    store::transaction!(db, |tx| {
        let due =
            row::Entity::find().filter(is_due(now_ms)).order_by_asc(row::Column::Id).limit(limit).lock_exclusive().all(tx.conn()).await?;
        let ids: Vec<i64> = due.iter().map(|e| e.id).collect();
        row::Entity::update_many()
            .col_expr(row::Column::LeasedUntilMs, Expr::value(now_ms + lease_ms))
            .col_expr(row::Column::Attempts, Expr::col(row::Column::Attempts).add(1))
            .filter(row::Column::Id.is_in(ids))
            .exec(tx.conn())
            .await?;
        let entry =
            |e: row::Model| Entry { id: e.id, topic: e.topic, payload: e.payload, created_ms: e.created_ms, attempts: e.attempts + 1 };
        Ok(due.into_iter().map(entry).collect())
    })
}

/// The entry's deed is done: it leaves the outbox.
pub async fn settle(tx: &Tx, id: i64) -> Result<(), DbErr> {
    row::Entity::delete_by_id(id).exec(tx.conn()).await.map(drop)
}

/// The entry's deed failed: it comes again not before `not_before_ms`.
pub async fn postpone(tx: &Tx, id: i64, not_before_ms: i64, error: &str) -> Result<(), DbErr> {
    row::Entity::update_many()
        .col_expr(row::Column::LeasedUntilMs, Expr::value(Option::<i64>::None))
        .col_expr(row::Column::NotBeforeMs, Expr::value(not_before_ms))
        .col_expr(row::Column::LastError, Expr::value(error.chars().take(500).collect::<String>()))
        .filter(row::Column::Id.eq(id))
        .exec(tx.conn())
        .await
        .map(drop)
}

/// How many entries wait.
pub async fn waiting(db: &Db) -> Result<u64, DbErr> {
    row::Entity::find().count(db.read()).await
}

fn is_due(now_ms: i64) -> sea_orm::Condition {
    sea_orm::Condition::all()
        .add(row::Column::NotBeforeMs.lte(now_ms))
        .add(sea_orm::Condition::any().add(row::Column::LeasedUntilMs.is_null()).add(row::Column::LeasedUntilMs.lt(now_ms)))
}
