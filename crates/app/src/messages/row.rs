#![expect(clippy::disallowed_methods, reason = "the entity macro's own expansion")]

pub mod message {
    use crate::{
        ids::{MessageId, OrderId, UserId, VisitId},
        messages::Audience,
    };
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "messages")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: MessageId,
        pub order_id: OrderId,
        pub visit_id: Option<VisitId>,
        pub audience: Audience,
        pub user_id: Option<UserId>,
        pub who: String,
        pub role: String,
        pub body: String,
        pub created_ms: i64,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod read {
    use crate::{
        ids::{OrderId, UserId},
        messages::Audience,
    };
    use sea_orm::entity::prelude::*;

    #[expect(dead_code, reason = "this table is only written and compared")]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "message_reads")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: UserId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub order_id: OrderId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub audience: Audience,
        pub last_id: i64,
    }
    #[expect(dead_code, reason = "the entity macro asks for it")]
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
