//! The office's screens: the start page, the boards, what needs attention, and one order with everything about it.

mod address;
mod again;
mod assign;
mod attention;
mod board;
mod card;
mod chart;
mod create;
mod edit;
mod filters;
mod kanban;
mod link;
mod note;
mod order;
mod start;
#[cfg(test)]
mod tests;
mod views;

use crate::{
    access::Access,
    web::{Routes, doc},
};

pub fn routes() -> Routes {
    Routes::new()
        .get("/", Access::SignedIn, start::show)
        .get("/api/v1/analytics/overview", Access::Staff, doc("Show how the company stands", start::show_overview))
        .get("/attention", Access::Staff, attention::index)
        .get("/orders", Access::Staff, board::index)
        .get("/orders/newer", Access::Staff, board::newer)
        .get("/orders/kanban", Access::Staff, kanban::index)
        .post("/views", Access::Staff, views::create)
        .post("/views/{id}/deletion", Access::Staff, views::destroy)
        .get("/orders/new", Access::Staff, create::new)
        .post("/orders", Access::Staff, create::create)
        .get("/orders/{id}", Access::Staff, order::show)
        .get("/orders/{id}/edit", Access::Staff, edit::edit)
        .post("/orders/{id}/edit", Access::Staff, edit::update)
        .post("/orders/{id}/notes", Access::Staff, note::create)
        .get("/orders/{id}/links/new", Access::Staff, link::new)
        .post("/orders/{id}/links", Access::Staff, link::create)
        .post("/orders/{id}/links/removal", Access::Staff, link::destroy)
        .get("/orders/{id}/visits/new", Access::Staff, assign::new)
        .post("/orders/{id}/visits", Access::Staff, assign::create)
        .get("/visits/{id}/edit", Access::Staff, assign::edit)
        .post("/visits/{id}/edit", Access::Staff, assign::update)
}
