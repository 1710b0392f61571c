use crate::{answer, call, keyboard, refusal, request, result, say, service};
use emulators::{Max, Running};
use serde_json::{Value, json};
use std::time::Duration;

const SEND: &str = "POST /messages?chat_id=7";

#[tokio::test]
async fn only_a_bot_with_a_token_in_the_header_is_served() {
    let service = service().await;
    let me = result(&service, "GET /me", Value::Null).await;
    assert_eq!((me["is_bot"].as_bool(), me["username"].as_str()), (Some(true), Some(emulators::max::BOT_NAME)));
    let bare = reqwest::Client::new().get(format!("{}/me?access_token=t", service.url()));
    assert_eq!(answer(bare).await, (401, json!({ "code": "verify.token", "message": "Invalid access_token" })));
    let strict = emulators::Max::start_for("127.0.0.1:0".parse().unwrap(), "other").await.unwrap();
    assert_eq!(refusal(&strict, "GET /me", Value::Null).await, "401 verify.token Invalid access_token");
    assert!(refusal(&service, "GET /messages", Value::Null).await.starts_with("405 "));
}

#[tokio::test]
async fn a_message_goes_to_whom_the_bot_knows() {
    let service = service().await;
    let sent = result(&service, SEND, json!({ "text": "Едете?" })).await["message"].take();
    assert_eq!((sent["recipient"]["chat_type"].as_str(), sent["recipient"]["chat_id"].as_i64()), (Some("dialog"), Some(7)));
    let user = sent["recipient"]["user_id"].as_i64().unwrap();
    assert_ne!(user, 7, "a person is not their dialog");
    result(&service, &format!("POST /messages?user_id={user}"), json!({ "text": "Ответьте" })).await;
    assert_eq!(service.sent_to(7), ["Едете?", "Ответьте"]);
    service.stranger(8, "Борис");
    for (call, why) in [
        ("POST /messages", "400 proto.payload Unknown recipient"),
        ("POST /messages?chat_id=8", "404 chat.not.found Chat 8 not found"),
        ("POST /messages?chat_id=9", "404 chat.not.found Chat 9 not found"),
        ("POST /messages?user_id=7", "404 dialog.not.found Key: error.dialog.notfound"),
    ] {
        assert_eq!(refusal(&service, call, json!({ "text": "x" })).await, why, "{call}");
    }
    service.block(7);
    let why = format!("403 chat.denied Key: error.dialog.suspended, args: [{user},].");
    assert_eq!(refusal(&service, SEND, json!({ "text": "x" })).await, why);
}

#[tokio::test]
async fn what_does_not_fit_is_refused() {
    let service = service().await;
    let callback = |data: &str| json!({ "type": "callback", "text": "Да", "payload": data });
    let link = |url: &str| json!({ "type": "link", "text": "Сайт", "url": url });
    let with = |rows: Value| json!({ "text": "x", "attachments": [keyboard(&rows)] });
    let good = [
        json!({ "text": "я".repeat(4000), "format": "html" }),
        with(json!([vec![callback(&"d".repeat(1024)); 7]])),
        with(json!(vec![[link(&format!("https://{}", "x".repeat(2040)))]; 30])),
        with(json!([[{ "type": "request_contact", "text": "Номер" }, { "type": "request_geo_location", "text": "Место" }, callback("a")]])),
        json!({ "attachments": [keyboard(&json!([[callback("a")]]))] }),
    ];
    for body in good {
        result(&service, SEND, body).await;
    }
    let bad = [
        json!({ "text": "я".repeat(4001) }),
        json!({ "text": "" }),
        json!({}),
        json!({ "text": 7 }),
        json!({ "text": "x", "format": "HTML5" }),
        with(json!([])),
        with(json!([[]])),
        with(json!([vec![callback("a"); 8]])),
        with(json!([[link("https://x"), callback("a"), callback("b"), callback("c")]])),
        with(json!(vec![[callback("a")]; 31])),
        with(json!([[callback("")]])),
        with(json!([[callback(&"d".repeat(1025))]])),
        with(json!([[link("нет")]])),
        with(json!([[{ "type": "callback", "text": "я".repeat(129), "payload": "a" }]])),
        with(json!([[{ "type": "teleport", "text": "x" }]])),
        json!({ "text": "x", "attachments": [{ "type": "image", "payload": {} }] }),
        json!({ "text": "x", "attachments": [{ "type": "image", "payload": { "token": "token-0" } }] }),
        json!({ "text": "x", "attachments": [{ "type": "hologram" }] }),
        json!({ "text": "x", "attachments": vec![keyboard(&json!([[callback("a")]])); 13] }),
        json!({ "text": "x", "link": { "type": "quote", "mid": "mid.1" } }),
    ];
    for body in bad {
        assert!(refusal(&service, SEND, body.clone()).await.starts_with("400 proto.payload"), "{body}");
    }
    assert_eq!(service.messages(7).len(), 5);
    let (status, _) = answer(request(&service, SEND, &Value::Null).body("{")).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn an_edit_replaces_what_it_gives() {
    let service = service().await;
    let buttons = keyboard(&json!([[{ "type": "callback", "text": "Да", "payload": "yes" }]]));
    let sent = result(&service, SEND, json!({ "text": "1", "attachments": [buttons] })).await;
    let edit = format!("PUT /messages?message_id={}", sent["message"]["body"]["mid"].as_str().unwrap());
    let shown = || service.last_message(7).map(|message| (message.text, message.buttons.len())).unwrap();
    assert_eq!(result(&service, &edit, json!({ "text": "2" })).await, json!({ "success": true }));
    assert_eq!(shown(), ("2".into(), 1), "buttons that are not given stay");
    service.advance(Duration::from_secs(8 * 24 * 3600));
    result(&service, &edit, json!({ "text": "3", "attachments": [] })).await;
    assert_eq!(shown(), ("3".into(), 0), "with buttons at any age");
    assert_eq!(result(&service, &edit, json!({ "text": "4" })).await["success"], false, "without them for a week");
    assert_eq!(shown(), ("3".into(), 0));
    service.comes(7, "привет");
    let theirs = result(&service, "GET /updates?timeout=0", Value::Null).await;
    let theirs = format!("PUT /messages?message_id={}", theirs["updates"][0]["message"]["body"]["mid"].as_str().unwrap());
    assert!(refusal(&service, &theirs, json!({ "text": "x" })).await.starts_with("403 "));
    assert!(refusal(&service, "PUT /messages?message_id=mid.0", json!({ "text": "x" })).await.starts_with("404 "));
}

#[tokio::test]
async fn a_press_is_answered_with_words_or_another_text() {
    let service = service().await;
    let buttons = keyboard(&json!([[{ "type": "callback", "text": "Да", "payload": "yes" }]]));
    let sent = result(&service, SEND, json!({ "text": "Едете?", "attachments": [buttons] })).await;
    let id = sent["message"]["body"]["mid"].as_str().unwrap();
    assert_eq!((service.press(7, id, "no"), service.press(7, "mid.0", "yes")), (None, None));
    let press = service.press(7, id, "yes").unwrap();
    let came = result(&service, "GET /updates?timeout=0", Value::Null).await["updates"][0].take();
    assert_eq!((came["callback"]["payload"].as_str(), came["message"]["body"]["mid"].as_str()), (Some("yes"), Some(id)));
    assert_eq!(came["callback"]["user"]["name"], "Анна");
    let answer = format!("POST /answers?callback_id={press}");
    assert!(refusal(&service, &answer, json!({})).await.starts_with("400 "));
    result(&service, &answer, json!({ "notification": "Спасибо" })).await;
    result(&service, &answer, json!({ "message": { "text": "Едем", "attachments": [] } })).await;
    assert_eq!((service.notices(7), service.last_message(7).unwrap().text), (vec!["Спасибо".into(), String::new()], "Едем".into()));
    assert!(refusal(&service, "POST /answers?callback_id=x", json!({ "notification": "x" })).await.starts_with("404 "));
}

/// Uploads to a place of this kind; the place and the answer.
async fn upload(service: &Running<Max>, kind: &str, field: &str, content: &str) -> (Value, u16, String) {
    let place = result(service, &format!("POST /uploads?type={kind}"), Value::Null).await;
    let form = format!(
        "--b\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"a.pdf\"\r\nContent-Type: application/pdf\r\n\r\n{content}\r\n--b--\r\n"
    );
    let request = reqwest::Client::new().post(place["url"].as_str().unwrap());
    let response = request.header("content-type", "multipart/form-data; boundary=b").body(form).send().await.unwrap();
    (place, response.status().as_u16(), response.text().await.unwrap())
}

#[tokio::test]
async fn a_file_is_uploaded_worked_on_and_attached() {
    let service = service().await;
    service.processing(Duration::from_secs(60));
    let (place, status, text) = upload(&service, "file", "data", "paper").await;
    let uploaded: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((status, place.get("token")), (200, None), "the token comes with the upload");
    let message = json!({ "text": "Акт", "attachments": [{ "type": "file", "payload": { "token": uploaded["token"] } }] });
    let why = "400 attachment.not.ready Key: errors.process.attachment.file.not.processed";
    assert_eq!(refusal(&service, SEND, message.clone()).await, why);
    service.advance(Duration::from_secs(60));
    let sent = result(&service, SEND, message).await;
    let file = &sent["message"]["body"]["attachments"][0];
    assert_eq!((file["filename"].as_str(), file["size"].as_i64()), (Some("a.pdf"), Some(5)));
    assert_eq!(reqwest::get(file["payload"]["url"].as_str().unwrap()).await.unwrap().text().await.unwrap(), "paper");
    let as_picture = json!({ "attachments": [{ "type": "image", "payload": { "token": uploaded["token"] } }] });
    assert!(refusal(&service, SEND, as_picture).await.starts_with("400 "));

    service.processing(Duration::ZERO);
    let (_, _, text) = upload(&service, "image", "data", "picture").await;
    let photos: Value = serde_json::from_str(&text).unwrap();
    result(&service, SEND, json!({ "attachments": [{ "type": "image", "payload": photos }] })).await;
    let (place, _, text) = upload(&service, "video", "data", "film").await;
    assert_eq!((place["token"].is_string(), text.as_str()), (true, "<retval>1</retval>"));
    for (kind, field, content) in [("file", "file", "x"), ("file", "data", "")] {
        assert_eq!(upload(&service, kind, field, content).await.1, 400, "{field} {content}");
    }
    assert!(refusal(&service, "POST /uploads?type=photo", Value::Null).await.starts_with("400 "));
    assert_eq!(call(&service, "POST /upload/99", Value::Null).await.0, 404);
}

#[tokio::test]
async fn what_people_send_is_shown_as_the_service_shows_it() {
    let service = service().await;
    let id = say(&service, 7, "Когда?").await;
    service.replies(7, "Завтра", &id);
    service.photo(7, "picture", "Щит");
    service.contact(7, "+7 (900) 123-45-67", true);
    service.contact(7, "79000000000", false);
    service.location(7, 55.5, 37.5);
    let came = result(&service, "GET /updates?timeout=0", Value::Null).await["updates"].take();
    let part = |index: usize| &came[index]["message"]["body"]["attachments"][0];
    assert_eq!(
        (came[0]["message"]["link"]["type"].as_str(), came[0]["message"]["link"]["message"]["mid"].as_str()),
        (Some("reply"), Some(&*id))
    );
    assert_eq!((came[1]["message"]["body"]["text"].as_str(), part(1)["type"].as_str()), (Some("Щит"), Some("image")));
    assert!(part(2)["payload"]["vcf_info"].as_str().unwrap().contains("\r\nTEL;TYPE=cell:79001234567\r\n"));
    assert_eq!(part(2)["payload"]["max_info"]["user_id"], came[2]["message"]["sender"]["user_id"]);
    assert_eq!((part(2)["payload"]["hash"].as_str().unwrap().len(), part(3)["payload"].get("hash")), (64, None));
    assert_eq!((part(4)["latitude"].as_f64(), part(4)["longitude"].as_f64()), (Some(55.5), Some(37.5)));
}
