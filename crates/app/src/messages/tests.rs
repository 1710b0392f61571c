use super::conversations::{self, Show, Wanted};
use crate::{
    access::{Actor, Who},
    live::Delivery,
    testkit::*,
};
use futures_util::StreamExt;
use serde_json::{Value, json};

async fn texts(person: &Person, path: &str) -> Vec<String> {
    let answer = person.get(path).await.expect(200).json();
    answer["items"].as_array().unwrap().iter().map(|item| item["text"].as_str().unwrap().to_owned()).collect()
}

fn said(text: &str) -> Value {
    json!({ "text": text })
}

db_test!(three_audiences_never_mix, |app| {
    let People { administrator, dispatcher, zoya, ivan, semyon, rustam, timur, olga, pyotr, .. } = app.people();
    let (order, visit) = app.visit().of(&ivan).of(&semyon).accepted().make().await;
    let of = |audience: &str| format!("/api/v1/orders/{order}/messages?audience={audience}");
    for audience in ["internal", "worker", "customer"] {
        dispatcher.post(&of(audience), said(audience)).await.expect(201);
    }
    let may = |person: &Person| match person.name {
        "administrator" | "dispatcher" | "zoya" => vec!["internal", "worker", "customer"],
        "ivan" | "semyon" => vec!["worker"],
        "olga" => vec!["customer"],
        _ => vec![],
    };
    for person in [&administrator, &dispatcher, &zoya, &ivan, &semyon, &rustam, &timur, &olga, &pyotr] {
        for audience in ["internal", "worker", "customer"] {
            if may(person).contains(&audience) {
                assert_eq!(texts(person, &of(audience)).await, [audience], "{}", person.name);
            } else {
                person.get(&of(audience)).await.expect(404);
                person.post(&of(audience), said("чужое")).await.expect(404);
            }
        }
    }
    assert_eq!(texts(&ivan, &format!("/api/v1/visits/{visit}/messages")).await, ["worker"]);
    for person in [&rustam, &olga, &pyotr] {
        person.get(&format!("/api/v1/visits/{visit}/messages")).await.expect(404);
        person.post(&format!("/api/v1/visits/{visit}/messages"), said("чужое")).await.expect(404);
    }
    app.nobody().get(&of("customer")).await.expect(401);
    assert_eq!(app.number("SELECT COUNT(*) FROM chat_messages").await, 3);
    // Without a word each is in their own chat.
    assert_eq!(texts(&ivan, &format!("/api/v1/orders/{order}/messages")).await, ["worker"]);
    assert_eq!(texts(&olga, &format!("/api/v1/orders/{order}/messages")).await, ["customer"]);
});

db_test!(a_contractor_talks_about_own_visits_while_they_are_theirs, |app| {
    let People { dispatcher, rustam, timur, .. } = app.people();
    let (order, visit) = app.visit().of(&rustam).make().await;
    let path = format!("/api/v1/visits/{visit}/messages");
    rustam.get(&path).await.expect(404);
    assert_eq!(dispatcher.post(&path, said("рано")).await.expect(409).code(), "nobody_to_write");
    dispatcher.post(&format!("/api/v1/visits/{visit}/offer"), json!({})).await.expect(200);
    // Asked, not yet agreed: questions are welcome.
    dispatcher.post(&path, said("Возьмётесь?")).await.expect(201);
    rustam.post(&path, said("Какой этаж?")).await.expect(201);
    assert_eq!(texts(&rustam, &path).await, ["Какой этаж?", "Возьмётесь?"]);
    rustam.post(&format!("/api/v1/visits/{visit}/decline"), json!({ "reason": "занят" })).await.expect(200);
    rustam.get(&path).await.expect(404);
    rustam.post(&path, said("и всё же")).await.expect(404);
    // The next one does not read what the first one wrote.
    let (_, second) = app.visit().order(order).of(&timur).accepted().make().await;
    assert!(texts(&timur, &format!("/api/v1/visits/{second}/messages")).await.is_empty());
    assert!(texts(&timur, &format!("/api/v1/orders/{order}/messages?audience=worker")).await.is_empty());
    rustam.get(&format!("/api/v1/orders/{order}/messages?audience=worker")).await.expect(404);
    dispatcher.post(&format!("/api/v1/orders/{order}/messages?audience=worker"), said("Ждём вас")).await.expect(201);
    assert_eq!(texts(&timur, &format!("/api/v1/visits/{second}/messages")).await, ["Ждём вас"]);
    // The office goes on seeing both chats, each by itself.
    assert_eq!(texts(&dispatcher, &format!("/api/v1/orders/{order}/messages?audience=worker")).await, ["Ждём вас"]);
    assert_eq!(texts(&dispatcher, &path).await.len(), 2);
});

db_test!(a_specialist_answers_the_customer_where_the_company_lets_them, |app| {
    let People { dispatcher, ivan, semyon, rustam, olga, pyotr, .. } = app.people();
    let (order, visit) = app.visit().of(&ivan).accepted().make().await;
    let (of_rustam, _) = app.visit().of(&rustam).accepted().make().await;
    let customer = format!("/api/v1/orders/{order}/messages?audience=customer");
    let page = format!("/messages/orders/{order}");
    let asked = olga.post(&customer, said("Какой длины трасса?")).await.expect(201).json();
    let seen = async |person: &Person| texts(person, "/api/v1/messages?q=трасса").await.len();
    assert_eq!(seen(&ivan).await, 0);
    ivan.get(&page).await.expect(404);
    ivan.form(&page, &[("text", "Пять метров")]).await.expect(404);
    assert!(!ivan.get(&format!("/visits/{visit}")).await.expect(200).text().contains(&page));

    app.set_company("specialist_in_customer_chat", true).await;
    assert_eq!(seen(&ivan).await, 1);
    let visit_page = ivan.get(&format!("/visits/{visit}")).await.expect(200);
    assert!(visit_page.text().contains(&page) && visit_page.words().contains("Не прочитано: </span>1"), "{}", visit_page.words());
    assert!(ivan.get(&page).await.expect(200).words().contains("Какой длины трасса?"));
    let mut heard = app.hub.subscribe();
    ivan.form(&page, &[("text", "Пять метров")]).await.expect(303);
    let Some(Delivery::Signal { signal: crate::live::Signal::Changed { audience, .. }, .. }) = heard.next().await else {
        panic!("no signal")
    };
    let mut users = audience.users;
    users.sort_unstable();
    let mut both = vec![olga.user_id, ivan.user_id];
    both.sort_unstable();
    assert_eq!(users, both);
    assert_eq!(texts(&olga, &customer).await, ["Пять метров", "Какой длины трасса?"]);
    // The company has answered, and what the customer asked was read; the specialist's own line waits for nobody.
    assert_eq!(waiting(&dispatcher).await, []);
    assert_eq!(olga.get(&customer).await.json()["items"][1]["read"], true);
    assert_eq!(ivan.get(&customer).await.json()["items"][0]["read"], false);
    let last = olga.get(&customer).await.ids()[0];
    olga.put(&format!("/api/v1/orders/{order}/messages/reading"), json!({ "last_id": last })).await.expect(200);
    assert_eq!(ivan.get(&customer).await.json()["items"][0]["read"], true);
    // Colleagues do not learn who they are, and change nothing of the customer's.
    assert!(ivan.get(&customer).await.json()["items"][1].get("user_id").is_none());
    ivan.patch(&format!("/api/v1/messages/{}", asked["id"]), said("Иначе")).await.expect(403);

    // A specialist without a visit of the order, a contractor with one, another customer.
    for person in [&semyon, &rustam, &pyotr] {
        person.get(&customer).await.expect(404);
        person.post(&customer, said("чужое")).await.expect(404);
        person.get(&page).await.expect(404);
        assert_eq!(seen(person).await, 0);
    }
    rustam.get(&format!("/api/v1/orders/{of_rustam}/messages?audience=customer")).await.expect(404);
    // With another crew the specialist is out of it.
    dispatcher.post(&format!("/api/v1/visits/{visit}/cancellation"), json!({ "reason": "x" })).await.expect(200);
    ivan.get(&customer).await.expect(404);
    assert_eq!(seen(&ivan).await, 0);
});

db_test!(a_worker_sees_how_much_is_not_read, |app| {
    let People { dispatcher, ivan, semyon, .. } = app.people();
    let (_, first) = app.visit().of(&ivan).of(&semyon).accepted().make().await;
    let (_, second) = app.visit().of(&ivan).at(NOW + 8 * HOUR).accepted().make().await;
    dispatcher.post(&format!("/api/v1/visits/{first}/messages"), said("Раз")).await.expect(201);
    dispatcher.post(&format!("/api/v1/visits/{first}/messages"), said("Два")).await.expect(201);
    dispatcher.post(&format!("/api/v1/workers/{}/messages", ivan.worker_id), said("Планёрка")).await.expect(201);
    let badge = "Не прочитано: </span>";
    let counts = async |person: &Person, path: &str| -> Vec<String> {
        let words = person.get(path).await.expect(200).words();
        words.split(badge).skip(1).map(|rest| rest.chars().take_while(char::is_ascii_digit).collect()).collect()
    };
    assert_eq!(counts(&ivan, &format!("/visits/{first}")).await, ["2"]);
    assert_eq!(counts(&ivan, &format!("/visits/{second}")).await, [""; 0]);
    assert_eq!(counts(&ivan, "/visits").await, ["2"]);
    let (page, sent) = app.counted(ivan.get("/visits")).await;
    assert!(page.words().contains("Ждут: </span>1"), "{}", page.words());
    assert!(sent <= 9, "{sent} statements");
    // One's own lines are read, and so is what one has looked at.
    semyon.post(&format!("/api/v1/visits/{first}/messages"), said("Понял")).await.expect(201);
    assert_eq!(counts(&semyon, &format!("/visits/{first}")).await, [""; 0]);
    ivan.get(&format!("/visits/{first}/messages")).await.expect(200);
    let last = ivan.get(&format!("/api/v1/visits/{first}/messages")).await.ids()[0];
    ivan.form(&format!("/visits/{first}/messages"), &[("read", &last.to_string())]).await.expect(303);
    assert_eq!(counts(&ivan, "/visits").await, [""; 0]);
});

db_test!(bad_messages_are_refused, |app| {
    let People { olga, dispatcher, .. } = app.people();
    let order = app.order().make().await;
    let path = format!("/api/v1/orders/{order}/messages");
    for (body, fault) in [
        (json!({}), "text required"),
        (said(" \n "), "text required"),
        (json!({ "text": 5 }), "text not_text"),
        (said(&"я".repeat(4001)), "text too_long"),
        (json!({ "text": "а", "audience": "everybody" }), "audience not_in_list"),
        (json!({ "text": "а", "who": "Директор" }), "who unknown_field"),
    ] {
        assert_eq!(olga.post(&path, body).await.expect(422).faults(), [fault]);
    }
    olga.post(&path, json!({ "text": "а", "audience": "internal" })).await.expect(404);
    olga.get(&format!("{path}?audience=all")).await.expect(422);
    assert_eq!(dispatcher.post(&path, json!({ "text": "а", "audience": "worker" })).await.expect(409).code(), "nobody_to_write");
    olga.post("/api/v1/orders/999999/messages", said("а")).await.expect(404);
    assert_eq!(app.number("SELECT COUNT(*) FROM chat_messages").await, 0);
});

db_test!(the_same_message_sent_twice_is_one, |app| {
    let People { olga, .. } = app.people();
    let order = app.order().make().await;
    let path = format!("/api/v1/orders/{order}/messages");
    let key = uuid::Uuid::from_u128(3);
    let answers = together((0..5).map(|_| olga.post(&path, said("Здравствуйте")).key(key))).await;
    let sent: Vec<_> = answers.iter().filter(|answer| answer.status == 201).map(Answer::json).collect();
    assert!(!sent.is_empty() && sent.iter().all(|one| *one == sent[0]));
    assert!(answers.iter().all(|answer| matches!(answer.status, 201 | 409)));
    assert_eq!(olga.post(&path, said("Другое")).key(key).await.expect(422).code(), "key_reused");
    for _ in 0..2 {
        olga.form(&format!("/my/orders/{order}/messages"), &[("_key", "abc"), ("audience", "customer"), ("text", "Ещё раз")])
            .await
            .expect(303);
    }
    assert_eq!(texts(&olga, &path).await, ["Ещё раз", "Здравствуйте"]);

    // The first answer got lost and the words were changed: nothing is lost, and the form may be sent once more.
    let form = olga.form(&format!("/my/orders/{order}/messages"), &[("_key", "abc"), ("audience", "customer"), ("text", "Иначе")]);
    let page = form.await.expect(422).text();
    assert!(page.contains("Первый вариант уже отправлен") && page.contains(">Иначе</textarea>"), "{page}");
    assert!(page.contains("name=\"_key\"") && !page.contains("value=\"abc\""), "{page}");
});

db_test!(the_list_of_chats_tells_what_is_unread, |app| {
    let People { dispatcher, zoya, olga, ivan, .. } = app.people();
    let first = app.order().make().await;
    let second = app.order().make().await;
    olga.post(&format!("/api/v1/orders/{first}/messages"), said("Вопрос")).await.expect(201);
    dispatcher.post(&format!("/api/v1/orders/{second}/messages?audience=internal"), said("Заметка")).await.expect(201);
    let chats = async |person: &Person| -> Vec<(i64, bool)> {
        let list = person.get("/api/v1/conversations").await.expect(200).json();
        list["items"].as_array().unwrap().iter().map(|c| (c["order_id"].as_i64().unwrap(), c["unread"].as_bool().unwrap())).collect()
    };
    assert_eq!(chats(&dispatcher).await, [(second, false), (first, true)]);
    assert_eq!(chats(&zoya).await, [(second, true), (first, true)]);
    let last = dispatcher.get(&format!("/api/v1/orders/{first}/messages?audience=customer")).await.ids()[0];
    dispatcher
        .put(&format!("/api/v1/orders/{first}/messages/reading"), json!({ "audience": "customer", "last_id": last }))
        .await
        .expect(200);
    assert_eq!(chats(&dispatcher).await, [(second, false), (first, false)]);
    let page = dispatcher.get("/api/v1/conversations?limit=1").await.json();
    let next = dispatcher.get(&format!("/api/v1/conversations?limit=1&cursor={}", page["next_cursor"].as_str().unwrap())).await.json();
    assert_eq!(next["items"][0]["order_id"], first);
    ivan.get("/api/v1/conversations").await.expect(404);
    olga.get("/api/v1/conversations").await.expect(404);
});

/// The chats that wait, as `order audience taken`.
async fn waiting(person: &Person) -> Vec<(Option<i64>, String, Option<i64>)> {
    let list = person.get("/api/v1/conversations?show=waiting").await.expect(200).json();
    let row = |c: &Value| (c["order_id"].as_i64(), c["audience"].as_str().unwrap().to_owned(), c["taken_by"].as_i64());
    list["items"].as_array().unwrap().iter().map(row).collect()
}

async fn chat_of(app: &TestApp, order: i64, audience: &str) -> i64 {
    app.number(&format!("SELECT id FROM chats WHERE order_id = {order} AND audience = '{audience}'")).await
}

db_test!(who_waits_longest_is_answered_first, |app| {
    let People { dispatcher, zoya, olga, ivan, .. } = app.people();
    let first = app.order().make().await;
    let (second, visit) = app.visit().of(&ivan).accepted().make().await;
    let ask = async |order: i64, text: &str| olga.post(&format!("/api/v1/orders/{order}/messages"), said(text)).await.expect(201);
    ask(first, "Когда приедут?").await;
    app.advance(60_000);
    ivan.post(&format!("/api/v1/visits/{visit}/messages"), said("Какой подъезд?")).await.expect(201);
    app.advance(60_000);
    // Asking again does not begin the waiting anew, and notes among colleagues wait for nobody.
    ask(first, "Вы здесь?").await;
    dispatcher.post(&format!("/api/v1/orders/{first}/messages?audience=internal"), said("Кто ответит?")).await.expect(201);
    let asked = |taken: Option<i64>| [(Some(first), "customer".to_owned(), taken), (Some(second), "worker".to_owned(), None)];
    assert_eq!(waiting(&dispatcher).await, asked(None));
    let page = dispatcher.get("/api/v1/conversations?show=waiting&limit=1").await.json();
    let rest = format!("/api/v1/conversations?show=waiting&limit=1&cursor={}", page["next_cursor"].as_str().unwrap());
    assert_eq!(dispatcher.get(&rest).await.json()["items"][0]["order_id"], second);

    // One takes it, everybody sees who; a colleague cannot take it too, but may give it back.
    let chat = chat_of(&app, first, "customer").await;
    let taking = format!("/api/v1/conversations/{chat}/taking");
    assert_eq!(dispatcher.put(&taking, json!({})).await.expect(200).json()["taken_by"], dispatcher.user_id);
    dispatcher.put(&taking, json!({})).await.expect(200);
    assert_eq!(waiting(&zoya).await, asked(Some(dispatcher.user_id)));
    assert_eq!(zoya.put(&taking, json!({})).await.expect(409).code(), "chat_taken");
    zoya.delete(&taking).await.expect(200);
    assert_eq!(waiting(&zoya).await, asked(None));

    // The answer ends the waiting, and so does saying that none is needed.
    dispatcher.post(&format!("/api/v1/orders/{first}/messages?audience=customer"), said("В 14:00")).await.expect(201);
    let other = chat_of(&app, second, "worker").await;
    dispatcher.post(&format!("/api/v1/conversations/{other}/dismissal"), json!({})).await.expect(200);
    assert_eq!(waiting(&dispatcher).await, []);
    assert_eq!(dispatcher.put(&taking, json!({})).await.expect(409).code(), "nobody_waits");
    ask(first, "Спасибо").await;
    assert_eq!(waiting(&dispatcher).await, [(Some(first), "customer".to_owned(), None)]);
    for person in [&ivan, &olga] {
        person.put(&taking, json!({})).await.expect(404);
        person.post(&format!("/api/v1/conversations/{chat}/dismissal"), json!({})).await.expect(404);
    }
    dispatcher.put("/api/v1/conversations/999999/taking", json!({})).await.expect(404);
});

db_test!(what_was_said_to_need_no_answer_needs_one_after_all, |app| {
    let People { dispatcher, olga, .. } = app.people();
    let order = app.order().make().await;
    let ask = async |text: &str| olga.post(&format!("/api/v1/orders/{order}/messages"), said(text)).await.expect(201);
    ask("Спасибо").await;
    let dismissal = format!("/api/v1/conversations/{}/dismissal", chat_of(&app, order, "customer").await);
    dispatcher.post(&dismissal, json!({})).await.expect(200);
    app.advance(60_000);
    ask("Когда приедут?").await;
    let since = dispatcher.get("/api/v1/conversations?show=waiting").await.json()["items"][0]["waiting_since"].clone();
    dispatcher.post(&dismissal, json!({})).await.expect(200);
    app.advance(60_000);
    let waits = dispatcher.delete(&dismissal).await.expect(200).json();
    assert_eq!(waits["waiting_since"], since, "since the question; the thanks before it stay settled");
    assert_eq!(dispatcher.delete(&dismissal).await.expect(200).json()["waiting_since"], since, "taken back twice it is the same");
    olga.delete(&dismissal).await.expect(404);
    // Whoever has been answered meanwhile does not wait again.
    dispatcher.post(&dismissal, json!({})).await.expect(200);
    dispatcher.post(&format!("/api/v1/orders/{order}/messages?audience=customer"), said("В 14:00")).await.expect(201);
    assert_eq!(dispatcher.delete(&dismissal).await.expect(200).json()["waiting_since"], json!(null));
    assert_eq!(waiting(&dispatcher).await, []);
});

db_test!(whoever_is_named_sees_it_in_the_menu_until_they_have_read_it, |app| {
    let People { dispatcher, zoya, olga, ivan, .. } = app.people();
    let order = app.order().make().await;
    let badge = async |person: &Person| {
        app.pass(0).await;
        let counts = person.get("/counts").await.expect(200).text();
        let chats =
            counts.split("id=\"count-chats\"").nth(1).unwrap_or_default().split("id=\"count-more\"").next().unwrap_or_default().to_owned();
        chats.split("</span>").find_map(|part| part.trim().parse::<u32>().ok()).unwrap_or(0)
    };
    let internal = format!("/api/v1/orders/{order}/messages?audience=internal");
    let named = dispatcher.post(&internal, said("@Зоя, посмотри")).await.expect(201).id();
    dispatcher.post(&internal, said("И ещё раз, @Зоя")).await.expect(201);
    assert_eq!((badge(&zoya).await, badge(&dispatcher).await, badge(&ivan).await), (1, 0, 0), "one chat, and nobody else's business");
    let page = zoya.get("/conversations?show=named").await.expect(200).text();
    assert!(page.contains("Вас упомянули"), "{page}");
    zoya.put(&format!("/api/v1/orders/{order}/messages/reading"), json!({ "audience": "internal", "last_id": named })).await.expect(200);
    assert_eq!(badge(&zoya).await, 1, "the second is not read yet");
    zoya.put(&format!("/api/v1/orders/{order}/messages/reading"), json!({ "audience": "internal", "last_id": named + 1 }))
        .await
        .expect(200);
    assert_eq!(badge(&zoya).await, 0);

    // A chat in which somebody waits is counted for everybody, and once for whoever is named there.
    olga.post(&format!("/api/v1/orders/{order}/messages"), said("Алло")).await.expect(201);
    dispatcher.post(&internal, said("@Зоя, ответь")).await.expect(201);
    assert_eq!((badge(&zoya).await, badge(&dispatcher).await), (2, 1));
    ivan.post(&format!("/api/v1/workers/{}/messages", ivan.worker_id), said("Я заболел")).await.expect(201);
    assert_eq!((badge(&zoya).await, badge(&dispatcher).await), (3, 2));
});

db_test!(two_who_take_a_chat_at_once_are_told_apart, |app| {
    let People { dispatcher, zoya, olga, .. } = app.people();
    let order = app.order().make().await;
    olga.post(&format!("/api/v1/orders/{order}/messages"), said("Алло")).await.expect(201);
    let taking = format!("/api/v1/conversations/{}/taking", chat_of(&app, order, "customer").await);
    let answers = together([&dispatcher, &zoya].map(|person| person.put(&taking, json!({})))).await;
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
});

db_test!(first_messages_at_once_open_one_chat, |app| {
    let People { dispatcher, zoya, administrator, ivan, .. } = app.people();
    let order = app.order().make().await;
    for path in [format!("/api/v1/orders/{order}/messages?audience=internal"), format!("/api/v1/workers/{}/messages", ivan.worker_id)] {
        let answers = together([&dispatcher, &zoya, &administrator].map(|person| person.post(&path, said("Привет")))).await;
        assert!(answers.iter().all(|answer| answer.status == 201), "{path}");
        assert_eq!(texts(&dispatcher, &path).await.len(), 3);
    }
    assert_eq!(app.number("SELECT COUNT(*) FROM chats").await, 2);
});

db_test!(a_worker_and_the_office_talk_outside_any_order, |app| {
    let People { administrator, dispatcher, ivan, rustam, olga, .. } = app.people();
    let path = format!("/api/v1/workers/{}/messages", ivan.worker_id);
    dispatcher.post(&path, said("Завтра планёрка в девять")).await.expect(201);
    let mut heard = app.hub.subscribe();
    let sent = ivan.post(&path, said("Буду")).await.expect(201).json();
    assert_eq!((sent["audience"].as_str(), sent["order_id"].as_i64()), (Some("direct"), None));
    let Some(Delivery::Signal { signal: crate::live::Signal::Changed { audience, .. }, .. }) = heard.next().await else {
        panic!("no signal")
    };
    assert_eq!((audience.staff, audience.users, audience.order), (true, vec![ivan.user_id], None));
    for person in [&administrator, &dispatcher, &ivan] {
        assert_eq!(texts(person, &path).await, ["Буду", "Завтра планёрка в девять"], "{}", person.name);
    }
    for person in [&rustam, &olga] {
        person.get(&path).await.expect(404);
        person.post(&path, said("чужое")).await.expect(404);
    }
    dispatcher.get("/api/v1/workers/999999/messages").await.expect(404);
    assert_eq!(waiting(&dispatcher).await, [(None, "direct".to_owned(), None)]);
    // It is nobody's chat about an order.
    let (order, _) = app.visit().of(&ivan).accepted().make().await;
    dispatcher.get(&format!("/api/v1/orders/{order}/messages?audience=direct")).await.expect(404);
    dispatcher.post(&format!("/api/v1/orders/{order}/messages?audience=direct"), said("мимо")).await.expect(404);
    // The pages of both.
    let of_ivan = ivan.get("/messages").await.expect(200).text();
    assert!(of_ivan.contains("Завтра планёрка в девять") && of_ivan.contains("Личный чат"));
    ivan.form("/messages", &[("text", "Опоздаю")]).await.expect(303);
    let office = format!("/workers/{}/messages", ivan.worker_id);
    assert!(dispatcher.get(&office).await.expect(200).text().contains("Опоздаю"));
    dispatcher.form(&office, &[("text", "Хорошо")]).await.expect(303);
    assert_eq!(texts(&ivan, &path).await[0], "Хорошо");
    dispatcher.get("/messages").await.expect(404);
    ivan.get(&office).await.expect(404);
});

db_test!(ones_own_message_is_changed_and_taken_back_for_a_while, |app| {
    let People { administrator, dispatcher, zoya, olga, pyotr, .. } = app.people();
    let order = app.order().make().await;
    let path = format!("/api/v1/orders/{order}/messages");
    let sent = olga.post(&path, said("Квартира 12")).await.expect(201).json();
    let one = format!("/api/v1/messages/{}", sent["id"]);
    assert_eq!((&sent["may_change"], &sent["edited_at"], &sent["version"]), (&json!(true), &Value::Null, &json!(1)));
    let changed = olga.patch(&one, said("Квартира 21")).await.expect(200).json();
    assert_eq!((&changed["text"], &changed["version"]), (&json!("Квартира 21"), &json!(2)));
    assert!(changed["edited_at"].is_string());
    // The same text again changes nothing; an older version is refused.
    assert_eq!(olga.patch(&one, said("Квартира 21")).await.expect(200).json()["version"], 2);
    olga.patch(&one, said("Квартира 22")).header("if-match", "\"1\"").await.expect(412);
    assert_eq!(olga.patch(&one, said(" ")).await.expect(422).faults(), ["text required"]);
    // Nobody else changes it, and for strangers it does not exist.
    dispatcher.patch(&one, said("Иначе")).await.expect(403);
    dispatcher.delete(&one).await.expect(403);
    for person in [&pyotr, &app.people().ivan] {
        person.patch(&one, said("Иначе")).await.expect(404);
        person.delete(&one).await.expect(404);
    }
    app.nobody().patch(&one, said("Иначе")).await.expect(401);
    olga.patch("/api/v1/messages/999999", said("Иначе")).await.expect(404);

    // What it said before is kept for the administrator alone.
    let kept = async || -> Vec<String> {
        let versions = administrator.get(&format!("{one}/versions")).await.expect(200).json();
        versions["items"].as_array().unwrap().iter().map(|version| version["text"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(kept().await, ["Квартира 12"]);
    dispatcher.get(&format!("{one}/versions")).await.expect(404);

    // Taken back, it waits for nobody and is not unread, but its place stays.
    assert_eq!(waiting(&dispatcher).await.len(), 1);
    let gone = olga.delete(&one).await.expect(200).json();
    assert_eq!((&gone["text"], &gone["deleted"], &gone["may_change"]), (&json!(""), &json!(true), &json!(false)));
    assert_eq!(waiting(&dispatcher).await, []);
    assert_eq!(texts(&zoya, &format!("{path}?audience=customer")).await, [""]);
    assert_eq!(kept().await, ["Квартира 12", "Квартира 21"]);
    assert_eq!(olga.delete(&one).await.expect(409).code(), "message_deleted");
    assert_eq!(olga.patch(&one, said("Снова")).await.expect(409).code(), "message_deleted");

    let late = olga.post(&path, said("Поздно")).await.expect(201).json();
    app.advance(15 * 60_000);
    let late = format!("/api/v1/messages/{}", late["id"]);
    assert_eq!(olga.patch(&late, said("Ещё позже")).await.expect(409).code(), "message_too_old");
    assert_eq!(olga.delete(&late).await.expect(409).code(), "message_too_old");
});

db_test!(a_message_answers_one_of_the_same_chat, |app| {
    let People { dispatcher, ivan, timur, olga, .. } = app.people();
    let (order, first) = app.visit().of(&ivan).accepted().make().await;
    let of = |audience: &str| format!("/api/v1/orders/{order}/messages?audience={audience}");
    let answer = |to: &Value| json!({ "text": "Да", "reply_to": to });
    let question = olga.post(&of("customer"), said("Будете сегодня?")).await.expect(201).json();
    let note = dispatcher.post(&of("internal"), said("Тайна")).await.expect(201).json();
    let reply = dispatcher.post(&of("customer"), answer(&question["id"])).await.expect(201).json();
    assert_eq!((&reply["reply_to"]["text"], &reply["reply_to"]["id"]), (&json!("Будете сегодня?"), &question["id"]));
    for (person, audience, to) in
        [(&olga, "customer", &note["id"]), (&dispatcher, "internal", &question["id"]), (&olga, "customer", &json!(999_999))]
    {
        assert_eq!(person.post(&of(audience), answer(to)).await.expect(422).faults(), ["reply_to not_in_list"]);
    }
    // What a worker may not read is not quoted to them either.
    let secret = ivan.post(&of("worker"), said("Про первое задание")).await.expect(201).json();
    ivan.post(&format!("/api/v1/visits/{first}/departure"), json!({})).await.expect(200);
    ivan.post(&format!("/api/v1/visits/{first}/arrival"), json!({})).await.expect(200);
    ivan.post(&format!("/api/v1/visits/{first}/failure"), json!({ "reason": "дома никого" })).await.expect(200);
    let (_, second) = app.visit().order(order).of(&timur).accepted().make().await;
    for path in [of("worker"), format!("/api/v1/visits/{second}/messages")] {
        assert_eq!(dispatcher.post(&path, answer(&secret["id"])).await.expect(422).faults(), ["reply_to not_in_list"]);
    }
    dispatcher.post(&format!("/api/v1/visits/{first}/messages"), answer(&secret["id"])).await.expect(201);
    assert_eq!(texts(&timur, &of("worker")).await, [""; 0]);
    assert_eq!(timur.post(&of("worker"), answer(&secret["id"])).await.expect(422).faults(), ["reply_to not_in_list"]);
});

db_test!(the_author_sees_who_has_read, |app| {
    let People { dispatcher, zoya, olga, .. } = app.people();
    let order = app.order().make().await;
    let path = format!("/api/v1/orders/{order}/messages");
    let sent = olga.post(&path, said("Здравствуйте")).await.expect(201).json();
    let read = async |person: &Person| person.get(&format!("{path}?audience=customer")).await.json()["items"][0]["read"].clone();
    assert_eq!(read(&olga).await, false);
    let mark = |last: &Value| json!({ "audience": "customer", "last_id": last });
    let mut heard = app.hub.subscribe();
    dispatcher.put(&format!("{path}/reading"), mark(&sent["id"])).await.expect(200);
    // Her open page hears of it.
    let Some(Delivery::Signal { signal: crate::live::Signal::Changed { topics, audience }, .. }) = heard.next().await else {
        panic!("no signal")
    };
    assert_eq!((topics, audience.users), (vec![format!("chat-{order}-customer")], vec![olga.user_id]));
    // Nobody hears of the same mark again.
    dispatcher.put(&format!("{path}/reading"), mark(&sent["id"])).await.expect(200);
    olga.post(&path, said("Вы здесь?")).await.expect(201);
    let Some(Delivery::Signal { signal: crate::live::Signal::Changed { topics, .. }, .. }) = heard.next().await else {
        panic!("no signal")
    };
    assert!(topics.contains(&"conversations".to_owned()), "{topics:?}");
    assert_eq!(read(&olga).await, false, "the newer one");
    dispatcher.put(&format!("{path}/reading"), mark(&json!(9_999_999))).await.expect(200);
    assert_eq!(read(&olga).await, true);
    assert_eq!(read(&dispatcher).await, false, "it is not theirs");
    // A mark in the future counts for what is there alone, and never goes back.
    olga.put(&format!("{path}/reading"), mark(&json!(9_999_999))).await.expect(200);
    zoya.post(&format!("{path}?audience=customer"), said("Добрый день")).await.expect(201);
    assert_eq!(read(&zoya).await, false);
    olga.put(&format!("{path}/reading"), mark(&sent["id"])).await.expect(200);
    assert_eq!(read(&zoya).await, false);
});

db_test!(the_pages_of_second_thoughts, |app| {
    let People { dispatcher, ivan, .. } = app.people();
    let (_, visit) = app.visit().of(&ivan).accepted().make().await;
    let path = format!("/visits/{visit}/messages");
    ivan.form(&path, &[("text", "Еду <b>")]).await.expect(303);
    let id = app.number("SELECT MAX(id) FROM chat_messages").await;
    let page = ivan.get(&format!("{path}?edit={id}")).await.expect(200).text();
    assert!(page.contains(&format!("name=\"edit\" value=\"{id}\"")) && page.contains("Еду &#60;b&#62;</textarea>"), "{page}");
    let picked = id.to_string();
    ivan.form(&path, &[("edit", &picked), ("_version", "1"), ("text", "Выехал")]).await.expect(303);
    let page = ivan.get(&path).await.expect(200).text();
    assert!(page.contains("Выехал") && page.contains("изменено") && !page.contains("Еду"));
    let reply = ivan.get(&format!("{path}?reply={id}")).await.expect(200).text();
    assert!(reply.contains(&format!("name=\"reply_to\" value=\"{id}\"")) && reply.contains("Ответ на сообщение: Иван Петров"));
    let asked = ivan.get(&format!("{path}?delete={id}")).await.expect(200).text();
    assert!(asked.contains("Удалить это сообщение?") && !asked.contains("<textarea"));
    // Too late: the text stays in the form, with the reason beside it.
    app.advance(16 * 60_000);
    let late = ivan.form(&path, &[("edit", &picked), ("_version", "2"), ("text", "Уже на месте")]).await.expect(422).text();
    assert!(late.contains("Уже на месте</textarea>") && late.contains("Прошло больше 15 минут"), "{late}");
    assert!(!ivan.get(&format!("{path}?delete={id}")).await.expect(200).text().contains("Удалить это сообщение?"));
    // Somebody else's cannot be picked for change.
    let office = format!("/workers/{}/messages", ivan.worker_id);
    dispatcher.form(&office, &[("text", "Вопрос")]).await.expect(303);
    let foreign = app.number("SELECT MAX(id) FROM chat_messages").await;
    assert!(!ivan.get(&format!("/messages?edit={foreign}")).await.expect(200).text().contains("name=\"edit\""));
    ivan.form("/messages", &[("edit", &foreign.to_string()), ("text", "Подмена")]).await.expect(403);
});

db_test!(the_inbox_and_its_ready_answers, |app| {
    let People { dispatcher, zoya, olga, ivan, .. } = app.people();
    let order = app.order().make().await;
    assert!(dispatcher.get("/conversations").await.expect(200).text().contains("Все получили ответ"));
    olga.post(&format!("/api/v1/orders/{order}/messages"), said("Домофон <сломан>")).await.expect(201);
    app.advance(31 * 60_000);
    let inbox = dispatcher.get("/conversations").await.expect(200).text();
    assert!(inbox.contains("Ждёт 31\u{a0}мин") && inbox.contains("Домофон &#60;сломан&#62;") && inbox.contains("tone-red"), "{inbox}");
    let chat = chat_of(&app, order, "customer").await;
    dispatcher.form(&format!("/conversations/{chat}/taking"), &[]).await.expect(303);
    assert!(zoya.get("/conversations").await.expect(200).text().contains("Вернуть в очередь"));
    zoya.form(&format!("/conversations/{chat}/taking/removal"), &[]).await.expect(303);
    let dismissed = dispatcher.form(&format!("/conversations/{chat}/dismissal"), &[]).await.expect(303).location().to_owned();
    let offered = dispatcher.get(&dismissed).await.expect(200).text();
    assert!(offered.contains("Все получили ответ") && offered.contains("Ответ не нужен: ") && offered.contains("Вернуть"), "{offered}");
    dispatcher.form(&format!("/conversations/{chat}/dismissal/removal"), &[]).await.expect(303);
    let inbox = dispatcher.get(&dismissed).await.expect(200).text();
    assert!(inbox.contains("Ждёт 31\u{a0}мин") && !inbox.contains("Ответ не нужен: "), "as if nothing had happened: {inbox}");
    dispatcher.form(&format!("/conversations/{chat}/dismissal"), &[]).await.expect(303);
    assert!(dispatcher.get("/conversations").await.text().contains("Все получили ответ"));
    ivan.get("/conversations").await.expect(404);
    ivan.form(&format!("/conversations/{chat}/taking"), &[]).await.expect(404);

    // Ready answers are the office's, and stand above its field alone.
    for (text, faults) in [("", "text required"), (&*"я".repeat(501), "text too_long")] {
        let body = json!({ "audience": "customer", "text": text });
        assert_eq!(dispatcher.post("/api/v1/quick-replies", body).await.expect(422).faults(), [faults]);
    }
    let reply = dispatcher
        .post("/api/v1/quick-replies", json!({ "audience": "customer", "text": "Будем через 20 минут" }))
        .await
        .expect(201)
        .json();
    assert!(dispatcher.get(&format!("/orders/{order}/messages?audience=customer")).await.text().contains("Будем через 20 минут"));
    assert!(!dispatcher.get(&format!("/orders/{order}/messages?audience=internal")).await.text().contains("Будем через 20 минут"));
    assert!(!olga.get(&format!("/my/orders/{order}/messages")).await.text().contains("Будем через 20 минут"));
    zoya.patch(&format!("/api/v1/quick-replies/{}", reply["id"]), said("Будем через полчаса")).await.expect(200);
    assert!(dispatcher.get("/quick-replies").await.expect(200).text().contains("Будем через полчаса"));
    dispatcher.form("/quick-replies", &[("audience", "worker"), ("text", "Пришлите фото")]).await.expect(303);
    assert!(
        dispatcher.form("/quick-replies", &[("audience", "worker"), ("text", " ")]).await.expect(422).text().contains("Заполните это поле")
    );
    let one = format!("/quick-replies/{}", reply["id"]);
    let wrong = dispatcher.form(&one, &[("text", &"я".repeat(501))]).await.expect(422).text();
    assert!(wrong.contains(&"я".repeat(501)));
    let behind = dispatcher.post("/api/v1/quick-replies", json!({ "audience": "customer", "text": "Спасибо" })).await.expect(201).id();
    let removed = dispatcher.form(&format!("{one}/removal"), &[]).await.expect(200).text();
    assert!(removed.contains("Ответ удалён: «Будем через полчаса»") && removed.contains("Вернуть"), "{removed}");
    zoya.patch(&format!("/api/v1{one}"), said("Поздно")).await.expect(404);
    let back = [("audience", "customer"), ("text", "Будем через полчаса"), ("place", &*reply["place"].to_string())];
    dispatcher.form("/quick-replies", &back).await.expect(303);
    let list = dispatcher.get("/api/v1/quick-replies").await.expect(200).json();
    let texts: Vec<&str> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["audience"] == "customer")
        .map(|one| one["text"].as_str().unwrap())
        .collect();
    assert_eq!(texts, ["Будем через полчаса", "Спасибо"], "in the place that it had");
    let again = list["items"].as_array().unwrap().iter().find(|one| one["text"] == "Будем через полчаса").unwrap()["id"].as_i64().unwrap();
    for id in [again, behind] {
        dispatcher.delete(&format!("/api/v1/quick-replies/{id}")).await.expect(200);
    }
    assert_eq!(app.number("SELECT COUNT(*) FROM quick_replies").await, 1);
    for number in 1..20 {
        dispatcher.post("/api/v1/quick-replies", json!({ "audience": "worker", "text": format!("Ответ {number}") })).await.expect(201);
    }
    let full = dispatcher.post("/api/v1/quick-replies", json!({ "audience": "worker", "text": "Лишний" })).await.expect(422);
    assert_eq!(full.faults(), ["text too_many"]);
    ivan.get("/api/v1/quick-replies").await.expect(404);
});

db_test!(only_the_audience_hears_of_a_message, |app| {
    let People { dispatcher, ivan, olga, .. } = app.people();
    let (order, _) = app.visit().of(&ivan).accepted().make().await;
    for (audience, users, by_link) in
        [("internal", vec![], false), ("worker", vec![ivan.user_id], false), ("customer", vec![olga.user_id], true)]
    {
        let mut heard = app.hub.subscribe();
        dispatcher.post(&format!("/api/v1/orders/{order}/messages?audience={audience}"), said("а")).await.expect(201);
        let Some(Delivery::Signal { signal: crate::live::Signal::Changed { topics, audience: listeners }, .. }) = heard.next().await else {
            panic!("no signal of {audience}")
        };
        assert!(topics.contains(&format!("chat-{order}-{audience}")));
        assert_eq!((listeners.staff, listeners.users, listeners.order), (true, users, by_link.then_some(order)), "{audience}");
    }
});

db_test!(the_pages_of_chats, |app| {
    let People { dispatcher, ivan, olga, rustam, .. } = app.people();
    let (order, visit) = app.visit().of(&ivan).accepted().make().await;
    let office = format!("/orders/{order}/messages");
    dispatcher.form(&office, &[("audience", "internal"), ("text", "Только своим")]).await.expect(303);
    dispatcher.form(&office, &[("audience", "worker"), ("text", "Ивану")]).await.expect(303);
    dispatcher.form(&office, &[("audience", "customer"), ("text", "Ольге <script>")]).await.expect(303);
    let empty = dispatcher.form(&office, &[("audience", "customer"), ("text", " ")]).await.expect(422);
    assert!(empty.text().contains("Заполните это поле"));
    dispatcher.form(&office, &[("text", "кому?")]).await.expect(422);
    let panel = dispatcher.get(&format!("{office}?audience=internal")).htmx().await.expect(200).text();
    assert!(panel.contains("Только своим") && !panel.contains("Ивану") && !panel.contains("<html"));
    let of_ivan = ivan.get(&format!("/visits/{visit}/messages")).await.expect(200).text();
    assert!(of_ivan.contains("Ивану") && !of_ivan.contains("Только своим") && !of_ivan.contains("Ольге"));
    let of_olga = olga.get(&format!("/my/orders/{order}/messages")).await.expect(200).text();
    assert!(of_olga.contains("Ольге &#60;script&#62;") && !of_olga.contains("Ивану") && !of_olga.contains("Только своим"));
    // A posted audience opens no other chat.
    olga.form(&format!("/my/orders/{order}/messages"), &[("audience", "internal"), ("text", "Подслушано")]).await.expect(303);
    assert_eq!(texts(&dispatcher, &format!("/api/v1/orders/{order}/messages?audience=customer")).await[0], "Подслушано");
    ivan.form(&format!("/visits/{visit}/messages"), &[("audience", "customer"), ("text", "Еду")]).await.expect(303);
    assert_eq!(texts(&dispatcher, &format!("/api/v1/orders/{order}/messages?audience=worker")).await[0], "Еду");
    rustam.get(&format!("/visits/{visit}/messages")).await.expect(404);
    ivan.get(&office).await.expect(404);
    olga.get(&office).await.expect(404);
    // Looking marks nothing as read; saying so does.
    assert_eq!(app.number(&format!("SELECT COUNT(*) FROM chat_reads WHERE user_id = {}", ivan.user_id)).await, 1);
    let last = app.number("SELECT MAX(last_id) FROM chats WHERE audience = 'customer'").await.to_string();
    olga.form(&format!("/my/orders/{order}/messages"), &[("audience", "customer"), ("read", &last)]).await.expect(303);
});

db_test!(a_link_talks_as_the_customer, |app| {
    let People { dispatcher, olga, .. } = app.people();
    let order = app.order().make().await;
    let link = app.link(order).await;
    app.nobody().form(&format!("{link}/messages"), &[("text", "Домофон не работает")]).await.expect(303);
    let message = &dispatcher.get(&format!("/api/v1/orders/{order}/messages?audience=customer")).await.json()["items"][0];
    assert_eq!((message["text"].as_str(), message["role"].as_str()), (Some("Домофон не работает"), Some("customer")));
    assert!(message.get("user_id").is_none());
    // It is her own, whichever way she wrote it.
    assert_eq!(olga.get(&format!("/api/v1/orders/{order}/messages")).await.json()["items"][0]["mine"], true);
});

db_test!(the_lists_of_chats_go_along_their_indexes, |app| {
    let People { olga, .. } = app.people();
    let service = app.services().window;
    // Thousands of chats, of which every hundredth waits.
    let rows = |of: fn(i64, i64, i64) -> String| (1..=3000).map(|id| of(id, olga.customer_id, service)).collect::<Vec<_>>();
    let orders = "orders (id, number, status, open, customer_id, service_id, address, district, entrance, floor, flat, intercom, zone, description, requirements, priority, source, created_ms, status_ms, reason, due_ms, version)";
    let order = |id, customer, service| {
        format!(
            "({id}, '26-{id:06}', 'completed', 0, {customer}, {service}, '', '', '', '', '', '', 'UTC', '', '', 'normal', 'phone', 0, 0, '', 0, 1)"
        )
    };
    let chat =
        |id: i64, _, _| format!("({id}, {id}, 'customer', {id}, {})", if id % 100 == 0 { id.to_string() } else { "NULL".to_owned() });
    let message = |id, _, _| format!("({id}, {id}, 'Ольга', 'customer', 'Да', 0, 1)");
    for (into, rows) in [
        (orders, rows(order)),
        ("chats (id, order_id, audience, last_id, waiting_ms)", rows(chat)),
        ("chat_messages (id, chat_id, who, role, body, created_ms, version)", rows(message)),
    ] {
        for chunk in rows.chunks(500) {
            app.execute(&format!("INSERT INTO {into} VALUES {}", chunk.join(", ")), []).await;
        }
    }
    app.rows(app.db.engine().pick("ANALYZE", "ANALYZE TABLE orders, chats, chat_messages, chat_reads")).await;
    let office = Actor { who: Who::Dispatcher, ..Actor::system("plans") };
    for show in [Show::Waiting, Show::All] {
        let wanted = Wanted { show: Some(show), ..Wanted::default() };
        let (text, values) = conversations::list_sql(app.db.engine(), &office, &wanted).unwrap();
        let plan = app.plan(&text, values).await.join("\n");
        let index = match show {
            Show::Waiting => "ix_chats_waiting_ms_id",
            Show::Named | Show::All => "ix_chats_last_id",
        };
        assert!(plan.contains(index) && !plan.contains("TEMP B-TREE") && !plan.contains("filesort"), "{plan}");
        assert_eq!(conversations::list(&app, &office, &wanted).await.unwrap().items.len(), if show == Show::Waiting { 30 } else { 50 });
    }
    // A question that no index answers is found.
    let planted = app.plan("SELECT c.id FROM chats c ORDER BY c.audience, c.taken_by LIMIT 50", vec![]).await.join("\n");
    assert!(planted.contains("TEMP B-TREE") || planted.contains("filesort"), "{planted}");
});

db_test!(a_search_finds_in_ones_own_conversations_alone, |app| {
    let People { administrator, dispatcher, ivan, timur, olga, pyotr, .. } = app.people();
    let (order, visit) = app.visit().of(&ivan).accepted().make().await;
    let of = |audience: &str| format!("/api/v1/orders/{order}/messages?audience={audience}");
    dispatcher.post(&of("internal"), said("Про окна: торгуется")).await.expect(201);
    dispatcher.post(&of("worker"), said("Окно на кухне")).await.expect(201);
    olga.post(&of("customer"), said("Когда привезут окно?")).await.expect(201);
    ivan.post(&format!("/api/v1/workers/{}/messages", ivan.worker_id), said("Нужен окномойщик")).await.expect(201);
    let find = async |person: &Person, q: &str| texts(person, &format!("/api/v1/messages?q={q}")).await;
    let window = "%D0%BE%D0%BA%D0%BD%D0%B0";
    let (all, worker) =
        (["Нужен окномойщик", "Когда привезут окно?", "Окно на кухне", "Про окна: торгуется"], ["Нужен окномойщик", "Окно на кухне"]);
    for person in [&administrator, &dispatcher] {
        assert_eq!(find(person, window).await, all);
    }
    assert_eq!(find(&ivan, window).await, worker);
    assert_eq!(find(&olga, window).await, ["Когда привезут окно?"]);
    for person in [&timur, &pyotr] {
        assert_eq!(find(person, window).await, [""; 0]);
    }
    app.nobody().get(&format!("/api/v1/messages?q={window}")).await.expect(401);
    // All words must be there; one that was taken back or changed is found by what it says now.
    assert_eq!(find(&dispatcher, "%D0%BE%D0%BA%D0%BD%D0%B0+%D0%BA%D1%83%D1%85%D0%BD%D1%8F").await, ["Окно на кухне"]);
    assert_eq!(find(&dispatcher, "%25_%27").await, [""; 0]);
    let asked = dispatcher.get(&of("customer")).await.ids()[0];
    olga.patch(&format!("/api/v1/messages/{asked}"), said("Когда привезут дверь?")).await.expect(200);
    assert_eq!(find(&olga, window).await, [""; 0]);
    olga.delete(&format!("/api/v1/messages/{asked}")).await.expect(200);
    assert_eq!(find(&olga, "%D0%B4%D0%B2%D0%B5%D1%80%D1%8C").await, [""; 0]);
    assert_eq!(dispatcher.get("/api/v1/messages?q=").await.expect(422).faults(), ["q required"]);
    // The last word of the longest message is found like the first.
    let long: String = (0..420).map(|n| format!("слово{n} ")).collect();
    dispatcher.post(&of("internal"), said(&format!("{long}вертолёт"))).await.expect(201);
    assert_eq!(find(&dispatcher, "%D0%B2%D0%B5%D1%80%D1%82%D0%BE%D0%BB%D1%91%D1%82").await.len(), 1);
    // Page after page, and in the office's page.
    let first = dispatcher.get(&format!("/api/v1/messages?limit=2&q={window}")).await.json();
    let rest = format!("/api/v1/messages?limit=2&q={window}&cursor={}", first["next_cursor"].as_str().unwrap());
    assert_eq!(texts(&dispatcher, &rest).await, ["Про окна: торгуется"]);
    let page = dispatcher.get(&format!("/conversations?q={window}")).await.expect(200).text();
    assert!(
        page.contains("Про окна: торгуется")
            && page.contains(&format!("/orders/{order}/messages?audience=worker&#38;visit={visit}&#38;from=")),
        "{page}"
    );
    assert!(dispatcher.get("/conversations?q=абракадабра").await.expect(200).text().contains("Ничего не нашлось"));
    // The pages of a worker and a customer lead to where it stands.
    let own = ivan.get(&format!("/messages/search?q={window}")).await.expect(200).text();
    assert!(own.contains("Окно на кухне") && own.contains("Нужен окномойщик") && !own.contains("торгуется"), "{own}");
    assert!(own.contains("href=\"/messages?from=") && own.contains("href=\"/visits/"), "{own}");
    let word = "%D0%B4%D0%BE%D0%BC%D0%BE%D1%84%D0%BE%D0%BD";
    olga.post(&of("customer"), said("Домофон сломан")).await.expect(201);
    let own = olga.get(&format!("/messages/search?q={word}")).await.expect(200).text();
    assert!(own.contains(&format!("href=\"/my/orders/{order}/messages?from=")), "{own}");
    assert!(pyotr.get(&format!("/messages/search?q={word}")).await.expect(200).text().contains("Ничего не нашлось"));
    assert!(!pyotr.get("/messages/search").await.expect(200).text().contains("Ничего не нашлось"));
    dispatcher.get(&format!("/messages/search?q={word}")).await.expect(303);
    // What was written before there was a search is found after the next start.
    app.execute("DELETE FROM message_words", []).await;
    assert_eq!(find(&ivan, window).await, [""; 0]);
    crate::messages::search::fill(&app).await.unwrap();
    assert_eq!(find(&ivan, window).await, worker);
});
