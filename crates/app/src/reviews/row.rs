#![expect(clippy::disallowed_methods, reason = "the entity macro's own expansion")]

use crate::ids::{OrderId, UserId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reviews")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub order_id: OrderId,
    pub stars: i64,
    pub body: String,
    pub user_id: Option<UserId>,
    pub created_ms: i64,
    pub updated_ms: i64,
    pub version: i64,
}
impl ActiveModelBehavior for ActiveModel {}
