//! What tests are written with. One body, two databases:
//!
//! ```ignore
//! use crate::testkit::*;
//!
//! db_test!(a_customer_sees_their_order, |app| {
//!     let People { dispatcher, olga, pyotr, .. } = app.people();
//!     let order = app.order().by(&olga).confirmed().make().await;
//!
//!     let answer = olga.get(&format!("/api/v1/orders/{order}")).await;
//!     assert_eq!(answer.status, 200);
//!     assert_eq!(answer.json()["status"], "confirmed");
//!     assert_eq!(pyotr.get(&format!("/api/v1/orders/{order}")).await.status, 404);
//!     dispatcher.form(&format!("/orders/{order}/hold"), &[("reason", "ждём материал")]).await.expect(303);
//! });
//! ```
//!
//! makes the tests `a_customer_sees_their_order::sqlite` and `…::mariadb`; run them with
//! `cargo test -p maxmontaj67 a_customer_sees`. `TEST_MARIADB_URL` names the MariaDB server (`make test` starts one);
//! without it the second test fails, it is never skipped.
//!
//! Each test has its own database with the [`People`] and the [`Services`] in it, its own data folder, and a clock that
//! stands at [`NOW`] until [`TestApp::advance`]. `db_test!(name, bare, |app| { … })` starts with a migrated database that
//! holds nothing: the first start of a system.
//!
//! - Requests go through the real router, in process. Under `/api/` a person comes with a Bearer token, elsewhere with a
//!   browser's cookie from the site itself. `.key(uuid)`, `.if_match(version)` and `.header(name, value)` go before
//!   `.await`; `app.nobody()` is not signed in. Tokens are made anew for each request, so advancing the clock signs nobody out
//!   (but thirty idle days do).
//! - Builders: [`TestApp::order`], [`TestApp::visit`] bring things into any state the way people do, over the API.
//! - [`TestApp::counted`] tells how many SQL statements something took; [`TestApp::rows`] and [`TestApp::execute`] speak SQL.
//! - [`TestApp::restarted`] is the same system after a restart; [`together`] makes many requests at one moment.
//! - [`golden`] compares a table with the one that is checked in; `UPDATE_GOLDEN=1 cargo test -p maxmontaj67 …` writes it anew.
//! - When the body has ended, each line of history must have its entry in the outbox, and no entry may be left half done.

mod app;
mod builders;
mod database;
mod golden;
mod person;
mod world;

pub use app::{TestApp, together};
pub use database::run;
pub use golden::golden;
pub use person::{Answer, Person};
pub use world::{People, Services};

/// Where the clock of a test stands: Tuesday, 24 November 2026, 09:00 in Moscow.
pub const NOW: i64 = 1_795_500_000_000;
pub const MINUTE: i64 = 60_000;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

/// The password of everybody in [`People`].
pub const PASSWORD: &str = "ключ под ковриком 67";

/// Makes one test for each database of one body; see the module's documentation.
macro_rules! db_test {
    ($name:ident, |$app:ident| $body:block) => {
        db_test!($name, peopled, |$app| $body);
    };
    ($name:ident, $start:ident, |$app:ident| $body:block) => {
        mod $name {
            #[allow(unused_imports, clippy::allow_attributes, reason = "a body may need nothing from outside")]
            use super::*;

            async fn body($app: $crate::testkit::TestApp) $body

            #[test]
            fn sqlite() {
                $crate::testkit::run(store::Engine::Sqlite, stringify!($start), body);
            }

            #[test]
            fn mariadb() {
                $crate::testkit::run(store::Engine::MariaDb, stringify!($start), body);
            }
        }
    };
}
