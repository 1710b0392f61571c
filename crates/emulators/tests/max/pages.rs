use crate::{call, keyboard, result, service};
use emulators::{Max, Running};
use serde_json::{Value, json};

/// Fills in a form of a page; the page it leads to.
async fn form(service: &Running<Max>, path: &str, fields: &[(&str, &str)]) -> String {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = reqwest::Client::new().post(format!("{}{path}", service.url()));
    let answer = request.header("content-type", "application/x-www-form-urlencoded").body(body).send().await.unwrap();
    assert!(answer.status().is_success(), "{path} {fields:?}: {}", answer.status());
    answer.text().await.unwrap()
}

async fn page(service: &Running<Max>, path: &str) -> String {
    reqwest::get(format!("{}{path}", service.url())).await.unwrap().text().await.unwrap()
}

#[tokio::test]
async fn a_person_is_played_by_forms() {
    let service = service().await;
    let page_of_new = form(&service, "/people", &[("name", "Борис <b>")]).await;
    assert!(page_of_new.contains("Борис &#60;b&#62;") && page_of_new.contains("ещё не открывал бота"), "{page_of_new}");
    form(&service, "/people/1001/start", &[("link", " https://max.ru/id1_bot?start=c0de-_ ")]).await;
    form(&service, "/people/1001/start", &[("link", "c0de")]).await;
    form(&service, "/people/1001/messages", &[("text", "привет")]).await;
    let buttons = json!([[{ "type": "callback", "text": "Принять", "payload": "yes" }, { "type": "link", "text": "Сайт", "url": "http://x/" },
        { "type": "request_contact", "text": "Номер" }]]);
    let sent = result(&service, "POST /messages?chat_id=1001", json!({ "text": "Едете?", "attachments": [keyboard(&buttons)] })).await;
    let conversation = page(&service, "/people/1001").await;
    for words in ["Едете?", "Принять", "http://x/", "[Номер]"] {
        assert!(conversation.contains(words), "{words}: {conversation}");
    }
    let id = sent["message"]["body"]["mid"].as_str().unwrap();
    form(&service, "/people/1001/presses", &[("message", id), ("data", "yes")]).await;
    form(&service, "/people/1001/contact", &[("phone", "+7 900 123-45-67"), ("own", "true")]).await;
    let conversation = form(&service, "/people/1001/place", &[("lat", "55.5"), ("lon", "37.5")]).await;
    assert!(conversation.contains("[контакт]") && conversation.contains("[место 55.5, 37.5]"), "{conversation}");
    let file = "--b\r\nContent-Disposition: form-data; name=\"caption\"\r\n\r\nАкт\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; \
                filename=\"a.pdf\"\r\nContent-Type: application/pdf\r\n\r\nxyz\r\n--b--\r\n";
    let sent = reqwest::Client::new().post(format!("{}/people/1001/files", service.url()));
    let sent = sent.header("content-type", "multipart/form-data; boundary=b").body(file).send().await.unwrap().text().await.unwrap();
    assert!(sent.contains("[файл a.pdf] Акт"), "{sent}");
    let blocked = form(&service, "/people/1001/block", &[]).await;
    assert!(blocked.contains("остановил бота") && !blocked.contains("Отправить"), "{blocked}");
    form(&service, "/people/1001/unblock", &[]).await;

    let updates = result(&service, "GET /updates?timeout=0", Value::Null).await;
    let kinds: Vec<_> = updates["updates"].as_array().unwrap().iter().map(|update| update["update_type"].as_str().unwrap()).collect();
    let expected = [
        "bot_started",
        "bot_started",
        "message_created",
        "message_callback",
        "message_created",
        "message_created",
        "message_created",
        "bot_stopped",
        "bot_started",
    ];
    assert_eq!(kinds, expected);
    assert_eq!((updates["updates"][0]["payload"].as_str(), updates["updates"][1]["payload"].as_str()), (Some("c0de-_"), Some("c0de")));
    let none = reqwest::Client::new().post(format!("{}/people/1001/start", service.url()));
    let none = none.header("content-type", "application/x-www-form-urlencoded").body("link=https%3A%2F%2Fmax.ru%2F").send().await.unwrap();
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
        ("method", "POST /messages"),
        ("chat", ""),
    ];
    let overview = form(&service, "/faults", &fault).await;
    assert!(overview.contains("Ещё 2 раз: 503") && overview.contains("Эмулятор MAX"), "{overview}");
    let (status, _) = call(&service, "POST /messages?chat_id=7", json!({ "text": "Заказ" })).await;
    assert_eq!(status, 503);
    let overview = form(&service, "/faults/none", &[]).await;
    assert!(!overview.contains("Отменить неполадки") && overview.contains("Заказ") && overview.contains("Emulated fault"), "{overview}");
    let limited = form(&service, "/limits", &[("on", "true")]).await;
    assert!(limited.contains("Снять пределы"), "{limited}");
    assert!(!limited.contains("src=\"http") && !limited.contains("<script"), "nothing from elsewhere");
}
