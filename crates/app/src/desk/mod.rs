//! The office's screens: the start page, the boards, what needs attention, and one order with everything about it.

mod address;
mod board;
mod card;
mod filters;
mod note;
mod order;

use crate::{access::Access, web::Routes};

pub fn routes() -> Routes {
    Routes::new().get("/orders", Access::Staff, board::index).get("/orders/{id}", Access::Staff, order::show).post(
        "/orders/{id}/notes",
        Access::Staff,
        note::create,
    )
}
