#![expect(clippy::disallowed_methods, reason = "the entity macro's own expansion")]

use crate::ids::{UserId, VisitId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reports")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub visit_id: VisitId,
    pub body: String,
    pub checklist: String,
    pub signed_by: String,
    pub updated_by: Option<UserId>,
    pub updated_ms: i64,
    pub version: i64,
}
impl ActiveModelBehavior for ActiveModel {}
