#![expect(clippy::disallowed_methods, reason = "the entity macro's own expansion")]

pub mod worker {
    use crate::{
        ids::{UserId, WorkerId},
        workers::WorkerKind,
    };
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "workers")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: WorkerId,
        pub user_id: UserId,
        pub kind: WorkerKind,
        pub contact_phone: Option<String>,
        pub zones: String,
        pub hours: String,
        pub note: String,
        pub active: bool,
        pub version: i64,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod worker_skill {
    use crate::ids::{SkillId, WorkerId};
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "worker_skills")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub worker_id: WorkerId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub skill_id: SkillId,
    }
    impl ActiveModelBehavior for ActiveModel {}
}
