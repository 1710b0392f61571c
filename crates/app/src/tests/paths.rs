//! Real addresses for the routes of the table.

use crate::{
    testkit::{Answer, Person},
    web::{Route, router},
};
use axum::http::Method;
use serde_json::json;
use std::{
    net::Ipv4Addr,
    sync::atomic::{AtomicU32, Ordering},
};

/// What stands for the braces of a route.
#[derive(Clone, Debug, Default)]
pub struct Ids {
    pub order: i64,
    pub visit: i64,
    pub customer: i64,
    pub user: i64,
    pub worker: i64,
    pub service: i64,
    pub file: i64,
    pub session: i64,
    /// Things of which there is only one kind of row, by place: a skill, a saved view, a message.
    pub other: i64,
    /// The secret of a link to the order.
    pub secret: String,
}

impl Ids {
    /// Ids that were never given.
    pub fn unknown() -> Self {
        let id = 987_654_321;
        let secret = "no-such-secret".into();
        Self { order: id, visit: id, customer: id, user: id, worker: id, service: id, file: id, session: id, other: id, secret }
    }
}

/// The address of a route: each brace is filled by the word before it.
pub fn fill(path: &str, ids: &Ids) -> String {
    let mut filled: Vec<String> = vec![];
    for part in path.split('/') {
        let before = filled.last().map(String::as_str).unwrap_or("").to_owned();
        filled.push(if part.starts_with('{') { value(path, part, &before, ids) } else { part.to_owned() });
    }
    filled.join("/")
}

fn value(path: &str, brace: &str, before: &str, ids: &Ids) -> String {
    if brace.starts_with("{*") {
        return "no-such-file".into();
    }
    if brace == "{channel}" {
        return "telegram".into();
    }
    let word = match brace {
        "{wording}" => "customer-late",
        "{language}" => "ru",
        "{side}" => "customer",
        "{kind}" => "visits",
        _ => "",
    };
    if !word.is_empty() {
        return word.into();
    }
    if brace == "{page}" {
        return "words".into();
    }
    if brace == "{secret}" {
        return if before == "o" { ids.secret.clone() } else { "no-such-secret".into() };
    }
    let id = match before {
        "orders" => ids.order,
        "visits" => ids.visit,
        "customers" => ids.customer,
        "users" | "people" | "staff" => ids.user,
        "workers" => ids.worker,
        "services" => ids.service,
        "files" | "photos" => ids.file,
        "sessions" => ids.session,
        "skills" | "consents" | "views" | "messages" | "reviews" | "links" | "uploads" | "notifications" | "channels" | "conversations"
        | "quick-replies" => ids.other,
        _ => panic!("say in tests/paths.rs what stands for {brace} in {path}"),
    };
    id.to_string()
}

/// Every route of the system.
pub fn table() -> Vec<Route> {
    router::routes().table().to_vec()
}

/// Asks for a route with these ids; changes carry a reason and nothing else. Each time from another network: whoever
/// guesses links too often is made to wait, and that is not the question here.
pub async fn ask(person: &Person, route: &Route, ids: &Ids) -> Answer {
    static ASKED: AtomicU32 = AtomicU32::new(0);
    let path = fill(route.path, ids);
    let method: Method = route.method.parse().unwrap();
    let call = match route.method {
        "GET" => person.get(&path),
        _ if path.starts_with("/api/") => person.call(method, &path).json(&json!({ "reason": "так вышло" })),
        _ => person.form(&path, &[("reason", "так вышло")]),
    };
    let network = ASKED.fetch_add(1, Ordering::Relaxed);
    call.header("x-forwarded-for", Ipv4Addr::from_bits(0x0b00_0000 + (network << 8))).await
}

#[test]
fn addresses_are_filled_by_the_word_before_the_brace() {
    let ids = Ids { order: 5, visit: 7, user: 9, ..Ids::default() };
    assert_eq!(fill("/api/v1/orders/{id}/visits", &ids), "/api/v1/orders/5/visits");
    assert_eq!(fill("/visits/{id}/photos/{file}", &Ids { file: 3, ..ids.clone() }), "/visits/7/photos/3");
    assert_eq!(fill("/assets/{*path}", &ids), "/assets/no-such-file");
    assert_eq!(fill("/invitations/{secret}", &ids), "/invitations/no-such-secret");
    assert!(std::panic::catch_unwind(|| fill("/planets/{id}", &ids)).is_err());
}
