//! What goes by SMS and is paid for: it is asked about and never sent twice; what does not arrive goes on.

use super::{Channel, Line, Wording, cascade, decide::distribute, deliver::deliver, testing::queue};
use crate::testkit::*;
use channels::sms::{Provider, Sms};
use emulators::{Fault, Trouble};
use serde_json::json;
use std::{sync::Arc, time::Duration};

/// A customer who ordered by phone, without a login, and a visit that was accepted: one message about who comes.
pub(super) async fn somebody_comes(app: &TestApp, phone: &str, email: Option<&str>) -> i64 {
    // A time of its own for each, so that the worker is free.
    let starts = NOW + 4 * HOUR + 3 * HOUR * app.number("SELECT COUNT(*) FROM visits").await;
    let People { dispatcher, rustam, .. } = app.people();
    let mut customer = json!({ "kind": "person", "name": "Пётр Иванович", "phone": phone });
    if let Some(email) = email {
        customer["email"] = json!(email);
    }
    let body = json!({ "service_id": app.services().window, "customer": customer, "address": { "text": "Мира, 3" }, "description": "окно", "confirm": true });
    let order = dispatcher.post("/api/v1/orders", body).await.expect(201).id();
    let plan = json!({ "worker_ids": [rustam.worker_id], "starts_at": crate::orders::view::rfc3339(starts), "offer": true });
    let visit = dispatcher.post(&format!("/api/v1/orders/{order}/visits"), plan).await.expect(201).id();
    rustam.post(&format!("/api/v1/visits/{visit}/acceptance"), json!({})).await.expect(200);
    order
}

/// The messages about an order, each as channel, state and answer.
pub(super) async fn fates_of(app: &TestApp, order: i64) -> Vec<(String, String, String)> {
    let rows = app
        .rows(&format!(
            "SELECT channel, state, answer FROM deliveries WHERE order_id = {order} AND wording = 'customer-who-comes' ORDER BY id"
        ))
        .await;
    let text = |row: &sea_orm::QueryResult, at| row.try_get_by_index::<String>(at).unwrap();
    rows.iter().map(|row| (text(row, 0), text(row, 1), text(row, 2))).collect()
}

/// All lines do what is due, again and again while time goes on.
async fn go_on(app: &TestApp, sms: &emulators::Running<emulators::Sms>, seconds: u32) {
    for _ in 0..seconds.div_ceil(30) {
        while distribute(app).await.unwrap() > 0 {}
        for line in app.lines.all() {
            while deliver(app, line).await.unwrap() > 0 {}
            while super::fates::ask(app, line).await.unwrap() > 0 {}
        }
        while cascade::escalate(app).await.unwrap() > 0 {}
        app.advance(30_000);
        sms.advance(Duration::from_secs(30));
    }
}

async fn with_sms(app: &TestApp) -> (TestApp, emulators::Running<emulators::Sms>) {
    with_gateway(app, "smsc").await
}

/// One that each gateway takes for its own.
const TOKEN: &str = "box@montaj.test:key";

async fn with_gateway(app: &TestApp, provider: &str) -> (TestApp, emulators::Running<emulators::Sms>) {
    let sms = emulators::Sms::start("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let app = app
        .with(|config| {
            config.use_sms(provider, TOKEN, &sms);
            config.smtp_url = Some("smtp://127.0.0.1:9".into());
            config.smtp_from = Some("crm@example.ru".into());
        })
        .await;
    (app, sms)
}

db_test!(a_customer_without_a_login_is_told_by_sms_with_a_link_of_their_own, |app| {
    let (app, sms) = with_sms(&app).await;
    let order = somebody_comes(&app, "+79990001122", None).await;
    go_on(&app, &sms, 90).await;
    let sent = sms.sent_to("+79990001122");
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert!(!sent[0].contains("Мира") && !sent[0].contains("Иванович") && sent[0].contains("/o/"), "{sent:?}");
    let link = sent[0][sent[0].find("/o/").unwrap()..].trim().to_owned();
    assert!(app.nobody().get(&link).await.expect(200).words().contains("Мира, 3"), "the link opens their order");
    sms.delivered("+79990001122");
    go_on(&app, &sms, 120).await;
    assert_eq!(fates_of(&app, order).await, [("sms".into(), "delivered".into(), String::new())]);
    let log = app.people().administrator.get(&format!("/api/v1/notifications?order_id={order}")).await.expect(200).json();
    assert!(log["items"][0]["cost_minor"].as_i64().is_some_and(|cost| cost > 0), "{log}");
    assert!(!log.to_string().contains("9990001122"), "no phone in the log");

    // All messages about the order lead by the same link; after it was ended, by another.
    let People { dispatcher, rustam, .. } = app.people();
    let visit = app.number("SELECT MAX(id) FROM visits").await;
    rustam.post(&format!("/api/v1/visits/{visit}/departure"), json!({})).await.expect(200);
    go_on(&app, &sms, 90).await;
    let sent = sms.sent_to("+79990001122");
    assert!(sent.len() == 2 && sent[1].contains(&link), "{sent:?}");
    dispatcher.delete(&format!("/api/v1/orders/{order}/links")).await.expect(204);
    let plan = json!({ "worker_ids": [rustam.worker_id], "starts_at": crate::orders::view::rfc3339(NOW + 30 * HOUR), "offer": true });
    let visit = dispatcher.post(&format!("/api/v1/orders/{order}/visits"), plan).await.expect(201).id();
    rustam.post(&format!("/api/v1/visits/{visit}/acceptance"), json!({})).await.expect(200);
    go_on(&app, &sms, 90).await;
    let sent = sms.sent_to("+79990001122");
    let next = sent[2][sent[2].find("/o/").unwrap()..].trim();
    app.nobody().get(&link).await.expect(404);
    app.nobody().get(next).await.expect(200);
    assert_eq!(app.number("SELECT COUNT(*) FROM order_links").await, 2);
    app.forget_history().await;
});

db_test!(what_does_not_arrive_in_time_goes_on_to_the_next_channel, |app| {
    let (app, sms) = with_sms(&app).await;
    // Switched off: the provider tries on and on.
    sms.switched_off("+79990001133");
    let order = somebody_comes(&app, "+79990001133", Some("petr@example.ru")).await;
    go_on(&app, &sms, 12 * 60).await;
    let fates = fates_of(&app, order).await;
    assert_eq!((fates.len(), fates[0].1.as_str()), (1, "sent"), "it is waited for: {fates:?}");
    go_on(&app, &sms, 6 * 60).await;
    let fates = fates_of(&app, order).await;
    assert_eq!(fates.iter().map(|fate| fate.0.as_str()).collect::<Vec<_>>(), ["sms", "email"], "{fates:?}");
    // It arrives late after all: that is no second message.
    sms.delivered("+79990001133");
    go_on(&app, &sms, 3600).await;
    let fates = fates_of(&app, order).await;
    assert_eq!((fates.len(), fates[0].1.as_str()), (2, "delivered"), "{fates:?}");

    // A number that does not exist goes on at once, and is not written to again.
    sms.no_such("+79990001144");
    let order = somebody_comes(&app, "+79990001144", Some("anna@example.ru")).await;
    go_on(&app, &sms, 90).await;
    let fates = fates_of(&app, order).await;
    assert_eq!((fates[0].1.as_str(), fates[1].0.as_str()), ("passed", "email"), "{fates:?}");
    assert_eq!(app.number("SELECT COUNT(*) FROM dead_addresses").await, 1);
    app.forget_history().await;
});

db_test!(an_sms_whose_answer_did_not_come_is_asked_about_and_not_sent_twice, |app| {
    let (app, sms) = with_sms(&app).await;
    let order = somebody_comes(&app, "+79990001155", None).await;
    while distribute(&app).await.unwrap() > 0 {}
    app.advance(61_000);
    // The sender was killed while it was on its way: it had arrived there.
    let line = app.lines.get(Channel::Sms).unwrap();
    sms.fault(Fault::new(Trouble::Page { status: 502 }).to(79_990_001_155));
    deliver(&app, line).await.unwrap();
    assert_eq!(fates_of(&app, order).await[0].1, "sending", "nobody knows");
    go_on(&app, &sms, 120).await;
    let fate = fates_of(&app, order).await.remove(0).1;
    assert!(fate == "sent" || fate == "delivered", "it had not been taken, so it was sent: {fate}");
    assert_eq!(sms.sent_to("+79990001155").len(), 1);
    app.forget_history().await;
});

/// A line on which an answer is waited for a second, no longer.
fn impatient(sms: &emulators::Sms, provider: &str) -> Line {
    let client = Sms::new(Provider::parse(provider).unwrap(), TOKEN, None, Some(&sms.url()), Duration::from_secs(1)).unwrap();
    Line::new(Channel::Sms, Arc::new(client))
}

/// Somebody comes to this phone, and the gateway's answer about the SMS that says so does not come.
async fn unanswered(app: &TestApp, sms: &emulators::Running<emulators::Sms>, provider: &str, trouble: Trouble, phone: &str) -> i64 {
    let order = somebody_comes(app, phone, None).await;
    while distribute(app).await.unwrap() > 0 {}
    app.advance(61_000);
    sms.fault(Fault::new(trouble).to(phone.parse().unwrap()));
    deliver(app, &impatient(sms, provider)).await.unwrap();
    order
}

/// What a lost answer comes to with a gateway that can be asked about a message without an id of its own.
async fn asked_about(app: TestApp, provider: &str) {
    let (app, sms) = with_gateway(&app, provider).await;
    let taken = unanswered(&app, &sms, provider, Trouble::Silent, "+79990002201").await;
    assert_eq!(fates_of(&app, taken).await, [("sms".into(), "sending".into(), "no answer in time".into())]);
    let lost = unanswered(&app, &sms, provider, Trouble::Page { status: 502 }, "+79990002202").await;
    assert_eq!(fates_of(&app, lost).await, [("sms".into(), "sending".into(), "an answer that is no JSON".into())]);
    assert_eq!((sms.sent_to("+79990002201").len(), sms.sent_to("+79990002202").len()), (1, 0));
    go_on(&app, &sms, 240).await;
    for (order, phone) in [(taken, "+79990002201"), (lost, "+79990002202")] {
        assert_eq!((fates_of(&app, order).await[0].1.as_str(), sms.sent_to(phone).len()), ("delivered", 1), "{phone}");
        let paid = format!("SELECT cost_minor + 1000 * parts FROM deliveries WHERE order_id = {order} AND wording = 'customer-who-comes'");
        let parts = i64::from(channels::sms::parts(&sms.sent_to(phone)[0]));
        assert_eq!(app.number(&paid).await, parts * (1000 + emulators::sms::PART_PRICE), "{phone}");
    }
    assert_eq!(crate::notifications::undelivered(&app).await.unwrap(), 0);
    app.forget_history().await;
}

db_test!(smsc_is_asked_about_a_lost_answer, |app| {
    asked_about(app, "smsc").await;
});

db_test!(sms_aero_is_asked_about_a_lost_answer, |app| {
    asked_about(app, "sms_aero").await;
});

db_test!(what_became_of_an_sms_of_sms_ru_without_an_answer_stays_open_and_is_said_so, |app| {
    let (app, sms) = with_gateway(&app, "sms_ru").await;
    let administrator = app.people().administrator;
    let taken = unanswered(&app, &sms, "sms_ru", Trouble::Silent, "+79990002203").await;
    let lost = unanswered(&app, &sms, "sms_ru", Trouble::Page { status: 502 }, "+79990002204").await;
    go_on(&app, &sms, 600).await;
    assert_eq!(fates_of(&app, taken).await, [("sms".into(), "unknown".into(), "no answer in time".into())]);
    assert_eq!(fates_of(&app, lost).await, [("sms".into(), "unknown".into(), "an answer that is no JSON".into())]);
    assert_eq!((sms.sent_to("+79990002203").len(), sms.sent_to("+79990002204").len()), (1, 0), "not sent again");
    assert_eq!(crate::notifications::undelivered(&app).await.unwrap(), 0, "another channel may be tried yet");
    go_on(&app, &sms, 600).await;
    assert_eq!(crate::notifications::undelivered(&app).await.unwrap(), 2, "there is none");
    let page = administrator.get("/notifications?undelivered=1").await.expect(200).words();
    assert!(page.contains("Неизвестно, дошло ли") && page.contains("сервис не ответил вовремя"), "{page}");

    // A person may decide to send it once more.
    let ids = administrator.get("/api/v1/notifications?state=unknown").await.expect(200).ids();
    assert_eq!(ids.len(), 2);
    administrator.form(&format!("/notifications/{}/retry", ids[0]), &[]).await.expect(303);
    assert_eq!(app.number("SELECT COUNT(*) FROM audit WHERE deed = 'notices.retried' AND detail = '1'").await, 1);
    go_on(&app, &sms, 120).await;
    assert_eq!((fates_of(&app, lost).await[0].1.as_str(), sms.sent_to("+79990002204").len()), ("delivered", 1));
    administrator.post(&format!("/api/v1/notifications/{}/retry", ids[0]), json!({})).await.expect(409);
    assert_eq!(crate::notifications::undelivered(&app).await.unwrap(), 1);
    app.forget_history().await;
});

db_test!(an_sms_of_which_nobody_knows_goes_on_to_the_next_channel, |app| {
    let (app, sms) = with_gateway(&app, "sms_ru").await;
    let order = somebody_comes(&app, "+79990002205", Some("petr@example.ru")).await;
    sms.fault(Fault::new(Trouble::Page { status: 502 }).to(79_990_002_205));
    go_on(&app, &sms, 12 * 60).await;
    let fates = fates_of(&app, order).await;
    assert_eq!(fates.iter().map(|fate| fate.1.as_str()).collect::<Vec<_>>(), ["unknown"], "{fates:?}");
    go_on(&app, &sms, 6 * 60).await;
    let fates = fates_of(&app, order).await;
    assert_eq!((fates.len(), fates[0].1.as_str(), fates[1].0.as_str()), (2, "passed", "email"), "{fates:?}");
    app.forget_history().await;
});

db_test!(an_sms_whose_sender_was_ended_is_not_sent_twice_by_gateways_that_take_no_id, |app| {
    for (provider, phone) in [("sms_ru", "+79990002206"), ("sms_aero", "+79990002207")] {
        let (app, sms) = with_gateway(&app, provider).await;
        let order = somebody_comes(&app, phone, None).await;
        while distribute(&app).await.unwrap() > 0 {}
        app.execute("UPDATE deliveries SET state = 'sending', due_ms = ? WHERE order_id = ?", [NOW.into(), order.into()]).await;
        go_on(&app, &sms, 120).await;
        assert_eq!(fates_of(&app, order).await, [("sms".into(), "unknown".into(), "its sender was ended".into())], "{provider}");
        assert_eq!(sms.sent_to(phone).len(), 0);
    }
    app.forget_history().await;
});

db_test!(a_gateway_that_was_never_reached_has_taken_nothing, |app| {
    for (provider, phone) in [("smsc", "+79990002208"), ("sms_ru", "+79990002209"), ("sms_aero", "+79990002210")] {
        let (app, sms) = with_gateway(&app, provider).await;
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let nowhere = format!("http://{}", socket.local_addr().unwrap());
        drop(socket);
        let order = somebody_comes(&app, phone, None).await;
        while distribute(&app).await.unwrap() > 0 {}
        app.advance(61_000);
        let line = Sms::new(Provider::parse(provider).unwrap(), TOKEN, None, Some(&nowhere), Duration::from_secs(9)).unwrap();
        deliver(&app, &Line::new(Channel::Sms, Arc::new(line))).await.unwrap();
        assert_eq!(fates_of(&app, order).await, [("sms".into(), "failed".into(), "no connection".into())], "{provider}");
        go_on(&app, &sms, 120).await;
        assert_eq!((fates_of(&app, order).await[0].1.as_str(), sms.sent_to(phone).len()), ("delivered", 1), "{provider}");
    }
    app.forget_history().await;
});

db_test!(a_phone_that_nobody_has_is_paid_for_once, |app| {
    for (provider, phone) in [("smsc", "+79990002211"), ("sms_ru", "+79990002212")] {
        let (app, sms) = with_gateway(&app, provider).await;
        sms.unused(phone);
        let order = somebody_comes(&app, phone, None).await;
        go_on(&app, &sms, 180).await;
        assert_eq!((fates_of(&app, order).await[0].1.as_str(), sms.sent_to(phone).len()), ("dead", 1), "{provider}");
        assert_eq!(app.number(&format!("SELECT COUNT(*) FROM dead_addresses WHERE channel = 'sms' AND address = '{phone}'")).await, 1);
        let rustam = app.people().rustam;
        let visit = app.number("SELECT MAX(id) FROM visits").await;
        rustam.post(&format!("/api/v1/visits/{visit}/departure"), json!({})).await.expect(200);
        go_on(&app, &sms, 180).await;
        assert_eq!(sms.sent_to(phone).len(), 1, "{provider}: nothing more is sent there");
        for deed in ["arrival", "completion"] {
            rustam.post(&format!("/api/v1/visits/{visit}/{deed}"), json!({})).await.expect(200);
        }
    }
    app.forget_history().await;
});

db_test!(a_phone_that_was_put_right_meanwhile_is_not_the_one_that_nobody_has, |app| {
    let (app, sms) = with_sms(&app).await;
    sms.unused("+79990002213");
    let order = somebody_comes(&app, "+79990002213", None).await;
    while distribute(&app).await.unwrap() > 0 {}
    app.advance(61_000);
    deliver(&app, app.lines.get(Channel::Sms).unwrap()).await.unwrap();
    assert_eq!(sms.sent_to("+79990002213").len(), 1);
    app.execute("UPDATE customers SET phone = '+79990002214' WHERE phone = '+79990002213'", []).await;
    sms.advance(Duration::from_secs(30));
    go_on(&app, &sms, 60).await;
    assert_eq!(fates_of(&app, order).await[0].1, "sent", "nobody is asked about it under another phone");
    assert_eq!(app.number("SELECT COUNT(*) FROM dead_addresses").await, 0);
    app.forget_history().await;
});

db_test!(each_channel_has_the_time_that_the_rule_gives, |app| {
    let (app, _sms) = with_sms(&app).await;
    let rustam = app.people().rustam;
    app.execute("UPDATE users SET phone = '+79990001111', email = 'r@example.ru' WHERE id = ?", [rustam.user_id.into()]).await;
    // It was tried and put off, far beyond the time at which the next is tried.
    let row = "INSERT INTO deliveries (turn, wording, channel, person, user_id, thread, facts, rest, state, attempts, due_ms, escalate_ms, provider_id, \
        answer, created_ms, parts) VALUES (7, 'crew-returned', 'sms', ?, ?, 0, '{}', 'email,telegram', ?, ?, ?, ?, '', '', ?, 0)";
    let values = |state: &str, attempts: i64| -> Vec<sea_orm::Value> {
        vec![
            format!("u{}", rustam.user_id).into(),
            rustam.user_id.into(),
            state.into(),
            attempts.into(),
            (NOW + HOUR).into(),
            NOW.into(),
            (NOW - HOUR).into(),
        ]
    };
    app.execute(row, values("failed", 5)).await;
    cascade::escalate(&app).await.unwrap();
    let next = &app.rows("SELECT channel, escalate_ms FROM deliveries WHERE id = (SELECT MAX(id) FROM deliveries)").await[0];
    assert_eq!(next.try_get_by_index::<String>(0).unwrap(), "email");
    assert_eq!(next.try_get_by_index::<i64>(1).unwrap(), NOW + 15 * MINUTE);
    // One that waits for the morning has not had its time yet.
    app.execute("DELETE FROM deliveries", []).await;
    app.execute(row, values("queued", 0)).await;
    cascade::escalate(&app).await.unwrap();
    assert_eq!(app.number("SELECT COUNT(*) FROM deliveries").await, 1);
    assert_eq!(app.number("SELECT escalate_ms FROM deliveries").await, NOW + HOUR + 15 * MINUTE);
});

db_test!(what_waits_for_a_channel_that_is_switched_off_goes_on, |app| {
    let (app, _sms) = with_sms(&app).await;
    let with_mail = somebody_comes(&app, "+79990001133", Some("petr@example.ru")).await;
    let without = somebody_comes(&app, "+79990001144", None).await;
    while distribute(&app).await.unwrap() > 0 {}
    let off = app.with(|config| config.sms_provider = None).await;
    while cascade::escalate(&off).await.unwrap() > 0 {}
    let off_now = "the channel is off".to_owned();
    assert_eq!(
        fates_of(&app, with_mail).await,
        [("sms".into(), "passed".into(), off_now.clone()), ("email".into(), "queued".into(), String::new())]
    );
    assert_eq!(fates_of(&app, without).await, [("sms".into(), "dead".into(), off_now)]);
    app.forget_history().await;
});

db_test!(who_is_reached_by_phone_alone_hears_that_nobody_comes, |app| {
    let (app, sms) = with_sms(&app).await;
    let order = somebody_comes(&app, "+79990001122", None).await;
    go_on(&app, &sms, 90).await;
    app.people().dispatcher.post(&format!("/api/v1/orders/{order}/cancellation"), json!({ "reason": "x" })).await.expect(200);
    go_on(&app, &sms, 90).await;
    let sent = sms.sent_to("+79990001122");
    assert!(sent.len() == 2 && sent[1].contains("мастер не приедет"), "{sent:?}");
    app.forget_history().await;
});

db_test!(an_sms_whose_sender_was_ended_is_not_sent_blindly_though_another_goes_to_the_same_phone, |app| {
    let (app, sms) = with_gateway(&app, "smsc").await;
    let phone = "+79990002301";
    let order = somebody_comes(&app, phone, None).await;
    let customer = app.number(&format!("SELECT customer_id FROM orders WHERE id = {order}")).await;
    app.forget_history().await;
    // The gateway takes two, about different orders, and nobody hears so: the program is ended.
    for (turn, thread) in [(901, 1), (902, 2)] {
        queue(&app, turn, (Wording::CustomerConfirmed, Channel::Sms), &format!("c{customer}"), order).await;
        app.execute("UPDATE deliveries SET thread = ? WHERE turn = ?", [thread.into(), turn.into()]).await;
        sms.fault(Fault::new(Trouble::Silent).to(phone.parse().unwrap()));
    }
    let line = impatient(&sms, "smsc");
    deliver(&app, &line).await.unwrap();
    app.advance(6_000);
    deliver(&app, &line).await.unwrap();
    assert_eq!(sms.sent_to(phone).len(), 2);
    let ended = "UPDATE deliveries SET state = 'sending', attempts = 0, due_ms = ?, ask_ms = NULL, provider_id = ''";
    app.execute(ended, [app.clock.now_ms().into()]).await;
    go_on(&app, &sms, 240).await;
    assert_eq!(sms.sent_to(phone).len(), 2, "neither went again");
    assert_eq!(app.number("SELECT COUNT(*) FROM deliveries WHERE state = 'delivered'").await, 2);
});

db_test!(an_sms_whose_sender_was_ended_is_not_sent_blindly_once_its_gateway_is_left_alone, |app| {
    let (app, sms) = with_gateway(&app, "sms_ru").await;
    // More than are on their way at a time, so that the last is put back untried when the gateway takes nothing.
    for n in 0..10 {
        somebody_comes(&app, &format!("+7999000240{n}"), None).await;
    }
    let last = "+79990002410";
    let order = somebody_comes(&app, last, None).await;
    while distribute(&app).await.unwrap() > 0 {}
    app.advance(61_000);
    app.execute("DELETE FROM deliveries WHERE wording <> 'customer-who-comes'", []).await;
    app.execute("UPDATE deliveries SET state = 'sending', due_ms = ? WHERE order_id = ?", [app.clock.now_ms().into(), order.into()]).await;
    sms.fault(Fault::new(Trouble::Page { status: 503 }).times(1_000));
    deliver(&app, app.lines.get(Channel::Sms).unwrap()).await.unwrap();
    assert!(app.number("SELECT COUNT(*) FROM deliveries WHERE state = 'queued'").await > 0, "some were put back");
    sms.no_more_faults();
    go_on(&app, &sms, 600).await;
    assert_eq!(fates_of(&app, order).await, [("sms".into(), "unknown".into(), "its sender was ended".into())]);
    assert_eq!(sms.sent_to(last).len(), 0, "it may have been taken before");
    app.forget_history().await;
});

db_test!(an_sms_that_is_asked_about_goes_on_in_time_and_is_asked_about_further, |app| {
    let (app, sms) = with_gateway(&app, "smsc").await;
    let phone = "+79990002501";
    let order = somebody_comes(&app, phone, Some("petr@example.ru")).await;
    while distribute(&app).await.unwrap() > 0 {}
    app.advance(61_000);
    sms.advance(Duration::from_secs(61));
    sms.fault(Fault::new(Trouble::Silent).to(phone.parse().unwrap()));
    deliver(&app, &impatient(&sms, "smsc")).await.unwrap();
    // It cannot be asked for half an hour.
    sms.fault(Fault::new(Trouble::Page { status: 502 }).times(1_000_000));
    go_on(&app, &sms, 30 * 60).await;
    let fates = fates_of(&app, order).await;
    assert_eq!(fates.iter().map(|fate| format!("{} {}", fate.0, fate.1)).collect::<Vec<_>>(), ["sms sending", "email queued"], "{fates:?}");
    assert_eq!(crate::notifications::undelivered(&app).await.unwrap(), 0, "nothing is given up yet");
    sms.no_more_faults();
    go_on(&app, &sms, 10 * 60).await;
    let paid = "SELECT cost_minor FROM deliveries WHERE channel = 'sms' AND wording = 'customer-who-comes'";
    assert_eq!((fates_of(&app, order).await[0].1.as_str(), sms.sent_to(phone).len()), ("delivered", 1));
    assert!(app.number(paid).await > 0, "what it costs is known");
    app.forget_history().await;
});

db_test!(questions_about_an_sms_that_went_by_another_gateway_end, |app| {
    let (app, sms) = with_gateway(&app, "sms_ru").await;
    let order = somebody_comes(&app, "+79990002601", None).await;
    sms.switched_off("+79990002601");
    go_on(&app, &sms, 120).await;
    assert_eq!(fates_of(&app, order).await[0].1, "sent");
    let (app, _other) = with_gateway(&app, "sms_aero").await;
    let to_ask = "SELECT COUNT(*) FROM deliveries WHERE ask_ms IS NOT NULL";
    assert_eq!(app.number(to_ask).await, 1);
    go_on(&app, &sms, 3600).await;
    assert_eq!((app.number(to_ask).await, fates_of(&app, order).await[0].1.as_str()), (0, "sent"));
    app.forget_history().await;
});
