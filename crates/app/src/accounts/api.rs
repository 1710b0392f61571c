//! The API of accounts.

use super::{
    row::user,
    session::{self, Tokens},
    sign_in::{self, SignIn},
};
use crate::{
    access::{Access, Actor, Role},
    app::App,
    error::{Error, Result},
    ids::UserId,
    web::{ApiBody, Fields, Input, Routes, client::ClientIp, doc, shell::Preferences},
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
};
use sea_orm::EntityTrait;
use serde::Serialize;

pub fn routes() -> Routes {
    Routes::new()
        .post("/api/v1/auth/sessions", Access::Public, doc("Sign in", create_session))
        .post("/api/v1/auth/sessions/refresh", Access::Public, doc("Change the refresh token for new tokens", refresh))
        .delete("/api/v1/auth/sessions/current", Access::SignedIn, doc("Sign out", destroy_current))
        .get("/api/v1/me", Access::SignedIn, doc("Show who is signed in", show_me))
}

/// What signing in gives.
#[derive(Serialize, utoipa::ToSchema)]
struct Session {
    access_token: String,
    token_type: &'static str,
    /// Seconds until the access token ends.
    expires_in: i64,
    refresh_token: String,
    user: UserView,
}

/// A user as the API gives one.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct UserView {
    #[schema(value_type = i64)]
    pub id: UserId,
    pub name: String,
    pub role: Role,
    pub login: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worker_id: Option<i64>,
}

/// Where a request came from, for sessions and the audit.
pub fn origin(headers: &HeaderMap, ClientIp(address): ClientIp, lang: crate::text::i18n::Lang) -> sign_in::From {
    let device = headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or("").chars().take(300).collect();
    sign_in::From { address, device, lang }
}

async fn create_session(
    State(app): State<App>,
    headers: HeaderMap,
    ip: ClientIp,
    body: ApiBody<SignIn>,
) -> Result<(StatusCode, Json<Session>)> {
    let lang = Preferences::of_headers(&headers, &axum::http::Extensions::new()).lang;
    let (user, tokens) = sign_in::sign_in(&app, body.input, &origin(&headers, ip, lang)).await.map_err(unauthenticated)?;
    Ok((StatusCode::CREATED, Json(session_view(&app, &user, tokens).await?)))
}

/// Programs get 401 where people get a fault beside the field.
fn unauthenticated(error: Error) -> Error {
    match &error {
        Error::Invalid(faults) if faults.iter().any(|fault| fault.code == "sign_in_failed") => Error::Unauthenticated,
        _ => error,
    }
}

async fn session_view(app: &App, user: &user::Model, tokens: Tokens) -> Result<Session> {
    Ok(Session {
        access_token: tokens.access,
        token_type: "Bearer",
        expires_in: super::keys::ACCESS_SECONDS,
        refresh_token: tokens.refresh,
        user: view(app, user).await?,
    })
}

async fn view(app: &App, user: &user::Model) -> Result<UserView> {
    let role = Role::parse(&user.role).ok_or_else(|| anyhow::anyhow!("a user of the unknown role {}", user.role))?;
    let worker_id = if role.is_worker() { crate::workers::of_user(app.db.read(), user.id).await?.map(|worker| worker.id.0) } else { None };
    let login = user.login.clone().or_else(|| user.phone.clone()).or_else(|| user.email.clone());
    Ok(UserView { id: user.id, name: user.name.clone(), role, login, worker_id })
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
    let user = user::Entity::find_by_id(tokens.user_id).one(app.db.read()).await?.ok_or(Error::Unauthenticated)?;
    Ok(Json(session_view(&app, &user, tokens).await?))
}

async fn destroy_current(State(app): State<App>, actor: Actor) -> Result<StatusCode> {
    end_current(&app, &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends the session that the request came with.
pub async fn end_current(app: &App, actor: &Actor) -> Result<()> {
    let (Some(user_id), Some(session_id)) = (actor.user_id, actor.session_id) else { return Ok(()) };
    change!(app, actor => |change| session::revoke(change, user_id, Some(session_id)).await)?;
    Ok(())
}

async fn show_me(State(app): State<App>, actor: Actor) -> Result<Json<UserView>> {
    let id = actor.user_id.ok_or(Error::NotFound)?;
    let user = user::Entity::find_by_id(id).one(app.db.read()).await?.ok_or(Error::NotFound)?;
    Ok(Json(view(&app, &user).await?))
}
