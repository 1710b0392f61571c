//! Being signed in: sessions, their rotating refresh tokens, and the layer that recognises who asks.

use super::{
    audit, one_time,
    row::{refresh_token, session, user},
};
use crate::{
    access::{Actor, Role, Who},
    app::App,
    error::{Error, Result},
    ids::{CustomerId, SessionId, UserId, WorkerId},
    live::Signal,
    text::i18n::Lang,
    web::{Change, client::ClientIp, shell::cookie},
};
use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, HeaderValue, header, request::Parts},
    middleware::Next,
    response::Response,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sea_orm::{ActiveValue::Set, FromQueryResult, QuerySelect, entity::prelude::*};
use sha2::{Digest, Sha256};

const DAY_MS: i64 = 86_400_000;
/// Unused for so long, a session ends.
const IDLE_MS: i64 = 30 * DAY_MS;
/// However busy, a session ends after so long.
const ABSOLUTE_MS: i64 = 180 * DAY_MS;
/// Requests that left together may bring the same refresh token; later it is a stolen one.
const GRACE_MS: i64 = 10_000;

/// What a person gets who signed in.
#[derive(Clone, Debug)]
pub struct Tokens {
    pub access: String,
    pub refresh: String,
    pub user_id: UserId,
    pub session_id: SessionId,
}

/// Starts a session for a person whose identity is proved.
pub async fn start(change: &Change, user_id: UserId, device: &str) -> Result<Tokens> {
    let address = change.actor.address.clone();
    let row = session::ActiveModel {
        user_id: Set(user_id),
        created_ms: Set(change.now),
        used_ms: Set(change.now),
        expires_ms: Set(change.now + IDLE_MS),
        revoked_ms: Set(None),
        address: Set(address),
        device: Set(device.chars().take(300).collect()),
        ..Default::default()
    };
    let session_id = row.insert(change.tx.conn()).await?.id;
    note_seen(change, user_id).await?;
    tokens(change, user_id, session_id).await
}

/// Remembers that the person was here; at sign-in and refresh, so at most every few minutes.
async fn note_seen(change: &Change, user_id: UserId) -> Result<()> {
    let seen = user::Entity::update_many().col_expr(user::Column::LastSeenMs, change.now.into());
    seen.filter(user::Column::Id.eq(user_id)).exec(change.tx.conn()).await?;
    Ok(())
}

async fn tokens(change: &Change, user_id: UserId, session_id: SessionId) -> Result<Tokens> {
    let refresh = secret();
    let row = refresh_token::ActiveModel {
        session_id: Set(session_id),
        hash: Set(digest(&refresh)),
        created_ms: Set(change.now),
        used_ms: Set(None),
        ..Default::default()
    };
    refresh_token::Entity::insert(row).exec_without_returning(change.tx.conn()).await?;
    let access = change.app.keys.sign(user_id, session_id, change.now)?;
    Ok(Tokens { access, refresh, user_id, session_id })
}

/// 256 random bits as text.
pub fn secret() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// How a secret is stored: it has entropy enough to need no salt.
pub fn digest(secret: &str) -> String {
    Sha256::digest(secret.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Gives new tokens for a refresh token, which is thereby used up.
///
/// A token that comes again within ten seconds, before its successor was used, belongs to requests that left
/// together and gets tokens too. Later it is taken for stolen: the session ends for whoever holds it.
pub async fn refresh(app: &App, token: &str) -> Result<Tokens> {
    let hash = digest(token);
    let outcome = essential!(app, &Actor::system("refresh") => |change| rotate(change, &hash).await)?;
    outcome.ok_or(Error::Unauthenticated)
}

async fn rotate(change: &Change, hash: &str) -> Result<Option<Tokens>> {
    let conn = change.tx.conn();
    let Some(found) = refresh_token::Entity::find().filter(refresh_token::Column::Hash.eq(hash)).one(conn).await? else { return Ok(None) };
    // The session's row is the lock of the whole family of tokens.
    let Some(session) = session::Entity::find_by_id(found.session_id).lock_exclusive().one(conn).await? else { return Ok(None) };
    let Some(token) = refresh_token::Entity::find_by_id(found.id).one(conn).await? else { return Ok(None) };
    let Some(person) = user::Entity::find_by_id(session.user_id).one(conn).await? else { return Ok(None) };
    if session.revoked_ms.is_some() || session.expires_ms <= change.now || person.blocked_ms.is_some() {
        return Ok(None);
    }
    if let Some(used_ms) = token.used_ms
        && (change.now - used_ms > GRACE_MS || successor_was_used(conn, &token).await?)
    {
        revoke(change, session.user_id, session.id).await?;
        audit::record_of(change, session.user_id, "session.token_reused", "").await?;
        return Ok(None);
    }
    if token.used_ms.is_none() {
        refresh_token::Entity::update_many()
            .col_expr(refresh_token::Column::UsedMs, change.now.into())
            .filter(refresh_token::Column::Id.eq(token.id))
            .exec(conn)
            .await?;
    }
    let expires = (change.now + IDLE_MS).min(session.created_ms + ABSOLUTE_MS);
    session::Entity::update_many()
        .col_expr(session::Column::UsedMs, change.now.into())
        .col_expr(session::Column::ExpiresMs, expires.into())
        .filter(session::Column::Id.eq(session.id))
        .exec(conn)
        .await?;
    note_seen(change, session.user_id).await?;
    tokens(change, session.user_id, session.id).await.map(Some)
}

async fn successor_was_used(conn: &impl ConnectionTrait, token: &refresh_token::Model) -> Result<bool> {
    let used = refresh_token::Entity::find()
        .filter(refresh_token::Column::SessionId.eq(token.session_id))
        .filter(refresh_token::Column::Id.gt(token.id))
        .filter(refresh_token::Column::UsedMs.is_not_null());
    Ok(used.one(conn).await?.is_some())
}

/// Ends one session of a person; its open pages are told at once.
async fn revoke(change: &Change, user_id: UserId, id: SessionId) -> Result<u64> {
    let ended = end(change, user_id, Some(session::Column::Id.eq(id))).await?;
    cut_streams(change, user_id, Some(id));
    Ok(ended)
}

/// Ends at once all that a person is recognised by: every session but the one to `keep`, the messengers that they have linked, and the
/// codes to link more.
pub async fn sign_out_everywhere(change: &Change, user_id: UserId, keep: Option<SessionId>) -> Result<()> {
    end(change, user_id, keep.map(|id| session::Column::Id.ne(id))).await?;
    let once_more = sea_orm::ExprTrait::add(user::Column::SignOuts.into_expr(), 1);
    let links = user::Entity::update_many().col_expr(user::Column::SignOuts, once_more).filter(user::Column::Id.eq(user_id));
    links.exec(change.tx.conn()).await?;
    one_time::end(change, one_time::Kind::Messenger, Some(user_id)).await?;
    match keep {
        None => cut_streams(change, user_id, None),
        // The pages of the one that is kept go on with what is typed there.
        Some(_) => {
            let ended =
                session::Entity::find().filter(session::Column::UserId.eq(user_id)).filter(session::Column::RevokedMs.eq(change.now));
            for session in ended.all(change.tx.conn()).await? {
                cut_streams(change, user_id, Some(session.id));
            }
        }
    }
    Ok(())
}

/// How often a person was signed out everywhere: what they are recognised by counts until it is once more.
pub async fn sign_outs(conn: &impl ConnectionTrait, user_id: UserId) -> Result<i64> {
    Ok(user::Entity::find_by_id(user_id).one(conn).await?.ok_or(Error::NotFound)?.sign_outs)
}

/// Ends one session that is the person's own and alive.
///
/// # Errors
/// [`Error::NotFound`] for any other.
pub async fn revoke_own(change: &Change, user_id: UserId, id: SessionId) -> Result<()> {
    if revoke(change, user_id, id).await? == 0 {
        return Err(Error::NotFound);
    }
    audit::record(change, "session.ended", "session", Some(id.0), "").await
}

async fn end(change: &Change, user_id: UserId, which: Option<sea_orm::sea_query::SimpleExpr>) -> Result<u64> {
    let mut sessions = session::Entity::update_many()
        .col_expr(session::Column::RevokedMs, change.now.into())
        .filter(session::Column::UserId.eq(user_id))
        .filter(session::Column::RevokedMs.is_null())
        .filter(session::Column::ExpiresMs.gt(change.now));
    if let Some(which) = which {
        sessions = sessions.filter(which);
    }
    Ok(sessions.exec(change.tx.conn()).await?.rows_affected)
}

/// Open streams end, so that they come back with the rights of this moment, or not at all.
pub fn cut_streams(change: &Change, user_id: UserId, only: Option<SessionId>) {
    let hub = change.app.hub.clone();
    change.tx.after_commit(move || hub.publish(Signal::revoked(user_id.0, only.map(|id| id.0))));
}

/// The sessions of a person that are alive, newest first.
pub async fn list(conn: &impl ConnectionTrait, user_id: UserId, now_ms: i64) -> Result<Vec<session::Model>> {
    use sea_orm::QueryOrder;
    let alive = session::Entity::find()
        .filter(session::Column::UserId.eq(user_id))
        .filter(session::Column::RevokedMs.is_null())
        .filter(session::Column::ExpiresMs.gt(now_ms));
    Ok(alive.order_by_desc(session::Column::UsedMs).limit(100).all(conn).await?)
}

#[derive(FromQueryResult)]
struct Known {
    role: String,
    name: String,
    language: String,
    worker_id: Option<i64>,
    customer_id: Option<i64>,
}

/// Who a live session belongs to. One statement, so revocation, blocking and a new role act at once.
async fn actor_of(app: &App, user_id: UserId, session_id: SessionId, address: String) -> Result<Option<Actor>> {
    const SQL: &str = "SELECT u.role, u.name, u.language, w.id AS worker_id, c.id AS customer_id \
        FROM sessions s JOIN users u ON u.id = s.user_id LEFT JOIN workers w ON w.user_id = u.id LEFT JOIN customers c ON c.user_id = u.id \
        WHERE s.id = ? AND s.user_id = ? AND s.revoked_ms IS NULL AND s.expires_ms > ? AND u.blocked_ms IS NULL";
    let statement = store::sql(app.db.engine(), SQL, [session_id.into(), user_id.into(), app.clock.now_ms().into()]);
    let known = Known::find_by_statement(statement).one(app.db.read()).await?;
    Ok(known.and_then(|known| known.actor(user_id, Some(session_id), address)))
}

/// A person who is recognised by something other than a session: a messenger that is linked to them. Blocking and a new role act
/// at once here too.
pub async fn actor_elsewhere(app: &App, user_id: UserId, address: String) -> Result<Option<Actor>> {
    const SQL: &str = "SELECT u.role, u.name, u.language, w.id AS worker_id, c.id AS customer_id FROM users u \
        LEFT JOIN workers w ON w.user_id = u.id LEFT JOIN customers c ON c.user_id = u.id WHERE u.id = ? AND u.blocked_ms IS NULL";
    let known = Known::find_by_statement(store::sql(app.db.engine(), SQL, [user_id.into()])).one(app.db.read()).await?;
    Ok(known.and_then(|known| known.actor(user_id, None, address)))
}

impl Known {
    fn actor(self, user_id: UserId, session_id: Option<SessionId>, address: String) -> Option<Actor> {
        let who = self.who()?;
        let lang = Lang::parse(&self.language).unwrap_or(Lang::Ru);
        Some(Actor { who, user_id: Some(user_id), session_id, name: self.name, address, lang })
    }

    fn who(&self) -> Option<Who> {
        match (Role::parse(&self.role), self.worker_id, self.customer_id) {
            (Some(Role::Administrator), ..) => Some(Who::Administrator),
            (Some(Role::Dispatcher), ..) => Some(Who::Dispatcher),
            (Some(Role::Specialist), Some(id), _) => Some(Who::Specialist(WorkerId(id))),
            (Some(Role::Contractor), Some(id), _) => Some(Who::Contractor(WorkerId(id))),
            (Some(Role::Customer), _, Some(id)) => Some(Who::Customer(CustomerId(id))),
            _ => None,
        }
    }
}

/// Names of the cookies: over https the prefix makes browsers refuse them from anywhere else.
fn cookie_name(https: bool, name: &str) -> String {
    if https { format!("__Host-{name}") } else { name.to_owned() }
}

fn cookie_line(https: bool, name: &str, value: &str, seconds: i64) -> HeaderValue {
    let secure = if https { "; Secure" } else { "" };
    let line = format!("{}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}", cookie_name(https, name));
    HeaderValue::from_str(&line).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// The cookies of a browser that signed in.
pub fn set_cookies(headers: &mut HeaderMap, https: bool, tokens: &Tokens) {
    headers.append(header::SET_COOKIE, cookie_line(https, "access", &tokens.access, super::keys::ACCESS_SECONDS));
    headers.append(header::SET_COOKIE, cookie_line(https, "refresh", &tokens.refresh, IDLE_MS / 1000));
}

/// Takes the cookies away again.
pub fn clear_cookies(headers: &mut HeaderMap, https: bool) {
    headers.append(header::SET_COOKIE, cookie_line(https, "access", "", 0));
    headers.append(header::SET_COOKIE, cookie_line(https, "refresh", "", 0));
}

/// The layer that recognises who asks, by Bearer token or cookie, and renews a browser's tokens on the way.
pub async fn identify(State(app): State<App>, mut request: Request, next: Next) -> Response {
    if request.uri().path().starts_with("/assets/") {
        return next.run(request).await;
    }
    let https = app.config.is_https();
    let address = ClientIp::of(request.extensions()).to_string();
    match recognise(&app, request.headers(), https, address).await {
        Ok((actor, renewed)) => {
            if let Some(actor) = actor {
                request.extensions_mut().insert(actor);
            }
            let mut response = next.run(request).await;
            let access = format!("{}=", cookie_name(https, "access"));
            let sets_access = |line: &HeaderValue| line.as_bytes().starts_with(access.as_bytes());
            // Signing in or out on the way has the last word.
            if let Some(tokens) = renewed
                && !response.headers().get_all(header::SET_COOKIE).iter().any(sets_access)
            {
                set_cookies(response.headers_mut(), https, &tokens);
            }
            response
        }
        Err(e) => {
            // The layer that shows errors is further in.
            request.extensions_mut().insert(e);
            next.run(request).await
        }
    }
}

async fn recognise(app: &App, headers: &HeaderMap, https: bool, address: String) -> Result<(Option<Actor>, Option<Tokens>)> {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).and_then(|v| v.split_once(' '));
    let bearer = bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
    let token = bearer.or_else(|| cookie(headers, &cookie_name(https, "access")));
    if let Some(claims) = token.and_then(|token| app.keys.check(token, app.clock.now_ms()).ok())
        && let Some(user_id) = claims.user_id()
    {
        return Ok((actor_of(app, user_id, claims.session_id(), address).await?, None));
    }
    let Some(refresh_token) = cookie(headers, &cookie_name(https, "refresh")).filter(|_| bearer.is_none()) else { return Ok((None, None)) };
    match refresh(app, refresh_token).await {
        Ok(tokens) => Ok((actor_of(app, tokens.user_id, tokens.session_id, address).await?, Some(tokens))),
        Err(Error::Unauthenticated) => Ok((None, None)),
        Err(e) => Err(e),
    }
}

/// Who asks; a route open to the signed in always has one.
impl FromRequestParts<App> for Actor {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self> {
        parts.extensions.get::<Self>().cloned().ok_or(Error::Unauthenticated)
    }
}

/// Somebody who is not signed in, known by their address only.
pub fn visitor(address: String, lang: Lang) -> Actor {
    Actor { address, lang, ..Actor::system("") }
}
