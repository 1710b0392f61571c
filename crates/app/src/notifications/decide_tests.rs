//! Who is told what, looked at in the messages that are written.

use super::{Channel, decide::distribute, deliver::deliver, testing::link};
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
        link(app, person, Channel::Telegram, &chat.to_string()).await;
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
    for (accepted, expected) in [(false, vec![]), (true, vec!["customer-visit-cancelled"])] {
        let order = app.order().by(&olga).confirmed().make().await;
        told(&app, &olga).await;
        let visit = dispatcher.post(&format!("/api/v1/orders/{order}/visits"), plan(&[&rustam], 3, true)).await.expect(201).id();
        if accepted {
            rustam.post(&format!("/api/v1/visits/{visit}/acceptance"), json!({})).await.expect(200);
            assert_eq!(told(&app, &olga).await, ["customer-who-comes"]);
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
    assert_eq!(told(&app, &olga).await, ["customer-called-off"]);
    // Who was never told of a visit hears of the order alone.
    let order = app.order().by(&olga).confirmed().make().await;
    dispatcher.post(&format!("/api/v1/orders/{order}/visits"), plan(&[&rustam], 3, true)).await.expect(201);
    told(&app, &olga).await;
    dispatcher.post(&format!("/api/v1/orders/{order}/cancellation"), json!({ "reason": "x" })).await.expect(200);
    assert_eq!(told(&app, &olga).await, ["customer-cancelled"]);
    app.forget_history().await;
});

db_test!(a_customer_hears_that_the_time_they_were_told_does_not_hold, |app| {
    let app = with_telegram(&app).await;
    let People { dispatcher, rustam, timur, olga, .. } = app.people();
    link_all(&app).await;
    let order = app.order().by(&olga).confirmed().make().await;
    let visit = dispatcher.post(&format!("/api/v1/orders/{order}/visits"), plan(&[&rustam], 3, true)).await.expect(201).id();
    let change = async |workers: &[&Person], hours: i64| {
        dispatcher.put(&format!("/api/v1/visits/{visit}"), plan(workers, hours, true)).await.expect(200);
    };
    let answer = async |worker: &Person, deed: &str| {
        worker.post(&format!("/api/v1/visits/{visit}/{deed}"), json!({ "reason": "x" })).await.expect(200);
    };
    told(&app, &olga).await;

    // Nobody has been told of a time yet.
    change(&[&rustam], 4).await;
    assert_eq!(told(&app, &olga).await, Vec::<String>::new());
    answer(&rustam, "acceptance").await;
    assert_eq!(told(&app, &olga).await, ["customer-who-comes"]);

    // Moved and accepted within the minute it is one message, with the new time.
    change(&[&rustam], 5).await;
    let waits = waiting(&app, &olga).await;
    assert_eq!((waits.len(), waits[0].0.as_str(), waits[0].2), (1, "customer-moving", 60_000));
    answer(&rustam, "acceptance").await;
    let waits = waiting(&app, &olga).await;
    assert_eq!((waits.len(), waits[0].0.as_str()), (1, "customer-moved"), "{waits:?}");
    told(&app, &olga).await;

    // Others go at the same time: that is nothing to the customer until they decline.
    change(&[&timur], 5).await;
    answer(&timur, "acceptance").await;
    assert_eq!(told(&app, &olga).await, Vec::<String>::new());
    change(&[&rustam], 5).await;
    assert_eq!(told(&app, &olga).await, Vec::<String>::new());
    answer(&rustam, "decline").await;
    assert_eq!(told(&app, &olga).await, ["customer-moving"]);

    // Another visit, moved and then declined: said once.
    let visit = dispatcher.post(&format!("/api/v1/orders/{order}/visits"), plan(&[&rustam], 7, true)).await.expect(201).id();
    rustam.post(&format!("/api/v1/visits/{visit}/acceptance"), json!({})).await.expect(200);
    assert_eq!(told(&app, &olga).await, ["customer-who-comes"]);
    dispatcher.put(&format!("/api/v1/visits/{visit}"), plan(&[&rustam], 8, true)).await.expect(200);
    assert_eq!(told(&app, &olga).await, ["customer-moving"]);
    rustam.post(&format!("/api/v1/visits/{visit}/decline"), json!({ "reason": "x" })).await.expect(200);
    assert_eq!(told(&app, &olga).await, Vec::<String>::new());
    app.forget_history().await;
});

db_test!(whoever_has_not_heard_that_somebody_comes_does_not_hear_that_nobody_does, |app| {
    let app = with_telegram(&app).await;
    let People { dispatcher, rustam, olga, .. } = app.people();
    link_all(&app).await;
    let order = app.order().by(&olga).confirmed().make().await;
    let visit = dispatcher.post(&format!("/api/v1/orders/{order}/visits"), plan(&[&rustam], 3, true)).await.expect(201).id();
    told(&app, &olga).await;
    rustam.post(&format!("/api/v1/visits/{visit}/acceptance"), json!({})).await.expect(200);
    assert_eq!(waiting(&app, &olga).await.len(), 1);
    dispatcher.put(&format!("/api/v1/visits/{visit}"), plan(&[&rustam], 5, true)).await.expect(200);
    assert_eq!(waiting(&app, &olga).await.len(), 1, "still only the one that waits, which is not sent any more");
    rustam.post(&format!("/api/v1/visits/{visit}/acceptance"), json!({})).await.expect(200);
    let waits = waiting(&app, &olga).await;
    assert_eq!((waits.len(), waits[0].0.as_str()), (1, "customer-who-comes"), "for the first time, with the new time: {waits:?}");
    let facts = &app.rows(&format!("SELECT facts FROM deliveries WHERE user_id = {}", olga.user_id)).await[0];
    assert!(facts.try_get_by_index::<String>(0).unwrap().contains(&(NOW + 5 * HOUR).to_string()));
    app.forget_history().await;
});

db_test!(crews_hear_that_the_order_they_go_for_is_changed, |app| {
    let app = with_telegram(&app).await;
    let People { dispatcher, rustam, timur, .. } = app.people();
    link_all(&app).await;
    let order = app.order().confirmed().make().await;
    let visits = format!("/api/v1/orders/{order}/visits");
    let visit = dispatcher.post(&visits, plan(&[&rustam], 3, true)).await.expect(201).id();
    dispatcher.post(&visits, plan(&[&timur], 3, false)).await.expect(201);
    let change = async |body: serde_json::Value| {
        dispatcher.patch(&format!("/api/v1/orders/{order}"), body).await.expect(200);
    };
    change(json!({ "description": "Окно и дверь" })).await;
    assert_eq!(told(&app, &rustam).await, ["crew-offered"], "who reads of the visit only now reads how it is now");
    rustam.post(&format!("/api/v1/visits/{visit}/acceptance"), json!({})).await.expect(200);
    change(json!({ "price_minor": 100 })).await;
    assert_eq!(told(&app, &rustam).await, Vec::<String>::new(), "the price is nothing to them");
    change(json!({ "address": { "text": "Мира, 8" } })).await;
    change(json!({ "description": "Только дверь" })).await;
    let waits = waiting(&app, &rustam).await;
    assert_eq!((waits.len(), waits[0].0.as_str(), waits[0].2), (1, "crew-order-changed", 60_000), "{waits:?}");
    assert_eq!(told(&app, &timur).await, Vec::<String>::new(), "a visit that was not offered is nobody's news");
    // Who goes twice hears it once, and of the next time.
    let later = dispatcher.post(&visits, plan(&[&rustam], 40, true)).await.expect(201).id();
    rustam.post(&format!("/api/v1/visits/{later}/acceptance"), json!({})).await.expect(200);
    told(&app, &rustam).await;
    change(json!({ "description": "Только окно" })).await;
    while distribute(&app).await.unwrap() > 0 {}
    let of = app.rows(&format!("SELECT wording, visit_id FROM deliveries WHERE user_id = {}", rustam.user_id)).await;
    let of: Vec<_> = of.iter().map(|row| (row.try_get_by_index::<String>(0).unwrap(), row.try_get_by_index::<i64>(1).unwrap())).collect();
    assert_eq!(of, [("crew-order-changed".to_owned(), visit)]);
    // Told of both they are told of the time.
    dispatcher.put(&format!("/api/v1/visits/{visit}"), plan(&[&rustam], 5, true)).await.expect(200);
    assert_eq!(told(&app, &rustam).await, ["crew-moved"]);
    app.forget_history().await;
});

db_test!(what_must_arrive_at_somebody_without_a_channel_is_a_dead_letter, |app| {
    let app = with_telegram(&app).await;
    let People { administrator, dispatcher, rustam, olga, .. } = app.people();
    let order = app.order().by(&olga).confirmed().make().await;
    let visit = dispatcher.post(&format!("/api/v1/orders/{order}/visits"), plan(&[&rustam], 3, true)).await.expect(201).id();
    for hours in 4..8 {
        dispatcher.put(&format!("/api/v1/visits/{visit}"), plan(&[&rustam], hours, true)).await.expect(200);
        while distribute(&app).await.unwrap() > 0 {}
    }
    let dead = administrator.get("/api/v1/notifications?state=dead").await.expect(200).json();
    let of_rustam: Vec<_> = dead["items"].as_array().unwrap().iter().filter(|item| item["user_id"] == json!(rustam.user_id)).collect();
    assert_eq!(of_rustam.len(), 1, "the offer and its changes are one: {dead}");
    assert_eq!((&of_rustam[0]["channel"], &of_rustam[0]["attempts"]), (&json!("telegram"), &json!(0)));
    assert!(
        dead["items"].as_array().unwrap().iter().all(|item| item["user_id"] == json!(rustam.user_id)),
        "the order itself need not arrive"
    );
    let page = administrator.get("/notifications?state=dead").await.expect(200).words();
    assert!(page.contains("у человека нет ни одного канала"), "{page}");
    crate::jobs::run_due(&app).await.unwrap();
    assert_eq!(app.undelivered(), 1);
    // Where the company has no channel at all nothing is called lost.
    let silent = app.with(|config| config.telegram_bot_token = None).await;
    app.execute("DELETE FROM deliveries", []).await;
    dispatcher.put(&format!("/api/v1/visits/{visit}"), plan(&[&rustam], 9, true)).await.expect(200);
    while distribute(&silent).await.unwrap() > 0 {}
    assert_eq!(app.number("SELECT COUNT(*) FROM deliveries").await, 0);
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
    assert!(page.contains("1 сообщение не дошло, или неизвестно"), "{page}");
    assert!(!dispatcher.get("/attention").await.expect(200).words().contains("не дошло"), "it is the administrator's to mend");
    app.pass(4 * DAY).await;
    assert_eq!(app.undelivered(), 0, "old ones stay in the log alone");
    app.forget_history().await;
});

/// Everybody's messages, those that wait first: wording, channel, state and in how many ms they are due.
async fn waiting(app: &TestApp, person: &Person) -> Vec<(String, String, i64)> {
    while distribute(app).await.unwrap() > 0 {}
    let rows = app
        .rows(&format!(
            "SELECT wording, channel, due_ms FROM deliveries WHERE person = 'u{}' AND due_ms IS NOT NULL ORDER BY id",
            person.user_id
        ))
        .await;
    let now = app.clock.now_ms();
    rows.iter()
        .map(|row| {
            let (wording, channel): (String, String) = (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap());
            (wording, channel, row.try_get_by_index::<i64>(2).unwrap() - now)
        })
        .collect()
}

db_test!(a_customers_line_reaches_the_specialist_at_work_too_where_the_company_lets_them, |app| {
    let app = with_telegram(&app).await;
    let People { dispatcher, semyon, rustam, olga, .. } = app.people();
    link_all(&app).await;
    let (order, visit) = app.visit().of(&semyon).of(&rustam).accepted().make().await;
    for person in [&dispatcher, &semyon, &rustam, &olga] {
        told(&app, person).await;
    }
    let write = async |person: &Person| {
        person.post(&format!("/api/v1/orders/{order}/messages?audience=customer"), json!({ "text": "Алло" })).await.expect(201);
    };
    write(&olga).await;
    assert_eq!((told(&app, &semyon).await, told(&app, &dispatcher).await), (vec![], vec!["office-message".to_owned()]));
    app.set_company("specialist_in_customer_chat", true).await;
    write(&olga).await;
    assert_eq!(told(&app, &semyon).await, ["crew-customer-message"]);
    assert_eq!(told(&app, &rustam).await, Vec::<String>::new(), "a contractor is not in that chat");
    told(&app, &dispatcher).await;
    write(&semyon).await;
    assert_eq!(told(&app, &olga).await, ["customer-message"]);
    assert_eq!((told(&app, &dispatcher).await, told(&app, &semyon).await), (vec![], vec![]));
    // Whoever is not coming any more is not troubled.
    dispatcher.post(&format!("/api/v1/visits/{visit}/cancellation"), json!({ "reason": "x" })).await.expect(200);
    told(&app, &semyon).await;
    write(&olga).await;
    assert_eq!(told(&app, &semyon).await, Vec::<String>::new());
    app.forget_history().await;
});

db_test!(ten_changes_in_a_minute_are_one_message_with_the_last_of_them, |app| {
    let app = with_telegram(&app).await;
    let People { dispatcher, rustam, .. } = app.people();
    link_all(&app).await;
    let order = app.order().confirmed().make().await;
    let visit = dispatcher.post(&format!("/api/v1/orders/{order}/visits"), plan(&[&rustam], 3, true)).await.expect(201).id();
    told(&app, &rustam).await;
    for hours in 4..14 {
        app.advance(1000);
        dispatcher.put(&format!("/api/v1/visits/{visit}"), plan(&[&rustam], hours, true)).await.expect(200);
    }
    let waits = waiting(&app, &rustam).await;
    assert_eq!(waits.len(), 1, "{waits:?}");
    assert_eq!((waits[0].0.as_str(), waits[0].2), ("crew-moved", 60_000));
    let facts = &app.rows(&format!("SELECT facts FROM deliveries WHERE user_id = {}", rustam.user_id)).await[0];
    assert!(facts.try_get_by_index::<String>(0).unwrap().contains(&(NOW + 13 * HOUR).to_string()));
    // It goes on: each change puts it off, but not for ever.
    for minutes in 0..15 {
        app.advance(50_000);
        dispatcher.put(&format!("/api/v1/visits/{visit}"), plan(&[&rustam], 14 + minutes % 2, true)).await.expect(200);
        let waits = waiting(&app, &rustam).await;
        let left = if minutes < 10 { 60_000 } else { 600_000 - (minutes + 1) * 50_000 };
        assert_eq!((waits.len(), waits[0].2), (1, left), "after {minutes} more changes");
        if left == 0 {
            break;
        }
    }
    // What cannot wait takes what waits along, in its order.
    dispatcher.post(&format!("/api/v1/visits/{visit}/cancellation"), json!({ "reason": "x" })).await.expect(200);
    let waits = waiting(&app, &rustam).await;
    let wordings: Vec<_> = waits.iter().map(|(wording, _, due)| (wording.as_str(), *due)).collect();
    assert_eq!(wordings, [("crew-moved", 0), ("crew-cancelled", 0)]);
    app.forget_history().await;
});

db_test!(at_night_only_what_cannot_wait_is_told, |app| {
    let app = with_telegram(&app).await;
    let People { dispatcher, rustam, timur, .. } = app.people();
    link_all(&app).await;
    // Half past eleven in the evening.
    app.advance(14 * HOUR + 30 * MINUTE);
    let order = app.order().confirmed().make().await;
    let visit = dispatcher.post(&format!("/api/v1/orders/{order}/visits"), plan(&[&rustam], 30, true)).await.expect(201).id();
    let waits = waiting(&app, &rustam).await;
    assert_eq!((waits[0].0.as_str(), waits[0].2), ("crew-offered", 8 * HOUR + 30 * MINUTE), "at eight in the morning");
    dispatcher.post(&format!("/api/v1/visits/{visit}/cancellation"), json!({ "reason": "x" })).await.expect(200);
    assert!(waiting(&app, &rustam).await.iter().all(|(_, _, due)| *due == 0));

    // Who sleeps at other hours says so.
    timur.put("/api/v1/me/quiet-hours", json!({ "quiet_from": "01:00", "quiet_to": "05:00" })).await.expect(204);
    let order = app.order().confirmed().make().await;
    dispatcher.post(&format!("/api/v1/orders/{order}/visits"), plan(&[&timur], 30, true)).await.expect(201);
    assert_eq!(waiting(&app, &timur).await[0].2, 0);
    app.forget_history().await;
});

db_test!(each_sleeps_by_the_clock_of_the_zone_that_they_chose, |app| {
    let app = with_telegram(&app).await;
    let People { dispatcher, rustam, timur, semyon, olga, .. } = app.people();
    link_all(&app).await;
    let offer = async |worker: &Person| {
        let order = app.order().by(&olga).confirmed().make().await;
        dispatcher.post(&format!("/api/v1/orders/{order}/visits"), plan(&[worker], 40, true)).await.expect(201).id()
    };
    let hours = json!({ "quiet_from": "22:00", "quiet_to": "08:00", "zone": "Asia/Yekaterinburg" });
    rustam.put("/api/v1/me/quiet-hours", hours).await.expect(204);
    timur.patch("/api/v1/me", json!({ "zone": "Europe/Kaliningrad" })).await.expect(200);
    olga.form("/me/quiet-hours", &[("usual", "on"), ("zone", "Asia/Vladivostok")]).await.expect(303);
    assert_eq!(olga.get("/api/v1/me/notices").await.json()["zone"], "Asia/Vladivostok");
    // Half past eight in the evening of the company: it is half past ten in Yekaterinburg, and half past three in Vladivostok.
    app.advance(11 * HOUR + 30 * MINUTE);
    app.execute("DELETE FROM deliveries", []).await;
    offer(&rustam).await;
    assert_eq!(waiting(&app, &rustam).await[0].2, 9 * HOUR + 30 * MINUTE, "until eight in Yekaterinburg, six here");
    assert_eq!(waiting(&app, &olga).await[0].2, 4 * HOUR + 30 * MINUTE, "a customer by the zone of their own, not by that of the address");
    offer(&semyon).await;
    assert_eq!(waiting(&app, &semyon).await[0].2, 0, "nobody sleeps yet where the company is");

    // Half past eight in the morning, half past seven in Kaliningrad.
    app.advance(12 * HOUR);
    offer(&timur).await;
    assert_eq!(waiting(&app, &timur).await[0].2, 30 * MINUTE);
    // Who chooses hours alone keeps the zone, and an empty one is the company's again.
    timur.put("/api/v1/me/quiet-hours", json!({ "usual": true })).await.expect(204);
    assert_eq!(timur.get("/api/v1/me").await.json()["zone"], "Europe/Kaliningrad");
    timur.put("/api/v1/me/quiet-hours", json!({ "usual": true, "zone": "" })).await.expect(204);
    assert_eq!(timur.get("/api/v1/me").await.json()["zone"], json!(null));
    let wrong = timur.put("/api/v1/me/quiet-hours", json!({ "usual": true, "zone": "Луна" })).await.expect(422);
    assert_eq!(wrong.faults(), ["zone zone_unknown"]);
    app.forget_history().await;
});

db_test!(each_chooses_channels_and_nobody_silences_what_must_arrive, |app| {
    let app = app
        .with(|config| {
            config.telegram_bot_token = Some("1:t".into());
            config.smtp_url = Some("smtp://127.0.0.1:9".into());
            config.smtp_from = Some("crm@example.ru".into());
        })
        .await;
    let People { administrator, dispatcher, rustam, zoya, olga, .. } = app.people();
    link_all(&app).await;
    app.execute("UPDATE users SET email = 'zoya@example.ru' WHERE id = ?", [zoya.user_id.into()]).await;
    app.execute("UPDATE users SET email = 'rustam@example.ru' WHERE id = ?", [rustam.user_id.into()]).await;
    app.order().by(&olga).make().await;
    assert_eq!(waiting(&app, &zoya).await[0].1, "telegram", "as the company has it");
    zoya.put("/api/v1/me/notices/orders", json!({ "channels": ["email", "telegram"] })).await.expect(204);
    app.order().by(&olga).make().await;
    assert_eq!(waiting(&app, &zoya).await[1].1, "email");
    zoya.put("/api/v1/me/notices/orders", json!({ "channels": [] })).await.expect(204);
    app.order().by(&olga).make().await;
    assert_eq!(waiting(&app, &zoya).await.len(), 2, "who wants none gets none");
    zoya.put("/api/v1/me/notices/orders", json!({ "usual": true })).await.expect(204);

    assert_eq!(rustam.put("/api/v1/me/notices/visits", json!({ "channels": [] })).await.expect(422).faults(), ["channels must_reach"]);
    rustam.put("/api/v1/me/notices/orders", json!({ "channels": [] })).await.expect(404);
    rustam.put("/api/v1/channels/rules/worker/visits", json!({})).await.expect(404);
    let nowhere = json!({ "channels": [], "must_reach": true, "wait_minutes": 5 });
    assert_eq!(administrator.put("/api/v1/channels/rules/worker/visits", nowhere).await.expect(422).faults(), ["channels must_reach"]);
    let rule = json!({ "channels": ["email"], "must_reach": true, "wait_minutes": 5 });
    administrator.put("/api/v1/channels/rules/worker/visits", rule).await.expect(204);
    let order = app.order().confirmed().make().await;
    dispatcher.post(&format!("/api/v1/orders/{order}/visits"), plan(&[&rustam], 3, true)).await.expect(201);
    assert_eq!(waiting(&app, &rustam).await[0].1, "email");
    app.forget_history().await;
});

db_test!(a_line_that_was_read_on_the_page_is_not_sent_after_its_reader, |app| {
    let app = with_telegram(&app).await;
    let People { dispatcher, olga, .. } = app.people();
    link_all(&app).await;
    let order = app.order().by(&olga).make().await;
    told(&app, &olga).await;
    let path = format!("/api/v1/orders/{order}/messages?audience=customer");
    for words in ["Едем", "Будем через час"] {
        dispatcher.post(&path, json!({ "text": words })).await.expect(201);
    }
    let waits = waiting(&app, &olga).await;
    assert_eq!(waits.len(), 1, "several lines are one message: {waits:?}");
    assert_eq!((waits[0].0.as_str(), waits[0].2), ("customer-message", 30_000));
    // The office hears of the customer's line, whoever wrote it does not.
    assert!(!waiting(&app, &dispatcher).await.iter().any(|(wording, ..)| wording == "office-message"));
    olga.post(&format!("/api/v1/orders/{order}/messages"), json!({ "text": "Жду" })).await.expect(201);
    assert!(waiting(&app, &dispatcher).await.iter().any(|(wording, ..)| wording == "office-message"));
    app.forget_history().await;
});

/// The customer writes in the chat of their order.
async fn asks(app: &TestApp, order: i64, text: &str) {
    let to = format!("/api/v1/orders/{order}/messages?audience=customer");
    app.people().olga.post(&to, json!({ "text": text })).await.expect(201);
}

/// An order whose customer wrote and was told to all of the office, until the dispatcher took the chat on.
async fn taken(app: &TestApp) -> i64 {
    let People { dispatcher, zoya, olga, .. } = app.people();
    link_all(app).await;
    let order = app.order().by(&olga).confirmed().make().await;
    asks(app, order, "Когда приедете?").await;
    for person in [&dispatcher, &zoya] {
        assert!(told(app, person).await.contains(&"office-message".to_owned()), "nobody has taken it");
    }
    let chat = app.number("SELECT id FROM chats WHERE audience = 'customer'").await;
    dispatcher.put(&format!("/api/v1/conversations/{chat}/taking"), json!({})).await.expect(200);
    order
}

db_test!(a_chat_taken_by_somebody_who_may_not_sign_in_any_more_is_everybodys, |app| {
    let app = with_telegram(&app).await;
    let People { administrator, dispatcher, zoya, .. } = app.people();
    let order = taken(&app).await;
    asks(&app, order, "Ау!").await;
    assert_eq!((told(&app, &dispatcher).await, told(&app, &zoya).await), (vec!["office-message".to_owned()], vec![]));

    administrator.put(&format!("/api/v1/users/{}/block", dispatcher.user_id), json!({ "reason": "ушла" })).await.expect(200);
    asks(&app, order, "Есть кто-нибудь?").await;
    assert_eq!(told(&app, &zoya).await, ["office-message"]);
    app.forget_history().await;
});

db_test!(a_chat_taken_by_somebody_who_has_left_the_office_is_everybodys, |app| {
    let app = with_telegram(&app).await;
    let People { administrator, dispatcher, zoya, .. } = app.people();
    let order = taken(&app).await;
    asks(&app, order, "Ау!").await;
    while distribute(&app).await.unwrap() > 0 {}
    let to_dispatcher = format!("SELECT COUNT(*) FROM deliveries WHERE user_id = {} AND wording = 'office-message'", dispatcher.user_id);
    assert!(app.number(&to_dispatcher).await > 0);
    administrator.put(&format!("/api/v1/users/{}/role", dispatcher.user_id), json!({ "role": "contractor" })).await.expect(200);
    asks(&app, order, "Есть кто-нибудь?").await;
    assert_eq!(told(&app, &zoya).await, ["office-message"]);
    let inbox = zoya.get("/api/v1/conversations?waiting=true").await.expect(200).json();
    assert_eq!(inbox["items"][0]["taken_by"], json!(null), "{inbox}");
    // What waited for them as one of the office is not theirs any more.
    let line = app.lines.get(Channel::Telegram).unwrap();
    app.advance(60_000);
    while deliver(&app, line).await.unwrap() > 0 {}
    let left = format!(
        "SELECT COUNT(*) FROM deliveries WHERE user_id = {} AND wording = 'office-message' AND state <> 'passed'",
        dispatcher.user_id
    );
    assert_eq!(app.number(&left).await, 0);
    app.forget_history().await;
});

db_test!(an_answer_to_somebody_who_is_awake_waits_for_nothing, |app| {
    let app = with_telegram(&app).await;
    let People { dispatcher, rustam, olga, .. } = app.people();
    link_all(&app).await;
    let order = app.order().by(&olga).make().await;
    let says = async |person: &Person, text: &str| {
        let to = format!("/api/v1/orders/{order}/messages?audience=customer");
        person.post(&to, json!({ "text": text })).await.expect(201);
    };
    told(&app, &olga).await;
    // Half past ten in the evening.
    app.advance(13 * HOUR + 30 * MINUTE);
    dispatcher.post(&format!("/api/v1/orders/{order}/confirmation"), json!({})).await.expect(200);
    let waits = waiting(&app, &olga).await;
    assert!(waits[0].0 == "customer-confirmed" && waits[0].2 > 0, "it has time till the morning: {waits:?}");
    says(&olga, "Вы ещё работаете?").await;
    app.execute("UPDATE chat_messages SET channel = 'telegram'", []).await;
    says(&dispatcher, "Да, слушаю вас").await;
    let waits = waiting(&app, &olga).await;
    assert_eq!(
        waits.iter().map(|wait| (wait.0.as_str(), wait.2)).collect::<Vec<_>>(),
        [("customer-confirmed", 0), ("customer-message", 0)]
    );
    told(&app, &olga).await;
    // By day likewise before what waits until nothing changes any more.
    app.advance(12 * HOUR);
    app.visit().order(order).of(&rustam).at(NOW + 50 * HOUR).accepted().make().await;
    let waits = waiting(&app, &olga).await;
    assert!(waits[0].0 == "customer-who-comes" && waits[0].2 == 60_000, "{waits:?}");
    says(&dispatcher, "Мастер назначен").await;
    assert!(waiting(&app, &olga).await.iter().all(|wait| wait.2 == 0));
    app.forget_history().await;
});

db_test!(an_answer_comes_by_the_messenger_whatever_was_chosen_for_other_messages, |app| {
    let app = with_telegram(&app).await;
    let People { dispatcher, rustam, .. } = app.people();
    link_all(&app).await;
    app.execute("INSERT INTO notice_choices (user_id, kind, channels) VALUES (?, 'chat', '')", [rustam.user_id.into()]).await;
    let to = format!("/api/v1/workers/{}/messages", rustam.worker_id);
    dispatcher.post(&to, json!({ "text": "Позвоните" })).await.expect(201);
    assert_eq!(told(&app, &rustam).await, Vec::<String>::new(), "they want none");
    rustam.post(&to, json!({ "text": "Какой адрес?" })).await.expect(201);
    app.execute("UPDATE chat_messages SET channel = 'telegram' WHERE user_id = ?", [rustam.user_id.into()]).await;
    dispatcher.post(&to, json!({ "text": "Мира, 3" })).await.expect(201);
    while distribute(&app).await.unwrap() > 0 {}
    let by = app.rows(&format!("SELECT channel FROM deliveries WHERE user_id = {}", rustam.user_id)).await;
    assert_eq!(by.iter().map(|row| row.try_get_by_index::<String>(0).unwrap()).collect::<Vec<_>>(), ["telegram"]);
    app.forget_history().await;
});

db_test!(an_event_that_cannot_be_read_is_kept_for_a_version_that_can, |app| {
    app.execute("INSERT INTO outbox (topic, payload, created_ms, not_before_ms, attempts, last_error) VALUES ('visit.teleported', '{}', 0, 0, 0, '')", [])
        .await;
    let waits = "SELECT COUNT(*) FROM outbox WHERE topic = 'visit.teleported'";
    while distribute(&app).await.unwrap() > 0 {}
    assert_eq!(app.number(waits).await, 1);
    app.advance(2 * HOUR);
    while distribute(&app).await.unwrap() > 0 {}
    assert_eq!(app.number(waits).await, 1);
    for _ in 0..10 {
        app.advance(2 * HOUR);
        while distribute(&app).await.unwrap() > 0 {}
    }
    assert_eq!(app.number(waits).await, 0, "but not for ever");
    app.forget_history().await;
});
