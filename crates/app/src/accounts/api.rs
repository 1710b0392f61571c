//! The API of accounts: signing in and out, one's own sessions and password.

use super::{
    Origin, UserView, keys, own,
    own::PasswordChange,
    session::{self, Tokens},
    sign_in::{self, SignIn},
    user::{self, rfc3339},
};
use crate::{
    access::{Access, Actor},
    app::App,
    error::{Error, Result},
    ids::{SessionId, UserId},
    web::{ApiBody, Fields, Input, Routes, Versioned, doc, paging::List},
};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde::Serialize;

pub(super) fn routes() -> Routes {
    Routes::new()
        .post("/api/v1/auth/sessions", Access::Public, doc("Sign in", create_session))
        .get("/api/v1/auth/sessions", Access::SignedIn, doc("List one's own sessions", sessions))
        .delete(
            "/api/v1/auth/sessions",
            Access::SignedIn,
            doc("End all of one's own sessions but this one, and the messengers that are linked", destroy_others),
        )
        .post("/api/v1/auth/sessions/refresh", Access::Public, doc("Change the refresh token for new tokens", refresh))
        .delete("/api/v1/auth/sessions/current", Access::SignedIn, doc("Sign out", destroy_current))
        .delete("/api/v1/auth/sessions/{id}", Access::SignedIn, doc("End one of one's own sessions", destroy_session))
        .get("/api/v1/me", Access::SignedIn, doc("Show who is signed in", show_me))
        .put(
            "/api/v1/me/password",
            Access::SignedIn,
            doc("Choose another password; the other sessions end, and the messengers that are linked", update_password),
        )
}

/// What signing in gives.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Session {
    access_token: String,
    token_type: &'static str,
    /// Seconds until the access token ends.
    expires_in: i64,
    refresh_token: String,
    user: UserView,
}

impl Session {
    /// The answer to a person who just signed in.
    pub async fn of(app: &App, tokens: Tokens) -> Result<Self> {
        let user = user::find(app.db.read(), app.db.engine(), tokens.user_id).await?;
        Ok(Self {
            access_token: tokens.access,
            token_type: "Bearer",
            expires_in: keys::ACCESS_SECONDS,
            refresh_token: tokens.refresh,
            user: UserView::from(&user),
        })
    }
}

async fn create_session(State(app): State<App>, from: Origin, body: ApiBody<SignIn>) -> Result<(StatusCode, Json<Session>)> {
    let (_, tokens) = sign_in::sign_in(&app, body.input, &from).await.map_err(unauthenticated)?;
    Ok((StatusCode::CREATED, Json(Session::of(&app, tokens).await?)))
}

/// Programs get 401 where people get a fault beside the field.
fn unauthenticated(error: Error) -> Error {
    match &error {
        Error::Invalid(faults) if faults.iter().any(|fault| fault.code == "sign_in_failed") => Error::Request(401, "sign_in_failed"),
        _ => error,
    }
}

struct Refresh {
    token: String,
}

impl Input for Refresh {
    fn read(fields: &mut Fields) -> Self {
        Self { token: fields.text("refresh_token", 200) }
    }
}

async fn refresh(State(app): State<App>, body: ApiBody<Refresh>) -> Result<Json<Session>> {
    let tokens = session::refresh(&app, &body.input.token).await?;
    Ok(Json(Session::of(&app, tokens).await?))
}

/// A session as the API gives one.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
struct SessionView {
    #[schema(value_type = i64)]
    id: SessionId,
    /// The browser's or program's own name for itself.
    device: String,
    address: String,
    created_at: String,
    used_at: String,
    expires_at: String,
    /// The one that asks.
    current: bool,
}

async fn sessions(State(app): State<App>, actor: Actor) -> Result<Json<List<SessionView>>> {
    let alive = session::list(app.db.read(), own_id(&actor)?, app.clock.now_ms()).await?;
    let view = |session: super::row::session::Model| SessionView {
        current: actor.session_id == Some(session.id),
        id: session.id,
        device: session.device,
        address: session.address,
        created_at: rfc3339(session.created_ms),
        used_at: rfc3339(session.used_ms),
        expires_at: rfc3339(session.expires_ms),
    };
    Ok(Json(List { items: alive.into_iter().map(view).collect(), next_cursor: None }))
}

async fn destroy_session(State(app): State<App>, actor: Actor, Path(id): Path<SessionId>) -> Result<StatusCode> {
    let user_id = own_id(&actor)?;
    change!(app, &actor => |change| session::revoke_own(change, user_id, id).await)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn destroy_others(State(app): State<App>, actor: Actor) -> Result<StatusCode> {
    end_others(&app, &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn destroy_current(State(app): State<App>, actor: Actor) -> Result<StatusCode> {
    end_current(&app, &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends the session that the request came with.
pub async fn end_current(app: &App, actor: &Actor) -> Result<()> {
    let (Some(user_id), Some(session_id)) = (actor.user_id, actor.session_id) else { return Ok(()) };
    essential!(app, actor => |change| session::revoke_own(change, user_id, session_id).await)
}

/// Signs the person out everywhere but in the session that the request came with, in messengers too.
pub async fn end_others(app: &App, actor: &Actor) -> Result<()> {
    let user_id = own_id(actor)?;
    change!(app, actor => |change| {
        session::sign_out_everywhere(change, user_id, actor.session_id).await?;
        super::audit::record(change, "session.ended", "user", Some(user_id.0), "").await
    })
}

async fn show_me(State(app): State<App>, actor: Actor) -> Result<Versioned<UserView>> {
    let known = user::find(app.db.read(), app.db.engine(), own_id(&actor)?).await?;
    Ok(Versioned(UserView::from(&known)))
}

async fn update_password(State(app): State<App>, actor: Actor, body: ApiBody<PasswordChange>) -> Result<StatusCode> {
    own::change_password(&app, &actor, body.input).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The id of the person who asks; whoever holds a mere link has none.
pub fn own_id(actor: &Actor) -> Result<UserId> {
    actor.user_id.ok_or(Error::NotFound)
}
