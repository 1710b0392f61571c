//! The two doors to one order: signed in as its customer, or with its secret link.

use super::{Call, Frame, of_link};
use crate::{
    access::{Actor, Who},
    app::App,
    error::{Error, Result},
    ids::OrderId,
    live::{Viewer, last_event_id},
    orders::links,
    web::{Shell, client::ClientIp, shell::Preferences},
};
use axum::{
    extract::{FromRequestParts, RawPathParams, State},
    http::{HeaderMap, Uri, request::Parts},
    response::Response,
};

/// A customer at one order; whether it is theirs the queries decide.
pub struct AtOrder {
    pub actor: Actor,
    pub id: OrderId,
    /// Where the pages of this order are.
    pub base: String,
    pub shell: Shell,
}

impl AtOrder {
    pub fn by_link(&self) -> bool {
        matches!(self.actor.who, Who::Link(_))
    }

    /// What stands around the order's pages.
    pub(super) fn frame(&self, app: &App, number: &str) -> Frame {
        Frame { base: self.base.clone(), by_link: self.by_link(), number: number.to_owned(), call: Call::of(&app.company()) }
    }
}

impl FromRequestParts<App> for AtOrder {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let params = RawPathParams::from_request_parts(parts, app).await.map_err(|_| Error::NotFound)?;
        let param = |name: &str| params.iter().find(|(known, _)| *known == name).map(|(_, value)| value.to_owned());
        let shell = Shell::of(app, parts);
        if let Some(secret) = param("secret") {
            let actor = holder(app, &secret, parts).await?;
            let Who::Link(id) = actor.who else { return Err(Error::NotFound) };
            return Ok(Self { actor, id, base: format!("/o/{secret}"), shell: of_link(shell) });
        }
        let actor = Actor::from_request_parts(parts, app).await?;
        let id: OrderId = param("id").and_then(|id| id.parse().ok()).ok_or(Error::NotFound)?;
        Ok(Self { actor, id, base: format!("/my/orders/{id}"), shell })
    }
}

/// Who holds the secret. Only wrong ones are counted: behind one address of a mobile network are thousands of people,
/// and somebody's guessing must not lock the others out.
async fn holder(app: &App, secret: &str, parts: &Parts) -> Result<Actor> {
    let address = ClientIp::of(&parts.extensions);
    let found = links::actor(app, secret, address.to_string(), Preferences::of(parts).lang).await;
    if matches!(found, Err(Error::NotFound)) {
        drop(app.throttle.order_link(address)?);
    }
    found
}

/// The live updates of whoever holds the link: of this order and nothing else.
pub async fn live(State(app): State<App>, at: AtOrder, headers: HeaderMap, uri: Uri) -> Response {
    let viewer = Viewer { user_id: links::viewer_id(at.id), session_id: None, is_staff: false, order: Some(at.id.0) };
    app.hub.sse(viewer, last_event_id(&headers, &uri))
}
