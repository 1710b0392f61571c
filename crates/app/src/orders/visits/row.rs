#![expect(clippy::disallowed_methods, reason = "the entity macro's own expansion")]

pub mod visit {
    use crate::{
        ids::{OrderId, UserId, VisitId, WorkerId},
        orders::VisitStatus,
    };
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "visits")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: VisitId,
        pub order_id: OrderId,
        pub status: VisitStatus,
        pub lead_id: WorkerId,
        pub starts_ms: i64,
        pub ends_ms: i64,
        pub note: String,
        pub offer_until_ms: Option<i64>,
        pub offered_ms: Option<i64>,
        pub accepted_ms: Option<i64>,
        pub departed_ms: Option<i64>,
        pub arrived_ms: Option<i64>,
        pub finished_ms: Option<i64>,
        pub reason: String,
        pub reason_code: String,
        pub override_reason: String,
        pub payout_minor: Option<i64>,
        pub created_by: Option<UserId>,
        pub created_ms: i64,
        pub version: i64,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod crew {
    use crate::ids::{VisitId, WorkerId};
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "visit_workers")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub visit_id: VisitId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub worker_id: WorkerId,
        pub live: bool,
        pub starts_ms: i64,
        pub ends_ms: i64,
        /// Since when the worker is of the crew, ms UTC.
        pub joined_ms: i64,
    }
    impl ActiveModelBehavior for ActiveModel {}
}
