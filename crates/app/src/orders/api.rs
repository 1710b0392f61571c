//! The API of orders and visits.

use super::{
    Deed, NewNote, OrderAction, OrderChange, VisitAction,
    form::{OrderForm, Reason},
    links::{self, LinkView},
    query::{self, Filter},
    view::{EventView, OrderView, VisitView},
    visits::{self, NewVisit, Step},
};
use crate::{
    access::{Access, Actor},
    app::App,
    error::Result,
    ids::{OrderId, VisitId},
    web::{ApiBody, Change, Created, Routes, Versioned, doc, input::Query, paging::List},
};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};

pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/orders", Access::SignedIn, doc("List the orders you may see", index))
        .post("/api/v1/orders", Access::CustomerOrStaff, doc("Create an order", create))
        .get("/api/v1/orders/{id}", Access::SignedIn, doc("Show an order", show))
        .patch("/api/v1/orders/{id}", Access::CustomerOrStaff, doc("Change an order", update))
        .post("/api/v1/orders/{id}/confirmation", Access::SignedIn, doc("Confirm an order", create_confirmation))
        .post(
            "/api/v1/orders/{id}/cancellation",
            Access::SignedIn,
            doc("Cancel an order, or ask for it when somebody is on the way", create_cancellation),
        )
        .post("/api/v1/orders/{id}/hold", Access::SignedIn, doc("Put an order on hold", create_hold))
        .post("/api/v1/orders/{id}/resumption", Access::SignedIn, doc("Take an order off hold", create_resumption))
        .post("/api/v1/orders/{id}/acceptance", Access::SignedIn, doc("Accept the work: the order is completed", create_acceptance))
        .post("/api/v1/orders/{id}/return", Access::SignedIn, doc("Return the work with a reason", create_return))
        .post("/api/v1/orders/{id}/reopening", Access::SignedIn, doc("Reopen a closed order", create_reopening))
        .post("/api/v1/orders/{id}/notes", Access::Staff, doc("Add a note for colleagues to the history", create_note))
        .post(
            "/api/v1/orders/{id}/links",
            Access::Staff,
            doc("Make a secret link to an order for its customer; told this once", create_link),
        )
        .delete("/api/v1/orders/{id}/links", Access::Staff, doc("End all secret links to an order", destroy_links))
        .get("/api/v1/orders/{id}/events", Access::SignedIn, doc("List what happened to an order, newest first", events_index))
        .get("/api/v1/orders/{id}/visits", Access::SignedIn, doc("List the visits of an order", visits_of_order))
        .post("/api/v1/orders/{id}/visits", Access::SignedIn, doc("Plan a visit, and offer it at once if asked to", create_visit))
        .get("/api/v1/visits/{id}", Access::SignedIn, doc("Show a visit", show_visit))
        .put("/api/v1/visits/{id}", Access::SignedIn, doc("Give a visit another time or crew", update_visit))
        .post("/api/v1/visits/{id}/offer", Access::SignedIn, doc("Offer a planned visit to its crew", create_offer))
        .post("/api/v1/visits/{id}/acceptance", Access::SignedIn, doc("Accept an offered visit", create_visit_acceptance))
        .post("/api/v1/visits/{id}/decline", Access::SignedIn, doc("Decline an offered visit", create_decline))
        .post("/api/v1/visits/{id}/departure", Access::SignedIn, doc("Say that the crew is on the way", create_departure))
        .post("/api/v1/visits/{id}/arrival", Access::SignedIn, doc("Say that the crew is there", create_arrival))
        .post("/api/v1/visits/{id}/pause", Access::SignedIn, doc("Pause the work", create_pause))
        .post("/api/v1/visits/{id}/resumption", Access::SignedIn, doc("Go on with paused work", create_visit_resumption))
        .post("/api/v1/visits/{id}/completion", Access::SignedIn, doc("Finish a visit; refused with what is missing", create_completion))
        .post("/api/v1/visits/{id}/failure", Access::SignedIn, doc("Say that the visit came to nothing, with the reason", create_failure))
        .post("/api/v1/visits/{id}/check", Access::SignedIn, doc("Check a finished visit off", create_check))
        .post("/api/v1/visits/{id}/return", Access::SignedIn, doc("Return a finished visit with a reason", create_visit_return))
        .post("/api/v1/visits/{id}/cancellation", Access::SignedIn, doc("Cancel a visit", create_visit_cancellation))
        .merge(super::reports::api::routes())
        .merge(super::files::routes())
        .merge(super::visits::api::routes())
}

async fn index(State(app): State<App>, actor: Actor, Query(filter): Query<Filter>) -> Result<Json<List<OrderView>>> {
    let orders = query::list(&app, &actor, &filter).await?;
    Ok(Json(orders.map(|row| OrderView::of(&app, &actor, &row))))
}

async fn show(State(app): State<App>, actor: Actor, Path(id): Path<OrderId>) -> Result<Versioned<OrderView>> {
    Ok(Versioned(OrderView::of(&app, &actor, &query::show(&app, &actor, id).await?)))
}

/// An order as the change has just made it.
async fn as_it_is(change: &Change, id: OrderId) -> Result<OrderView> {
    let listed = query::show_in(change.tx.conn(), change.tx.engine(), &change.actor, id).await?;
    Ok(OrderView::of(&change.app, &change.actor, &listed))
}

async fn create(State(app): State<App>, actor: Actor, body: ApiBody<OrderForm>) -> Result<Created<OrderView>> {
    let view = once!(app, &actor, &body.command => |change| as_it_is(change, super::create(change, body.input.clone()).await?.id).await)?;
    Ok(Created(format!("/api/v1/orders/{}", view.id), view))
}

async fn update(State(app): State<App>, actor: Actor, Path(id): Path<OrderId>, body: ApiBody<OrderChange>) -> Result<Versioned<OrderView>> {
    let version = body.command.version;
    Ok(Versioned(
        once!(app, &actor, &body.command => |change| as_it_is(change, super::edit(change, id, version, body.input.clone()).await?.id).await)?,
    ))
}

async fn act(app: App, actor: Actor, id: OrderId, action: OrderAction, body: ApiBody<Reason>) -> Result<Versioned<OrderView>> {
    let deed = Deed { action, version: body.command.version, reason: body.input.reason, until_ms: body.input.until_ms };
    Ok(Versioned(once!(app, &actor, &body.command => |change| as_it_is(change, super::act(change, id, &deed).await?.id).await)?))
}

async fn act_on_visit(app: App, actor: Actor, id: VisitId, action: VisitAction, body: ApiBody<Reason>) -> Result<Versioned<VisitView>> {
    let step = Step { action, version: body.command.version, reason: body.input.reason, reason_code: body.input.reason_code };
    Ok(Versioned(once!(app, &actor, &body.command => |change| visit_view(change, visits::act(change, id, &step).await?).await)?))
}

async fn visit_view(change: &Change, visit: visits::Visit) -> Result<VisitView> {
    let crew = visits::crews(change.tx.conn(), change.tx.engine(), &[visit.id]).await?;
    Ok(VisitView::of(&change.actor, &visit, &crew))
}

macro_rules! actions {
    ($on:ident, $id:ident, $view:ident: $($name:ident => $action:expr),+ $(,)?) => {
        $(async fn $name(State(app): State<App>, actor: Actor, Path(id): Path<$id>, body: ApiBody<Reason>) -> Result<Versioned<$view>> {
            $on(app, actor, id, $action, body).await
        })+
    };
}

actions! { act, OrderId, OrderView:
    create_confirmation => OrderAction::Confirm,
    create_cancellation => OrderAction::Cancel,
    create_hold => OrderAction::Hold,
    create_resumption => OrderAction::Resume,
    create_acceptance => OrderAction::Accept,
    create_return => OrderAction::Return,
    create_reopening => OrderAction::Reopen,
}

actions! { act_on_visit, VisitId, VisitView:
    create_offer => VisitAction::Offer,
    create_visit_acceptance => VisitAction::Accept,
    create_decline => VisitAction::Decline,
    create_departure => VisitAction::Depart,
    create_arrival => VisitAction::Arrive,
    create_pause => VisitAction::Pause,
    create_visit_resumption => VisitAction::Resume,
    create_completion => VisitAction::Finish,
    create_failure => VisitAction::Fail,
    create_check => VisitAction::Check,
    create_visit_return => VisitAction::Return,
    create_visit_cancellation => VisitAction::Cancel,
}

async fn create_note(State(app): State<App>, actor: Actor, Path(id): Path<OrderId>, body: ApiBody<NewNote>) -> Result<StatusCode> {
    once!(app, &actor, &body.command => |change| super::add_note(change, id, &body.input).await)?;
    Ok(StatusCode::CREATED)
}

/// Not remembered for a repeat of the request: the secret would have to be stored.
async fn create_link(State(app): State<App>, actor: Actor, Path(id): Path<OrderId>) -> Result<(StatusCode, Json<LinkView>)> {
    Ok((StatusCode::CREATED, Json(change!(app, &actor => |change| links::make(change, id).await)?)))
}

async fn destroy_links(State(app): State<App>, actor: Actor, Path(id): Path<OrderId>) -> Result<StatusCode> {
    change!(app, &actor => |change| links::revoke(change, id).await)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn events_index(State(app): State<App>, actor: Actor, Path(id): Path<OrderId>) -> Result<Json<List<EventView>>> {
    query::find(app.db.read(), &actor, id).await?;
    let events = super::history(app.db.read(), &actor, id, 500).await?;
    Ok(Json(List { items: events.iter().map(|event| EventView::of(&actor, event)).collect(), next_cursor: None }))
}

async fn visits_of_order(State(app): State<App>, actor: Actor, Path(id): Path<OrderId>) -> Result<Json<List<VisitView>>> {
    query::find(app.db.read(), &actor, id).await?;
    let found = visits::of_order(app.db.read(), &actor, id).await?;
    let ids: Vec<VisitId> = found.iter().map(|visit| visit.id).collect();
    let crews = visits::crews(app.db.read(), app.db.engine(), &ids).await?;
    Ok(Json(List { items: found.iter().map(|visit| VisitView::of(&actor, visit, &crews)).collect(), next_cursor: None }))
}

async fn create_visit(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<OrderId>,
    body: ApiBody<NewVisit>,
) -> Result<Created<VisitView>> {
    let view = once!(app, &actor, &body.command => |change| visit_view(change, visits::plan(change, id, &body.input).await?).await)?;
    Ok(Created(format!("/api/v1/visits/{}", view.id), view))
}

async fn show_visit(State(app): State<App>, actor: Actor, Path(id): Path<VisitId>) -> Result<Versioned<VisitView>> {
    let visit = visits::find(app.db.read(), &actor, id).await?;
    let crew = visits::crews(app.db.read(), app.db.engine(), &[id]).await?;
    Ok(Versioned(VisitView::of(&actor, &visit, &crew)))
}

async fn update_visit(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<VisitId>,
    body: ApiBody<NewVisit>,
) -> Result<Versioned<VisitView>> {
    Ok(Versioned(
        once!(app, &actor, &body.command => |change| visit_view(change, visits::move_to(change, id, body.command.version, &body.input).await?).await)?,
    ))
}
