use crate::{result, service};
use emulators::Running;
use serde_json::json;

/// Fills in a form of a page; the page it leads to.
async fn form(service: &Running, path: &str, fields: &[(&str, &str)]) -> String {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = reqwest::Client::new().post(format!("{}{path}", service.url()));
    let answer = request.header("content-type", "application/x-www-form-urlencoded").body(body).send().await.unwrap();
    assert!(answer.status().is_success(), "{path} {fields:?}: {}", answer.status());
    answer.text().await.unwrap()
}

pub async fn page(service: &Running, path: &str) -> String {
    reqwest::get(format!("{}{path}", service.url())).await.unwrap().text().await.unwrap()
}

#[tokio::test]
async fn a_person_is_played_by_forms() {
    let service = service().await;
    let page_of_new = form(&service, "/chats", &[("name", "Борис <b>")]).await;
    assert!(page_of_new.contains("Борис &#60;b&#62;") && page_of_new.contains("ещё не писал боту"), "{page_of_new}");
    form(&service, "/chats/1001/start", &[("link", " https://t.me/montaj_bot?start=c0de-_ ")]).await;
    form(&service, "/chats/1001/start", &[("link", "c0de")]).await;
    form(&service, "/chats/1001/messages", &[("text", "привет")]).await;
    let keyboard =
        json!({ "inline_keyboard": [[{ "text": "Принять", "callback_data": "yes" }, { "text": "Сайт", "url": "http://x.test/" }]] });
    let sent = result(&service, "sendMessage", json!({ "chat_id": 1001, "text": "Едете?", "reply_markup": keyboard })).await;
    let conversation = page(&service, "/chats/1001").await;
    assert!(
        conversation.contains("Едете?") && conversation.contains("Принять") && conversation.contains("http://x.test/"),
        "{conversation}"
    );
    form(&service, "/chats/1001/presses", &[("message", &sent["message_id"].to_string()), ("data", "yes")]).await;
    let asking = json!({ "keyboard": [[{ "text": "Телефон", "request_contact": true }]], "one_time_keyboard": true });
    result(&service, "sendMessage", json!({ "chat_id": 1001, "text": "Кто вы?", "reply_markup": asking })).await;
    let keyboard = page(&service, "/chats/1001").await;
    assert!(keyboard.contains("value=\"Телефон\""), "{keyboard}");
    let used = form(&service, "/chats/1001/words", &[("text", "Телефон")]).await;
    assert!(!used.contains("value=\"Телефон\"") && used.contains("[контакт 79000001001]"), "{used}");
    form(&service, "/chats/1001/contacts", &[("phone", " 79000000009 "), ("own", "false")]).await;
    let placed = form(&service, "/chats/1001/places", &[("lat", "55.75"), ("lon", "37.61")]).await;
    assert!(placed.contains("[место 55.75, 37.61]"), "{placed}");
    let answered = form(&service, "/chats/1001/messages", &[("text", "ответ"), ("reply_to", "4")]).await;
    assert!(answered.contains("[ответ на 4] ответ"), "{answered}");
    let blocked = form(&service, "/chats/1001/block", &[]).await;
    assert!(blocked.contains("заблокировал бота") && !blocked.contains("Отправить"), "{blocked}");
    form(&service, "/chats/1001/unblock", &[]).await;

    let updates = result(&service, "getUpdates", json!({})).await;
    let kinds: Vec<_> = updates.as_array().unwrap().iter().map(|update| update["message"]["text"].as_str().unwrap_or("other")).collect();
    let expected = ["/start c0de-_", "/start c0de", "привет", "other", "other", "other", "other", "ответ", "other", "other"];
    assert_eq!(kinds, expected);
    assert_eq!(updates[7]["message"]["reply_to_message"]["text"], "Едете?");
    assert_eq!(updates[3]["callback_query"]["data"], "yes");
    let none = reqwest::Client::new().post(format!("{}/chats/1001/start", service.url()));
    let none = none.header("content-type", "application/x-www-form-urlencoded").body("link=https%3A%2F%2Ft.me%2F").send().await.unwrap();
    assert_eq!(none.status().as_u16(), 422);
}

#[tokio::test]
async fn faults_and_limits_are_set_and_the_journal_is_shown() {
    let service = service().await;
    let fault = [
        ("kind", "refuse"),
        ("seconds", "10"),
        ("status", "503"),
        ("description", "Emulated fault"),
        ("times", "2"),
        ("method", "sendMessage"),
        ("chat", ""),
    ];
    let overview = form(&service, "/faults", &fault).await;
    assert!(overview.contains("Ещё 2 раз: 503"), "{overview}");
    let (status, _) = crate::call(&service, "sendMessage", json!({ "chat_id": 7, "text": "Заказ" })).await;
    assert_eq!(status, 503);
    let overview = form(&service, "/faults/none", &[]).await;
    assert!(
        !overview.contains("Отменить неполадки") && overview.contains("Заказ") && overview.contains("503 Emulated fault"),
        "{overview}"
    );
    let limited = form(&service, "/limits", &[("on", "true")]).await;
    assert!(limited.contains("Снять пределы"), "{limited}");
    assert!(!limited.contains("src=\"http") && !limited.contains("<script"), "nothing from elsewhere");
}
