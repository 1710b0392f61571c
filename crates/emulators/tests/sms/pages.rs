use crate::{PHONE, service, smsc};
use emulators::{Call, Running, Sms};
use serde_json::{Value, json};

/// Fills in a form of the page; the page it leads to.
async fn fill(service: &Running<Sms>, path: &str, fields: &[(&str, &str)]) -> String {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = reqwest::Client::new().post(format!("{}{path}", service.url()));
    let answer = request.header("content-type", "application/x-www-form-urlencoded").body(body).send().await.unwrap();
    assert!(answer.status().is_success(), "{path} {fields:?}: {}", answer.status());
    answer.text().await.unwrap()
}

#[tokio::test]
async fn phones_money_and_faults_are_played_by_forms() {
    let service = service().await;
    smsc(&service, "Едем <b>", &[("sender", "MONTAJ")]).await;
    let page = fill(&service, "/balance", &[("roubles", "3")]).await;
    assert!(page.contains("На счёте 3 ₽") && page.contains("Едем &#60;b&#62;") && page.contains("в очереди"), "{page}");
    let page = fill(&service, "/phones", &[("phone", "+7 916 123-45-67"), ("is", "delivered")]).await;
    assert!(page.contains("доставлено") && !page.contains("в очереди"), "{page}");
    let fault = [
        ("kind", "refuse"),
        ("description", "3"),
        ("seconds", "10"),
        ("status", "200"),
        ("times", "2"),
        ("method", "smsc/send"),
        ("chat", ""),
    ];
    let page = fill(&service, "/faults", &fault).await;
    assert!(page.contains("Ещё 2 раз: 200 3, smsc/send, любой телефон"), "{page}");
    assert_eq!(smsc(&service, "x", &[]).await["error_code"], 3);
    let page = fill(&service, "/faults/none", &[]).await;
    assert!(!page.contains("Отменить неполадки") && !page.contains("src=\"http") && !page.contains("<script"), "{page}");
}

#[tokio::test]
async fn another_process_works_it_over_http() {
    let service = service().await;
    let http = reqwest::Client::new();
    let post = async |path: &str, body: Value| {
        let request = http.post(format!("{}/_/{path}", service.url())).header("content-type", "application/json");
        request.body(body.to_string()).send().await.unwrap().status().as_u16()
    };
    assert_eq!(post("phones", json!({ "phone": PHONE, "is": "undeliverable" })).await, 204);
    assert_eq!(post("phones", json!({ "phone": PHONE, "is": "lost" })).await, 422);
    assert_eq!(post("balance", json!({ "kopecks": 250 })).await, 204);
    assert_eq!(smsc(&service, "x", &[]).await["cnt"], 1);
    assert_eq!(smsc(&service, "y", &[]).await["error_code"], 3);
    assert_eq!(post("clock", json!({ "seconds": 10 })).await, 204);
    assert_eq!(post("faults", json!({ "kind": "refuse", "status": 200, "description": "9" })).await, 204);
    assert_eq!(smsc(&service, "z", &[]).await["error_code"], 9);
    let get = async |path: &str| reqwest::get(format!("{}/_/{path}", service.url())).await.unwrap().text().await.unwrap();
    let messages: Value = serde_json::from_str(&get(&format!("messages?phone=%2B{PHONE}")).await).unwrap();
    assert_eq!(messages, json!([{ "id": "1", "phone": PHONE, "sender": "", "text": "x", "stage": "failed" }]));
    let journal: Vec<Call> = serde_json::from_str(&get("journal").await).unwrap();
    assert_eq!(journal, service.journal());
}
