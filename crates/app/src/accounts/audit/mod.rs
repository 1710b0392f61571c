//! The audit log: who did what when, written with the deed and never changed.

mod log;

use super::row::user;
use crate::{error::Result, ids::UserId, live::Audience, web::Change};
use sea_orm::{ActiveValue::Set, entity::prelude::*};

pub mod row {
    #![expect(clippy::disallowed_methods, reason = "the entity macro's own expansion")]
    use crate::ids::UserId;
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub at_ms: i64,
        pub user_id: Option<UserId>,
        pub who: String,
        pub deed: String,
        pub object_kind: String,
        pub object_id: Option<i64>,
        pub detail: String,
        pub address: String,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

pub use log::{Line, latest_about, next_page, routes};

/// Notes a deed of the change's actor; each deed has a text `audit-deed-<deed with hyphens>`.
pub async fn record(change: &Change, deed: &str, object_kind: &str, object_id: Option<i64>, detail: &str) -> Result<()> {
    let by = (change.actor.user_id, change.actor.name.as_str());
    write(change, by, deed, (object_kind, object_id), detail).await
}

/// Notes a deed of somebody who is not signed in yet, or no longer, about their own account.
pub async fn record_of(change: &Change, user_id: UserId, deed: &str, detail: &str) -> Result<()> {
    let person = user::Entity::find_by_id(user_id).one(change.tx.conn()).await?;
    let name = person.map(|person| person.name).unwrap_or_default();
    write(change, (Some(user_id), &name), deed, ("user", Some(user_id.0)), detail).await
}

async fn write(change: &Change, by: (Option<UserId>, &str), deed: &str, object: (&str, Option<i64>), detail: &str) -> Result<()> {
    let line = row::ActiveModel {
        at_ms: Set(change.now),
        user_id: Set(by.0),
        who: Set(by.1.to_owned()),
        deed: Set(deed.to_owned()),
        object_kind: Set(object.0.to_owned()),
        object_id: Set(object.1),
        detail: Set(detail.chars().take(4000).collect()),
        address: Set(change.actor.address.clone()),
        ..Default::default()
    };
    row::Entity::insert(line).exec_without_returning(change.tx.conn()).await?;
    if matches!(object.0, "service" | "user" | "worker") {
        // Who works here and what is offered is kept ready for lists to choose from.
        change.signal(vec!["directory".to_owned()], Audience { staff: true, ..Audience::default() });
    }
    Ok(())
}
