//! How a customer hears of an answer, and that whoever has nothing but a phone does.

use super::testing::{Messengers, tell, with_sms};
use crate::{bot, testkit::*};
use serde_json::{Value, json};

const PHONE: &str = "+79990001122";

/// An order of somebody who called, and whose it is.
async fn called(app: &TestApp) -> (i64, i64) {
    let customer = json!({ "kind": "person", "name": "Пётр Иванович", "phone": PHONE });
    let body =
        json!({ "service_id": app.services().window, "customer": customer, "address": { "text": "Мира, 3" }, "description": "окно" });
    let order = app.people().dispatcher.post("/api/v1/orders", body).await.expect(201);
    (order.id(), order.json()["customer"]["id"].as_i64().unwrap())
}

async fn channel(app: &TestApp, customer: i64, order: i64) -> (Value, Value) {
    let path = format!("/api/v1/customers/{customer}/channel?order_id={order}");
    let hears = app.people().dispatcher.get(&path).await.expect(200).json();
    (hears["channel"].clone(), hears["known_anywhere"].clone())
}

db_test!(who_has_nothing_but_a_phone_hears_that_there_is_an_answer, |app| {
    let (app, sms) = with_sms(&app, "smsc", "key").await;
    let dispatcher = app.people().dispatcher;
    let (order, customer) = called(&app).await;
    tell(&app).await;
    dispatcher
        .post(&format!("/api/v1/orders/{order}/messages?audience=customer"), json!({ "text": "Код домофона 1234" }))
        .await
        .expect(201);
    tell(&app).await;
    app.advance(31_000);
    tell(&app).await;
    let texts = sms.sent_to(PHONE);
    assert_eq!(texts.len(), 1, "{texts:?}");
    let number = app.rows(&format!("SELECT number FROM orders WHERE id = {order}")).await[0].try_get_by_index::<String>(0).unwrap();
    assert!(texts[0].contains("Вам ответили") && texts[0].contains(&number), "{texts:?}");
    let link = format!("{}/o/", app.config.public_url());
    assert!(texts[0].contains(&link) && !texts[0].contains("домофон"), "the words themselves stay on the page: {texts:?}");
    assert_eq!(channel(&app, customer, order).await, (json!("sms"), json!(true)));
    app.forget_history().await;
});

db_test!(the_office_sees_how_a_customer_hears_before_it_writes, |app| {
    let People { dispatcher, rustam, .. } = app.people();
    let (order, customer) = called(&app).await;
    let said = async |app: &TestApp| {
        let page = app.people().dispatcher.get(&format!("/customers/{customer}/channel?order_id={order}")).await.expect(200);
        let text: String = page.words().split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text).collect();
        text.trim().to_owned()
    };
    assert_eq!(channel(&app, customer, order).await, (json!(null), json!(true)));
    assert_eq!(said(&app).await, "Заказчик не узнает об ответе: ни один включённый канал к нему не ведёт.");
    let (app, _sms) = with_sms(&app, "smsc", "key").await;
    assert_eq!(said(&app).await, "Канал связи с заказчиком: SMS");
    let app = app
        .with(|config| {
            config.smtp_url = Some("smtp://127.0.0.1:9".into());
            config.smtp_from = Some("crm@example.ru".into());
        })
        .await;
    app.execute("UPDATE customers SET email = 'pyotr@example.ru' WHERE id = ?", [customer.into()]).await;
    assert_eq!(said(&app).await, "Канал связи с заказчиком: Электронная почта", "what costs nothing goes first");
    app.execute("INSERT INTO dead_addresses (channel, address, since_ms, why) VALUES ('email', 'pyotr@example.ru', 0, 'x')", []).await;
    assert_eq!(said(&app).await, "Канал связи с заказчиком: SMS");
    app.execute("UPDATE customers SET phone = NULL, email = NULL WHERE id = ?", [customer.into()]).await;
    assert_eq!(said(&app).await, "Заказчик не узнает об ответе: нет ни телефона, ни почты, ни мессенджера.");
    // The pages ask for it, each with the customer whom it is about.
    let panel = dispatcher.get(&format!("/orders/{order}/messages?audience=customer")).await.expect(200).text();
    assert!(panel.contains(&format!("hx-get=\"/customers/{customer}/channel?order_id={order}\"")), "{panel}");
    let internal = dispatcher.get(&format!("/orders/{order}/messages?audience=internal")).await.expect(200).text();
    assert!(!internal.contains("/channel?"), "{internal}");
    assert!(dispatcher.get(&format!("/customers/{customer}")).await.expect(200).text().contains(&format!("/customers/{customer}/channel")));
    dispatcher.get("/customers/999999/channel").await.expect(404);
    rustam.get(&format!("/customers/{customer}/channel")).await.expect(404);
    app.forget_history().await;
});

db_test!(an_answer_goes_back_to_where_the_customer_wrote_and_the_office_sees_that, |app| {
    let messengers = Messengers::start(&app, bot::answer).await;
    let app = messengers.app.with(|config| config.max_bot_token = Some("t".into())).await;
    let People { olga, .. } = app.people();
    let order = app.order().by(&olga).confirmed().make().await;
    let customer = app.number(&format!("SELECT customer_id FROM orders WHERE id = {order}")).await;
    messengers.link(&olga, 5, "Ольга").await;
    let way = "INSERT INTO ways (user_id, channel, address, name, state, linked_ms) VALUES (?, 'max', '5', '', 'alive', 0)";
    app.execute(way, [olga.user_id.into()]).await;
    assert_eq!(channel(&app, customer, order).await.0, "max");
    olga.post(&format!("/api/v1/orders/{order}/messages"), json!({ "text": "Когда приедут?" })).await.expect(201);
    assert_eq!(channel(&app, customer, order).await.0, "max");
    app.execute("UPDATE chat_messages SET channel = 'telegram'", []).await;
    assert_eq!(channel(&app, customer, order).await.0, "telegram");
    let (_, statements) = app.counted(app.people().dispatcher.get(&format!("/customers/{customer}/channel?order_id={order}"))).await;
    assert!(statements <= 5, "{statements}");
    app.execute("UPDATE users SET blocked_ms = 1 WHERE id = ?", [olga.user_id.into()]).await;
    assert_eq!(channel(&app, customer, order).await, (json!(null), json!(false)));
    app.forget_history().await;
});
