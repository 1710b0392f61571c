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
    change!(app, &Actor::system("console") => |change| {
        let user = create(change, person.clone()).await?;
        if !link {
            return Ok(user.id.to_string());
        }
        let secret = one_time::make(change, one_time::Kind::Invitation, Some(user.id)).await?;
        Ok(format!("{}/invitations/{secret}", app.config.public_url()))
    })
}

/// The one-time link by which the first administrator is created; none once there is one.
pub async fn setup_link(app: &App) -> Result<Option<String>> {
    if user::Entity::find().filter(user::Column::Role.eq(Role::Administrator.code())).one(app.db.read()).await?.is_some() {
        return Ok(None);
    }
    let secret = change!(app, &Actor::system("console") => |change| one_time::make(change, one_time::Kind::Setup, None).await)?;
    Ok(Some(format!("{}/setup/{secret}", app.config.public_url())))
}
