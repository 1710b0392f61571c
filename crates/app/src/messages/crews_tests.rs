//! Chats of an order with several crews, chats that change hands, and long ones.

use crate::testkit::*;
use serde_json::{Value, json};

async fn texts(person: &Person, path: &str) -> Vec<String> {
    let answer = person.get(path).await.expect(200).json();
    answer["items"].as_array().unwrap().iter().map(|item| item["text"].as_str().unwrap().to_owned()).collect()
}

fn said(text: &str) -> Value {
    json!({ "text": text })
}

async fn waiting(person: &Person) -> Vec<(i64, String)> {
    let chats = person.get("/api/v1/conversations?show=waiting").await.expect(200).json();
    let of = |chat: &Value| (chat["visit_id"].as_i64().unwrap_or_default(), chat["worker"].as_str().unwrap_or_default().to_owned());
    chats["items"].as_array().unwrap().iter().map(of).collect()
}

db_test!(each_crew_of_an_order_has_a_chat_of_its_own, |app| {
    let People { dispatcher, ivan, rustam, .. } = app.people();
    let (order, first) = app.visit().of(&ivan).accepted().make().await;
    let (_, second) = app.visit().order(order).of(&rustam).accepted().make().await;
    let [of_ivan, of_rustam] = [first, second].map(|visit| format!("/api/v1/visits/{visit}/messages"));
    ivan.post(&of_ivan, said("Какой подъезд?")).await.expect(201);
    app.advance(1000);
    let asked = rustam.post(&of_rustam, said("Где ключи?")).await.expect(201).json();
    let waits = waiting(&dispatcher).await;
    assert_eq!(waits.iter().map(|(visit, _)| *visit).collect::<Vec<_>>(), [first, second], "{waits:?}");
    assert!(waits.iter().all(|(_, worker)| !worker.is_empty()), "whose crew asks is told: {waits:?}");

    // The page of the order shows both crews, and answers the one that is chosen.
    let page = format!("/orders/{order}/messages?audience=worker&visit={second}");
    let shown = dispatcher.get(&page).await.expect(200);
    assert!(shown.text().contains(&format!("audience=worker&#38;visit={first}")), "{}", shown.text());
    assert!(shown.words().contains("Где ключи?") && !shown.words().contains("Какой подъезд?"));
    let fields = [("audience", "worker"), ("visit", &second.to_string()), ("text", "У соседа"), ("reply_to", &asked["id"].to_string())];
    dispatcher.form(&format!("/orders/{order}/messages"), &fields).await.expect(303);
    assert_eq!(texts(&rustam, &of_rustam).await, ["У соседа", "Где ключи?"]);
    assert_eq!(texts(&ivan, &of_ivan).await, ["Какой подъезд?"], "the other crew hears nothing of it");
    assert_eq!(waiting(&dispatcher).await.len(), 1, "and goes on waiting");
    // An answer to a line of one crew cannot stand in the chat with the other, nor a visit of one order in another.
    let wrong = json!({ "text": "Да", "reply_to": asked["id"] });
    assert_eq!(dispatcher.post(&of_ivan, wrong).await.expect(422).faults(), ["reply_to not_in_list"]);
    let other = app.order().make().await;
    dispatcher.get(&format!("/orders/{other}/messages?audience=worker&visit={second}")).await.expect(404);

    // What one crew reads says nothing of the other.
    let last = dispatcher.post(&of_ivan, said("Третий")).await.expect(201).id();
    rustam.put(&format!("{of_rustam}/reading"), json!({ "last_id": last })).await.expect(200);
    assert_eq!(dispatcher.get(&of_ivan).await.json()["items"][0]["read"], false);
    assert_eq!(dispatcher.get(&of_rustam).await.json()["items"][0]["read"], true);
    ivan.put(&format!("{of_ivan}/reading"), json!({ "last_id": last })).await.expect(200);
    assert_eq!(dispatcher.get(&of_ivan).await.json()["items"][0]["read"], true);
    ivan.put(&format!("{of_rustam}/reading"), json!({ "last_id": last })).await.expect(404);
});

db_test!(who_joins_a_visit_does_not_read_what_was_said_to_others, |app| {
    let People { dispatcher, ivan, semyon, rustam, .. } = app.people();
    let (_, visit) = app.visit().of(&ivan).of(&rustam).accepted().make().await;
    let path = format!("/api/v1/visits/{visit}/messages");
    dispatcher.post(&path, said("Домофон 1234, Елена")).await.expect(201);
    app.advance(1000);
    let moved = json!({ "worker_ids": [rustam.worker_id, semyon.worker_id], "starts_at": crate::orders::view::rfc3339(NOW + 30 * HOUR) });
    dispatcher.put(&format!("/api/v1/visits/{visit}"), moved).await.expect(200);
    dispatcher.post(&path, said("Возьмётесь?")).await.expect(201);
    ivan.get(&path).await.expect(404);
    assert_eq!(texts(&semyon, &path).await, ["Возьмётесь?"]);
    assert_eq!(texts(&rustam, &path).await, ["Возьмётесь?", "Домофон 1234, Елена"], "who stays keeps it");
    assert!(!semyon.get(&format!("/visits/{visit}/messages")).await.expect(200).words().contains("1234"));
    assert_eq!(texts(&semyon, "/api/v1/messages?q=домофон").await, Vec::<String>::new());
    assert_eq!(texts(&rustam, "/api/v1/messages?q=домофон").await.len(), 1);
    let page = semyon.get("/visits").await.expect(200).words();
    assert!(page.contains("Не прочитано: </span>1"), "{page}");
});

db_test!(whoever_was_answered_by_a_message_taken_back_waits_again, |app| {
    let People { dispatcher, olga, .. } = app.people();
    let order = app.order().by(&olga).make().await;
    let path = format!("/api/v1/orders/{order}/messages?audience=customer");
    olga.post(&path, said("Когда приедут?")).await.expect(201);
    let slip = dispatcher.post(&path, said("ой, не туда")).await.expect(201).id();
    assert_eq!(waiting(&dispatcher).await.len(), 0);
    dispatcher.delete(&format!("/api/v1/messages/{slip}")).await.expect(200);
    assert_eq!(waiting(&dispatcher).await.len(), 1);
    // What needs no answer does not come back by a later slip.
    let chat = app.number(&format!("SELECT id FROM chats WHERE order_id = {order}")).await;
    dispatcher.post(&format!("/api/v1/conversations/{chat}/dismissal"), json!({})).await.expect(200);
    let slip = dispatcher.post(&path, said("снова не туда")).await.expect(201).id();
    dispatcher.delete(&format!("/api/v1/messages/{slip}")).await.expect(200);
    assert_eq!(waiting(&dispatcher).await.len(), 0);
});

db_test!(a_long_chat_is_read_to_its_beginning, |app| {
    let People { dispatcher, ivan, .. } = app.people();
    let path = format!("/api/v1/workers/{}/messages", ivan.worker_id);
    let first = dispatcher.post(&path, said("Самое начало")).await.expect(201).id();
    for number in 0..205 {
        ivan.post(&path, said(&format!("Строка {number}"))).await.expect(201);
    }
    for (person, page) in [(&ivan, "/messages".to_owned()), (&dispatcher, format!("/workers/{}/messages", ivan.worker_id))] {
        let newest = person.get(&page).await.expect(200);
        assert!(newest.words().contains("Строка 204") && !newest.words().contains("Самое начало"));
        let text = newest.text();
        let (_, rest) = text.split_once(&format!("{page}?before=")).unwrap();
        let before = rest.split('"').next().unwrap();
        let earlier = person.get(&format!("{page}?before={before}")).await.expect(200);
        assert!(earlier.words().contains("Самое начало") && !earlier.words().contains("Строка 204"));
        assert!(!earlier.text().contains("?before="), "nothing stands before the beginning");
        assert!(!earlier.text().contains(&format!("data-live-src=\"{page}\"")), "an older part stays as it is");
        // What was found leads to its place.
        let search = if person.name == "ivan" { "/messages/search?q=начало" } else { "/conversations?q=начало" };
        let found = person.get(search).await.expect(200);
        let link = format!("{page}?from={first}#message-{first}");
        assert!(found.text().contains(&link), "{}", found.text());
        assert!(person.get(&format!("{page}?from={first}")).await.expect(200).words().contains("Самое начало"));
    }
});

db_test!(what_is_read_by_a_link_is_known, |app| {
    let People { dispatcher, .. } = app.people();
    let order = app.order().make().await;
    let path = format!("/api/v1/orders/{order}/messages?audience=customer");
    let last = dispatcher.post(&path, said("Едем")).await.expect(201).id();
    let page = format!("{}/messages", app.link(order).await);
    let holder = app.nobody();
    assert!(holder.get(&app.link(order).await).await.expect(200).words().contains("Не прочитано: </span>1"));
    assert!(holder.get(&page).await.expect(200).text().contains(&format!("name=\"read\" value=\"{last}\"")));
    assert_eq!(dispatcher.get(&path).await.json()["items"][0]["read"], false);
    holder.form(&page, &[("read", &last.to_string())]).await.expect(303);
    assert_eq!(dispatcher.get(&path).await.json()["items"][0]["read"], true);
    assert!(!holder.get(&app.link(order).await).await.expect(200).words().contains("Не прочитано"));
    // Never past the end.
    holder.form(&page, &[("read", "999999")]).await.expect(303);
    dispatcher.post(&path, said("Мы у подъезда")).await.expect(201);
    assert_eq!(dispatcher.get(&path).await.json()["items"][0]["read"], false);
});

db_test!(the_administrator_reads_what_a_message_said_before, |app| {
    let People { administrator, dispatcher, zoya, olga, .. } = app.people();
    let order = app.order().by(&olga).make().await;
    let path = format!("/api/v1/orders/{order}/messages?audience=customer");
    let id = dispatcher.post(&path, said("Будем в два")).await.expect(201).id();
    dispatcher.patch(&format!("/api/v1/messages/{id}"), said("Будем в три")).await.expect(200);
    dispatcher.delete(&format!("/api/v1/messages/{id}")).await.expect(200);
    let chat = format!("/orders/{order}/messages?audience=customer");
    let versions = format!("/messages/{id}/versions");
    assert!(administrator.get(&chat).await.expect(200).text().contains(&versions));
    assert!(!zoya.get(&chat).await.expect(200).text().contains(&versions));
    let page = administrator.get(&versions).await.expect(200).words();
    assert!(page.contains("Будем в два") && page.contains("Будем в три") && page.contains("Сообщение удалено"), "{page}");
    for person in [&dispatcher, &zoya, &olga] {
        person.get(&versions).await.expect(404);
    }
});
