//! The audit log: who did what when, written with the deed and never changed.

use crate::{error::Result, ids::UserId, web::Change};
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

/// Notes a deed of the change's actor.
pub async fn record(change: &Change, deed: &str, object_kind: &str, object_id: Option<i64>, detail: &str) -> Result<()> {
    let user_id: Option<UserId> = change.actor.user_id;
    let line = row::ActiveModel {
        at_ms: Set(change.now),
        user_id: Set(user_id),
        who: Set(change.actor.name.clone()),
        deed: Set(deed.to_owned()),
        object_kind: Set(object_kind.to_owned()),
        object_id: Set(object_id),
        detail: Set(detail.chars().take(4000).collect()),
        address: Set(change.actor.address.clone()),
        ..Default::default()
    };
    row::Entity::insert(line).exec_without_returning(change.tx.conn()).await?;
    Ok(())
}
