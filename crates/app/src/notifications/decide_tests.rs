//! Who is told what, looked at in the messages that are written.

use super::decide::distribute;
use crate::{orders::view::rfc3339, testkit::*};
use serde_json::json;

/// The same system with a bot that nobody answers for.
async fn with_telegram(app: &TestApp) -> TestApp {
    app.with(|config| config.telegram_bot_token = Some("1:t".into())).await
}

/// Links everybody who matters here.
async fn link_all(app: &TestApp) {
    let People { administrator, dispatcher, zoya, semyon, rustam, timur, olga, .. } = app.people();
    for (chat, person) in [administrator, dispatcher, zoya, semyon, rustam, timur, olga].iter().enumerate() {
        let values = [person.user_id.into(), chat.to_string().into()];
        let way = "INSERT INTO ways (user_id, channel, address, name, state, linked_ms) VALUES (?, 'telegram', ?, '', 'alive', 0)";
        app.execute(way, values).await;
    }
}

/// The wordings written to this person since the last look, oldest first.
async fn told(app: &TestApp, person: &Person) -> Vec<String> {
    while distribute(app).await.unwrap() > 0 {}
    let rows = app.rows(&format!("SELECT wording FROM deliveries WHERE user_id = {} ORDER BY id", person.user_id)).await;
    app.execute("DELETE FROM deliveries WHERE user_id = ?", [person.user_id.into()]).await;
    rows.iter().map(|row| row.try_get_by_index::<String>(0).unwrap()).collect()
}

fn plan(workers: &[&Person], hours: i64, offer: bool) -> serde_json::Value {
    let ids: Vec<i64> = workers.iter().map(|worker| worker.worker_id).collect();
    json!({ "worker_ids": ids, "starts_at": rfc3339(NOW + hours * HOUR), "ends_at": rfc3339(NOW + (hours + 1) * HOUR), "offer": offer })
}

db_test!(a_moved_visit_is_told_to_each_by_what_it_means_for_them, |app| {
    let app = with_telegram(&app).await;
    let People { dispatcher, semyon, rustam, timur, .. } = app.people();
    link_all(&app).await;
    let order = app.order().confirmed().make().await;
    let made = dispatcher.post(&format!("/api/v1/orders/{order}/visits"), plan(&[&rustam, &timur], 3, true)).await.expect(201);
    let visit = made.id();
    assert_eq!(told(&app, &rustam).await, ["crew-offered"]);
    told(&app, &timur).await;

    // Timur stays, Rustam goes, Sergey comes.
    dispatcher.put(&format!("/api/v1/visits/{visit}"), plan(&[&timur, &semyon], 5, true)).await.expect(200);
    assert_eq!(told(&app, &rustam).await, ["crew-taken-off"]);
    assert_eq!(told(&app, &timur).await, ["crew-moved"]);
    assert_eq!(told(&app, &semyon).await, ["crew-offered"]);

    dispatcher.post(&format!("/api/v1/visits/{visit}/cancellation"), json!({ "reason": "x" })).await.expect(200);
    assert_eq!(told(&app, &timur).await, ["crew-cancelled"]);
    assert_eq!(told(&app, &rustam).await, Vec::<String>::new());
    app.forget_history().await;
});

db_test!(a_visit_that_was_never_offered_is_nobodys_news, |app| {
    let app = with_telegram(&app).await;
    let People { dispatcher, rustam, timur, .. } = app.people();
    link_all(&app).await;
    let order = app.order().confirmed().make().await;
    let visit = dispatcher.post(&format!("/api/v1/orders/{order}/visits"), plan(&[&rustam], 3, false)).await.expect(201).id();
    dispatcher.put(&format!("/api/v1/visits/{visit}"), plan(&[&timur], 5, false)).await.expect(200);
    dispatcher.post(&format!("/api/v1/visits/{visit}/cancellation"), json!({ "reason": "x" })).await.expect(200);
    assert_eq!((told(&app, &rustam).await, told(&app, &timur).await), (vec![], vec![]));
    app.forget_history().await;
});

db_test!(a_visit_accepted_with_its_offer_asks_for_no_answer, |app| {
    let app = with_telegram(&app).await;
    let People { dispatcher, semyon, .. } = app.people();
    link_all(&app).await;
    app.set_company("auto_accept", true).await;
    let order = app.order().confirmed().make().await;
    dispatcher.post(&format!("/api/v1/orders/{order}/visits"), plan(&[&semyon], 3, true)).await.expect(201);
    assert_eq!(told(&app, &semyon).await, ["crew-assigned"]);
    app.forget_history().await;
});

db_test!(a_customer_hears_that_nobody_comes_after_all, |app| {
    let app = with_telegram(&app).await;
    let People { dispatcher, rustam, olga, .. } = app.people();
    link_all(&app).await;
    for (accepted, expected) in [(false, vec![]), (true, vec!["customer-who-comes", "customer-visit-cancelled"])] {
        let order = app.order().by(&olga).confirmed().make().await;
        told(&app, &olga).await;
        let visit = dispatcher.post(&format!("/api/v1/orders/{order}/visits"), plan(&[&rustam], 3, true)).await.expect(201).id();
        if accepted {
            rustam.post(&format!("/api/v1/visits/{visit}/acceptance"), json!({})).await.expect(200);
        }
        dispatcher.post(&format!("/api/v1/visits/{visit}/cancellation"), json!({ "reason": "x" })).await.expect(200);
        assert_eq!(told(&app, &olga).await, expected);
    }
    // With the order itself cancelled one message says it all.
    let order = app.order().by(&olga).confirmed().make().await;
    let visit = dispatcher.post(&format!("/api/v1/orders/{order}/visits"), plan(&[&rustam], 3, true)).await.expect(201).id();
    rustam.post(&format!("/api/v1/visits/{visit}/acceptance"), json!({})).await.expect(200);
    told(&app, &olga).await;
    dispatcher.post(&format!("/api/v1/orders/{order}/cancellation"), json!({ "reason": "x" })).await.expect(200);
    assert_eq!(told(&app, &olga).await, ["customer-cancelled"]);
    app.forget_history().await;
});

db_test!(what_did_not_arrive_is_called_to_the_administrators_attention, |app| {
    let app = with_telegram(&app).await;
    let People { administrator, dispatcher, olga, .. } = app.people();
    link_all(&app).await;
    app.order().by(&olga).make().await;
    while distribute(&app).await.unwrap() > 0 {}
    app.execute("UPDATE deliveries SET state = 'dead' WHERE user_id = ?", [dispatcher.user_id.into()]).await;
    crate::jobs::run_due(&app).await.unwrap();
    let page = administrator.get("/attention").await.expect(200).words();
    assert!(page.contains("1 сообщение не дошло до получателя"), "{page}");
    assert!(!dispatcher.get("/attention").await.expect(200).words().contains("не дошло"), "it is the administrator's to mend");
    app.pass(4 * DAY).await;
    assert_eq!(app.undelivered(), 0, "old ones stay in the log alone");
    app.forget_history().await;
});

db_test!(a_message_leaves_the_outbox_without_a_word, |app| {
    let People { dispatcher, olga, .. } = app.people();
    link_all(&app).await;
    let order = app.order().by(&olga).make().await;
    told(&app, &olga).await;
    let before = app.number("SELECT COUNT(*) FROM notifications").await;
    dispatcher.post(&format!("/api/v1/orders/{order}/messages?audience=customer"), json!({ "text": "Едем" })).await.expect(201);
    assert_eq!(app.number("SELECT COUNT(*) FROM outbox WHERE topic = 'message.written'").await, 1);
    while distribute(&app).await.unwrap() > 0 {}
    assert_eq!(app.number("SELECT COUNT(*) FROM outbox").await, 0);
    assert_eq!(app.number("SELECT COUNT(*) FROM notifications").await, before);
    app.forget_history().await;
});
