//! The customer's pages («Мои заказы»), signed in or by the secret link to one order.

mod change;
mod chat;
mod create;
mod door;
mod files;
mod index;
mod show;
mod stage;
#[cfg(test)]
mod tests;

use crate::{
    access::Access,
    web::{Routes, Shell},
};

pub use stage::Stage;

/// Every page of the customer; those of one order stand at two doors: `/my/orders/{id}` and `/o/{secret}`.
pub fn routes() -> Routes {
    let own = Access::Customer;
    let anyone = Access::Public;
    Routes::new()
        .get("/my/orders", own, index::index)
        .get("/my/orders/new", own, create::new)
        .post("/my/orders", own, create::create)
        .get("/my/orders/{id}", own, show::show)
        .get("/my/orders/{id}/edit", own, change::edit)
        .post("/my/orders/{id}", own, change::update)
        .get("/my/orders/{id}/cancellation", own, change::new_cancellation)
        .post("/my/orders/{id}/cancellation", own, change::create_cancellation)
        .post("/my/orders/{id}/acceptance", own, change::create_acceptance)
        .post("/my/orders/{id}/time-confirmation", own, change::confirm_time)
        .post("/my/orders/{id}/time-request", own, change::request_time)
        .get("/my/orders/{id}/return", own, change::new_return)
        .post("/my/orders/{id}/return", own, change::create_return)
        .post("/my/orders/{id}/review", own, change::update_review)
        .post("/my/orders/{id}/files", own, files::create)
        .get("/my/orders/{id}/messages", own, chat::index)
        .post("/my/orders/{id}/messages", own, chat::create)
        .get("/o/{secret}", anyone, show::show)
        .get("/o/{secret}/live", anyone, door::live)
        .get("/o/{secret}/cancellation", anyone, change::new_cancellation)
        .post("/o/{secret}/cancellation", anyone, change::create_cancellation)
        .post("/o/{secret}/acceptance", anyone, change::create_acceptance)
        .post("/o/{secret}/time-confirmation", anyone, change::confirm_time)
        .post("/o/{secret}/time-request", anyone, change::request_time)
        .get("/o/{secret}/return", anyone, change::new_return)
        .post("/o/{secret}/return", anyone, change::create_return)
        .post("/o/{secret}/review", anyone, change::update_review)
        .post("/o/{secret}/files", anyone, files::create)
        .get("/o/{secret}/files/{file}", anyone, files::show)
        .get("/o/{secret}/files/{file}/thumbnail", anyone, files::show_thumbnail)
        .get("/o/{secret}/messages", anyone, chat::index)
        .post("/o/{secret}/messages", anyone, chat::create)
        .get("/o/{secret}/messages/{message}/files/{file}", anyone, chat::show_of_message)
        .get("/o/{secret}/messages/{message}/files/{file}/thumbnail", anyone, chat::show_thumbnail_of_message)
}

/// How the company is called, for the button of the phone: the number to dial and the number to read.
struct Call {
    dial: String,
    read: String,
}

impl Call {
    fn of(company: &crate::company::Company) -> Option<Self> {
        let phone = crate::text::phone::Phone::parse(&company.phone).ok()?;
        Some(Self { dial: phone.as_str().to_owned(), read: phone.to_string() })
    }
}

/// What all pages of one order have around them.
struct Frame {
    /// Where the pages of this order are: `/my/orders/12` or `/o/<secret>`.
    base: String,
    by_link: bool,
    number: String,
    call: Option<Call>,
}

impl Frame {
    /// The stream of the page's live updates.
    fn live_src(&self) -> String {
        if self.by_link { format!("{}/live", self.base) } else { "/live".to_owned() }
    }
}

/// A link's page looks the same whoever opens it.
fn of_link(mut shell: Shell) -> Shell {
    shell.person = None;
    shell
}
