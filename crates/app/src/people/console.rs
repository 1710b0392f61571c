//! People made from the machine's own console: the first administrator's link, and `user create`.

use super::{NewPerson, create};
use crate::{
    access::{Actor, Role},
    accounts::{one_time, row::user},
    app::App,
    error::Result,
};
use sea_orm::entity::prelude::*;

/// Creates a person; the answer is their id, or with `link` the one-time link by which they choose a password.
pub async fn create_by_console(app: &App, person: NewPerson, link: bool) -> Result<String> {
    let (id, made) = change!(app, &Actor::system("console") => |change| {
        let user = create(change, person.clone()).await?;
        let made = if link { Some(one_time::make(change, one_time::Kind::Invitation, Some(user.id)).await?) } else { None };
        Ok((user.id, made))
    })?;
    match made {
        Some(made) => one_time::address(app, one_time::Kind::Invitation, made).await,
        None => Ok(id.to_string()),
    }
}

/// The one-time link by which the first administrator is created; none once there is one.
pub async fn setup_link(app: &App) -> Result<Option<String>> {
    if user::Entity::find().filter(user::Column::Role.eq(Role::Administrator.code())).one(app.db.read()).await?.is_some() {
        return Ok(None);
    }
    let made = change!(app, &Actor::system("console") => |change| one_time::make(change, one_time::Kind::Setup, None).await)?;
    one_time::address(app, one_time::Kind::Setup, made).await.map(Some)
}
