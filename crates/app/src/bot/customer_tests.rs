//! What a customer does in a messenger, from the first word to the stars.

use super::tests::{in_both, picture};
use crate::{notifications::testing::Messengers, testkit::*};
use emulators::{Fault, Trouble};
use serde_json::{Value, json};

pub(super) async fn service_name(app: &TestApp) -> String {
    let id = app.services().window;
    app.people().dispatcher.get(&format!("/api/v1/services/{id}")).await.json()["name"].as_str().unwrap().to_owned()
}

pub(super) async fn chat_of(app: &TestApp, order: i64) -> String {
    app.people().dispatcher.get(&format!("/api/v1/orders/{order}/messages?audience=customer")).await.expect(200).json().to_string()
}

pub(super) async fn order_of(app: &TestApp, order: i64) -> Value {
    app.people().dispatcher.get(&format!("/api/v1/orders/{order}")).await.expect(200).json()
}

async fn whole_way(messengers: &Messengers) {
    let app = messengers.app.clone();
    let People { dispatcher, rustam, .. } = app.people();
    messengers.stranger(9, "Ирина");
    let me = messengers.phone(9);
    assert!(me.says("/start").await.contains("Поделитесь телефоном"));
    messengers.contact(9, "+79991112233", false);
    messengers.round().await;
    assert!(me.last().contains("собственный телефон"), "{}", me.last());
    messengers.contact(9, "+79991112233", true);
    messengers.round().await;
    assert!(me.last().contains("согласие"), "{}", me.last());
    let menu = me.presses("Согласен").await;
    assert!(menu.contains("Чем помочь"), "{menu}");
    assert_eq!(app.number("SELECT COUNT(*) FROM consents WHERE user_id = (SELECT MAX(id) FROM users)").await, 1);

    me.presses("Новый заказ").await;
    let service = service_name(&app).await;
    assert!(me.presses(&service).await.contains("Напишите адрес"));
    // A place is no address, and wipes nothing; a photo that comes too early is kept.
    assert!(me.is_at(55.75, 37.61).await.contains("адрес словами"));
    assert!(me.says(&"а".repeat(501)).await.contains("Слишком длинно"), "{}", me.last());
    let check = me.sends_photo("Мира, 7, кв. 12").await;
    assert!(check.contains("Мира, 7, кв. 12") && check.contains("Фото: 1"), "{check}");
    me.says("Заменить окно на кухне").await;
    let check = me.sends_photo("вид снаружи").await;
    assert!(
        check.contains("Мира, 7") && check.contains("на кухне") && check.contains("вид снаружи") && check.contains("Фото: 2"),
        "{check}"
    );
    // What does not fit is said, and what was told stays. Both parts can be changed.
    assert!(me.says(&"о".repeat(3990)).await.contains("короче"), "{}", me.last());
    me.presses("Изменить адрес").await;
    assert!(me.says("Мира, 9, кв. 12").await.contains("Мира, 9"));
    me.presses("Изменить описание").await;
    let check = me.says("Заменить окно в спальне").await;
    assert!(check.contains("спальне") && !check.contains("кухне"), "{check}");
    // Whoever looks elsewhere goes on where they stopped.
    me.says("/start").await;
    let goes_on = me.presses("Новый заказ").await;
    assert!(goes_on.contains("Продолжаем") && goes_on.contains("спальне"), "{goes_on}");
    let check = messengers.messages(9).pop().unwrap();
    let send = check.buttons.iter().find(|(label, _)| label == "Отправить").unwrap().1.clone().unwrap();
    messengers.press(9, &check.id, &send);
    messengers.press_late(9, &check.id, &send);
    messengers.round().await;
    assert_eq!(app.number("SELECT COUNT(*) FROM orders").await, 1, "a double press orders once");
    assert!(messengers.notices(9).iter().any(|notice| notice.contains("уже сделано")), "{:?}", messengers.notices(9));
    let order = app.number("SELECT MAX(id) FROM orders").await;
    let shown = order_of(&app, order).await;
    assert_eq!((&shown["source"], &shown["address"]["text"]), (&json!("messenger"), &json!("Мира, 9, кв. 12")));
    assert_eq!(app.number(&format!("SELECT COUNT(*) FROM files WHERE order_id = {order}")).await, 2, "its photos are in it");

    // The office confirms and plans; the customer hears, is reminded, asks for another time.
    me.says("/start").await;
    let list = me.presses("Мои заказы").await;
    assert!(list.contains("Ваши заказы") && me.buttons()[0].contains(&service) && me.buttons()[0].contains("принят"), "{:?}", me.buttons());
    dispatcher.post(&format!("/api/v1/orders/{order}/confirmation"), json!({})).await.expect(200);
    let starts = NOW + 30 * HOUR;
    let plan = json!({ "worker_ids": [rustam.worker_id], "starts_at": crate::orders::view::rfc3339(starts), "offer": true });
    let visit = dispatcher.post(&format!("/api/v1/orders/{order}/visits"), plan).await.expect(201).id();
    rustam.post(&format!("/api/v1/visits/{visit}/acceptance"), json!({})).await.expect(200);
    messengers.round().await;
    messengers.pass(61).await;
    assert!(me.last().contains("назначен мастер"), "{}", me.last());
    messengers.pass(10 * 3600).await;
    assert!(me.last().contains("завтра") && me.last().contains("Удобно ли вам"), "{}", me.last());
    messengers.pass(3600).await;
    assert_eq!(me.heard("Удобно ли вам"), 1, "one reminder");
    assert!(me.presses("Подтверждаю").await.contains("Спасибо"));
    me.says("/start").await;
    me.presses("Мои заказы").await;
    let label = me.buttons()[0].clone();
    let shown = me.presses(&label).await;
    assert!(shown.contains(&service) && shown.contains("Назначен на завтра"), "{shown}");
    me.presses("Перенести").await;
    assert!(me.says("в пятницу после 18").await.contains("Передали диспетчеру"));
    let events = dispatcher.get(&format!("/api/v1/orders/{order}/events")).await.json().to_string();
    assert!(events.contains("visit.time_fits") && events.contains("visit.move_wanted"), "{events}");
    let waiting = dispatcher.get("/api/v1/conversations?show=waiting").await.json();
    assert!(waiting.to_string().contains("в пятницу после 18"), "{waiting}");

    // The answer comes back here, and so does the next one; an answer to it is no address of a new order.
    let line = json!({ "audience": "customer", "text": "Можем в 18:30" });
    dispatcher.post(&format!("/api/v1/orders/{order}/messages"), line).await.expect(201);
    messengers.pass(2).await;
    assert!(me.last().contains("Можем в 18:30"), "{}", me.last());
    me.says("/start").await;
    me.presses("Новый заказ").await;
    me.presses(&service).await;
    assert!(me.replies("Можем в 18:30", "Подходит").await.contains("Передано"));
    assert!(chat_of(&app, order).await.contains("Подходит"));
    assert!(me.says("Мира, 11").await.contains("Опишите"), "{}", me.last());
    assert!(me.says("отмена").await.contains("Чем помочь"));

    // The worker comes.
    messengers.pass(20 * 3600).await;
    let mut seen = vec![];
    for deed in ["departure", "arrival", "completion"] {
        rustam.post(&format!("/api/v1/visits/{visit}/{deed}"), json!({})).await.expect(200);
        messengers.press_late(9, &messengers.messages(9).pop().unwrap().id, &format!("order:{order}"));
        messengers.take_in().await;
        seen.push(me.last());
    }
    assert!(seen[0].contains("Мастер едет к вам") && seen[0].contains("Договорились на"), "{}", seen[0]);
    assert!(seen[1].contains("Мастер на месте"), "{}", seen[1]);
    assert!(seen[2].contains("Примите работу"), "{}", seen[2]);

    // What is not right goes back; what is gets its stars, the last of them.
    messengers.pass(120).await;
    messengers.pass(2).await;
    me.presses("Подробнее").await;
    me.presses("Вернуть").await;
    assert!(me.says("Створка скрипит").await.contains("Передали мастеру"));
    assert_eq!(order_of(&app, order).await["status"], "scheduled");
    for deed in ["arrival", "completion"] {
        rustam.post(&format!("/api/v1/visits/{visit}/{deed}"), json!({})).await.expect(200);
    }
    for _ in 0..3 {
        messengers.pass(2).await;
    }
    messengers.press_late(9, &messengers.messages(9).pop().unwrap().id, &format!("stars:{order}:0"));
    messengers.round().await;
    assert!(me.presses("Принять работу").await.contains("Как прошли работы"), "{}", me.last());
    assert_eq!(order_of(&app, order).await["status"], "completed");
    me.says("/start").await;
    me.presses("Мои заказы").await;
    assert!(me.presses("Оценить № 26-000001").await.contains("Как прошли работы"));
    for stars in [5, 3, 5] {
        assert!(me.presses(&"⭐".repeat(stars)).await.contains("Спасибо"));
        let kept = dispatcher.get("/api/v1/reviews").await.json();
        assert_eq!(kept["items"][0]["stars"], stars, "{kept}");
    }

    // Nothing is open any more: what they write is kept until they say what it is about.
    me.says("Гарантия на сколько?").await;
    assert!(me.last().contains("Я запомнил"), "{}", me.last());
    let label = me.buttons()[0].clone();
    assert!(me.presses(&label).await.contains("Передано"));
    assert!(chat_of(&app, order).await.contains("Гарантия на сколько?"));
    app.forget_history().await;
}

in_both!(a_customer_is_served_in_telegram_alone, a_customer_is_served_in_max_alone, whole_way);

/// Several orders, albums, and an order that is not wanted any more.
async fn several_orders(messengers: &Messengers) {
    let app = messengers.app.clone();
    let People { dispatcher, olga, rustam, .. } = app.people();
    messengers.link(&olga, 7, "Ольга").await;
    let me = messengers.phone(7);
    let first = app.order().by(&olga).confirmed().make().await;
    let (second, visit) = app.visit().of(&rustam).accepted().make().await;
    messengers.round().await;
    messengers.pass(61).await;

    // The words and photos are kept until it is known what they are about.
    assert!(me.says("Собаку запру").await.contains("О каком заказе речь"));
    me.sends_photo("").await;
    assert_eq!(me.heard("О каком заказе речь"), 1);
    let label = me.buttons().into_iter().find(|label| label.contains("26-000002")).unwrap();
    assert!(me.presses(&label).await.contains("Передано"));
    let chat = chat_of(&app, second).await;
    assert!(chat.contains("Собаку запру") && chat.contains("image/jpeg"), "{chat}");
    assert!(!chat_of(&app, first).await.contains("Собаку"));

    // An album goes to one conversation, and is told once.
    let told = me.heard("Передано");
    me.says("/start").await;
    me.presses("Мои заказы").await;
    let label = me.buttons().into_iter().find(|label| label.contains("26-000001")).unwrap();
    me.presses(&label).await;
    me.presses("Написать нам").await;
    for caption in ["Вот окно", "", ""] {
        messengers.photo(7, picture(), caption);
    }
    messengers.round().await;
    assert_eq!(me.heard("Передано"), told + 1, "{:?}", messengers.messages(7));
    assert_eq!(app.number("SELECT COUNT(*) FROM files f JOIN chat_messages m ON m.id = f.message_id JOIN chats c ON c.id = m.chat_id WHERE c.place = '1-customer'").await, 3);
    me.says("И ещё дверь").await;
    assert!(chat_of(&app, first).await.contains("И ещё дверь"), "what follows soon goes the same way");
    app.pass(10 * MINUTE).await;
    me.says("Когда вы приедете?").await;
    assert_eq!(me.heard("О каком заказе речь"), 2, "{:?}", messengers.messages(7));
    // A button that opens something else ends the question, and loses nothing.
    me.presses("Новый заказ").await;
    let service = service_name(&app).await;
    me.presses(&service).await;
    assert!(me.says("Мира, 1").await.contains("Когда вы приедете?"), "{}", me.last());
    me.presses("Отменить").await;

    // One is cancelled at once, the other only asked for: somebody is on the way.
    me.says("/start").await;
    me.presses("Мои заказы").await;
    let label = me.buttons().into_iter().find(|label| label.contains("26-000001")).unwrap();
    me.presses(&label).await;
    me.presses("Отменить заказ").await;
    me.presses("Не отменять").await;
    assert_eq!(order_of(&app, first).await["status"], "confirmed");
    me.presses("Отменить заказ").await;
    assert!(me.presses("Передумал").await.contains("Отменён"), "{}", me.last());
    assert_eq!(order_of(&app, first).await["reason"], "Передумал");
    rustam.post(&format!("/api/v1/visits/{visit}/departure"), json!({})).await.expect(200);
    messengers.pass(2).await;
    messengers.press_late(7, &messengers.messages(7).pop().unwrap().id, &format!("order:{second}"));
    messengers.take_in().await;
    assert!(me.presses("Отменить заказ").await.contains("подтвердит диспетчер"), "{}", me.last());
    // Words alone cancel nothing: they may be meant for somebody else.
    assert!(me.says("Уезжаем завтра").await.contains("по причине «Уезжаем завтра»"), "{}", me.last());
    assert!(me.says("Уезжаем срочно").await.contains("по причине «Уезжаем срочно»"), "{}", me.last());
    assert_eq!(order_of(&app, second).await["problem"], json!(null));
    assert!(me.presses("Да, отменить").await.contains("Вы попросили отменить"), "{}", me.last());
    assert_eq!(order_of(&app, second).await["problem"], "cancellation_requested");

    // A wish that comes too late is a line of chat.
    let (_, visit) = app.visit().of(&rustam).at(NOW + 2 * DAY).accepted().make().await;
    messengers.press_late(7, &messengers.messages(7).pop().unwrap().id, &format!("move:{visit}"));
    messengers.round().await;
    dispatcher.post(&format!("/api/v1/visits/{visit}/cancellation"), json!({ "reason": "ошибка" })).await.expect(200);
    me.says("Лучше в среду").await;
    let kept = app.number("SELECT COUNT(*) FROM chat_messages WHERE body LIKE '%Лучше в среду%'").await;
    assert!(kept == 1 || me.last().contains("больше нет"), "{}", me.last());
    app.forget_history().await;
}

in_both!(nothing_that_a_customer_sends_is_lost_in_telegram, nothing_that_a_customer_sends_is_lost_in_max, several_orders);

async fn photos_not_given(messengers: &Messengers) {
    let app = messengers.app.clone();
    let People { olga, .. } = app.people();
    messengers.link(&olga, 7, "Ольга").await;
    let me = messengers.phone(7);
    me.says("/start").await;
    me.presses("Новый заказ").await;
    let service = service_name(&app).await;
    me.presses(&service).await;
    me.says("Мира, 1").await;
    // Ten photos, each with the long name that the messenger gives it, and all the words that an order takes.
    me.says(&"о".repeat(3900)).await;
    for _ in 0..10 {
        messengers.photo(7, picture(), "");
    }
    messengers.round().await;
    assert!(me.last().contains("Фото: 10"), "{}", me.last());
    messengers.desk().fault(Fault::new(Trouble::Page { status: 502 }).of("file").times(3));
    let sent = me.presses("Отправить").await;
    assert!(sent.contains("принят") && sent.contains("10 фото мессенджер пока не отдал"), "{sent}");
    assert_eq!(app.number("SELECT COUNT(*) FROM files").await, 0);
    assert!(!me.presses("Отправить фото ещё раз").await.contains("пока не отдал"), "{}", me.last());
    assert_eq!(app.number("SELECT COUNT(*) FROM files WHERE order_id = 1").await, 10);
    assert_eq!(app.number("SELECT COUNT(*) FROM orders").await, 1);
    let nothing = r#"SELECT COUNT(*) FROM talks WHERE waiting LIKE '{"draft":null,"pictures":[],"late":[],"said":[]%'"#;
    assert_eq!(app.number(nothing).await, 1, "nothing waits any more");
    app.forget_history().await;
}

in_both!(
    photos_of_a_new_order_outlast_telegram_that_does_not_give_them,
    photos_of_a_new_order_outlast_max_that_does_not_give_them,
    photos_not_given
);
