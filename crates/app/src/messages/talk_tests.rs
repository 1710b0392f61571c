//! Who is named, who types.

use crate::{
    live::{Delivery, Signal},
    testkit::*,
};
use futures_util::{FutureExt, StreamExt};
use serde_json::{Value, json};

fn said(text: &str) -> Value {
    json!({ "text": text })
}

/// What the outbox tells of the last message.
async fn told(app: &TestApp) -> Value {
    let row = app.rows("SELECT payload FROM outbox WHERE topic = 'message.written' ORDER BY id DESC LIMIT 1").await.remove(0);
    serde_json::from_str(&row.try_get_by_index::<String>(0).unwrap()).unwrap()
}

/// The chats in which a person is named and has not read it: `order count`.
async fn named(person: &Person) -> Vec<(Option<i64>, i64)> {
    let list = person.get("/api/v1/conversations?show=named").await.expect(200).json();
    list["items"].as_array().unwrap().iter().map(|c| (c["order_id"].as_i64(), c["unread_mentions"].as_i64().unwrap())).collect()
}

db_test!(a_colleague_is_named_and_finds_it, |app| {
    let People { administrator, dispatcher, zoya, olga, .. } = app.people();
    let (first, second) = (app.order().make().await, app.order().make().await);
    let notes = |order: i64| format!("/api/v1/orders/{order}/messages?audience=internal");
    let sent = dispatcher.post(&notes(first), said("@Зоя, взгляни. И @анна воронова тоже, почта a@zoya.ru")).await.expect(201).json();
    let names: Vec<_> =
        sent["mentions"].as_array().unwrap().iter().map(|one| (one["user_id"].as_i64(), one["name"].as_str().unwrap())).collect();
    assert_eq!(names, [(Some(administrator.user_id), "анна воронова"), (Some(zoya.user_id), "Зоя")]);
    assert_eq!(told(&app).await, json!({ "message_id": sent["id"], "chat_id": 1, "mentions": [zoya.user_id, administrator.user_id] }));
    dispatcher.post(&notes(second), said("@Зоя Лисицына и ещё раз @Зоя")).await.expect(201);
    dispatcher.post(&notes(second), said("@Зоя!")).await.expect(201);
    assert_eq!(named(&zoya).await, [(Some(second), 2), (Some(first), 1)]);
    assert_eq!((named(&administrator).await, named(&dispatcher).await), (vec![(Some(first), 1)], vec![]));
    let next = zoya.get("/api/v1/conversations?show=named&limit=1").await.json();
    let rest = zoya.get(&format!("/api/v1/conversations?show=named&limit=1&cursor={}", next["next_cursor"].as_str().unwrap())).await.json();
    assert_eq!(rest["items"][0]["order_id"], first);

    // The pages show it: the name stands out, the reader's own more so.
    let page = zoya.get(&format!("/orders/{first}/messages?audience=internal")).await.expect(200).text();
    assert!(
        page.contains("<b class=\"mention own\">@Зоя</b>, взгляни") && page.contains("<b class=\"mention\">@анна воронова</b>"),
        "{page}"
    );
    assert!(page.contains("Дарья Котова") && page.contains("data-people="), "{page}");
    let inbox = zoya.get("/conversations").await.expect(200).text();
    assert!(inbox.contains("Упоминания <span class=\"badge\">2</span>"), "{inbox}");
    assert!(zoya.get("/conversations?show=named").await.expect(200).text().contains("Вас упомянули"));
    assert!(dispatcher.get("/conversations?show=named").await.expect(200).text().contains("Новых упоминаний нет"));

    // Read, changed or taken back, it is over.
    let last = zoya.get(&notes(second)).await.ids()[0];
    zoya.put(&format!("/api/v1/orders/{second}/messages/reading"), json!({ "audience": "internal", "last_id": last })).await.expect(200);
    assert_eq!(named(&zoya).await, [(Some(first), 1)]);
    let one = format!("/api/v1/messages/{}", sent["id"]);
    assert_eq!(dispatcher.patch(&one, said("@Анна, взгляни")).await.expect(200).json()["mentions"][0]["name"], "Анна");
    assert_eq!(named(&zoya).await, []);
    dispatcher.delete(&one).await.expect(200);
    assert_eq!(named(&administrator).await, []);

    // The customer's chat names nobody, and does not tell who is there.
    let to_olga = format!("/api/v1/orders/{first}/messages?audience=customer");
    let sent = dispatcher.post(&to_olga, said("@Зоя вам поможет")).await.expect(201).json();
    assert_eq!((&sent["mentions"], &told(&app).await["mentions"]), (&json!([]), &json!([])));
    for person in [&olga, &dispatcher] {
        let own = if person.name == "olga" {
            format!("/my/orders/{first}/messages")
        } else {
            format!("/orders/{first}/messages?audience=customer")
        };
        assert!(!person.get(&own).await.expect(200).text().contains("data-people="));
    }
});

db_test!(a_worker_names_those_of_the_office_who_talked_to_them, |app| {
    let People { dispatcher, zoya, ivan, .. } = app.people();
    let (order, visit) = app.visit().of(&ivan).accepted().make().await;
    let path = format!("/api/v1/visits/{visit}/messages");
    dispatcher.post(&path, said("Как дела?")).await.expect(201);
    dispatcher.post(&format!("/api/v1/orders/{order}/messages?audience=internal"), said("@Зоя, тихо")).await.expect(201);
    let sent = ivan.post(&path, said("@Дарья, готово. @Зоя, @Иван")).await.expect(201).json();
    assert_eq!(sent["mentions"], json!([{ "name": "Дарья" }]), "whom they know, and no ids");
    assert_eq!(told(&app).await["mentions"], json!([dispatcher.user_id]));
    let page = ivan.get(&format!("/visits/{visit}/messages")).await.expect(200).text();
    assert!(page.contains("Дарья Котова") && !page.contains("Лисицына"));
    assert_eq!((named(&dispatcher).await, named(&zoya).await), (vec![(Some(order), 1)], vec![(Some(order), 1)]));
    // The office names each other before the crew, and its workers never.
    let sent = dispatcher.post(&path, said("@Зоя Лисицына расскажет, @Иван")).await.expect(201).json();
    assert_eq!(sent["mentions"], json!([{ "user_id": zoya.user_id, "name": "Зоя Лисицына" }]));
    let direct = ivan.post(&format!("/api/v1/workers/{}/messages", ivan.worker_id), said("@Дарья")).await.expect(201).json();
    assert_eq!(direct["mentions"], json!([]), "nobody has written there");
});

db_test!(the_other_side_sees_that_somebody_types, |app| {
    let People { dispatcher, ivan, rustam, olga, pyotr, .. } = app.people();
    let (order, visit) = app.visit().of(&ivan).accepted().make().await;
    let link = app.link(order).await;
    let mut stream = app.hub.subscribe();
    let before = app.hub.heard();
    let direct = format!("/api/v1/workers/{}/messages/typing", ivan.worker_id);
    type Case<'a> = (&'a Person, String, Value, &'a str, (bool, Vec<i64>, Option<i64>));
    let cases: [Case; 5] = [
        (&olga, format!("/api/v1/orders/{order}/messages/typing"), json!({}), "customer", (true, vec![olga.user_id], Some(order))),
        (
            &dispatcher,
            format!("/api/v1/orders/{order}/messages/typing"),
            json!({ "audience": "customer" }),
            "customer",
            (true, vec![olga.user_id], Some(order)),
        ),
        (&dispatcher, format!("/api/v1/orders/{order}/messages/typing"), json!({}), "internal", (true, vec![], None)),
        (&ivan, format!("/api/v1/visits/{visit}/messages/typing"), json!({}), "worker", (true, vec![ivan.user_id], None)),
        (&ivan, direct, json!({}), "direct", (true, vec![ivan.user_id], None)),
    ];
    for (person, path, body, audience, expected) in cases {
        // A second word in the same moment is not told.
        for _ in 0..2 {
            person.post(&path, body.clone()).await.expect(204);
        }
        let Some(Some(Delivery::Signal { signal: Signal::Typing { topic, typist, audience: told }, .. })) = stream.next().now_or_never()
        else {
            panic!("nobody heard of {audience}")
        };
        assert!(topic.ends_with(audience) && typist.user_id == person.user_id, "{topic}");
        assert_eq!((told.staff, told.users, told.order), expected, "{audience}");
        assert!(stream.next().now_or_never().is_none(), "told once");
    }
    // The pages say it to their own address, whoever holds the link as well.
    app.advance(2_000);
    for (person, path) in
        [(&olga, format!("/my/orders/{order}/messages")), (&app.nobody(), format!("{link}/messages")), (&ivan, "/messages".to_owned())]
    {
        person.form(&path, &[("typing", "1"), ("audience", "customer")]).await.expect(204);
        assert!(stream.next().now_or_never().is_some(), "{path}");
    }
    dispatcher.form(&format!("/orders/{order}/messages"), &[("typing", "1"), ("audience", "customer")]).await.expect(204);
    assert!(stream.next().now_or_never().is_some());
    for (person, path) in
        [(&pyotr, format!("/api/v1/orders/{order}/messages/typing")), (&rustam, format!("/api/v1/visits/{visit}/messages/typing"))]
    {
        person.post(&path, json!({})).await.expect(404);
    }
    olga.post(&format!("/api/v1/orders/{order}/messages/typing"), json!({ "audience": "worker" })).await.expect(404);
    assert!(stream.next().now_or_never().is_none());
    assert_eq!(app.hub.heard(), before, "nothing has changed by it");
    assert_eq!(app.number("SELECT COUNT(*) FROM chat_messages").await, 0);
});

db_test!(the_numbers_of_the_menu_follow_what_is_said, |app| {
    let People { dispatcher, ivan, semyon, olga, .. } = app.people();
    let order = app.order().by(&olga).make().await;
    crate::jobs::run_due(&app).await.unwrap();
    let mut heard = app.hub.subscribe();
    crate::jobs::run_due(&app).await.unwrap();
    assert!(heard.next().now_or_never().is_none(), "as long as nothing changes nobody is told");
    assert_eq!(shown(&dispatcher, "chats").await, None);

    olga.post(&format!("/api/v1/orders/{order}/messages"), said("Когда вас ждать?")).await.expect(201);
    while heard.next().now_or_never().is_some() {}
    crate::jobs::run_due(&app).await.unwrap();
    let Some(Delivery::Signal { signal: Signal::Changed { topics, audience }, .. }) = heard.next().now_or_never().flatten() else {
        panic!("the office's pages hear of it")
    };
    assert!(topics == ["counts"] && audience.staff && audience.users.is_empty());
    assert_eq!((shown(&dispatcher, "chats").await, shown(&dispatcher, "more").await), (Some(1), Some(1)));
    assert_eq!(shown(&olga, "chats").await, None, "the office's numbers are the office's");

    dispatcher.post(&format!("/api/v1/workers/{}/messages", ivan.worker_id), said("Зайдите за ключами")).await.expect(201);
    dispatcher
        .post(&format!("/api/v1/orders/{order}/messages"), json!({ "text": "Завтра с девяти", "audience": "customer" }))
        .await
        .expect(201);
    assert_eq!((shown(&ivan, "unread").await, shown(&olga, "unread").await, shown(&semyon, "unread").await), (Some(1), Some(1), None));
});

/// A number of the menu, as an open page fetches it.
async fn shown(person: &Person, name: &str) -> Option<i64> {
    let page = person.get("/counts").await.expect(200).text();
    let (_, place) = page.split_once(&format!("id=\"count-{name}\"")).unwrap();
    let place = place.split("id=\"count-").next().unwrap();
    let number = place.split("</span>").nth(1)?.trim();
    number.parse().ok()
}
