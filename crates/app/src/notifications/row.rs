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
        /// How often the person had been signed out everywhere by then.
        pub sign_outs: i64,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// One message to one person through one channel.
pub mod delivery {
    use super::super::{Channel, State, Wording};
    use crate::ids::{CustomerId, MessageId, OrderId, UserId, VisitId};
    use sea_orm::{ActiveValue::Set, entity::prelude::*};

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "deliveries")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        /// The entry of the outbox that called for it.
        pub turn: i64,
        pub wording: Wording,
        pub channel: Channel,
        /// `u12`, or `c7` for a customer without a login.
        pub person: String,
        pub user_id: Option<UserId>,
        pub customer_id: Option<CustomerId>,
        /// The order's id, or 0: of one person and thread messages go in their order.
        pub thread: i64,
        pub order_id: Option<OrderId>,
        pub visit_id: Option<VisitId>,
        pub message_id: Option<MessageId>,
        pub facts: String,
        pub rest: String,
        pub state: State,
        pub attempts: i64,
        pub due_ms: Option<i64>,
        pub ask_ms: Option<i64>,
        pub escalate_ms: Option<i64>,
        pub provider_id: String,
        /// What the provider said last.
        pub answer: String,
        pub cost_minor: Option<i64>,
        pub parts: i64,
        pub created_ms: i64,
        pub sent_ms: Option<i64>,
        pub delivered_ms: Option<i64>,
        pub read_ms: Option<i64>,
        /// Which phone or mailbox it went to, as a mark of it.
        pub address_mark: Option<String>,
        /// When a mail server sent it back.
        pub returned_ms: Option<i64>,
    }
    impl ActiveModelBehavior for ActiveModel {}

    impl Model {
        /// A row that tells the same person the same through the same channel and no other, due `now`.
        pub fn anew(self, now: i64) -> ActiveModel {
            ActiveModel {
                turn: Set(self.turn),
                wording: Set(self.wording),
                channel: Set(self.channel),
                person: Set(self.person),
                user_id: Set(self.user_id),
                customer_id: Set(self.customer_id),
                thread: Set(self.thread),
                order_id: Set(self.order_id),
                visit_id: Set(self.visit_id),
                message_id: Set(self.message_id),
                facts: Set(self.facts),
                rest: Set(String::new()),
                state: Set(State::Queued),
                attempts: Set(0),
                due_ms: Set(Some(now)),
                provider_id: Set(String::new()),
                answer: Set(String::new()),
                parts: Set(0),
                created_ms: Set(now),
                ..Default::default()
            }
        }
    }
}

/// An address that takes nothing any more, for channels whose addresses people have anyway: phones and mailboxes.
pub mod dead_address {
    use super::super::Channel;
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "dead_addresses")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub channel: Channel,
        #[sea_orm(primary_key, auto_increment = false)]
        pub address: String,
        pub since_ms: i64,
        pub why: String,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// A browser that shows messages by itself.
pub mod device {
    use crate::ids::{SessionId, UserId};
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "push_devices")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub user_id: UserId,
        pub subscription: String,
        pub digest: String,
        pub device: String,
        pub created_ms: i64,
        /// In which the person let it in; it ends with that.
        pub session_id: Option<SessionId>,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// What the company has set for one kind of message.
pub mod rule {
    use super::super::{Kind, Side};
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "notice_rules")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub side: Side,
        #[sea_orm(primary_key, auto_increment = false)]
        pub kind: Kind,
        pub channels: String,
        pub must_reach: bool,
        pub wait_minutes: i64,
        pub version: i64,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// What a person has chosen for one kind of message.
pub mod choice {
    use super::super::Kind;
    use crate::ids::UserId;
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "notice_choices")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: UserId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub kind: Kind,
        pub channels: String,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// When a person wants to be left alone, in minutes of the day.
pub mod quiet {
    use crate::ids::UserId;
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "quiet_hours")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: UserId,
        pub from_minute: i64,
        pub to_minute: i64,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// The company's own words for a message.
pub mod text {
    use super::super::{Channel, Wording};
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "notice_texts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub wording: Wording,
        #[sea_orm(primary_key, auto_increment = false)]
        pub channel: Channel,
        #[sea_orm(primary_key, auto_increment = false)]
        pub language: String,
        pub body: String,
        pub version: i64,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// That something was told already, so that it is told once.
pub mod mark {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "notice_marks")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub what: String,
        pub at_ms: i64,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// Until when a provider has asked to be left alone.
pub mod pause {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "pauses")]
    pub struct Model {
        /// The channel's code, or the host of one of its several services.
        #[sea_orm(primary_key, auto_increment = false)]
        pub provider: String,
        pub until_ms: i64,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// What does not go with a provider.
pub mod trouble {
    use super::super::{Channel, health::Direction};
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "troubles")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub channel: Channel,
        #[sea_orm(primary_key, auto_increment = false)]
        pub direction: Direction,
        pub since_ms: i64,
        /// What the provider or the network said last.
        pub why: String,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// Something that came by a messenger.
pub mod arrival {
    use super::super::Channel;
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "arrivals")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub channel: Channel,
        pub arrival_key: String,
        pub chat: String,
        pub body: String,
        pub came_ms: i64,
        /// When it is to be taken up; none once it was answered.
        pub due_ms: Option<i64>,
        pub attempts: i64,
    }
    impl ActiveModelBehavior for ActiveModel {}
}
