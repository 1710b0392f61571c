//! The tables of this feature.

#![expect(clippy::disallowed_methods, reason = "the entity macro's own expansion")]

/// Where a person can be reached.
pub mod way {
    use super::super::{Channel, WayState};
    use crate::ids::UserId;
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ways")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub user_id: UserId,
        pub channel: Channel,
        /// The chat's id with the provider.
        pub address: String,
        /// The person's name with the provider; may be empty.
        pub name: String,
        pub state: WayState,
        pub linked_ms: i64,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// One message to one person through one channel.
pub mod notification {
    use super::super::{Channel, State};
    use crate::ids::{OrderId, UserId};
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "notifications")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        /// The line of history it tells of.
        pub event_id: i64,
        pub order_id: OrderId,
        pub user_id: UserId,
        pub channel: Channel,
        /// Which wording, by the key of its text.
        pub wording: String,
        pub text: String,
        pub state: State,
        pub attempts: i64,
        pub not_before_ms: i64,
        pub leased_until_ms: Option<i64>,
        /// What the provider said last.
        pub answer: String,
        pub created_ms: i64,
        pub sent_ms: Option<i64>,
    }
    impl ActiveModelBehavior for ActiveModel {}
}
