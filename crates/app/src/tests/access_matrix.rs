//! Who gets where: every route as everybody, one table in `access_matrix.txt` beside this file.
//!
//! A route without its line fails. After adding a route run
//! `UPDATE_GOLDEN=1 cargo test -p maxmontaj67 access_matrix` and **read** the lines that came: a contractor who gets 200
//! where the neighbours get 404 is a leak. «own» is Olga's order with a visit of Rustam's (or Ivan's), and for accounts
//! the person who asks; «foreign» is another customer's order with Semyon's visit; «unknown» ids were never given.
//! One number stands for three that are alike.
//!
//! The statuses of changes are those of a command that carries a reason only, so 422 means «may, but said too little»,
//! and 409 «may, but not now». Whatever a change did is undone, so a line does not depend on the lines above.

use super::paths::{self, Ids, ask};
use crate::{orders::VisitStatus, testkit::*, web::Route};
use regex::Regex;
use std::{fmt::Write, sync::LazyLock};

/// The columns: who asks, about their own order and visit.
const WHO: [&str; 12] =
    ["nobody", "customer", "other", "offered", "accepted", "foreign", "declined", "moved", "checked", "specialist", "dispatch", "admin"];

/// One column's world: who asks, what is theirs, and somebody else's.
struct Column {
    person: Person,
    own: Ids,
    foreign: Ids,
}

async fn ids(app: &TestApp, (order, visit): (i64, i64), whose: &Person) -> Ids {
    let file = file_of(app, order, visit).await;
    let session = whose.session_id;
    Ids {
        order,
        visit,
        customer: app.number(&format!("SELECT customer_id FROM orders WHERE id = {order}")).await,
        user: whose.user_id,
        worker: app.number(&format!("SELECT lead_id FROM visits WHERE id = {visit}")).await,
        service: app.services().window,
        file,
        session,
        other: 1,
        secret: app.link(order).await.trim_start_matches("/o/").into(),
    }
}

/// A photo of the visit, in whatever state the visit is.
async fn file_of(app: &TestApp, order: i64, visit: i64) -> i64 {
    let mut photo = std::io::Cursor::new(vec![]);
    image::RgbImage::new(8, 8).write_to(&mut photo, image::ImageFormat::Png).unwrap();
    let path = format!("/api/v1/orders/{order}/files");
    let id = app.people().dispatcher.multipart(&path, &[], &[("file", "a.png", photo.get_ref())]).await.expect(201).id();
    let sql = "UPDATE files SET visit_id = ?, kind = 'before', audience = 'worker' WHERE id = ?";
    app.execute(sql, [visit.into(), id.into()]).await;
    id
}

/// The worlds of all columns: each order stands a day apart, so that nobody is in two places.
async fn columns(app: &TestApp) -> Vec<Column> {
    let People { administrator, dispatcher, ivan, semyon, rustam, timur, olga, pyotr, .. } = app.people();
    let of_stranger = app.order().with("customer", serde_json::json!({ "name": "Без логина", "phone": "+79160000099" })).body();
    let foreign_order = dispatcher.post("/api/v1/orders", of_stranger).await.expect(201).id();
    dispatcher.post(&format!("/api/v1/orders/{foreign_order}/confirmation"), serde_json::json!({})).await.expect(200);
    let foreign = app.visit().order(foreign_order).of(&semyon).at(NOW + 30 * DAY).accepted().make().await;
    let foreign = ids(app, foreign, &semyon).await;
    let mut made = vec![];
    for (day, who) in WHO.iter().enumerate() {
        let person = match *who {
            "nobody" => app.nobody(),
            "customer" => olga.clone(),
            "other" => pyotr.clone(),
            "foreign" => timur.clone(),
            "offered" | "accepted" | "declined" | "moved" | "checked" => rustam.clone(),
            "specialist" => ivan.clone(),
            "dispatch" => dispatcher.clone(),
            _ => administrator.clone(),
        };
        let status = match *who {
            "offered" => VisitStatus::Offered,
            "declined" => VisitStatus::Declined,
            "checked" => VisitStatus::Checked,
            _ => VisitStatus::Accepted,
        };
        let lead = if *who == "specialist" { &ivan } else { &rustam };
        let starts = NOW + (i64::try_from(day).unwrap() + 1) * DAY;
        let both @ (_, visit) = app.visit().of(lead).at(starts).status(status).make().await;
        if *who == "moved" {
            let to = serde_json::json!({ "worker_ids": [timur.worker_id], "starts_at": crate::orders::view::rfc3339(starts) });
            dispatcher.put(&format!("/api/v1/visits/{visit}"), to).await.expect(200);
        }
        let own = ids(app, both, &person).await;
        made.push(Column { person, own, foreign: foreign.clone() });
    }
    made
}

/// `a/b/c`: own, foreign, unknown; one number where all are the same.
fn cell([own, foreign, unknown]: [u16; 3]) -> String {
    if own == foreign && foreign == unknown { own.to_string() } else { format!("{own}/{foreign}/{unknown}") }
}

/// The answer without what differs from request to request.
fn comparable(answer: &Answer, ids: &Ids) -> String {
    let mut text = answer.text();
    if let Ok(mut json) = serde_json::from_str::<serde_json::Value>(&text) {
        json.as_object_mut().map(|map| map.remove("instance"));
        text = json.to_string();
    }
    static NUMBERS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"/(\d+)\b").unwrap());
    static CHANGING: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#"(?i)(reference|nonce|_key"? value)[^<]{0,80}"#).unwrap());
    let known = [ids.order, ids.visit, ids.customer, ids.user, ids.worker, ids.service, ids.file, ids.session];
    let text = NUMBERS.replace_all(&text, |found: &regex::Captures| {
        if found[1].parse().is_ok_and(|id: i64| known.contains(&id)) { "/N".to_owned() } else { found[0].to_owned() }
    });
    CHANGING.replace_all(&text, "").into_owned()
}

fn is_denied(status: u16) -> bool {
    matches!(status, 401 | 403 | 404)
}

/// Walks the table; gives the lines and the pairs of a foreign and an unknown id that do not answer alike.
async fn walk(app: &TestApp, routes: &[Route]) -> (String, Vec<String>) {
    let columns = columns(app).await;
    let as_made = app.snapshot().await;
    let mut text = format!("{:<7}{:<46}{:<17}", "", "own/foreign/unknown", "access");
    for who in WHO {
        let _ = write!(text, " {who:<11}");
    }
    text = format!("{}\n", text.trim_end());
    let mut unlike = vec![];
    for route in routes {
        let has_id = route.path.contains('{');
        let mut line = format!("{:<7}{:<46}{:<17}", route.method, route.path, format!("{:?}", route.access));
        for (who, Column { person, own, foreign }) in WHO.iter().zip(&columns) {
            let unknown = Ids::unknown();
            let mut answers = vec![];
            let staff = person.role.is_some_and(crate::access::Role::is_staff);
            // Whom the route does not admit, it answers alike whatever the id.
            let asks_all = has_id && route.access.admits(person.role);
            for ids in [&unknown, foreign, own].into_iter().skip(if asks_all { 0 } else { 2 }) {
                let answer = ask(person, route, ids).await;
                if route.method != "GET" && answer.status < 400 {
                    app.restore(&as_made).await;
                }
                answers.push(answer);
            }
            let first = answers.pop().unwrap();
            let (second, third) = (answers.pop(), answers.pop());
            if let (Some(unknown_answer), Some(foreign_answer)) = (&third, &second)
                && is_denied(foreign_answer.status)
                && !staff
                && (unknown_answer.status, comparable(unknown_answer, &unknown))
                    != (foreign_answer.status, comparable(foreign_answer, foreign))
            {
                unlike.push(format!(
                    "{} {} as {who}: {} for a foreign id, {} for an unknown one",
                    route.method, route.path, foreign_answer.status, unknown_answer.status
                ));
            }
            let status = |answer: &Option<Answer>| answer.as_ref().map_or(first.status, |answer| answer.status);
            let _ = write!(line, " {:<11}", cell([first.status, status(&second), status(&third)]));
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
    (text, unlike)
}

/// The table by path, whatever order the features are merged in; reading first, since a deleted photo does not come back.
fn ordered() -> Vec<Route> {
    let mut routes = paths::table();
    routes.sort_by_key(|route| (route.method != "GET", route.path, route.method));
    routes
}

db_test!(everybody_gets_where_they_may_and_nowhere_else, |app| {
    let (text, unlike) = walk(&app, &ordered()).await;
    assert!(unlike.is_empty(), "foreign and unknown ids must not be told apart:\n{}", unlike.join("\n"));
    golden("tests/access_matrix.txt", &text);
});

#[test]
fn nobody_is_admitted_by_mistake() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/tests/access_matrix.txt")).unwrap();
    assert_eq!(suspicious(&text), Vec::<String>::new());
    let planted = text.replace("GET    /api/v1/me ", "GET    /api/v1/us ")
        + "GET    /api/v1/plant                               SignedIn          200         200\n";
    assert_eq!(suspicious(&planted).len(), 1, "a planted hole is found");
}

/// Lines on which somebody who is not signed in gets into a route that is not public.
fn suspicious(text: &str) -> Vec<String> {
    let is_hole = |line: &&str| {
        let mut words = line.split_whitespace().skip(2);
        let (access, nobody) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        access != "Public" && !nobody.split('/').all(|status| matches!(status, "401" | "303" | "307" | "404"))
    };
    text.lines().skip(1).filter(is_hole).map(str::to_owned).collect()
}
