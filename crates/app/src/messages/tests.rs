use crate::{live::Delivery, testkit::*};
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
    assert_eq!(app.number("SELECT COUNT(*) FROM messages").await, 3);
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
    assert_eq!(texts(&dispatcher, &format!("/api/v1/orders/{order}/messages?audience=worker")).await.len(), 3);
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
    assert_eq!(app.number("SELECT COUNT(*) FROM messages").await, 0);
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
});

db_test!(what_is_unread_comes_first, |app| {
    let People { dispatcher, zoya, olga, ivan, .. } = app.people();
    let first = app.order().make().await;
    let second = app.order().make().await;
    olga.post(&format!("/api/v1/orders/{first}/messages"), said("Вопрос")).await.expect(201);
    dispatcher.post(&format!("/api/v1/orders/{second}/messages?audience=internal"), said("Заметка")).await.expect(201);
    let chats = async |person: &Person| -> Vec<(i64, bool)> {
        let list = person.get("/api/v1/conversations").await.expect(200).json();
        list["items"].as_array().unwrap().iter().map(|c| (c["order_id"].as_i64().unwrap(), c["unread"].as_bool().unwrap())).collect()
    };
    assert_eq!(chats(&dispatcher).await, [(first, true), (second, false)]);
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
    assert_eq!(app.number(&format!("SELECT COUNT(*) FROM message_reads WHERE user_id = {}", ivan.user_id)).await, 1);
    let last = app.number("SELECT MAX(id) FROM messages WHERE audience = 'customer'").await.to_string();
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
