//! What people do, by the Rust API, over HTTP and at the page.

use crate::{PNG, pages::page, result, service};
use emulators::{
    Running,
    telegram::{ShownButton, ShownFile},
};
use serde_json::{Value, json};

async fn post(service: &Running, path: &str, body: Value) -> (u16, String) {
    let request = reqwest::Client::new().post(format!("{}/_/{path}", service.url()));
    let answer = request.header("content-type", "application/json").body(body.to_string()).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// A form with a file.
async fn upload(service: &Running, path: &str, fields: &[(&str, &str)], mime: &str, bytes: &[u8]) -> u16 {
    let mut body = vec![];
    for (name, value) in fields {
        body.extend(format!("--line\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into_bytes());
    }
    let head = format!("--line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"план.bin\"\r\nContent-Type: {mime}\r\n\r\n");
    body.extend([head.as_bytes(), bytes, b"\r\n--line--\r\n"].concat());
    let request = reqwest::Client::new().post(format!("{}{path}", service.url()));
    request.header("content-type", "multipart/form-data; boundary=line").body(body).send().await.unwrap().status().as_u16()
}

/// What waits for the bot.
async fn updates(service: &Running) -> Vec<Value> {
    result(service, "getUpdates", json!({})).await.as_array().unwrap().clone()
}

fn ask(text: &str, markup: Value) -> Value {
    json!({ "chat_id": 7, "text": text, "reply_markup": markup })
}

#[tokio::test]
async fn the_bot_is_seen_as_its_messages_stand_now() {
    let service = service().await;
    assert_eq!((service.last_message(7), service.messages(99)), (None, vec![]));
    let row = json!([{ "text": "Да", "callback_data": "yes" }, { "text": "Сайт", "url": "https://x.test/" }]);
    let sent = result(&service, "sendMessage", ask("Едете?", json!({ "inline_keyboard": [row] }))).await;
    service.comes(7, "Моё");
    let button = |label: &str, data: Option<&str>, url: Option<&str>| ShownButton {
        label: label.into(),
        data: data.map(str::to_owned),
        url: url.map(str::to_owned),
    };
    let shown = service.last_message(7).unwrap();
    assert_eq!((shown.id, shown.text.as_str(), shown.file), (sent["message_id"].as_i64().unwrap(), "Едете?", None));
    assert_eq!(shown.buttons, [[button("Да", Some("yes"), None), button("Сайт", None, Some("https://x.test/"))]]);
    result(&service, "editMessageText", json!({ "chat_id": 7, "message_id": shown.id, "text": "Едете" })).await;
    let seen = service.messages(7);
    assert_eq!((seen.len(), seen[0].text.as_str(), seen[0].buttons.len()), (1, "Едете", 0));
    assert_eq!(service.press(7, shown.id, "yes"), None, "the button is gone");
    assert!(service.press_late(7, shown.id, "yes").is_some(), "but not yet from their screen");
    assert_eq!(service.press_late(7, 99, "yes"), None);
}

#[tokio::test]
async fn each_press_is_a_query_of_its_own_and_an_old_message_is_only_named() {
    let service = service().await;
    let markup = json!({ "inline_keyboard": [[{ "text": "Да", "callback_data": "yes" }]] });
    let sent = result(&service, "sendMessage", ask("Едете?", markup)).await;
    let id = sent["message_id"].as_i64().unwrap();
    let (first, second) = (service.press(7, id, "yes").unwrap(), service.press(7, id, "yes").unwrap());
    assert_ne!(first, second);
    for query in [&second, &first] {
        result(&service, "answerCallbackQuery", json!({ "callback_query_id": query, "text": query })).await;
    }
    assert_eq!(service.notices(7), [second, first]);
    assert_eq!(updates(&service).await[1]["callback_query"]["message"]["text"], "Едете?");
    service.advance(std::time::Duration::from_secs(49 * 3600));
    service.press(7, id, "yes").unwrap();
    let late = &updates(&service).await[0]["callback_query"]["message"];
    assert_eq!((&late["message_id"], &late["date"], &late["text"]), (&json!(id), &json!(0), &Value::Null));
}

#[tokio::test]
async fn a_keyboard_stands_until_it_is_used_or_taken_away() {
    let service = service().await;
    let rows = json!([[{ "text": "Телефон", "request_contact": true }, { "text": "Место", "request_location": true }], ["Нет"]]);
    for (label, once) in [("Нет", false), ("Место", false), ("Телефон", true)] {
        result(&service, "sendMessage", ask("Кто вы?", json!({ "keyboard": rows, "one_time_keyboard": once }))).await;
        assert_eq!(service.last_message(7).unwrap().buttons.concat().len(), 3);
        assert!(!service.press_label(7, None, "Другое"));
        assert!(service.press_label(7, None, label), "{label}");
        assert_eq!(service.last_message(7).unwrap().buttons.len(), if once { 0 } else { 2 }, "{label}");
    }
    let come = updates(&service).await;
    assert_eq!((&come[0]["message"]["text"], come[1]["message"]["location"]["latitude"].is_number()), (&json!("Нет"), true));
    assert_eq!(come[2]["message"]["contact"]["user_id"], 7);
    result(&service, "sendMessage", ask("Кто вы?", json!({ "keyboard": rows }))).await;
    result(&service, "sendMessage", ask("Спасибо", json!({ "remove_keyboard": true }))).await;
    assert!(!service.press_label(7, None, "Нет"));
}

#[tokio::test]
async fn another_process_plays_them() {
    let service = service().await;
    let row = json!([{ "text": "Да", "callback_data": "yes" }, { "text": "Нет", "callback_data": "no" }]);
    let sent = result(&service, "sendMessage", ask("Едете?", json!({ "inline_keyboard": [row] }))).await;
    let id = &sent["message_id"];
    assert_eq!(post(&service, "messages", json!({ "chat": 7, "text": "привет", "reply_to": id })).await, (200, "1".into()));
    assert_eq!(upload(&service, "/_/photos", &[("chat", "7"), ("caption", "Вот")], "image/png", PNG).await, 200);
    assert_eq!(upload(&service, "/_/documents", &[("chat", "7")], "application/pdf", b"%PDF").await, 200);
    assert_eq!(upload(&service, "/_/documents", &[], "application/pdf", b"%PDF").await, 422, "for nobody");
    assert_eq!(post(&service, "contacts", json!({ "chat": 7, "phone": "79000000007" })).await.0, 200);
    assert_eq!(post(&service, "contacts", json!({ "chat": 7, "phone": "79000000008", "own": false })).await.0, 200);
    assert_eq!(post(&service, "places", json!({ "chat": 7, "lat": 55.75, "lon": 37.61 })).await.0, 200);
    let presses = [
        (json!({ "chat": 7, "label": "Да" }), 204),
        (json!({ "chat": 7, "message": id, "label": "Нет" }), 204),
        (json!({ "chat": 7, "message": id, "data": "yes" }), 204),
        (json!({ "chat": 7, "data": "no" }), 204),
        (json!({ "chat": 7, "label": "Может" }), 404),
        (json!({ "chat": 7, "message": 99, "data": "yes" }), 404),
        (json!({ "chat": 7 }), 422),
    ];
    for (press, status) in presses {
        assert_eq!(post(&service, "presses", press.clone()).await.0, status, "{press}");
    }
    let come = updates(&service).await;
    let message = |index: usize| &come[index]["message"];
    assert_eq!(message(0)["reply_to_message"]["message_id"], *id);
    assert_eq!((&message(1)["photo"][1]["file_size"], &message(1)["caption"]), (&json!(PNG.len()), &json!("Вот")));
    assert_eq!((&message(2)["document"]["file_name"], &message(2)["document"]["file_size"]), (&json!("план.bin"), &json!(4)));
    assert_eq!((&message(3)["contact"]["user_id"], message(4)["contact"]["user_id"] == json!(7)), (&json!(7), false));
    assert_eq!(message(5)["location"]["longitude"], 37.61);
    let pressed: Vec<_> = come[6..].iter().map(|update| update["callback_query"]["data"].as_str().unwrap()).collect();
    assert_eq!(pressed, ["yes", "no", "yes", "no"]);

    let query = &come[6]["callback_query"]["id"];
    result(&service, "answerCallbackQuery", json!({ "callback_query_id": query, "text": "Хорошо" })).await;
    let chat: Value = serde_json::from_str(&page(&service, "/_/chats/7").await).unwrap();
    let buttons = json!([[{ "label": "Да", "data": "yes", "url": null }, { "label": "Нет", "data": "no", "url": null }]]);
    let messages = json!([{ "id": id, "text": "Едете?", "file": null, "buttons": buttons }]);
    assert_eq!(chat, json!({ "name": "Анна", "messages": messages, "notices": ["Хорошо"] }));
    assert_eq!(reqwest::get(format!("{}/_/chats/99", service.url())).await.unwrap().status().as_u16(), 404);
}

#[tokio::test]
async fn files_are_sent_and_seen_at_the_page() {
    let service = service().await;
    assert_eq!(upload(&service, "/chats/7/files", &[("caption", "Вот")], "image/png", PNG).await, 200);
    assert_eq!(upload(&service, "/chats/7/files", &[("as_document", "on")], "image/png", PNG).await, 200);
    assert_eq!(upload(&service, "/chats/7/files", &[], "text/html", b"<script>").await, 200);
    assert_eq!(upload(&service, "/chats/7/files", &[], "text/html", b"").await, 422);
    let come = updates(&service).await;
    assert!(come[0]["message"]["photo"].is_array() && come[1]["message"]["document"].is_object());
    let page = page(&service, "/chats/7").await;
    assert!(page.contains("<img src=\"/chats/7/files/1\"") && page.contains("план.bin") && page.contains("Вот"), "{page}");
    let kind = async |message: i64| {
        let file = reqwest::get(format!("{}/chats/7/files/{message}", service.url())).await.unwrap();
        file.headers().get("content-type").map(|kind| kind.to_str().unwrap().to_owned())
    };
    assert_eq!((kind(1).await.as_deref(), kind(3).await.as_deref()), (Some("image/jpeg"), Some("application/octet-stream")));
    assert_eq!(service.bytes(7, 1).unwrap(), PNG, "the large size");
    let sent = result(&service, "sendDocument", json!({ "chat_id": 7, "document": come[2]["message"]["document"]["file_id"] })).await;
    let file = ShownFile { is_photo: false, name: "план.bin".into(), mime: "text/html".into(), size: 8 };
    assert_eq!((service.last_message(7).unwrap().file, sent["document"].is_object()), (Some(file), true));
}
