//! Bad input: each field of each body, missing, empty, too long, of a wrong type, hostile. Every fault is told by its
//! field, and nothing is stored.

use super::*;

/// What a field takes.
#[derive(Clone, Copy)]
enum Takes {
    /// Text of so many characters.
    Text(usize),
    Whole,
    Degrees,
    Id,
    Ids,
    Places,
    Flag,
    Moment,
    Phone,
    Email,
    Zone,
    /// One of a few words.
    Word,
    Object,
    Password,
}

/// One body and what its fields take.
struct Body {
    valid: Value,
    /// Path, what it takes, whether it must be there.
    fields: &'static [(&'static str, Takes, bool)],
}

const HOSTILE: [&str; 5] = ["О'Коннор \"5\"", "<script>alert(1)</script>", "🪟👷", "'; DROP TABLE orders; --", "%_\\ ${x}"];

fn order_body(app: &TestApp) -> Body {
    Body {
        valid: app.order().body(),
        fields: &[
            ("service_id", Takes::Id, true),
            ("address", Takes::Object, true),
            ("address.text", Takes::Text(500), true),
            ("address.district", Takes::Text(100), false),
            ("address.entrance", Takes::Text(20), false),
            ("address.floor", Takes::Text(20), false),
            ("address.flat", Takes::Text(20), false),
            ("address.intercom", Takes::Text(50), false),
            ("address.lat", Takes::Degrees, true),
            ("address.lon", Takes::Degrees, true),
            ("address.zone", Takes::Zone, false),
            ("description", Takes::Text(4000), false),
            ("requirements", Takes::Text(2000), false),
            ("desired_from", Takes::Moment, false),
            ("desired_to", Takes::Moment, false),
            ("priority", Takes::Word, false),
            ("price_minor", Takes::Whole, false),
            ("source", Takes::Word, false),
            ("confirm", Takes::Flag, false),
            ("customer", Takes::Object, false),
            ("customer.kind", Takes::Word, false),
            ("customer.name", Takes::Text(200), true),
            ("customer.phone", Takes::Phone, false),
            ("customer.email", Takes::Email, false),
            ("customer.note", Takes::Text(2000), false),
        ],
    }
}

fn visit_body(app: &TestApp) -> Body {
    Body {
        valid: plan_of(&[&app.people().ivan], NOW + 4 * HOUR),
        fields: &[
            ("worker_ids", Takes::Ids, true),
            ("lead_id", Takes::Id, false),
            ("starts_at", Takes::Moment, true),
            ("ends_at", Takes::Moment, false),
            ("note", Takes::Text(2000), false),
            ("offer", Takes::Flag, false),
            ("override_reason", Takes::Text(1000), false),
            ("payout_minor", Takes::Whole, false),
        ],
    }
}

/// Values of a field that must be refused.
fn wrong(takes: Takes, required: bool) -> Vec<Value> {
    let mut values = match takes {
        Takes::Text(most) => vec![json!("я".repeat(most + 1)), json!(5), json!(["a"]), json!({}), json!(true)],
        Takes::Password => vec![json!("я".repeat(1001)), json!(5), json!(["a"])],
        Takes::Whole => vec![json!("5"), json!(-1), json!(1.5), json!(9_000_000_000_000_000_i64), json!([5]), json!(true)],
        Takes::Degrees => vec![json!("55,7"), json!(181), json!(-1e300), json!([5]), json!(false)],
        Takes::Id => vec![json!("1"), json!(0), json!(-1), json!(1.5), json!(987_654_321), json!([1]), json!({}), json!(u64::MAX)],
        Takes::Ids => vec![json!(1), json!("1"), json!(["1"]), json!([0]), json!([987_654_321]), json!([1.5]), json!({}), json!([[1]])],
        Takes::Places => vec![json!(0), json!("0"), json!(["0"]), json!([-1]), json!([99]), json!({})],
        Takes::Flag => vec![json!("true"), json!(1), json!([true])],
        Takes::Moment => vec![
            json!("завтра"),
            json!("2026-11-24"),
            json!("2026-11-24T09:00"),
            json!("2026-13-01T00:00:00Z"),
            json!("0026-11-24T09:00:00Z"),
            json!("12026-11-24T09:00:00Z"),
            json!(1_795_500_000),
            json!([]),
        ],
        Takes::Phone => vec![json!("12"), json!("телефон"), json!("+7 916 000 00"), json!("9".repeat(61)), json!(79_160_000_005_i64)],
        Takes::Email => vec![
            json!("olga"),
            json!("@a.ru"),
            json!("a@b"),
            json!("a b@c.ru"),
            json!("a@b.ru\r\nBcc: x@y.ru"),
            json!("<a@b.ru>"),
            json!(5),
        ],
        Takes::Zone => vec![json!("Mars/Base"), json!("../../etc/passwd"), json!(5), json!("я".repeat(65))],
        Takes::Word => vec![json!("no_such_word"), json!(5), json!(["low"]), json!("НИЗКИЙ")],
        Takes::Object => vec![json!("text"), json!([]), json!(5)],
    };
    if required {
        values.extend([json!(null), json!(""), json!("  \t ")]);
    }
    values
}

/// The body with one field changed; `None` takes it away.
fn with(body: &Value, path: &str, value: Option<Value>) -> Value {
    let mut body = body.clone();
    let (object, name) = match path.split_once('.') {
        Some((outer, name)) => (&mut body[outer], name),
        None => (&mut body, path),
    };
    let map = object.as_object_mut().expect("a field inside an object");
    match value {
        Some(value) => map.insert(name.to_owned(), value),
        None => map.remove(name),
    };
    body
}

/// Where a refused body must leave nothing.
const TABLES: [&str; 10] =
    ["orders", "visits", "customers", "events", "outbox", "reports", "order_words", "sessions", "order_numbers", "commands"];

/// Sends every wrong body; gives what was not refused at the field.
async fn accepted_wrongly(send: impl AsyncFn(Value) -> Answer, body: &Body) -> Vec<String> {
    let mut faults = vec![];
    let mut check = async |path: &str, what: String, body: Value| {
        let answer = send(body).await;
        let told = answer.faults().iter().any(|fault| {
            let field = fault.split(' ').next().unwrap_or_default();
            // A missing coordinate is told at the one that is missing, a date at the pair's second.
            field == path || (path.starts_with("address.l") && field.starts_with("address.l")) || field.starts_with(&format!("{path}."))
        });
        let plain = answer.json()["errors"].as_array().into_iter().flatten().all(|e| !e["message"].as_str().unwrap_or("").is_empty());
        if answer.status != 422 || !told || !plain {
            faults.push(format!("{path} = {what}: {} {}", answer.status, answer.text()));
        }
    };
    for (path, takes, required) in body.fields {
        for value in wrong(*takes, *required) {
            let what: String = value.to_string().chars().take(40).collect();
            check(path, what, with(&body.valid, path, Some(value))).await;
        }
        if *required {
            check(path, "nothing".into(), with(&body.valid, path, None)).await;
        }
    }
    check("no_such_field", "1".into(), with(&body.valid, "no_such_field", Some(json!(1)))).await;
    faults
}

db_test!(every_field_of_an_order, |app| {
    let dispatcher = app.people().dispatcher;
    let mut body = order_body(&app);
    body.valid["customer"] = json!({ "name": "Новый Заказчик", "phone": "+79160000077" });
    let before = app.counts(&TABLES).await;
    let faults = accepted_wrongly(async |body| dispatcher.post("/api/v1/orders", body).await, &body).await;
    assert_eq!(faults, Vec::<String>::new());
    let turned =
        with(&with(&body.valid, "desired_from", Some(json!("2026-12-02T06:00:00Z"))), "desired_to", Some(json!("2026-12-01T06:00:00Z")));
    assert_eq!(dispatcher.post("/api/v1/orders", turned).await.expect(422).faults(), ["desired_to date_order"]);
    assert_eq!(app.counts(&TABLES).await, before, "nothing is stored of what was refused");
    dispatcher.post("/api/v1/orders", body.valid.clone()).await.expect(201);
    let twin = dispatcher.post("/api/v1/orders", body.valid).await.expect(409);
    assert_eq!(twin.faults(), ["customer.phone customer_twin"]);
    assert!(twin.text().contains("Новый Заказчик"), "the twin is named");
});

db_test!(the_search_for_wrong_fields_finds_a_planted_one, |app| {
    let dispatcher = app.people().dispatcher;
    let mut body = order_body(&app);
    body.valid["customer_id"] = json!(app.people().olga.customer_id);
    // A note may be empty: asking for it would be a fault of the table, and is found.
    body.fields = &[("description", Takes::Text(4000), true)];
    let faults = accepted_wrongly(async |body| dispatcher.post("/api/v1/orders", body).await, &body).await;
    assert!(faults.len() >= 3, "{faults:?}");
});

db_test!(every_field_of_a_visit, |app| {
    let People { dispatcher, ivan, semyon, .. } = app.people();
    let order = app.order().confirmed().make().await;
    let (path, body) = (format!("/api/v1/orders/{order}/visits"), visit_body(&app));
    let before = app.counts(&TABLES).await;
    let faults = accepted_wrongly(async |body| dispatcher.post(&path, body).await, &body).await;
    assert_eq!(faults, Vec::<String>::new());
    let odd = [
        (json!({ "lead_id": semyon.worker_id }), "lead_id lead_not_in_crew"),
        (json!({ "ends_at": "2026-11-24T10:00:00Z" }), "ends_at date_order"),
        (json!({ "ends_at": "2027-11-24T10:00:00Z" }), "ends_at date_order"),
    ];
    for (change, fault) in odd {
        let mut plan = plan_of(&[&ivan], NOW + 4 * HOUR);
        plan.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        assert_eq!(dispatcher.post(&path, plan).await.expect(422).faults(), [fault]);
    }
    assert_eq!(app.counts(&TABLES).await, before);
    let visit = dispatcher.post(&path, body.valid.clone()).await.expect(201).id();
    let before = app.counts(&TABLES).await;
    let path = format!("/api/v1/visits/{visit}");
    assert_eq!(accepted_wrongly(async |body| dispatcher.put(&path, body).await, &body).await, Vec::<String>::new());
    assert_eq!(app.counts(&TABLES).await, before);
});

db_test!(every_field_of_a_report_a_reason_and_a_sign_in, |app| {
    let People { ivan, dispatcher, .. } = app.people();
    let order = app.order().service(app.services().strict).confirmed().make().await;
    let (_, visit) = app.visit().order(order).of(&ivan).on_site().make().await;
    let before = app.counts(&TABLES).await;
    let report = Body {
        valid: json!({ "text": "Готово", "checklist": [0], "signed_by": "Ольга" }),
        fields: &[("text", Takes::Text(8000), false), ("checklist", Takes::Places, false), ("signed_by", Takes::Text(200), false)],
    };
    let path = format!("/api/v1/visits/{visit}/report");
    assert_eq!(accepted_wrongly(async |body| ivan.put(&path, body).await, &report).await, Vec::<String>::new());

    let reasons = Body { valid: reason(), fields: &[("reason", Takes::Text(1000), true), ("reason_code", Takes::Text(32), false)] };
    let failure = format!("/api/v1/visits/{visit}/failure");
    assert_eq!(accepted_wrongly(async |body| ivan.post(&failure, body).await, &reasons).await, Vec::<String>::new());
    let hold = Body { valid: reason(), fields: &[("reason", Takes::Text(1000), true), ("until", Takes::Moment, false)] };
    let path = format!("/api/v1/orders/{order}/hold");
    assert_eq!(accepted_wrongly(async |body| dispatcher.post(&path, body).await, &hold).await, Vec::<String>::new());

    let sign_in = Body {
        valid: json!({ "login": "daria", "password": PASSWORD }),
        fields: &[("login", Takes::Text(254), true), ("password", Takes::Password, false)],
    };
    let nobody = app.nobody();
    assert_eq!(accepted_wrongly(async |body| nobody.post("/api/v1/auth/sessions", body).await, &sign_in).await, Vec::<String>::new());
    nobody.post("/api/v1/auth/sessions", json!({ "login": "daria" })).await.expect(422);
    assert_eq!(app.counts(&TABLES).await, before);
});

db_test!(a_password_that_is_wrong_tells_nothing, |app| {
    let nobody = app.nobody();
    let wrong = nobody.post("/api/v1/auth/sessions", json!({ "login": "daria", "password": "не тот пароль" })).await.expect(401);
    let unknown = nobody.post("/api/v1/auth/sessions", json!({ "login": "nemo", "password": "не тот пароль" })).await.expect(401);
    let without_id = |answer: &Answer| {
        let mut json = answer.json();
        json.as_object_mut().unwrap().remove("instance");
        json
    };
    assert_eq!(without_id(&wrong), without_id(&unknown));
});

db_test!(hostile_text_is_kept_as_it_is, |app| {
    let People { olga, dispatcher, .. } = app.people();
    for text in HOSTILE {
        let mut body = app.order().with("description", json!(text)).body();
        body["address"]["text"] = json!(text);
        let made = olga.post("/api/v1/orders", body).await.expect(201).json();
        assert_eq!((&made["description"], &made["address"]["text"]), (&json!(text), &json!(text)));
        let id = made["id"].as_i64().unwrap();
        let read = dispatcher.get(&format!("/api/v1/orders/{id}")).await.expect(200).json();
        assert_eq!(read["description"], text);
        let query: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
        let found = dispatcher.get(&format!("/api/v1/orders?q={query}")).await;
        assert!(matches!(found.status, 200 | 422), "{text}: {}", found.text());
        for page in ["/orders", &format!("/orders/{id}")] {
            let shown = dispatcher.get(page).await;
            assert!(shown.status < 500 && !shown.text().contains("<script>alert(1)"), "{page}");
        }
    }
    // NUL, other control characters and those that turn the text round go, line ends stay.
    let typed = json!("а\u{0}б\u{7}\r\nв\u{1b}\u{202e}txt.exe");
    let made = olga.post("/api/v1/orders", app.order().with("description", typed).body()).await.expect(201);
    assert_eq!(made.json()["description"], "аб\nвtxt.exe");
    let mut unseen = app.order().body();
    unseen["address"]["text"] = json!("\u{3164}\u{200b}");
    assert_eq!(olga.post("/api/v1/orders", unseen).await.expect(422).faults(), ["address.text required"]);
});

db_test!(what_is_no_json_object_is_told_so, |app| {
    let olga = app.people().olga;
    let send = |kind: &'static str, body: &'static str| olga.post("/api/v1/orders", json!({})).body(kind, body.into());
    for (kind, body, status, code) in [
        ("application/json", "{", 400, "bad_json"),
        ("application/json", "[1]", 400, "not_an_object"),
        ("application/json", "\"x\"", 400, "not_an_object"),
        ("text/plain", "{}", 415, "not_json"),
        ("application/x-www-form-urlencoded", "a=b", 415, "not_json"),
    ] {
        let answer = send(kind, body).await;
        assert_eq!((answer.status, answer.code()), (status, code.to_owned()), "{body}");
    }
    let huge = json!({ "description": "x".repeat(2 * 1024 * 1024) });
    olga.post("/api/v1/orders", huge).await.expect(413);
    let deep = "[".repeat(100_000);
    olga.post("/api/v1/orders", json!({})).body("application/json", deep.into_bytes()).await.expect(400);
    for path in
        ["/api/v1/orders/0", "/api/v1/orders/-1", "/api/v1/orders/99999999999999999999", "/api/v1/orders/abc", "/api/v1/orders/1%00"]
    {
        let answer = olga.get(path).await;
        assert_eq!(answer.status, 404, "{path}: {}", answer.text());
    }
    for query in ["limit=0", "limit=201", "limit=x", "cursor=%25", "cursor=MS4y", "status=none", "from=gestern", "sort=up"] {
        olga.get(&format!("/api/v1/orders?{query}")).await.expect(422);
    }
});
