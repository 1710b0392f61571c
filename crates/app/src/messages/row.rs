#![expect(clippy::disallowed_methods, reason = "the entity macro's own expansion")]

pub mod chat {
    use crate::{
        ids::{ChatId, OrderId, UserId, VisitId, WorkerId},
        messages::Audience,
    };
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "chats")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: ChatId,
        /// What tells it from all others: `12-customer`.
        pub place: Option<String>,
        pub order_id: Option<OrderId>,
        /// With whose crew it is.
        pub visit_id: Option<VisitId>,
        pub worker_id: Option<WorkerId>,
        pub audience: Audience,
        pub last_id: i64,
        pub waiting_ms: Option<i64>,
        pub taken_by: Option<UserId>,
        /// Up to which message the office has said that no answer is needed.
        pub settled_id: i64,
        /// The same before it was said last that the chat needs no answer.
        pub settled_before: i64,
        /// Up to which message whoever holds the order's link has read.
        pub link_read_id: i64,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod message {
    use crate::ids::{ChatId, MessageId, UserId, VisitId};
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "chat_messages")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: MessageId,
        pub chat_id: ChatId,
        pub visit_id: Option<VisitId>,
        pub user_id: Option<UserId>,
        pub who: String,
        pub role: String,
        pub body: String,
        pub reply_to: Option<MessageId>,
        /// The messenger that it came by, if it came by one.
        pub channel: Option<String>,
        /// When it first came to somebody by a messenger.
        pub delivered_ms: Option<i64>,
        pub created_ms: i64,
        pub edited_ms: Option<i64>,
        pub deleted_ms: Option<i64>,
        pub version: i64,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod version {
    use crate::ids::{MessageId, UserId};
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "chat_message_versions")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub message_id: MessageId,
        pub body: String,
        pub until_ms: i64,
        pub user_id: Option<UserId>,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod read {
    use crate::ids::{ChatId, UserId};
    use sea_orm::entity::prelude::*;

    #[expect(dead_code, reason = "this table is only written and compared")]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "chat_reads")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: UserId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub chat_id: ChatId,
        pub last_id: i64,
    }
    #[expect(dead_code, reason = "the entity macro asks for it")]
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod mention {
    use crate::ids::{ChatId, MessageId, UserId};
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "chat_mentions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub message_id: MessageId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: UserId,
        pub chat_id: ChatId,
        pub name: String,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod reply {
    use crate::{ids::QuickReplyId, messages::Audience};
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "quick_replies")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: QuickReplyId,
        pub audience: Audience,
        pub body: String,
        pub place: i64,
        pub version: i64,
    }
    impl ActiveModelBehavior for ActiveModel {}
}
