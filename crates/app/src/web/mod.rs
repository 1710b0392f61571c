//! The HTTP kit: routes that cannot forget who may call them, pages, the API, input, commands.

pub mod api;
pub mod assets;
pub mod client;
#[macro_use]
pub mod command;
pub mod csp_report;
pub mod csrf;
pub mod face;
pub mod headers;
pub mod input;
pub mod metrics;
pub mod openapi;
pub mod page;
pub mod paging;
pub mod router;
mod routes;
pub mod server;
pub mod shell;
pub mod throttle;
pub mod trace;

pub use api::{ApiBody, Created, Versioned};
pub use command::{Change, Command};
pub use input::{Choice, Fields, Input};
pub use openapi::doc;
pub use page::{Fragment, Page, Posted, see_other};
pub use routes::{Door, Route, Routes};
pub use shell::Shell;
