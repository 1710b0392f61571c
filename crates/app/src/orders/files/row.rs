#![expect(clippy::disallowed_methods, reason = "the entity macro's own expansion")]

use super::FileKind;
use crate::{
    ids::{FileId, MessageId, OrderId, UserId, VisitId},
    orders::Reader,
};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "files")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: FileId,
    pub order_id: Option<OrderId>,
    pub visit_id: Option<VisitId>,
    pub message_id: Option<MessageId>,
    pub kind: FileKind,
    pub audience: Reader,
    pub name: String,
    pub media_type: String,
    pub bytes: i64,
    pub width: Option<i64>,
    pub height: Option<i64>,
    pub sha256: String,
    pub stored_key: String,
    pub display_key: Option<String>,
    pub thumbnail_key: Option<String>,
    pub uploaded_by: Option<UserId>,
    pub taken_ms: Option<i64>,
    pub created_ms: i64,
}
impl ActiveModelBehavior for ActiveModel {}
