//! Second thoughts about a line of chat reach the messengers in which its words stand.

use super::{
    Channel,
    log::undelivered,
    testing::{Messengers, outcomes, tell},
};
use crate::{bot, testkit::*};
use emulators::{Fault, Trouble};
use serde_json::json;

const CHAT: i64 = 5;

/// The worker talks in the messenger, and the dispatcher answers: the answer's number and words as they stand there.
async fn answered(messengers: &Messengers) -> (i64, String) {
    let app = &messengers.app;
    let People { dispatcher, rustam, .. } = app.people();
    messengers.link(&rustam, CHAT, "Рустам").await;
    let to = format!("/api/v1/workers/{}/messages", rustam.worker_id);
    rustam.post(&to, json!({ "text": "Какой код домофона?" })).await.expect(201);
    app.execute("UPDATE chat_messages SET channel = ?", [messengers.channel.to_string().into()]).await;
    tell(app).await;
    let line = dispatcher.post(&to, json!({ "text": "Код 1234" })).await.expect(201).id();
    messengers.pass(2).await;
    (line, shown(messengers))
}

fn shown(messengers: &Messengers) -> String {
    messengers.messages(CHAT).last().map(|message| message.text.clone()).unwrap_or_default()
}

/// The whole way in either messenger.
async fn second_thoughts(messengers: Messengers) {
    let (app, dispatcher) = (&messengers.app, messengers.app.people().dispatcher);
    let (line, words) = answered(&messengers).await;
    assert!(words.contains("Код 1234"), "{words}");
    let count = messengers.messages(CHAT).len();
    let path = format!("/api/v1/messages/{line}");
    dispatcher.patch(&path, json!({ "text": "Код 4321" })).await.expect(200);
    messengers.pass(2).await;
    assert!(shown(&messengers).contains("Код 4321") && !shown(&messengers).contains("1234"), "{}", shown(&messengers));
    // Who has read it on the page meanwhile sees it, too.
    let rustam = app.people().rustam;
    let reading = json!({ "last_id": line });
    rustam.put(&format!("/api/v1/workers/{}/messages/reading", rustam.worker_id), reading).await.expect(200);
    // The messenger is out of order for a moment.
    let change = if messengers.channel == Channel::Max { "PUT /messages" } else { "editMessageText" };
    messengers.desk().fault(Fault::new(Trouble::Page { status: 502 }).of(change));
    dispatcher.patch(&path, json!({ "text": "Код 5555" })).await.expect(200);
    tell(app).await;
    messengers.pass(60).await;
    messengers.pass(60).await;
    assert!(shown(&messengers).contains("Код 5555"), "{}", shown(&messengers));
    dispatcher.delete(&path).await.expect(200);
    messengers.pass(2).await;
    assert_eq!(shown(&messengers), "Сообщение удалено");
    assert_eq!(messengers.messages(CHAT).len(), count, "nothing came anew");
    let log = app.people().administrator.get("/notifications").await.expect(200).words();
    assert_eq!(log.matches("(исправление)").count(), 3, "{log}");
    assert!(outcomes(app).await.iter().all(|(_, state, _)| state == "sent"), "{:?}", outcomes(app).await);
    app.forget_history().await;
}

db_test!(second_thoughts_reach_telegram, |app| {
    second_thoughts(Messengers::start(&app, bot::answer).await).await;
});

db_test!(second_thoughts_reach_max, |app| {
    second_thoughts(Messengers::start_max(&app, bot::answer).await).await;
});

db_test!(what_cannot_be_changed_any_more_calls_for_nobody, |app| {
    let messengers = Messengers::start(&app, bot::answer).await;
    let (app, dispatcher) = (&messengers.app, messengers.app.people().dispatcher);
    let (line, _) = answered(&messengers).await;
    let gone = Trouble::Refuse { status: 400, description: "Bad Request: message can't be edited".into() };
    messengers.desk().fault(Fault::new(gone).of("editMessageText"));
    let path = format!("/api/v1/messages/{line}");
    dispatcher.patch(&path, json!({ "text": "Код 4321" })).await.expect(200);
    messengers.pass(2).await;
    assert_eq!(outcomes(app).await.last().unwrap().1, "passed");
    assert_eq!(undelivered(app).await.unwrap(), 0);
    // Where the words do not stand in the messenger nothing is changed.
    app.execute("UPDATE deliveries SET facts = REPLACE(facts, '\"talks_by\":\"telegram\"', '\"talks_by\":null')", []).await;
    let before = outcomes(app).await.len();
    dispatcher.patch(&path, json!({ "text": "Код 1111" })).await.expect(200);
    messengers.pass(2).await;
    assert_eq!(outcomes(app).await.len(), before);
    app.forget_history().await;
});
