//! Who sees what: the fields that must not be there, looked for in every address that can be read.

use super::*;
use crate::{
    access::Access,
    live::{Delivery, Signal},
    orders::VisitStatus,
    tests::paths::{self, Ids, ask},
};
use futures_util::{FutureExt, StreamExt};

/// What a contractor may know only between accepting and the check, as it might be spelled in an answer.
const ABOUT_THE_CUSTOMER: [&str; 8] = ["Смирнова", "0000005", "000-00-05", "Ленина", "67К", "на кухне", "Бахилы", "55.75"];
/// The order's price, written as 12 345,67 ₽ in the pages.
const PRICE: [&str; 2] = ["1234567", "345,67"];
const PAYOUT: [&str; 2] = ["765432", "654,32"];
/// The office's own business.
const INTERNAL: [&str; 2] = ["соседний подъезд", "между нами"];
const NOTE: &str = "домофон не работает";

/// An order with everything in it that somebody must not see, and its visit.
async fn full_visit(app: &TestApp, lead: &Person, status: VisitStatus) -> (i64, i64) {
    let dispatcher = app.people().dispatcher;
    let order = app.order().confirmed().make().await;
    dispatcher.patch(&format!("/api/v1/orders/{order}"), json!({ "price_minor": 1_234_567 })).await.expect(200);
    let visit = app.visit().order(order).of(lead).with("payout_minor", json!(765_432)).with("note", json!(NOTE));
    visit.with("override_reason", json!("соседний подъезд")).status(status).make().await
}

/// Everything that can be read about an order and its visit, of all addresses there are.
async fn everything_readable(app: &TestApp, person: &Person, (order, visit): (i64, i64)) -> String {
    let customer = app.people().olga;
    let ids = Ids {
        order,
        visit,
        customer: customer.customer_id,
        user: customer.user_id,
        worker: person.worker_id,
        service: app.services().window,
        ..Ids::unknown()
    };
    let mut text = String::new();
    for route in paths::table().iter().filter(|route| route.method == "GET" && route.access != Access::Public) {
        let answer = ask(person, route, &ids).await;
        if answer.status < 300 && !answer.header("content-type").contains("javascript") && !answer.header("content-type").contains("css") {
            text.push_str(&format!("\n=== GET {} as {}\n{}", route.path, person.name, answer.text()));
        }
    }
    text
}

/// The secrets that stand in the text, with the address where.
fn leaks(text: &str, secrets: &[&str]) -> Vec<String> {
    let plain = text.replace(['\u{a0}', '\u{202f}'], " ");
    let mut leaks = vec![];
    for section in plain.split("\n=== ") {
        let place = section.lines().next().unwrap_or("");
        leaks.extend(secrets.iter().filter(|secret| section.contains(**secret)).map(|secret| format!("{secret} in {place}")));
    }
    leaks
}

#[test]
fn a_planted_leak_is_found() {
    let text = "\n=== GET /a as x\n{}\n=== GET /b as x\nОльга Смирнова, 12\u{a0}345,67";
    assert_eq!(leaks(text, &["Смирнова"]), ["Смирнова in GET /b as x"]);
    assert_eq!(leaks(text, &PRICE), ["345,67 in GET /b as x"]);
    assert_eq!(leaks("", &["Смирнова"]), Vec::<String>::new());
}

db_test!(the_office_sees_everything, |app| {
    let People { dispatcher, rustam, .. } = app.people();
    let both = full_visit(&app, &rustam, VisitStatus::Offered).await;
    let text = everything_readable(&app, &dispatcher, both).await;
    for secret in ABOUT_THE_CUSTOMER.iter().chain(&[PRICE[0], PAYOUT[0], INTERNAL[0], NOTE]).filter(|s| **s != "000-00-05") {
        assert!(text.contains(secret), "the search for leaks would find {secret}");
    }
});

db_test!(a_contractor_knows_the_customer_only_between_accepting_and_the_check, |app| {
    let People { rustam, .. } = app.people();
    let statuses = [
        (VisitStatus::Planned, false),
        (VisitStatus::Offered, false),
        (VisitStatus::Declined, false),
        (VisitStatus::Cancelled, false),
        (VisitStatus::Checked, false),
        (VisitStatus::Accepted, true),
        (VisitStatus::Done, true),
    ];
    for (n, (status, knows)) in statuses.into_iter().enumerate() {
        let dispatcher = app.people().dispatcher;
        let both @ (order, visit) = full_visit(&app, &rustam, status).await;
        let text = everything_readable(&app, &rustam, both).await;
        let mut secrets = [PRICE.as_slice(), &INTERNAL].concat();
        if knows {
            assert!(text.contains("Ленина") && text.contains("Смирнова") && text.contains(NOTE), "{status}");
        } else {
            secrets.extend(ABOUT_THE_CUSTOMER);
            secrets.push(NOTE);
        }
        assert_eq!(leaks(&text, &secrets), Vec::<String>::new(), "{status}");
        // The district and the service are what an offer is decided on; the payout is the contractor's own.
        if status == VisitStatus::Offered {
            assert!(text.contains("Тверской") && text.contains("Монтаж окна") && text.contains("765432"), "{text}");
        }
        // Out of the way of the next one.
        app.execute("UPDATE visit_workers SET live = 0 WHERE visit_id = ?", [visit.into()]).await;
        app.execute("UPDATE visits SET status = 'cancelled' WHERE id = ?", [visit.into()]).await;
        let shown = dispatcher.get("/api/v1/orders").await.ids();
        assert_eq!(shown.len(), n + 1);
        assert!(!rustam.get("/api/v1/orders").await.ids().contains(&order));
    }
});

db_test!(the_keys_of_an_offer_are_these_and_no_more, |app| {
    let People { rustam, .. } = app.people();
    let (order, visit) = full_visit(&app, &rustam, VisitStatus::Offered).await;
    let keys = |value: &Value| {
        let mut keys: Vec<String> = value.as_object().unwrap().keys().cloned().collect();
        keys.sort();
        keys.join(" ")
    };
    let shown = rustam.get(&format!("/api/v1/orders/{order}")).await.expect(200).json();
    assert_eq!(
        keys(&shown),
        "actions address completed_at created_at desired_from desired_to id number priority service service_id status version"
    );
    assert_eq!(keys(&shown["address"]), "district zone");
    let shown = rustam.get(&format!("/api/v1/visits/{visit}")).await.expect(200).json();
    assert_eq!(
        keys(&shown),
        "accepted_at actions arrived_at crew departed_at ends_at finished_at id lead_id offer_until order_id payout_minor starts_at status version"
    );
    let listed = &rustam.get("/api/v1/orders").await.expect(200).json()["items"][0];
    assert_eq!(keys(&listed["address"]), "district zone");
});

db_test!(search_and_filters_tell_a_worker_nothing, |app| {
    let People { rustam, ivan, .. } = app.people();
    full_visit(&app, &rustam, VisitStatus::Offered).await;
    full_visit(&app, &ivan, VisitStatus::Accepted).await;
    for worker in [&rustam, &ivan] {
        for typed in ["Смирнова", "Ленина", "9160000005", "кухне", "нетничего"] {
            let query: String = form_urlencoded::byte_serialize(typed.as_bytes()).collect();
            let answer = worker.get(&format!("/api/v1/orders?q={query}")).await;
            assert_eq!((answer.status, answer.faults()), (422, vec!["q not_for_you".to_owned()]), "{typed}");
        }
    }
});

db_test!(a_customer_never_sees_what_is_internal, |app| {
    let People { olga, pyotr, rustam, dispatcher, .. } = app.people();
    let order = app.order().confirmed().make().await;
    let (_, declined) = app.visit().order(order).of(&rustam).with("note", json!(NOTE)).offered().make().await;
    rustam.post(&format!("/api/v1/visits/{declined}/decline"), json!({ "reason": "между нами" })).await.expect(200);
    for status in [VisitStatus::Offered, VisitStatus::Accepted, VisitStatus::Done, VisitStatus::Checked] {
        let both @ (order, visit) = full_visit(&app, &rustam, status).await;
        if status == VisitStatus::Offered {
            dispatcher.post(&format!("/api/v1/visits/{visit}/acceptance"), json!({ "note": "между нами" })).await.expect(200);
            dispatcher.post(&format!("/api/v1/visits/{visit}/departure"), json!({ "note": "между нами" })).await.expect(200);
        }
        let text = everything_readable(&app, &olga, both).await;
        assert!(text.contains("Ленина") && text.contains("1234567"), "their own order is theirs to see");
        assert_eq!(leaks(&text, &[&PAYOUT[..], &INTERNAL, &[NOTE, "0000003"]].concat()), Vec::<String>::new(), "{status}");
        let text = everything_readable(&app, &pyotr, both).await;
        assert_eq!(leaks(&text, &[&PAYOUT[..], &INTERNAL, &PRICE, &["Ленина", NOTE]].concat()), Vec::<String>::new(), "{status}");
        pyotr.get(&format!("/api/v1/orders/{order}")).await.expect(404);
        app.execute("UPDATE visit_workers SET live = 0 WHERE visit_id = ?", [visit.into()]).await;
    }
    let first = everything_readable(&app, &olga, (order, declined)).await;
    assert_eq!(leaks(&first, &INTERNAL), Vec::<String>::new());
});

db_test!(a_specialist_sees_the_price_where_the_company_says_so, |app| {
    let People { ivan, .. } = app.people();
    let both = full_visit(&app, &ivan, VisitStatus::Accepted).await;
    assert!(everything_readable(&app, &ivan, both).await.contains(PRICE[0]));
    app.set_company("specialist_sees_price", false).await;
    assert_eq!(leaks(&everything_readable(&app, &ivan, both).await, &PRICE), Vec::<String>::new());
});

db_test!(who_no_longer_goes_no_longer_sees, |app| {
    let People { rustam, timur, dispatcher, .. } = app.people();
    let (order, visit) = full_visit(&app, &rustam, VisitStatus::Accepted).await;
    let (order_path, visit_path) = (format!("/api/v1/orders/{order}"), format!("/api/v1/visits/{visit}"));
    rustam.get(&order_path).await.expect(200);
    dispatcher.put(&visit_path, plan_of(&[&timur], NOW + 4 * HOUR)).await.expect(200);
    for path in [&order_path, &visit_path] {
        rustam.get(path).await.expect(404);
        timur.get(path).await.expect(200);
    }
    assert_eq!(rustam.get("/api/v1/orders").await.ids(), Vec::<i64>::new());
});

/// Who has heard since, staff left out.
async fn listeners(heard: &mut crate::live::Subscription) -> std::collections::BTreeSet<i64> {
    let mut users = std::collections::BTreeSet::new();
    while let Some(Some(delivery)) = heard.next().now_or_never() {
        if let Delivery::Signal { signal: Signal::Changed { audience, .. }, .. } = delivery {
            users.extend(audience.users);
        }
    }
    users
}

db_test!(a_change_is_told_to_those_who_see_it, |app| {
    let People { dispatcher, rustam, timur, olga, .. } = app.people();
    let (order, visit) = app.visit().of(&rustam).offered().make().await;
    let mut heard = app.hub.subscribe();
    dispatcher.put(&format!("/api/v1/visits/{visit}"), plan_of(&[&timur], NOW + 9 * HOUR)).await.expect(200);
    let told = listeners(&mut heard).await;
    assert!(told.is_superset(&[rustam.user_id, timur.user_id, olga.user_id].into()), "who went, who goes and the customer: {told:?}");
    on_visit(&timur, visit, "decline").await.expect(200);
    listeners(&mut heard).await;
    dispatcher.post(&format!("/api/v1/orders/{order}/hold"), reason()).await.expect(200);
    assert_eq!(listeners(&mut heard).await, [olga.user_id].into(), "whose visit is gone hears no more");
    dispatcher.post(&format!("/api/v1/orders/{order}/resumption"), json!({})).await.expect(200);
    let (_, visit) = app.visit().order(order).of(&timur).accepted().make().await;
    listeners(&mut heard).await;
    on_visit(&dispatcher, visit, "cancellation").await.expect(200);
    assert!(listeners(&mut heard).await.contains(&timur.user_id), "who has just lost a visit hears of it");
});
