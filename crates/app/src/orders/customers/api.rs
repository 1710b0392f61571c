//! The API of customers.

use crate::{
    access::{Access, Actor},
    app::App,
    customers::{self, CustomerChange, CustomerView, Filter, NewCustomer},
    error::Result,
    ids::CustomerId,
    web::{ApiBody, Created, Routes, Versioned, input::Query, openapi::doc, paging::List},
};
use axum::{
    Json,
    extract::{Path, State},
};

pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/customers", Access::Staff, doc("List or search the customers", index))
        .post("/api/v1/customers", Access::Staff, doc("Add a customer", create))
        .get("/api/v1/customers/{id}", Access::Staff, doc("Show a customer", show))
        .patch("/api/v1/customers/{id}", Access::Staff, doc("Change a customer", update))
}

async fn index(State(app): State<App>, Query(filter): Query<Filter>) -> Result<Json<List<CustomerView>>> {
    let found = customers::list(app.db.read(), &filter).await?;
    Ok(Json(found.map(|customer| (&customer).into())))
}

async fn show(State(app): State<App>, Path(id): Path<CustomerId>) -> Result<Versioned<CustomerView>> {
    Ok(Versioned((&customers::find(app.db.read(), id).await?).into()))
}

async fn create(State(app): State<App>, actor: Actor, body: ApiBody<NewCustomer>) -> Result<Created<CustomerView>> {
    let view = once!(app, &actor, &body.command => |change| {
        Ok(CustomerView::from(&customers::create(change, body.input.clone(), None).await?))
    })?;
    Ok(Created(format!("/api/v1/customers/{}", view.id), view))
}

async fn update(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<CustomerId>,
    body: ApiBody<CustomerChange>,
) -> Result<Versioned<CustomerView>> {
    let view = once!(app, &actor, &body.command => |change| {
        Ok(CustomerView::from(&super::edit(change, id, body.command.version, body.input.clone()).await?))
    })?;
    Ok(Versioned(view))
}
