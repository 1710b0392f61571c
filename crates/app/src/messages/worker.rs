//! The worker's chats: with the office about one visit and about nothing in particular, and a specialist's with a customer.

use super::{
    Audience, Thread,
    page::{Chat, Pick, Posted as Sent, Writing, answer},
};
use crate::{
    access::{Access, Actor},
    app::App,
    error::{Error, Result},
    ids::{OrderId, VisitId, WorkerId},
    orders::files::PostedFiles,
    orders::visits,
    web::{
        Fragment, Page, Routes, Shell,
        input::Query,
        page::{Form, form_again, unprocessable},
    },
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};

pub fn routes() -> Routes {
    Routes::new()
        .get("/visits/{id}/messages", Access::Worker, index)
        .post("/visits/{id}/messages", Access::Worker, create)
        .get("/messages/orders/{id}", Access::Worker, index_customer)
        .post("/messages/orders/{id}", Access::Worker, create_customer)
        .get("/messages", Access::Worker, index_direct)
        .post("/messages", Access::Worker, create_direct)
        .get("/workers/{id}/messages", Access::Staff, index_office)
        .post("/workers/{id}/messages", Access::Staff, create_office)
}

/// Which of these chats a page shows.
#[derive(Clone, Copy)]
enum Place {
    Visit(VisitId),
    /// With the customer.
    Customer(OrderId),
    /// The worker's own.
    Direct,
    /// The same, as the office sees it.
    Office(WorkerId),
}

impl Place {
    async fn thread(self, app: &App, actor: &Actor) -> Result<Thread> {
        let conn = app.db.read();
        match self {
            Self::Visit(id) => Thread::of_visit(conn, actor, id).await,
            Self::Customer(id) => Thread::of_order(app, conn, actor, id, Audience::Customer).await,
            Self::Direct => Thread::of_worker(app, conn, actor, actor.worker_id().ok_or(Error::NotFound)?).await,
            Self::Office(id) => Thread::of_worker(app, conn, actor, id).await,
        }
    }

    fn url(self) -> String {
        match self {
            Self::Visit(id) => format!("/visits/{id}/messages"),
            Self::Customer(id) => format!("/messages/orders/{id}"),
            Self::Direct => "/messages".to_owned(),
            Self::Office(id) => format!("/workers/{id}/messages"),
        }
    }
}

#[derive(Template)]
#[template(path = "messages/worker.html")]
struct Worker {
    shell: Shell,
    /// The key of what the chat is called.
    heading: &'static str,
    /// Where the arrow leads.
    back: String,
    /// The order's, empty outside any.
    number: String,
    chat: Chat,
}

#[derive(Template)]
#[template(path = "messages/direct.html")]
struct Office<'a> {
    shell: &'a Shell,
    id: WorkerId,
    name: String,
    chat: &'a Chat,
}

async fn page(app: &App, actor: &Actor, shell: Shell, place: Place, pick: Pick, form: Option<Form>) -> Result<Page> {
    let thread = place.thread(app, actor).await?;
    let chat = Chat::of(app, actor, &shell, &thread, place.url(), pick, form).await?;
    let number = thread.order().map(|order| order.number.clone()).unwrap_or_default();
    match place {
        Place::Visit(id) => Page::of(&Worker { shell, heading: "messages-office", back: format!("/visits/{id}"), number, chat }),
        Place::Customer(id) => {
            // Whoever comes back from here has been on a visit of the order.
            let visit = visits::of_order(app.db.read(), actor, id).await?.pop().ok_or(Error::NotFound)?;
            Page::of(&Worker { shell, heading: "messages-tab-customer", back: format!("/visits/{}", visit.id), number, chat })
        }
        Place::Direct => Page::of(&Worker { shell, heading: "messages-office", back: "/visits".to_owned(), number, chat }),
        Place::Office(id) => Page::of(&Office { shell: &shell, id, name: thread.name(), chat: &chat }),
    }
}

async fn say(app: App, actor: Actor, shell: Shell, fragment: Fragment, place: Place, posted: PostedFiles<Sent>) -> Result<Response> {
    let (sent, form) = posted.into_parts();
    let thread = place.thread(&app, &actor).await?;
    match answer(&app, &actor, &thread, sent, fragment, &place.url()).await {
        Ok(response) => Ok(response),
        Err(e) => Ok(unprocessable(page(&app, &actor, shell, place, Pick::default(), Some(form_again(e, form)?)).await?)),
    }
}

async fn index(State(app): State<App>, actor: Actor, shell: Shell, Path(id): Path<VisitId>, Query(pick): Query<Pick>) -> Result<Page> {
    page(&app, &actor, shell, Place::Visit(id), pick, None).await
}

async fn create(
    State(app): State<App>,
    actor: Actor,
    shell: Shell,
    fragment: Fragment,
    Path(id): Path<VisitId>,
    posted: PostedFiles<Sent>,
) -> Result<Response> {
    say(app, actor, shell, fragment, Place::Visit(id), posted).await
}

async fn index_customer(
    State(app): State<App>,
    actor: Actor,
    shell: Shell,
    Path(id): Path<OrderId>,
    Query(pick): Query<Pick>,
) -> Result<Page> {
    page(&app, &actor, shell, Place::Customer(id), pick, None).await
}

async fn create_customer(
    State(app): State<App>,
    actor: Actor,
    shell: Shell,
    fragment: Fragment,
    Path(id): Path<OrderId>,
    posted: PostedFiles<Sent>,
) -> Result<Response> {
    say(app, actor, shell, fragment, Place::Customer(id), posted).await
}

async fn index_direct(State(app): State<App>, actor: Actor, shell: Shell, Query(pick): Query<Pick>) -> Result<Page> {
    page(&app, &actor, shell, Place::Direct, pick, None).await
}

async fn create_direct(
    State(app): State<App>,
    actor: Actor,
    shell: Shell,
    fragment: Fragment,
    posted: PostedFiles<Sent>,
) -> Result<Response> {
    say(app, actor, shell, fragment, Place::Direct, posted).await
}

async fn index_office(
    State(app): State<App>,
    actor: Actor,
    shell: Shell,
    Path(id): Path<WorkerId>,
    Query(pick): Query<Pick>,
) -> Result<Page> {
    page(&app, &actor, shell, Place::Office(id), pick, None).await
}

async fn create_office(
    State(app): State<App>,
    actor: Actor,
    shell: Shell,
    fragment: Fragment,
    Path(id): Path<WorkerId>,
    posted: PostedFiles<Sent>,
) -> Result<Response> {
    say(app, actor, shell, fragment, Place::Office(id), posted).await
}
