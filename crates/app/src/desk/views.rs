//! Saved views: a board's filters under a name of one's own.

use super::again::{self, OneField};
use crate::{
    access::Actor,
    accounts::api::own_id,
    app::App,
    error::{Error, Result},
    web::{
        Command, Fields, Input, Posted, Shell,
        page::{see_other, see_other_with},
    },
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use sea_orm::{ActiveValue::Set, entity::prelude::*};

mod row {
    #![expect(clippy::disallowed_methods, reason = "the entity macro's own expansion")]
    use crate::ids::UserId;
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "saved_views")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub user_id: UserId,
        pub name: String,
        pub query: String,
        pub created_ms: i64,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// One person keeps at most so many.
const MOST: u64 = 30;

/// A view as typed.
#[derive(Clone)]
pub struct NewView {
    name: String,
    query: String,
}

impl Input for NewView {
    fn read(fields: &mut Fields) -> Self {
        Self { name: fields.text("name", 100), query: fields.optional_text("query", 1000) }
    }
}

pub async fn create(State(app): State<App>, actor: Actor, shell: Shell, posted: Posted<NewView>) -> Result<Response> {
    let (view, form, command) = posted.into_parts();
    let typed = form.value("query");
    let saved = match view {
        Ok(view) => save(&app, &actor, &command, &view).await,
        Err(e) => Err(e),
    };
    if let Err(e) = saved {
        let ask = OneField {
            action: "/views".into(),
            back: board(&typed),
            field: "name",
            label: "desk-view-name",
            is_long: false,
            along: Some("query"),
        };
        return again::page(shell, e, form, ask);
    }
    Ok(see_other_with(&board(&typed), "flash-view-saved"))
}

/// The board as this query shows it.
fn board(query: &str) -> String {
    format!("/orders?{}", query.chars().filter(char::is_ascii_graphic).collect::<String>())
}

async fn save(app: &App, actor: &Actor, command: &Command, view: &NewView) -> Result<i64> {
    let user_id = own_id(actor)?;
    once!(app, actor, command => |change| {
        let conn = change.tx.conn();
        if row::Entity::find().filter(row::Column::UserId.eq(user_id)).count(conn).await? >= MOST {
            return Err(Error::field("name", "too_many_views"));
        }
        let row = row::ActiveModel {
            user_id: Set(user_id),
            name: Set(view.name.clone()),
            query: Set(view.query.clone()),
            created_ms: Set(change.now),
            ..Default::default()
        };
        Ok(row::Entity::insert(row).exec(conn).await?.last_insert_id)
    })
}

pub async fn destroy(State(app): State<App>, actor: Actor, Path(id): Path<i64>, posted: Posted<()>) -> Result<Response> {
    let ((), command) = posted.input()?;
    let user_id = own_id(&actor)?;
    once!(app, &actor, &command => |change| {
        let own = row::Entity::delete_many().filter(row::Column::Id.eq(id)).filter(row::Column::UserId.eq(user_id));
        if own.exec(change.tx.conn()).await?.rows_affected == 0 { Err(Error::NotFound) } else { Ok(()) }
    })?;
    Ok(see_other("/orders"))
}
