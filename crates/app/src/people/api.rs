//! The API of people: registration, users, one's own data.

use super::{
    arrive,
    form::{Block, Invitation, Registration, RoleChange, UserChange},
    manage,
    query::{self, Filter},
    twins,
};
use crate::{
    access::{Access, Actor},
    accounts::{
        Origin, UserView,
        api::{Session, own_id},
        one_time, user,
    },
    app::App,
    error::Result,
    ids::UserId,
    web::{ApiBody, Change, Created, Routes, Versioned, api::HasVersion, doc, input::Query, paging::List},
};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde::{Deserialize, Serialize};

pub(super) fn routes() -> Routes {
    Routes::new()
        .post("/api/v1/auth/registrations", Access::Public, doc("Sign up as a customer", register))
        .patch("/api/v1/me", Access::SignedIn, doc("Change one's own data", update_me))
        .get("/api/v1/users", Access::Administrator, doc("List users", index))
        .post("/api/v1/users/invitations", Access::Administrator, doc("Invite a person; the answer holds the one-time link", invite))
        .get("/api/v1/users/{id}", Access::Administrator, doc("Show a user", show))
        .patch("/api/v1/users/{id}", Access::Administrator, doc("Change a user's data", update))
        .put("/api/v1/users/{id}/role", Access::Administrator, doc("Give a user another role", update_role))
        .put("/api/v1/users/{id}/block", Access::Administrator, doc("Block a user", block))
        .delete("/api/v1/users/{id}/block", Access::Administrator, doc("Unblock a user", unblock))
        .delete("/api/v1/users/{id}/sessions", Access::Administrator, doc("End all sessions of a user", end_sessions))
        .post("/api/v1/users/{id}/reset", Access::Staff, doc("Make a one-time link for a new password", reset))
        .post("/api/v1/users/{id}/customer", Access::Staff, doc("Join a customer's record without a login to this account", join))
}

async fn register(State(app): State<App>, from: Origin, body: ApiBody<Registration>) -> Result<(StatusCode, Json<Session>)> {
    let tokens = arrive::register(&app, body.input, &body.command, &from).await?;
    Ok((StatusCode::CREATED, Json(Session::of(&app, tokens).await?)))
}

/// A user as the change has just made them.
async fn as_it_is(change: &Change, id: UserId) -> Result<UserView> {
    Ok(UserView::from(&user::find(change.tx.conn(), change.tx.engine(), id).await?))
}

async fn update_me(State(app): State<App>, actor: Actor, body: ApiBody<UserChange>) -> Result<Versioned<UserView>> {
    manage::update_own(&app, &actor, body.command.version, body.input).await?;
    Ok(Versioned(UserView::from(&user::find(app.db.read(), app.db.engine(), own_id(&actor)?).await?)))
}

async fn index(State(app): State<App>, Query(filter): Query<Filter>) -> Result<Json<List<UserView>>> {
    Ok(Json(query::list(&app, &filter).await?.map(|known| UserView::from(&known))))
}

async fn show(State(app): State<App>, Path(id): Path<UserId>) -> Result<Versioned<UserView>> {
    Ok(Versioned(UserView::from(&user::find(app.db.read(), app.db.engine(), id).await?)))
}

async fn update(State(app): State<App>, actor: Actor, Path(id): Path<UserId>, body: ApiBody<UserChange>) -> Result<Versioned<UserView>> {
    let version = body.command.version;
    let view = once!(app, &actor, &body.command => |change| {
        manage::update(change, id, version, body.input.clone()).await?;
        as_it_is(change, id).await
    })?;
    Ok(Versioned(view))
}

/// A person and the one-time link to hand to them.
#[derive(Serialize, utoipa::ToSchema)]
struct Invited {
    user: UserView,
    link: String,
}

impl HasVersion for Invited {
    fn version(&self) -> i64 {
        self.user.version
    }
}

/// What is kept for repeats: the link is worked out anew, so that its secret is nowhere stored.
#[derive(Serialize, Deserialize)]
struct Kept {
    user: UserView,
    kind: one_time::Kind,
    link: one_time::LinkId,
}

impl Kept {
    async fn answer(self, app: &App) -> Result<Invited> {
        Ok(Invited { user: self.user, link: one_time::address(app, self.kind, self.link).await? })
    }
}

async fn invite(State(app): State<App>, actor: Actor, body: ApiBody<Invitation>) -> Result<Created<Invited>> {
    let kept: Kept = once!(app, &actor, &body.command => |change| {
        let (id, link) = arrive::invite(change, body.input.clone()).await?;
        Ok(Kept { user: as_it_is(change, id).await?, kind: one_time::Kind::Invitation, link })
    })?;
    let location = format!("/api/v1/users/{}", kept.user.id);
    Ok(Created(location, kept.answer(&app).await?))
}

async fn reset(State(app): State<App>, actor: Actor, Path(id): Path<UserId>, body: ApiBody<()>) -> Result<(StatusCode, Json<Invited>)> {
    let kept: Kept = once!(app, &actor, &body.command => |change| {
        let (kind, link) = manage::issue_reset(change, id).await?;
        Ok(Kept { user: as_it_is(change, id).await?, kind, link })
    })?;
    Ok((StatusCode::CREATED, Json(kept.answer(&app).await?)))
}

async fn update_role(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<UserId>,
    body: ApiBody<RoleChange>,
) -> Result<Versioned<UserView>> {
    let version = body.command.version;
    let view = once!(app, &actor, &body.command => |change| {
        manage::change_role(change, id, version, body.input.role).await?;
        as_it_is(change, id).await
    })?;
    Ok(Versioned(view))
}

async fn block(State(app): State<App>, actor: Actor, Path(id): Path<UserId>, body: ApiBody<Block>) -> Result<Versioned<UserView>> {
    let version = body.command.version;
    let view = once!(app, &actor, &body.command => |change| {
        manage::block(change, id, version, &body.input.reason).await?;
        as_it_is(change, id).await
    })?;
    Ok(Versioned(view))
}

async fn unblock(State(app): State<App>, actor: Actor, Path(id): Path<UserId>, body: ApiBody<()>) -> Result<Versioned<UserView>> {
    let version = body.command.version;
    let view = once!(app, &actor, &body.command => |change| {
        manage::unblock(change, id, version).await?;
        as_it_is(change, id).await
    })?;
    Ok(Versioned(view))
}

async fn end_sessions(State(app): State<App>, actor: Actor, Path(id): Path<UserId>) -> Result<StatusCode> {
    change!(app, &actor => |change| manage::end_sessions(change, id).await)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn join(State(app): State<App>, actor: Actor, Path(id): Path<UserId>, body: ApiBody<twins::Join>) -> Result<Versioned<UserView>> {
    let view = once!(app, &actor, &body.command => |change| {
        twins::join(change, id, body.input).await?;
        as_it_is(change, id).await
    })?;
    Ok(Versioned(view))
}
