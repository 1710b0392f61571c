//! How long a linked messenger counts, and who hears that one was linked.

use super::{customer_tests::service_name, tests::in_both};
use crate::{
    notifications::testing::{MailServer, Messengers, decide, outcomes},
    testkit::*,
};
use serde_json::json;

/// A code that links a messenger to this person.
async fn code_for(messengers: &Messengers, person: &Person) -> String {
    let link = person.post("/api/v1/me/channels", json!({ "channel": messengers.channel.to_string() })).await.expect(201).json();
    link["code"].as_str().unwrap().to_owned()
}

/// Links the person's messenger by a code, as they do it themselves.
async fn links(messengers: &Messengers, person: &Person, chat: i64) {
    messengers.starts(chat, &code_for(messengers, person).await);
    messengers.round().await;
}

async fn signed_out(messengers: &Messengers) {
    let app = messengers.app.clone();
    let People { administrator, ivan, rustam, olga, pyotr, zoya, timur, .. } = app.people();
    let people = [&olga, &ivan, &rustam, &pyotr, &zoya, &timur];
    for (chat, person) in (1..).zip(people) {
        messengers.link(person, chat, "x").await;
        assert!(!messengers.phone(chat).says("/start").await.contains("Здравствуйте! Поделитесь"), "{chat}: not known");
    }
    let me = messengers.phone(1);
    me.presses("Новый заказ").await;
    me.presses(&service_name(&app).await).await;
    me.says("Тайная, 13").await;

    // A code that somebody took at this person's browser leads nowhere any more, either.
    let code = code_for(messengers, &olga).await;
    // Five ways to be signed out everywhere; the sixth person has ended one session.
    olga.put("/api/v1/me/password", json!({ "current_password": PASSWORD, "password": "совсем другие слова" })).await.expect(204);
    administrator.delete(&format!("/api/v1/users/{}/sessions", ivan.user_id)).await.expect(204);
    let reset = administrator.post(&format!("/api/v1/users/{}/reset", rustam.user_id), json!({})).await.expect(201).json();
    let reset = reset["link"].as_str().unwrap().replace(&app.config.public_url(), "");
    app.nobody().form(&reset, &[("password", "совсем другие слова")]).await.expect(303);
    pyotr.delete("/api/v1/auth/sessions").await.expect(204);
    administrator.put(&format!("/api/v1/users/{}/block", zoya.user_id), json!({ "reason": "Потерян телефон" })).await.expect(200);
    administrator.delete(&format!("/api/v1/users/{}/block", zoya.user_id)).await.expect(200);
    timur.delete("/api/v1/auth/sessions/current").await.expect(204);

    for chat in 1..=5 {
        assert!(
            messengers.phone(chat).says("/start").await.contains("Здравствуйте! Поделитесь"),
            "{chat}: {}",
            messengers.phone(chat).last()
        );
    }
    assert!(messengers.phone(6).says("/start").await.contains("Что покажем"), "{}", messengers.phone(6).last());
    messengers.stranger(9, "Чужой");
    messengers.starts(9, &code);
    messengers.round().await;
    assert!(messengers.phone(9).last().contains("Этот код уже не действует"), "{}", messengers.phone(9).last());
    for person in [&olga, &pyotr] {
        let own = person.get("/api/v1/me/channels").await.expect(200).json();
        assert!(!own.to_string().contains("\"alive\""), "{own}");
    }

    // Nothing is told there any more.
    let before = messengers.messages(1).len();
    let order = app.order().confirmed().make().await;
    messengers.round().await;
    messengers.pass(61).await;
    assert_eq!(messengers.messages(1).len(), before, "{order}: {}", me.last());

    // What was said there is not kept; the person's own code makes it theirs again, and so it does another's.
    crate::notifications::forget_old(&app).await.unwrap();
    assert_eq!(app.number("SELECT COUNT(*) FROM talks WHERE waiting LIKE '%Тайная%'").await, 0);
    assert_eq!(app.number("SELECT COUNT(*) FROM ways").await, 1);
    links(messengers, &olga, 1).await;
    assert!(me.heard("сообщения будут приходить сюда") == 1, "{:?}", messengers.messages(1));
    links(messengers, &pyotr, 2).await;
    assert!(messengers.phone(2).heard("сообщения будут приходить сюда") == 1, "{:?}", messengers.messages(2));
    app.forget_history().await;
}

in_both!(whoever_is_signed_out_everywhere_is_so_in_telegram, whoever_is_signed_out_everywhere_is_so_in_max, signed_out);

async fn waiting(messengers: &Messengers) {
    let app = messengers.app.clone();
    let People { olga, .. } = app.people();
    messengers.link(&olga, 7, "Ольга").await;
    app.order().confirmed().make().await;
    decide(&app).await;
    assert_eq!(outcomes(&app).await.len(), 1);
    olga.delete("/api/v1/auth/sessions").await.expect(204);
    messengers.round().await;
    messengers.pass(61).await;
    assert_eq!(messengers.messages(7).len(), 0, "{:?}", outcomes(&app).await);
    app.forget_history().await;
}

in_both!(what_waits_for_an_ended_link_is_not_told_in_telegram, what_waits_for_an_ended_link_is_not_told_in_max, waiting);

async fn told(messengers: Messengers) {
    let mut server = MailServer::start();
    let messengers = messengers.with(|config| config.use_mail(&server.url)).await;
    let app = messengers.app.clone();
    let olga = app.people().olga;
    app.execute("UPDATE users SET email = ? WHERE id = ?", ["olga@example.test".into(), olga.user_id.into()]).await;
    messengers.person(7, "Ольга");
    messengers.round().await;
    links(&messengers, &olga, 7).await;
    let letter = server.letter();
    assert_eq!(letter["to"], json!(["olga@example.test"]));
    let text = letter["text"].as_str().unwrap().replace('\u{a0}', " ");
    assert!(text.contains("подключили мессенджер") && text.contains(&format!("{}/me/channels", app.config.public_url())), "{text}");

    // Another chat in its place: the former one hears of it, too.
    messengers.person(8, "Чужой");
    links(&messengers, &olga, 8).await;
    messengers.pass(2).await;
    assert_eq!(server.letter()["to"], json!(["olga@example.test"]));
    assert_eq!((messengers.phone(7).heard("приходят в другой чат"), messengers.phone(8).heard("приходят в другой чат")), (1, 0));
    // The same chat once more is nothing new to it.
    links(&messengers, &olga, 8).await;
    assert_eq!(messengers.phone(8).heard("приходят в другой чат"), 0);
    messengers.pass(2).await;
    assert_eq!(server.letter()["to"], json!(["olga@example.test"]));
    app.forget_history().await;
}

db_test!(that_telegram_was_linked_is_told_elsewhere, |app| {
    told(Messengers::start(&app, crate::bot::answer).await).await;
});

db_test!(that_max_was_linked_is_told_elsewhere, |app| {
    told(Messengers::start_max(&app, crate::bot::answer).await).await;
});
