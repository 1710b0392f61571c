#![expect(clippy::disallowed_methods, reason = "the entity macro's own expansion")]

use super::CustomerKind;
use crate::ids::{CustomerId, UserId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "customers")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: CustomerId,
    pub kind: CustomerKind,
    pub name: String,
    pub name_folded: String,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub note: String,
    pub user_id: Option<UserId>,
    pub created_ms: i64,
    pub version: i64,
}
impl ActiveModelBehavior for ActiveModel {}
