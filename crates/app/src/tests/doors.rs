//! Each change can be made through both doors, by a person in the browser and by a program, or stands on a short list
//! with the reason why not.
//!
//! The rule: `POST /orders/{id}/hold` in the browser is `POST /api/v1/orders/{id}/hold` for programs. Browsers send POST
//! alone (the customer's pages stand under `/my` and, by a secret link, under `/o/…`), so a PUT or PATCH of the API is a POST of the same address, and a DELETE one of `…/removal`.

use super::paths::table;
use crate::web::{Door, Route};
use std::collections::BTreeSet;

/// Changes that are the same under addresses that the rule does not find: the browser's, and the program's.
const SAME: &[(&str, &str)] = &[
    ("POST /sign-in", "POST /auth/sessions"),
    ("POST /sign-out", "DELETE /auth/sessions/current"),
    ("POST /sign-up", "POST /auth/registrations"),
    ("POST /profile", "PATCH /me"),
    ("POST /profile/password", "PUT /me/password"),
    ("POST /profile/sessions", "DELETE /auth/sessions"),
    ("POST /profile/sessions/{id}", "DELETE /auth/sessions/{id}"),
    ("POST /users", "POST /users/invitations"),
    ("POST /services/{id}/archive", "PATCH /services/{id}"),
    ("POST /services/{id}/restoration", "PATCH /services/{id}"),
    ("POST /users/{id}/unblock", "DELETE /users/{id}/block"),
    ("POST /users/{id}/sessions", "DELETE /users/{id}/sessions"),
    ("POST /orders/{id}/edit", "PATCH /orders/{id}"),
    ("POST /visits/{id}/edit", "PUT /visits/{id}"),
    ("POST /workers/{id}", "PUT /workers/{id}/skills"),
    // The pages' forms change several kinds of message at once.
    ("POST /channels/rules", "PUT /channels/rules/{side}/{kind}"),
    ("POST /me/notices", "PUT /me/notices/{kind}"),
    ("POST /messages", "POST /workers/{id}/messages"),
    ("POST /messages/orders/{id}", "POST /orders/{id}/messages"),
    // The page's form names the message that it changes or takes back.
    ("POST /orders/{id}/messages", "PATCH /messages/{id}"),
    ("POST /orders/{id}/messages", "DELETE /messages/{id}"),
];

/// Changes for programs alone, and why.
const PROGRAMS_ONLY: &[(&str, &str)] = &[
    ("POST /auth/sessions/refresh", "a browser's tokens are renewed on the way"),
    ("PUT /orders/{id}/messages/reading", "a page marks as read what it shows"),
    ("PUT /visits/{id}/messages/reading", "a page marks as read what it shows"),
    ("PUT /workers/{id}/messages/reading", "a page marks as read what it shows"),
    ("POST /orders/{id}/messages/typing", "a page says so to the address of its chat"),
    ("POST /visits/{id}/messages/typing", "a page says so to the address of its chat"),
    ("POST /workers/{id}/messages/typing", "a page says so to the address of its chat"),
];

/// Changes for people alone, and why.
const PEOPLE_ONLY: &[(&str, &str)] = &[
    ("POST /csp-reports", "browsers themselves report"),
    ("POST /hooks/telegram", "Telegram itself brings news"),
    ("POST /hooks/max", "MAX itself brings news"),
    ("POST /hooks/whatsapp", "WhatsApp itself brings news"),
    ("POST /hooks/sms", "the SMS provider itself brings news"),
    ("POST /hooks/email", "the company's mail server brings what came back"),
    ("POST /views", "a saved view is a link of the office's pages"),
    ("POST /views/{id}/deletion", "a saved view is a link of the office's pages"),
    ("POST /demo", "a new system is filled from its pages or by the command line"),
    ("POST /preferences", "how the pages look and in which language"),
    ("POST /setup/{secret}", "a one-time link is opened in a browser"),
    ("POST /invitations/{secret}", "a one-time link is opened in a browser"),
    ("POST /resets/{secret}", "a one-time link is opened in a browser"),
    ("POST /profile/consents/{id}", "a person takes back a consent themselves"),
    ("POST /visits/{id}/report/draft", "a page saves while it is being typed"),
    ("POST /channels/texts/{wording}/{channel}/{language}/preview", "a page shows words before they are kept"),
];

fn is_change(route: &Route) -> bool {
    route.method != "GET"
}

/// `POST /orders/{}/hold`: the door and the names in braces left out.
fn plain(method: &str, path: &str) -> String {
    let path = path.strip_prefix("/api/v1").or_else(|| path.strip_prefix("/my")).unwrap_or(path);
    let path = if path.starts_with("/o/{") { path.replacen("/o/", "/orders/", 1) } else { path.to_owned() };
    let parts: Vec<&str> = path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part }).collect();
    format!("{method} {}", parts.join("/"))
}

/// The program's change as a browser sends it.
fn for_browser(method: &str, path: &str) -> String {
    if method == "DELETE" { format!("{}/removal", plain("POST", path)) } else { plain("POST", path) }
}

fn listed(list: &[(&str, &str)], change: &str) -> bool {
    list.iter().any(|(known, _)| {
        let (method, path) = known.split_once(' ').unwrap_or_default();
        plain(method, path) == change
    })
}

/// Changes that one door lacks.
fn lacking(routes: &[Route]) -> BTreeSet<String> {
    let changes = |door: Door| routes.iter().filter(move |route| is_change(route) && Door::of(route.path) == door);
    let pages: BTreeSet<String> = changes(Door::Page).map(|route| plain(route.method, route.path)).collect();
    let same = |change: &str| {
        SAME.iter().any(|(page, program)| {
            let of = |text: &str| text.split_once(' ').map(|(method, path)| plain(method, path)).unwrap_or_default();
            of(program) == change && pages.contains(&of(page))
        })
    };
    let mut found = BTreeSet::new();
    let mut reached = BTreeSet::new();
    for route in changes(Door::Api) {
        let (change, twin) = (plain(route.method, route.path), for_browser(route.method, route.path));
        let has_twin = pages.contains(&twin) || same(&change);
        if !has_twin && !listed(PROGRAMS_ONLY, &change) {
            found.insert(format!("{change} cannot be done in the browser ({twin})"));
        }
        reached.insert(twin);
    }
    for route in changes(Door::Page) {
        let change = plain(route.method, route.path);
        let is_same = SAME.iter().any(|(page, _)| listed(&[(page, "")], &change));
        if !reached.contains(&change) && !is_same && !listed(PEOPLE_ONLY, &change) {
            found.insert(format!("{change} cannot be done by a program"));
        }
    }
    found
}

#[test]
fn each_change_exists_in_both_doors() {
    assert_eq!(lacking(&table()), BTreeSet::new());
}

#[test]
fn a_planted_change_of_one_door_is_found() {
    let route = |method, path| Route { method, path, access: crate::access::Access::Staff };
    let mut routes = table();
    let before = lacking(&routes).len();
    routes.extend([route("POST", "/api/v1/orders/{id}/plant"), route("POST", "/orders/{id}/weed"), route("DELETE", "/api/v1/plants/{id}")]);
    let found = lacking(&routes);
    assert_eq!(found.len(), before + 3, "{found:?}");
    routes.extend([
        route("POST", "/orders/{order}/plant"),
        route("POST", "/api/v1/orders/{id}/weed"),
        route("POST", "/plants/{id}/removal"),
    ]);
    assert_eq!(lacking(&routes).len(), before);
}
