#![expect(clippy::disallowed_methods, reason = "the entity macro's own expansion")]

use super::{OrderStatus, Priority, Source};
use crate::ids::{CustomerId, OrderId, ServiceId, UserId, VisitId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "orders")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: OrderId,
    pub number: String,
    pub status: OrderStatus,
    pub open: bool,
    pub customer_id: CustomerId,
    pub service_id: ServiceId,
    pub address: String,
    pub district: String,
    pub entrance: String,
    pub floor: String,
    pub flat: String,
    pub intercom: String,
    pub lat: Option<f64>,
    pub lon: Option<f64>,
    pub zone: String,
    pub description: String,
    pub requirements: String,
    pub desired_from_ms: Option<i64>,
    pub desired_to_ms: Option<i64>,
    pub priority: Priority,
    pub price_minor: Option<i64>,
    pub source: Source,
    pub created_by: Option<UserId>,
    pub created_ms: i64,
    pub status_ms: i64,
    pub completed_ms: Option<i64>,
    pub reason: String,
    pub wake_ms: Option<i64>,
    pub held_status: Option<OrderStatus>,
    pub problem: Option<super::Problem>,
    pub problem_ms: Option<i64>,
    pub cancel_requested_by: Option<UserId>,
    pub visit_id: Option<VisitId>,
    pub due_ms: i64,
    pub version: i64,
}
impl ActiveModelBehavior for ActiveModel {}
