//! Into which conversation comes what people send: what replies to something, what was kept, what is answered once more, and what another
//! person has left in the same chat.

use super::{
    customer_tests::{chat_of, service_name},
    late_tests::press,
    tests::{in_both, picture},
};
use crate::{
    notifications::{
        Channel,
        testing::{Messengers, decide},
    },
    testkit::*,
};
use serde_json::json;

/// The program ended before it had noted that the newest arrival is answered: it is answered once more.
async fn answered_again(messengers: &Messengers) {
    let newest = "UPDATE arrivals SET due_ms = 1 WHERE id = (SELECT id FROM (SELECT MAX(id) AS id FROM arrivals) newest)";
    messengers.app.execute(newest, []).await;
    messengers.round().await;
}

async fn lines_with(app: &TestApp, words: &str) -> i64 {
    app.number(&format!("SELECT COUNT(*) FROM chat_messages WHERE body LIKE '%{words}%'")).await
}

async fn once_more(messengers: &Messengers) {
    let app = messengers.app.clone();
    let People { ivan, olga, .. } = app.people();
    messengers.link(&ivan, 1, "Иван").await;
    messengers.link(&olga, 2, "Ольга").await;
    let (_, visit) = app.visit().of(&ivan).on_site().make().await;
    messengers.round().await;
    let me = messengers.phone(1);
    me.says("/start").await;
    me.presses("Написать диспетчеру").await;
    assert!(me.says("Клиент скандалит").await.contains("Передано"), "{}", me.last());
    messengers.pass(180).await;
    answered_again(messengers).await;
    assert_eq!(lines_with(&app, "скандалит").await, 1);
    assert_eq!(app.number("SELECT COUNT(*) FROM reports WHERE body LIKE '%скандалит%'").await, 0, "the customer reads the report");

    // A reason is no report of the visit at which they are.
    let (_, offered) = app.visit().of(&ivan).at(NOW + 3 * DAY).offered().make().await;
    messengers.round().await;
    press(messengers, 1, &format!("visit:{offered}")).await;
    me.presses("Отклонить").await;
    me.says("Далеко ехать").await;
    answered_again(messengers).await;
    assert_eq!(app.number("SELECT COUNT(*) FROM reports WHERE body LIKE '%Далеко%'").await, 0);
    assert_eq!(app.number(&format!("SELECT COUNT(*) FROM visits WHERE id = {offered} AND status = 'declined'")).await, 1);
    assert!(me.says("Створку поменял").await.contains("в отчёт"), "{}", me.last());
    assert_eq!(app.number(&format!("SELECT COUNT(*) FROM reports WHERE visit_id = {visit} AND body = 'Створку поменял'")).await, 1);

    // Words of a new order do not come into it twice.
    let me = messengers.phone(2);
    me.says("/start").await;
    me.presses("Новый заказ").await;
    me.presses(&service_name(&app).await).await;
    me.says("Мира, 1").await;
    me.says("Две створки").await;
    answered_again(messengers).await;
    assert_eq!(me.last().matches("Две створки").count(), 1, "{}", me.last());
    app.forget_history().await;
}

in_both!(what_is_answered_once_more_leads_to_the_same_in_telegram, what_is_answered_once_more_leads_to_the_same_in_max, once_more);

async fn kept_too_long(messengers: &Messengers) {
    let app = messengers.app.clone();
    let People { olga, .. } = app.people();
    messengers.link(&olga, 7, "Ольга").await;
    let me = messengers.phone(7);
    let (first, second) = (app.order().confirmed().make().await, app.order().confirmed().make().await);
    messengers.round().await;
    for (hours, comes) in [(11, true), (13, false)] {
        let words = format!("Во сколько приедете? {hours}");
        assert!(me.says(&words).await.contains("О каком заказе речь"), "{}", me.last());
        messengers.pass(hours * 3600).await;
        press(messengers, 7, &format!("wo:{first}")).await;
        assert_eq!(chat_of(&app, first).await.contains(&words), comes, "{hours}");
        assert_eq!(me.heard(&format!("Раньше вы писали: «{words}»")), usize::from(!comes));
        press(messengers, 7, "menu").await;
    }
    assert!(!chat_of(&app, second).await.contains("Во сколько"));
    app.forget_history().await;
}

in_both!(what_was_kept_for_half_a_day_is_forgotten_in_telegram, what_was_kept_for_half_a_day_is_forgotten_in_max, kept_too_long);

async fn replies(messengers: &Messengers) {
    let app = messengers.app.clone();
    let People { dispatcher, olga, ivan, .. } = app.people();
    messengers.link(&olga, 7, "Ольга").await;
    messengers.link(&ivan, 1, "Иван").await;
    let me = messengers.phone(7);
    let first = app.order().confirmed().make().await;
    messengers.round().await;
    messengers.pass(61).await;
    assert!(me.last().contains("26-000001"), "{}", me.last());
    let second = app.order().confirmed().make().await;
    messengers.round().await;
    messengers.pass(61).await;
    assert!(me.replies("26-000001", "Кран течёт").await.contains("Передано"), "{}", me.last());
    assert!(chat_of(&app, first).await.contains("Кран течёт") && !chat_of(&app, second).await.contains("Кран течёт"));

    // A word that ends a question is an answer where somebody asked, or nothing goes on.
    dispatcher
        .post(&format!("/api/v1/orders/{first}/messages"), json!({ "audience": "customer", "text": "Перенести или отменить?" }))
        .await
        .expect(201);
    messengers.pass(61).await;
    messengers.pass(2).await;
    // Who writes in Telegram has the words there, too.
    assert!(me.replies("Перенести или отменить?", "Отменить").await.contains("Передано"), "{}", me.last());
    assert!(chat_of(&app, first).await.contains("\"Отменить\""), "{}", chat_of(&app, first).await);
    assert!(me.says("отмена").await.contains("Передано"), "what follows soon goes the same way: {}", me.last());
    me.says("/start").await;
    me.presses("Новый заказ").await;
    assert!(me.says("Отмена").await.contains("Чем помочь"), "{}", me.last());

    // What a worker says of another visit is not the report of the one at which they are.
    app.visit().of(&ivan).on_site().make().await;
    let (other, offered) = app.visit().of(&ivan).at(NOW + 3 * DAY).offered().make().await;
    let number = app.rows(&format!("SELECT number FROM orders WHERE id = {other}")).await[0].try_get_by_index::<String>(0).unwrap();
    messengers.round().await;
    messengers.pass(61).await;
    messengers.pass(2).await;
    let me = messengers.phone(1);
    assert!(me.replies(&number, "Туда не поеду").await.contains("Передано"), "{offered}: {}", me.last());
    assert_eq!((lines_with(&app, "Туда не поеду").await, app.number("SELECT COUNT(*) FROM reports").await), (1, 0));
    app.forget_history().await;
}

in_both!(a_reply_goes_to_what_it_replies_to_in_telegram, a_reply_goes_to_what_it_replies_to_in_max, replies);

async fn another_person(messengers: &Messengers) {
    let app = messengers.app.clone();
    let People { administrator, olga, pyotr, .. } = app.people();
    messengers.link(&olga, 7, "Ольга").await;
    let me = messengers.phone(7);
    me.says("/start").await;
    me.presses("Новый заказ").await;
    me.presses(&service_name(&app).await).await;
    me.says("Тайная, 13").await;
    olga.delete(&format!("/api/v1/me/channels/{}", messengers.channel)).await.expect(204);
    messengers.link(&pyotr, 7, "Пётр").await;
    me.says("/start").await;
    me.presses("Новый заказ").await;
    assert!(!me.last().contains("Продолжаем") && me.heard("Тайная") <= 1, "{:?}", messengers.messages(7));
    me.says("/start").await;

    // A chat of somebody who is shut out passes to another by a code.
    me.presses("Новый заказ").await;
    me.presses(&service_name(&app).await).await;
    me.says("Скрытая, 14").await;
    administrator.put(&format!("/api/v1/users/{}/block", pyotr.user_id), json!({ "reason": "Ушёл" })).await.expect(200);
    let code = olga.post("/api/v1/me/channels", json!({ "channel": messengers.channel.to_string() })).await.expect(201).json();
    messengers.starts(7, code["code"].as_str().unwrap());
    messengers.round().await;
    assert!(me.heard("сообщения будут приходить сюда") == 1, "{:?}", messengers.messages(7));
    me.presses("Новый заказ").await;
    assert!(!me.last().contains("Продолжаем"), "{}", me.last());

    // A phone that led to nothing is not kept.
    messengers.stranger(8, "Кто-то");
    messengers.contact(8, "+79990001122", true);
    messengers.round().await;
    let kept = async || app.number("SELECT COUNT(*) FROM talks WHERE chat = '8'").await;
    assert_eq!(kept().await, 1);
    app.advance(25 * HOUR);
    crate::notifications::forget_old(&app).await.unwrap();
    assert_eq!((kept().await, app.number("SELECT COUNT(*) FROM talks WHERE chat = '7'").await), (0, 1));
    app.forget_history().await;
}

in_both!(nobody_sees_what_another_left_in_their_chat_in_telegram, nobody_sees_what_another_left_in_their_chat_in_max, another_person);

async fn who_has_left(messengers: &Messengers) {
    let app = messengers.app.clone();
    let People { dispatcher, ivan, rustam, .. } = app.people();
    messengers.link(&rustam, 3, "Рустам").await;
    messengers.link(&ivan, 1, "Иван").await;
    let (_, visit) = app.visit().of(&rustam).at(NOW + 3 * DAY).accepted().make().await;
    messengers.round().await;
    messengers.pass(61).await;
    let me = messengers.phone(3);
    let before = messengers.messages(3).len();
    dispatcher.post(&format!("/api/v1/visits/{visit}/messages"), json!({ "text": "Домофон 1234" })).await.expect(201);
    decide(&app).await;
    app.execute("DELETE FROM visit_workers WHERE visit_id = ?", [visit.into()]).await;
    messengers.pass(61).await;
    messengers.pass(2).await;
    assert_eq!(messengers.messages(3).len(), before, "{}", me.last());
    assert_eq!(app.number("SELECT COUNT(*) FROM deliveries WHERE state = 'passed' AND answer = 'access is closed'").await, 1);

    // Pictures of a visit that is another's now do not stand in the way of those of one's own.
    let (_, left) = app.visit().of(&ivan).at(NOW + DAY).on_site().make().await;
    let me = messengers.phone(1);
    for _ in 0..20 {
        messengers.photo(1, picture(), "");
    }
    messengers.round().await;
    app.execute("DELETE FROM visit_workers WHERE visit_id = ?", [left.into()]).await;
    let (_, own) = app.visit().of(&ivan).at(NOW + 2 * DAY).on_site().make().await;
    assert!(me.sends_photo("").await.contains("до работ или после"), "{}", me.last());
    me.presses("После").await;
    assert_eq!(app.number(&format!("SELECT COUNT(*) FROM files WHERE visit_id = {own}")).await, 1);
    app.forget_history().await;
}

in_both!(whoever_has_left_is_told_nothing_more_in_telegram, whoever_has_left_is_told_nothing_more_in_max, who_has_left);

async fn reason(messengers: &Messengers) {
    let app = messengers.app.clone();
    let People { dispatcher, rustam, .. } = app.people();
    messengers.link(&rustam, 3, "Рустам").await;
    let (_, visit) = app.visit().of(&rustam).done().make().await;
    dispatcher.post(&format!("/api/v1/visits/{visit}/return"), json!({ "reason": "Елена, Мира 1-5: продувает" })).await.expect(200);
    let me = messengers.phone(3);
    me.says("/start").await;
    press(messengers, 3, &format!("visit:{visit}")).await;
    let tells = messengers.channel == Channel::Max;
    assert_eq!((me.last().contains("Мира 1-5"), me.last().contains("Причина написана на сайте")), (tells, !tells), "{}", me.last());
    app.forget_history().await;
}

in_both!(a_reason_is_told_in_this_countrys_messenger_alone_in_telegram, a_reason_is_told_in_this_countrys_messenger_alone_in_max, reason);

async fn forwarded(messengers: &Messengers) {
    let app = messengers.app.clone();
    let ivan = app.people().ivan;
    messengers.link(&ivan, 1, "Иван").await;
    let (_, visit) = app.visit().of(&ivan).on_site().make().await;
    let me = messengers.phone(1);
    me.sends_photo("").await;
    let photo = app.number("SELECT MAX(id) FROM arrivals").await;
    me.presses("До").await;
    // The same photo forwarded: another message, the messenger's name of the file is the one that it had.
    let copy = "INSERT INTO arrivals (channel, arrival_key, chat, body, came_ms, due_ms, attempts) \
        SELECT channel, 'again', chat, REPLACE(body, '\"key\":\"', '\"key\":\"again'), came_ms, 1, 0 FROM arrivals WHERE id = ?";
    app.execute(copy, [photo.into()]).await;
    messengers.round().await;
    assert!(me.last().contains("до работ или после"), "{}", me.last());
    assert!(me.presses("После").await.contains("добавлен"), "{}", me.last());
    let files = async |kind: &str| app.number(&format!("SELECT COUNT(*) FROM files WHERE visit_id = {visit} AND kind = '{kind}'")).await;
    assert_eq!((files("before").await, files("after").await), (1, 1));
    app.forget_history().await;
}

in_both!(one_photo_may_show_both_before_and_after_in_telegram, one_photo_may_show_both_before_and_after_in_max, forwarded);
