use super::*;
use crate::{
    access::{Access, Actor, Role},
    accounts::password,
    ids::OrderId,
    testkit::*,
    web::Door,
};
use serde_json::json;

fn plan(orders: u32) -> Plan {
    Plan { orders, workers: None, customers: None, months: 2, seed: 67, beside: None }
}

async fn fill_with(app: &TestApp, orders: u32) -> Vec<Login> {
    let hash = password::hash(PASSWORD.to_owned()).await.unwrap();
    fill(app, &plan(orders), &hash, |_| {}).await.unwrap()
}

async fn sign_in(app: &TestApp, login: &str) -> String {
    let answer = app.nobody().post("/api/v1/auth/sessions", json!({ "login": login, "password": PASSWORD })).await;
    assert_eq!(answer.status, 201, "{login} signs in");
    format!("Bearer {}", answer.json()["access_token"].as_str().unwrap())
}

db_test!(made_up_orders_hold_together, bare, |app| {
    fill_with(&app, 400).await;
    assert_eq!(app.number("SELECT COUNT(*) FROM orders").await, 400);
    assert!(app.number("SELECT COUNT(DISTINCT status) FROM orders").await >= 6);
    assert!(app.number("SELECT COUNT(DISTINCT status) FROM visits").await >= 6);
    for row in app.rows("SELECT id FROM orders").await {
        let id = OrderId(row.try_get_by_index(0).unwrap());
        let moved = async { change!(app, &Actor::system("test") => |change| crate::orders::follow_visits(change, id, None).await) };
        assert!(moved.await.unwrap().is_none(), "order {id} is not where its visits have brought it");
    }
    let overlaps = "SELECT COUNT(*) FROM visit_workers a JOIN visit_workers b ON b.worker_id = a.worker_id AND b.visit_id > a.visit_id \
        WHERE a.live = 1 AND b.live = 1 AND a.starts_ms < b.ends_ms AND b.starts_ms < a.ends_ms";
    assert_eq!(app.number(overlaps).await, 0);
    assert!(app.number("SELECT COUNT(*) FROM visit_workers").await > app.number("SELECT COUNT(*) FROM visits").await, "there are crews");
    let leads = "SELECT COUNT(*) FROM visits v WHERE NOT EXISTS (SELECT 1 FROM visit_workers w WHERE w.visit_id = v.id AND w.worker_id = v.lead_id)";
    assert_eq!(app.number(leads).await, 0, "the lead is of the crew");
    let unlike = "SELECT COUNT(*) FROM visits v JOIN visit_workers w ON w.visit_id = v.id WHERE w.starts_ms <> v.starts_ms OR w.ends_ms <> v.ends_ms \
        OR w.live <> (v.status IN ('planned', 'offered', 'accepted', 'en_route', 'on_site', 'paused'))";
    assert_eq!(app.number(unlike).await, 0);
    app.forget_history().await;
});

db_test!(made_up_history_fits, bare, |app| {
    fill_with(&app, 300).await;
    let now = app.clock.now_ms();
    assert_eq!(app.number(&format!("SELECT COUNT(*) FROM events WHERE at_ms > {now}")).await, 0, "nothing happened yet that is to come");
    let backwards = "SELECT COUNT(*) FROM events a JOIN events b ON b.order_id = a.order_id AND b.id > a.id AND b.at_ms < a.at_ms";
    assert_eq!(app.number(backwards).await, 0, "history goes forward");
    let count = async |kind: &str| app.number(&format!("SELECT COUNT(*) FROM events WHERE kind = '{kind}'")).await;
    let with = async |table: &str, status: &str| app.number(&format!("SELECT COUNT(*) FROM {table} WHERE status = '{status}'")).await;
    assert_eq!(count("order.created").await, 300);
    assert_eq!(count("order.completed").await, with("orders", "completed").await);
    assert_eq!(count("order.cancelled").await, with("orders", "cancelled").await);
    assert_eq!(count("visit.planned").await, app.number("SELECT COUNT(*) FROM visits").await);
    assert_eq!(count("visit.declined").await, with("visits", "declined").await);
    assert_eq!(count("visit.checked").await, with("visits", "checked").await);
    assert_eq!(count("order.reviewed").await, app.number("SELECT COUNT(*) FROM reviews").await);
    assert!(app.number("SELECT COUNT(*) FROM reviews").await > 10);
    app.forget_history().await;
});

db_test!(made_up_people_sign_in_and_see_their_work, bare, |app| {
    let logins = fill_with(&app, 200).await;
    assert_eq!(logins.len(), 12);
    let admin = sign_in(&app, "admin").await;
    let listed = app.nobody().get("/api/v1/orders?limit=1").header("authorization", &admin).await.json();
    let (id, number) = (listed["items"][0]["id"].as_i64().unwrap(), listed["items"][0]["number"].as_str().unwrap().to_owned());
    let phone: String = listed["items"][0]["customer"]["phone"].as_str().unwrap().chars().skip(2).collect();
    for typed in [number.as_str(), &phone] {
        let found = app.nobody().get(&format!("/api/v1/orders?limit=200&q={typed}")).header("authorization", &admin).await.json();
        assert!(found["items"].as_array().unwrap().iter().any(|order| order["id"] == id), "{typed} finds order {id}");
    }
    let found = app.nobody().get(&format!("/api/v1/customers?q={phone}")).header("authorization", &admin).await.json();
    assert_eq!(found["items"][0]["id"], listed["items"][0]["customer"]["id"], "the customer is found by phone");
    for login in ["dispatcher1", "specialist1", "contractor1", "customer1"] {
        let token = sign_in(&app, login).await;
        assert_eq!(app.nobody().get("/api/v1/orders").header("authorization", &token).await.status, 200, "{login}");
    }
    let cookie = admin.replace("Bearer ", "access=");
    for route in crate::web::router::routes().table() {
        let quick = route.method == "GET" && Door::of(route.path) == Door::Page && !route.path.contains('{') && !route.path.contains("live")
            // It counts what is newer than the order it is told.
            && route.path != "/orders/newer";
        if quick && route.access.admits(Some(Role::Administrator)) && route.access != Access::Public {
            let answer = app.nobody().get(route.path).header("cookie", &cookie).await;
            assert!(matches!(answer.status, 200 | 303), "{} answers {}", route.path, answer.status);
        }
    }
    app.forget_history().await;
});

db_test!(made_up_people_talk_and_are_told, bare, |app| {
    fill_with(&app, 400).await;
    for audience in ["customer", "worker", "internal", "direct"] {
        assert!(app.number(&format!("SELECT COUNT(*) FROM chats WHERE audience = '{audience}'")).await > 1, "{audience}");
    }
    let wrong = "SELECT COUNT(*) FROM chats c WHERE c.last_id <> (SELECT MAX(m.id) FROM chat_messages m WHERE m.chat_id = c.id)";
    assert_eq!(app.number(wrong).await, 0);
    let outside = "c.audience <> 'internal' AND m.role IN ('customer', 'specialist', 'contractor') AND NOT (c.audience = 'customer' AND m.role <> 'customer')";
    let waits = "SELECT COUNT(*) FROM chats c JOIN chat_messages m ON m.id = c.last_id WHERE c.waiting_ms IS NOT NULL";
    assert!(app.number(waits).await >= 4, "some wait for an answer");
    assert_eq!(app.number(&format!("{waits} AND NOT ({outside})")).await, 0, "nobody waits who was answered");
    let now = app.clock.now_ms();
    assert_eq!(app.number(&format!("SELECT COUNT(*) FROM chat_messages WHERE created_ms > {now}")).await, 0);
    let early = "SELECT COUNT(*) FROM chat_messages m JOIN chats c ON c.id = m.chat_id JOIN orders o ON o.id = c.order_id WHERE m.created_ms < o.created_ms";
    assert_eq!(app.number(early).await, 0, "nobody talks of an order that is not there yet");
    let backwards = "SELECT COUNT(*) FROM chat_messages a JOIN chat_messages b ON b.id = a.id + 1 WHERE b.created_ms < a.created_ms";
    assert_eq!(app.number(backwards).await, 0);
    let token = sign_in(&app, "admin").await;
    let found = app.nobody().get("/api/v1/messages?q=пропуск").header("authorization", &token).await.expect(200).json();
    assert!(!found["items"].as_array().unwrap().is_empty(), "what was said can be searched");

    for state in ["sent", "delivered", "read"] {
        assert!(app.number(&format!("SELECT COUNT(*) FROM deliveries WHERE state = '{state}'")).await > 0, "{state}");
    }
    assert_eq!(app.number("SELECT COUNT(*) FROM deliveries WHERE state = 'dead' AND channel = 'sms'").await, 1);
    assert!(app.number("SELECT COUNT(*) FROM deliveries WHERE channel = 'sms' AND cost_minor > 0 AND parts > 0").await > 10);
    let open = "SELECT COUNT(*) FROM deliveries WHERE due_ms IS NOT NULL OR ask_ms IS NOT NULL OR escalate_ms IS NOT NULL OR turn >= 0";
    assert_eq!(app.number(open).await, 0, "nothing of it goes out");
    assert_eq!(app.number("SELECT COUNT(*) FROM ways WHERE address NOT LIKE 'demo-%'").await, 0, "nor to anybody by it");
    assert!(app.number("SELECT COUNT(DISTINCT channel) FROM ways").await == 3);
    app.forget_history().await;
});

db_test!(new_orders_follow_the_made_up_ones, bare, |app| {
    fill_with(&app, 30).await;
    let admin = sign_in(&app, "admin").await;
    let last = app.number("SELECT last FROM order_numbers ORDER BY year DESC LIMIT 1").await;
    let body = json!({ "service_id": 1, "customer_id": 1, "address": { "text": "Москва" } });
    let made = app.nobody().post("/api/v1/orders", body).header("authorization", &admin).await;
    assert_eq!(made.status, 201);
    assert!(made.json()["number"].as_str().unwrap().ends_with(&format!("{:06}", last + 1)));
    app.execute("DELETE FROM events WHERE order_id <= 30", []).await;
});

db_test!(a_database_in_use_is_left_alone, |app| {
    let refused = fill(&app, &plan(10), "", |_| {}).await.unwrap_err();
    assert_eq!(refused.code(), "not_empty");
    assert_eq!(app.number("SELECT COUNT(*) FROM orders").await, 0);
});

#[test]
fn the_same_seed_tells_the_same() {
    let zone = || jiff::tz::TimeZone::get("Europe/Moscow").unwrap();
    let tell = |seed: u64| {
        let plan = Plan { seed, ..plan(60) };
        Storyteller::new(&plan, Cast::make(&plan, "", NOW), NOW, zone()).tell(60).unwrap()
    };
    assert!(tell(1) == tell(1));
    assert!(tell(1) != tell(2));
}

#[test]
fn a_company_may_have_few_workers() {
    for workers in [0, 1, 6] {
        let plan = Plan { workers: Some(workers), ..plan(60) };
        let zone = jiff::tz::TimeZone::get("Europe/Moscow").unwrap();
        let (told, _) = Storyteller::new(&plan, Cast::make(&plan, "", NOW), NOW, zone).tell(60).unwrap();
        assert_eq!(told, 60);
    }
}

db_test!(the_first_administrator_fills_the_new_system, bare, |app| {
    let link = crate::people::setup_link(&app).await.unwrap().unwrap();
    let path = &link[link.find("/setup/").unwrap()..];
    let typed =
        [("company", "Окна-Юг"), ("name", "Анна Воронова"), ("login", "anna"), ("password", "четыре жёлтых трамвая"), ("demo", "1")];
    let entered = app.nobody().form(path, &typed).await.expect(303);
    assert_eq!(entered.location(), "/demo");
    let cookie =
        entered.headers.get_all("set-cookie").iter().map(|c| c.to_str().unwrap().split(';').next().unwrap()).collect::<Vec<_>>().join("; ");
    app.nobody().get("/demo").header("cookie", &cookie).await.expect(200);
    let page = app.nobody().form("/demo", &[]).header("cookie", &cookie).await.expect(200).text();
    assert!(page.contains("dispatcher1") && !page.contains(">admin<"), "{page}");
    assert_eq!(app.number("SELECT COUNT(*) FROM orders").await, 300);
    assert_eq!(app.number("SELECT COUNT(*) FROM users WHERE role = 'administrator'").await, 1);
    app.nobody().form("/demo", &[]).header("cookie", &cookie).await.expect(409);
    app.forget_history().await;
});
