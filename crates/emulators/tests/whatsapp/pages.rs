use crate::{ANNA, refusal, send, service, text};
use emulators::{Call, WhatsApp};
use serde_json::json;

fn origin(service: &WhatsApp) -> String {
    service.url().trim_end_matches("/v26.0").to_owned()
}

/// Fills in a form of a page; status and the page it leads to.
async fn form(service: &WhatsApp, path: &str, fields: &[(&str, &str)]) -> (u16, String) {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = reqwest::Client::new().post(format!("{}{path}", origin(service)));
    let answer = request.header("content-type", "application/x-www-form-urlencoded").body(body).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test]
async fn a_person_is_played_by_forms() {
    let service = service().await;
    let (_, page) = form(&service, "/people", &[("phone", "+7 999 000-00-02"), ("name", "Борис <b>")]).await;
    assert!(page.contains("Борис &#60;b&#62;") && page.contains("принимаются только шаблоны"), "{page}");
    assert_eq!(form(&service, "/people", &[("phone", "нет"), ("name", "x")]).await.0, 422);
    form(&service, "/people/79990000001/messages", &[("text", "Когда?")]).await;
    send(&service, &text("Завтра")).await;
    let (_, page) = form(&service, "/people/79990000001/deeds", &[("what", "read")]).await;
    assert!(page.contains("Когда?") && page.contains("Завтра") && page.contains("прочитано"), "{page}");
    let (_, page) = form(&service, "/people/79990000001/presses", &[("message", "wamid.1"), ("payload", "yes")]).await;
    assert!(page.contains("[button] yes"), "{page}");
    let (_, page) = form(&service, "/templates", &[("name", "visit"), ("language", "ru"), ("words", "Заявка {{1}}")]).await;
    assert!(page.contains("Заявка {{1}}"), "{page}");
    let webhook = [("url", "http://127.0.0.1:1/"), ("app_secret", "x"), ("verify_token", "y")];
    assert_eq!(form(&service, "/webhook", &webhook).await.0, 422);
}

#[tokio::test]
async fn faults_and_limits_are_set_and_the_journal_is_shown() {
    let service = service().await;
    let fields =
        [("kind", "refuse"), ("seconds", "10"), ("status", "500"), ("description", "131000"), ("times", "1"), ("method", "messages")];
    let (_, page) = form(&service, "/faults", &[&fields[..], &[("chat", "")]].concat()).await;
    assert!(page.contains("Ещё 1 раз: 500 131000, messages, любой телефон"), "{page}");
    assert_eq!(refusal(&service, &text("Заказ")).await, (500, 131000));
    let (_, page) = form(&service, "/limits", &[("on", "true")]).await;
    assert!(page.contains("Снять пределы") && page.contains("Заказ") && page.contains("131000 Something went wrong"), "{page}");
    assert!(!page.contains("src=\"http") && !page.contains("<script"), "nothing from elsewhere");
}

#[tokio::test]
async fn another_process_works_it_over_http() {
    let service = service().await;
    let post = async |path: &str, body: serde_json::Value| {
        let request = reqwest::Client::new().post(format!("{}/_/{path}", origin(&service)));
        let answer = request.header("content-type", "application/json").body(body.to_string()).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    assert_eq!(post("people", json!({ "phone": ANNA + 1, "name": "Вера" })).await.0, 204);
    assert_eq!(post("templates", json!({ "name": "visit", "language": "ru", "words": "a" })).await.0, 204);
    assert_eq!(post("faults", json!({ "kind": "wait", "seconds": 5 })).await.0, 204);
    assert_eq!(refusal(&service, &text("a")).await, (429, 130429));
    assert_eq!(post("clock", json!({ "seconds": 5 })).await.0, 204);
    assert!(post("messages", json!({ "phone": ANNA, "text": "Да" })).await.1.starts_with("\"wamid."));
    assert_eq!(send(&service, &text("a")).await.0, 200);
    assert_eq!(post("reads", json!({ "phone": ANNA })).await.0, 204);
    assert_eq!((post("hold", json!({})).await.0, post("release", json!({ "order": "backwards" })).await.0), (204, 204));
    let journal = reqwest::get(format!("{}/_/journal?chat={ANNA}", origin(&service))).await.unwrap().text().await.unwrap();
    let journal: Vec<Call> = serde_json::from_str(&journal).unwrap();
    assert_eq!(journal, service.journal());
}
