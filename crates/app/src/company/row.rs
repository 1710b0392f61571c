#![expect(clippy::disallowed_methods, reason = "the entity macro's own expansion")]
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "company")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub name: String,
    pub time_zone: String,
    pub phone: String,
    pub hours: String,
    pub offer_minutes: i64,
    pub auto_accept: bool,
    pub specialist_sees_price: bool,
    pub dispatcher_sees_money: bool,
    pub consent_text: String,
    pub consent_version: i64,
    pub version: i64,
    /// Minutes of the day between which nobody is disturbed, unless they have chosen other hours.
    pub quiet_from: i64,
    pub quiet_to: i64,
    /// Whether names, addresses and phones may be told in other countries' messengers.
    pub foreign_details: bool,
    /// Whether specialists are in the customer's chat of their orders.
    pub specialist_in_customer_chat: bool,
}
impl ActiveModelBehavior for ActiveModel {}
