#![expect(clippy::disallowed_methods, reason = "the entity macro's own expansion")]

pub mod user {
    use crate::ids::UserId;
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "users")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: UserId,
        pub role: String,
        pub name: String,
        pub name_folded: String,
        pub login: Option<String>,
        pub phone: Option<String>,
        pub email: Option<String>,
        pub password_hash: Option<String>,
        pub language: String,
        pub theme: String,
        pub created_ms: i64,
        pub blocked_ms: Option<i64>,
        pub blocked_reason: Option<String>,
        pub last_seen_ms: Option<i64>,
        pub version: i64,
        /// The zone in which the person's day goes; nothing where the company's holds.
        pub zone: Option<String>,
        /// How often the person was signed out everywhere.
        pub sign_outs: i64,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod session {
    use crate::ids::{SessionId, UserId};
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sessions")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: SessionId,
        pub user_id: UserId,
        pub created_ms: i64,
        pub used_ms: i64,
        pub expires_ms: i64,
        pub revoked_ms: Option<i64>,
        pub address: String,
        pub device: String,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod refresh_token {
    use crate::ids::SessionId;
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "refresh_tokens")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub session_id: SessionId,
        pub hash: String,
        pub created_ms: i64,
        pub used_ms: Option<i64>,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod one_time_link {
    use crate::ids::UserId;
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "one_time_links")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub kind: String,
        pub hash: String,
        pub user_id: Option<UserId>,
        pub created_ms: i64,
        pub expires_ms: i64,
        pub used_ms: Option<i64>,
        pub created_by: Option<UserId>,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod consent {
    use crate::ids::UserId;
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "consents")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub user_id: UserId,
        pub text_version: i64,
        pub text: String,
        pub given_ms: i64,
        pub address: String,
        pub withdrawn_ms: Option<i64>,
    }
    impl ActiveModelBehavior for ActiveModel {}
}
