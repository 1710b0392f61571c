//! A new order while the customer is on the phone.

use crate::{
    access::Actor,
    app::App,
    customers,
    error::{Error, Result},
    ids::CustomerId,
    orders::{self, NewOrder, Priority},
    services::{self, Service},
    text::{
        format::duration,
        i18n::{Lang, t},
        money::money,
        phone::Phone,
    },
    web::{
        Choice, Fields, Input, Page, Posted, Shell,
        input::Query,
        page::{Form, form_again, see_other_with, unprocessable},
    },
};
use askama::Template;
use axum::{extract::State, response::Response};

/// For whom the form begins: the customer whose page it was opened from.
pub struct ForWhom {
    customer_id: Option<CustomerId>,
}

impl Input for ForWhom {
    fn read(fields: &mut Fields) -> Self {
        Self { customer_id: fields.optional_id("customer_id") }
    }
}

#[derive(Template)]
#[template(path = "desk/new.html")]
struct New {
    shell: Shell,
    form: Form,
    services: Vec<(String, String)>,
    twin: Option<Twin>,
}

/// The customer who has this phone already.
struct Twin {
    id: String,
    name: String,
}

/// Every field that the page has a place for; other faults stand above the form.
pub const FIELDS: [&str; 19] = [
    "customer.phone",
    "customer.name",
    "customer.email",
    "customer.kind",
    "service_id",
    "address.text",
    "address.district",
    "address.entrance",
    "address.floor",
    "address.flat",
    "address.intercom",
    "description",
    "requirements",
    "desired_from",
    "desired_to",
    "priority",
    "price_minor",
    "source",
    "confirm",
];

pub async fn new(State(app): State<App>, shell: Shell, Query(ForWhom { customer_id }): Query<ForWhom>) -> Result<Page> {
    let mut values = vec![("priority", Priority::Normal.code().to_owned()), ("source", "phone".to_owned())];
    if let Some(id) = customer_id {
        let known = customers::find(app.db.read(), id).await?;
        values.push(("customer_id", id.to_string()));
        values.push(("customer.name", known.name));
        values.push(("customer.phone", known.phone.map(|phone| Phone::stored(&phone).to_string()).unwrap_or_default()));
    }
    let form = Form::filled(shell.language, values);
    page(&app, shell, form).await
}

pub async fn create(State(app): State<App>, actor: Actor, shell: Shell, posted: Posted<NewOrder>) -> Result<Response> {
    let (input, form, command) = posted.into_parts();
    let result = match input {
        Ok(new) => once!(app, &actor, &command => |change| Ok(orders::create(change, new.clone()).await?.id)),
        Err(e) => Err(e),
    };
    match result {
        Ok(id) => Ok(see_other_with(&format!("/orders/{id}"), "flash-order-created")),
        Err(e) => Ok(unprocessable(page(&app, shell, form_again(nameless(e), form)?).await?)),
    }
}

/// Without a customer, the fault belongs to the field that the page begins with.
fn nameless(error: Error) -> Error {
    match error {
        Error::Invalid(faults) if faults.of("customer_id").is_some_and(|fault| fault.code == "required") => {
            let mut moved = crate::error::FieldErrors::default();
            for fault in faults.iter() {
                let field = if fault.field == "customer_id" { "customer.name" } else { &fault.field };
                moved.add_with(field, fault.code, fault.args.clone());
            }
            moved.into()
        }
        other => other,
    }
}

async fn page(app: &App, shell: Shell, form: Form) -> Result<Page> {
    let services = services::active(app.db.read()).await?;
    let services = services.iter().map(|service| (service.id.to_string(), described(shell.language, service))).collect();
    let twin = form.errors.of("customer.phone").filter(|fault| fault.code == "customer_twin").map(|fault| {
        let arg = |name: &str| fault.args.iter().find(|(n, _)| *n == name).map(|(_, value)| value.clone()).unwrap_or_default();
        Twin { id: arg("id"), name: arg("name") }
    });
    Page::of(&New { shell, form, services, twin })
}

/// «Монтаж сплит-системы · 2 ч 30 мин · 48 900 ₽».
pub fn described(lang: Lang, service: &Service) -> String {
    let price = service.price_minor.map(|kopecks| money(lang, kopecks));
    let parts = [Some(service.name.clone()), Some(duration(lang, service.duration_minutes)), price];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Priorities for a choice, in words.
pub fn priorities(lang: Lang) -> Vec<(Priority, String)> {
    <Priority as Choice>::ALL.iter().map(|priority| (*priority, t(lang, &format!("priority-{priority}")).into_owned())).collect()
}

impl New {
    fn other_faults(&self) -> Vec<String> {
        self.form.errors_outside(&FIELDS)
    }

    fn priorities(&self) -> Vec<(Priority, String)> {
        priorities(self.shell.language)
    }

    fn sources(&self) -> Vec<(orders::Source, String)> {
        let word = |source: &orders::Source| (*source, self.shell.t(&format!("source-{source}")).into_owned());
        <orders::Source as Choice>::ALL.iter().map(word).collect()
    }
}
