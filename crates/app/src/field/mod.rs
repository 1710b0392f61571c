//! The worker's pages, phone first: today's visits and the next days, one visit, its report.

mod day;
mod report;
mod task;
#[cfg(test)]
mod tests;
mod visit;

use crate::{access::Access, web::Routes};

pub fn routes() -> Routes {
    Routes::new()
        .get("/visits", Access::Crew, day::index)
        .get("/visits/all", Access::Crew, day::history)
        .get("/visits/{id}", Access::Crew, visit::show)
        .get("/visits/{id}/report", Access::Crew, report::show)
        .post("/visits/{id}/report", Access::Crew, report::update)
        .post("/visits/{id}/report/draft", Access::Crew, report::update_draft)
}
