#![expect(clippy::disallowed_methods, reason = "the entity macro's own expansion")]

pub mod service {
    use crate::ids::ServiceId;
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "services")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: ServiceId,
        pub name: String,
        pub name_folded: String,
        pub duration_minutes: i64,
        pub checklist: String,
        pub photos_before: i64,
        pub photos_after: i64,
        pub signature_required: bool,
        pub price_minor: Option<i64>,
        pub active: bool,
        pub version: i64,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod service_skill {
    use crate::ids::{ServiceId, SkillId};
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "service_skills")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub service_id: ServiceId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub skill_id: SkillId,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod skill {
    use crate::ids::SkillId;
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "skills")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: SkillId,
        pub name: String,
        pub name_folded: String,
    }
    impl ActiveModelBehavior for ActiveModel {}
}
