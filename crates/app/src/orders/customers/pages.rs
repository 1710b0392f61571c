//! Pages of the customers.

use super::Count;
use crate::{
    access::{Access, Actor},
    app::App,
    customers::{self, Customer, CustomerChange, CustomerKind, Filter, NewCustomer},
    error::{Error, Result},
    ids::CustomerId,
    orders::query::{self, Listed},
    text::{format::When, phone::Phone},
    web::{
        Choice, Fields, Input, Page, Posted, Routes, Shell,
        input::Query,
        page::{Form, Refused, see_other_with},
        paging::Paging,
    },
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use std::collections::HashMap;

/// How many of a customer's last orders their page shows.
const LAST_ORDERS: u64 = 10;
/// How many customers are suggested while typing.
const SUGGESTED: u64 = 8;

pub fn routes() -> Routes {
    Routes::new()
        .get("/customers", Access::Staff, index)
        .get("/customers/new", Access::Staff, new)
        .get("/customers/suggestions", Access::Staff, suggestions)
        .post("/customers", Access::Staff, create)
        .get("/customers/{id}", Access::Staff, show)
        .get("/customers/{id}/edit", Access::Staff, edit)
        .post("/customers/{id}", Access::Staff, update)
}

fn phone_text(phone: &str) -> String {
    Phone::stored(phone).to_string()
}

#[derive(Template)]
#[template(path = "customers/index.html")]
struct Index {
    shell: Shell,
    customers: Vec<Customer>,
    counts: HashMap<CustomerId, Count>,
    q: String,
    next: Option<String>,
}

impl Index {
    /// How many orders a customer has, and how many of them are open, in words.
    fn counted(&self, customer: &Customer) -> Option<(String, String)> {
        let count = self.counts.get(&customer.id)?;
        let opened = if count.opened > 0 { self.shell.tn("customers-open-orders", count.opened) } else { String::new() };
        Some((self.shell.tn("count-orders", count.orders), opened))
    }
}

async fn index(State(app): State<App>, shell: Shell, Query(filter): Query<Filter>) -> Result<Page> {
    let found = customers::list(app.db.read(), &filter).await?;
    let counts = super::counts(&app, &found.items).await?;
    let next = found.next_cursor.map(|cursor| {
        let q: String = form_urlencoded::byte_serialize(filter.q.as_bytes()).collect();
        format!("/customers?q={q}&cursor={cursor}")
    });
    Page::of(&Index { shell, customers: found.items, counts, q: filter.q, next })
}

#[derive(Template)]
#[template(path = "customers/show.html")]
struct Show {
    shell: Shell,
    customer: Customer,
    orders: Vec<Listed>,
    when: When,
}

impl Show {
    fn status(&self, listed: &Listed) -> String {
        self.shell.t(&format!("order-status-{}", listed.order.status.code().replace('_', "-"))).into_owned()
    }

    fn since(&self) -> String {
        self.when.date(self.customer.created_ms)
    }

    fn created(&self, listed: &Listed) -> String {
        self.when.date(listed.order.created_ms)
    }
}

async fn show(State(app): State<App>, actor: Actor, shell: Shell, Path(id): Path<CustomerId>) -> Result<Page> {
    let customer = customers::find(app.db.read(), id).await?;
    let filter = query::Filter { customer_id: Some(id), paging: Paging::first(LAST_ORDERS), ..query::Filter::default() };
    let orders = query::list(&app, &actor, &filter).await?.items;
    let when = When::new(shell.language, app.company().zone(), app.clock.now_ms());
    Page::of(&Show { shell, customer, orders, when })
}

/// The form of a new or an existing customer.
#[derive(Template)]
#[template(path = "customers/form.html")]
struct Edit {
    shell: Shell,
    form: Form,
    problem: String,
    customer: Option<Customer>,
}

impl Edit {
    fn action(&self) -> String {
        self.customer.as_ref().map_or_else(|| "/customers".into(), |customer| format!("/customers/{}", customer.id))
    }

    fn back(&self) -> String {
        self.action()
    }

    /// The id and name of the customer who has the typed phone already.
    fn twin(&self) -> Option<(String, String)> {
        let fault = self.form.errors.of("phone").filter(|fault| fault.code == "customer_twin")?;
        let arg = |wanted: &str| fault.args.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.clone());
        Some((arg("id")?, arg("name")?))
    }
}

async fn new(shell: Shell) -> Result<Page> {
    let form = Form::filled(shell.language, [("kind", CustomerKind::Person.to_string())]);
    Page::of(&Edit { shell, form, problem: String::new(), customer: None })
}

async fn edit(State(app): State<App>, shell: Shell, Path(id): Path<CustomerId>) -> Result<Page> {
    let customer = customers::find(app.db.read(), id).await?;
    let values = [
        ("kind", customer.kind.to_string()),
        ("name", customer.name.clone()),
        ("phone", customer.phone.as_deref().map(phone_text).unwrap_or_default()),
        ("email", customer.email.clone().unwrap_or_default()),
        ("note", customer.note.clone()),
    ];
    let form = Form::filled(shell.language, values);
    Page::of(&Edit { shell, form, problem: String::new(), customer: Some(customer) })
}

async fn create(State(app): State<App>, actor: Actor, shell: Shell, posted: Posted<NewCustomer>) -> Result<Response> {
    let (input, form, command) = posted.into_parts();
    let made = async {
        let new = input?;
        once!(app, &actor, &command => |change| customers::create(change, new.clone(), None).await.map(|customer| customer.id))
    };
    match made.await {
        Ok(id) => Ok(see_other_with(&format!("/customers/{id}"), "customers-created")),
        Err(e) => again(shell, None, e, form),
    }
}

async fn update(
    State(app): State<App>,
    actor: Actor,
    shell: Shell,
    Path(id): Path<CustomerId>,
    posted: Posted<CustomerChange>,
) -> Result<Response> {
    let (input, form, command) = posted.into_parts();
    let changed = async {
        let to = input?;
        once!(app, &actor, &command => |change| super::edit(change, id, command.version, to.clone()).await.map(|customer| customer.id))
    };
    match changed.await {
        Ok(id) => Ok(see_other_with(&format!("/customers/{id}"), "customers-saved")),
        Err(e) => again(shell, Some(customers::find(app.db.read(), id).await?), e, form),
    }
}

fn again(shell: Shell, customer: Option<Customer>, error: Error, form: Form) -> Result<Response> {
    let refused = Refused::of(error, form)?;
    let status = refused.status();
    let page = Edit { shell, form: refused.form, problem: refused.problem, customer };
    Ok((status, Page::of(&page)?).into_response())
}

/// What was typed so far of a name or a phone.
struct Typed {
    q: String,
}

impl Input for Typed {
    fn read(fields: &mut Fields) -> Self {
        Self { q: fields.optional_text("q", 200) }
    }
}

/// The list under a field in which a customer is looked up: options only, no page.
#[derive(Template)]
#[template(path = "customers/suggestions.html")]
struct Suggestions {
    shell: Shell,
    customers: Vec<Customer>,
}

impl Suggestions {
    fn phone(&self, customer: &Customer) -> String {
        customer.phone.as_deref().map(phone_text).unwrap_or_default()
    }
}

async fn suggestions(State(app): State<App>, shell: Shell, Query(typed): Query<Typed>) -> Result<Page> {
    let customers = customers::suggest(app.db.read(), &typed.q, SUGGESTED).await?;
    Page::of(&Suggestions { shell, customers })
}
