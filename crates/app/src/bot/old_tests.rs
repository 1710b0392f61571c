//! Buttons that stand under old messages, and what was confirmed and taken back.

use super::tests::in_both;
use crate::{
    notifications::testing::{Message, Messengers},
    orders::view::rfc3339,
    testkit::*,
};
use serde_json::json;

/// What a worker sees where an offer stood, after they pressed «Принять» under it too late.
async fn pressed_late(messengers: &Messengers, offer: &Message) -> Message {
    let accept = offer.data_of("Принять").unwrap().to_owned();
    messengers.press_late(3, &offer.id, &accept);
    messengers.take_in().await;
    let shown = messengers.messages(3).into_iter().find(|shown| shown.id == offer.id).unwrap();
    assert!(shown.buttons.iter().all(|(_, data)| data.as_ref() != Some(&accept)), "no old button is left: {shown:?}");
    assert!(!shown.buttons.is_empty(), "there is a way on: {shown:?}");
    shown
}

async fn old_offers(messengers: &Messengers) {
    let app = messengers.app.clone();
    let People { dispatcher, rustam, timur, .. } = app.people();
    messengers.link(&rustam, 3, "Рустам").await;
    messengers.link(&timur, 4, "Тимур").await;
    let offer = async |days: i64| {
        let (order, visit) = app.visit().of(&rustam).at(NOW + days * DAY).offered().make().await;
        messengers.round().await;
        messengers.pass(2).await;
        let offer = messengers.messages(3).into_iter().rev().find(|shown| shown.text.contains("Новое задание")).unwrap();
        (order, visit, offer)
    };
    let status = async |visit: i64| dispatcher.get(&format!("/api/v1/visits/{visit}")).await.expect(200).json()["status"].clone();

    let (_, visit, old) = offer(2).await;
    dispatcher.post(&format!("/api/v1/visits/{visit}/cancellation"), json!({ "reason": "ошибка" })).await.expect(200);
    let shown = pressed_late(messengers, &old).await;
    assert!(shown.text.contains("задания у вас больше нет"), "{shown:?}");
    assert_eq!(status(visit).await, "cancelled");

    let (_, visit, old) = offer(3).await;
    let to = json!({ "worker_ids": [timur.worker_id], "starts_at": rfc3339(NOW + 3 * DAY) });
    dispatcher.put(&format!("/api/v1/visits/{visit}"), to).await.expect(200);
    let shown = pressed_late(messengers, &old).await;
    assert!(shown.text.contains("задания у вас больше нет"), "{shown:?}");
    assert_eq!(status(visit).await, "offered");

    // At another time it is theirs to accept, once they have seen the time.
    let (_, visit, old) = offer(4).await;
    let to = json!({ "worker_ids": [rustam.worker_id], "starts_at": rfc3339(NOW + 5 * DAY) });
    dispatcher.put(&format!("/api/v1/visits/{visit}"), to).await.expect(200);
    let shown = pressed_late(messengers, &old).await;
    assert!(shown.text.contains("предложено") && shown.data_of("Принять").is_some(), "{shown:?}");
    assert!(messengers.notices(3).iter().any(|notice| notice.contains("всё изменилось")), "{:?}", messengers.notices(3));
    assert_eq!(status(visit).await, "offered");
    let fresh = shown.data_of("Принять").unwrap().to_owned();
    messengers.press(3, &shown.id, &fresh);
    messengers.take_in().await;
    assert_eq!(status(visit).await, "accepted");

    let (_, visit, old) = offer(6).await;
    messengers.pass(2 * 3600).await;
    assert_eq!(status(visit).await, "expired");
    let shown = pressed_late(messengers, &old).await;
    assert!(shown.text.contains("задания у вас больше нет"), "{shown:?}");
    assert_eq!(status(visit).await, "expired");
    app.forget_history().await;
}

in_both!(an_old_offer_in_telegram_is_not_accepted, an_old_offer_in_max_is_not_accepted, old_offers);

async fn undone_for_a_reason(messengers: &Messengers) {
    let app = messengers.app.clone();
    let People { dispatcher, rustam, .. } = app.people();
    messengers.link(&rustam, 3, "Рустам").await;
    let me = messengers.phone(3);
    let (_, visit) = app.visit().of(&rustam).on_site().make().await;
    messengers.round().await;
    me.says("/start").await;
    me.presses("Сегодня").await;
    let label = me.buttons()[0].clone();
    me.presses(&label).await;
    assert!(me.presses("Не выполнено").await.contains("Почему не вышло"), "{}", me.last());
    let shown = me.presses("Нет материала").await;
    assert!(shown.contains("не выполнено"), "{shown}");
    let visit = dispatcher.get(&format!("/api/v1/visits/{visit}")).await.json();
    assert_eq!((&visit["status"], &visit["reason_code"]), (&json!("not_done"), &json!("no_material")));
    app.forget_history().await;
}

in_both!(
    a_visit_is_left_undone_for_the_reason_pressed_in_telegram,
    a_visit_is_left_undone_for_the_reason_pressed_in_max,
    undone_for_a_reason
);

async fn confirmed_after_all(messengers: &Messengers) {
    let app = messengers.app.clone();
    let People { dispatcher, rustam, olga, .. } = app.people();
    messengers.link(&olga, 7, "Ольга").await;
    let me = messengers.phone(7);
    let order = app.order().by(&olga).confirmed().make().await;
    app.visit().order(order).of(&rustam).at(NOW + 3 * DAY).accepted().make().await;
    messengers.round().await;
    messengers.pass(61).await;
    let spoken = async || {
        let events = dispatcher.get(&format!("/api/v1/orders/{order}/events")).await.json();
        let kinds = events["items"].as_array().unwrap().iter().filter_map(|event| event["kind"].as_str().map(str::to_owned));
        kinds.filter(|kind| kind.starts_with("visit.time_fits") || kind.starts_with("visit.move_wanted")).collect::<Vec<_>>()
    };
    let shown = async || {
        messengers.press_late(7, &messengers.messages(7).pop().unwrap().id, &format!("order:{order}"));
        messengers.round().await;
        messengers.messages(7).pop().unwrap()
    };
    // Twice in one message it is confirmed once.
    let asked = shown().await;
    let fits = asked.data_of("Подтверждаю").unwrap().to_owned();
    messengers.press(7, &asked.id, &fits);
    messengers.press_late(7, &asked.id, &fits);
    messengers.round().await;
    assert!(me.last().contains("Спасибо"), "{}", me.last());
    assert_eq!(spoken().await, ["visit.time_fits"]);
    shown().await;
    me.presses("Перенести").await;
    assert!(me.says("в пятницу").await.contains("Передали диспетчеру"), "{}", me.last());
    // The first time suits after all.
    shown().await;
    assert!(me.presses("Подтверждаю").await.contains("Спасибо"), "{}", me.last());
    assert_eq!(spoken().await, ["visit.time_fits", "visit.move_wanted", "visit.time_fits"], "the newest first");
    app.forget_history().await;
}

in_both!(
    a_time_is_confirmed_in_telegram_after_another_was_wished,
    a_time_is_confirmed_in_max_after_another_was_wished,
    confirmed_after_all
);
