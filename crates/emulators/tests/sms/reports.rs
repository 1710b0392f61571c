use crate::{PHONE, aero, service, sms_ru, smsc};
use axum::{Router, extract::State, http::StatusCode, routing::post};
use emulators::sms::Gateway;
use serde_json::json;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::sync::Notify;

/// A program that is reported to, which answers as it is told and keeps what it got.
#[derive(Default)]
struct Listener {
    got: Mutex<Vec<Vec<(String, String)>>>,
    answers: Mutex<VecDeque<(StatusCode, &'static str)>>,
    came: Notify,
}

impl Listener {
    async fn start() -> (Arc<Self>, String) {
        let listener = Arc::new(Self::default());
        let router = Router::new().route("/reports", post(take)).with_state(listener.clone());
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/reports", socket.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(socket, router).await });
        (listener, url)
    }

    fn answers(&self, status: StatusCode, text: &'static str) {
        self.answers.lock().unwrap().push_back((status, text));
    }

    /// What came, once it is as much.
    async fn gets(&self, count: usize) -> Vec<Vec<(String, String)>> {
        let enough = async {
            loop {
                let came = self.came.notified();
                let got = self.got.lock().unwrap().clone();
                if got.len() >= count {
                    return got;
                }
                came.await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), enough).await.unwrap_or_else(|_| panic!("{count} of {:?}", self.got.lock().unwrap()))
    }
}

async fn take(State(listener): State<Arc<Listener>>, body: String) -> (StatusCode, &'static str) {
    listener.got.lock().unwrap().push(form_urlencoded::parse(body.as_bytes()).into_owned().collect());
    listener.came.notify_waiters();
    listener.answers.lock().unwrap().pop_front().unwrap_or((StatusCode::OK, "100"))
}

fn field<'a>(form: &'a [(String, String)], name: &str) -> &'a str {
    form.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str()).unwrap_or_default()
}

#[tokio::test]
async fn smsc_reports_each_step_signed_with_the_secret() {
    let service = service().await;
    let (listener, url) = Listener::start().await;
    service.report_to(Gateway::Smsc, &url, "s3cret");
    smsc(&service, "x", &[("id", "17")]).await;
    service.advance(Duration::from_secs(2));
    let sent = listener.gets(1).await.remove(0);
    assert_eq!(["id", "phone", "status", "cost"].map(|name| field(&sent, name)), ["17", PHONE, "0", "2.5"]);
    // By `printf 17:79161234567:0:s3cret | sha1sum`.
    assert_eq!(field(&sent, "sha1"), "d76b6c66cf0028cb95a1ebb5bbed376effdbeea9");
    service.undeliverable(PHONE);
    assert_eq!(field(&listener.gets(2).await[1], "status"), "20");
}

#[tokio::test]
async fn sms_ru_reports_until_it_reads_that_it_was_understood_and_in_order() {
    let service = service().await;
    let (listener, url) = Listener::start().await;
    assert_eq!(sms_ru(&service, "/callback/add", &[("url", "ftp://x")]).await["status_code"], 901);
    assert_eq!(sms_ru(&service, "/callback/add", &[("url", &url)]).await["callback"], json!([url]));
    listener.answers(StatusCode::OK, "understood");
    listener.answers(StatusCode::INTERNAL_SERVER_ERROR, "100 and more");
    sms_ru(&service, "/sms/send", &[("to", PHONE), ("msg", "x")]).await;
    service.delivered(PHONE);
    sms_ru(&service, "/sms/send", &[("to", PHONE), ("msg", "y")]).await;
    service.delivered(PHONE);
    for (count, pause) in [(1, 5), (2, 10)] {
        listener.gets(count).await;
        while service.failed_reports() < count as u32 {
            tokio::task::yield_now().await;
        }
        assert_eq!(listener.got.lock().unwrap().len(), count, "not before the pause is over");
        service.advance(Duration::from_secs(pause));
    }
    let got = listener.gets(4).await;
    let lines: Vec<Vec<&str>> = got.iter().map(|form| field(form, "data[0]").lines().take(3).collect()).collect();
    let [first, second] = ["202647-1000001", "202647-1000002"].map(|id| vec!["sms_status", id, "103"]);
    assert_eq!(lines, [first.clone(), first.clone(), first, second]);
    assert!(got.iter().all(|form| field(form, "hash").len() == 64));
}

#[tokio::test]
async fn sms_aero_reports_to_where_the_message_said() {
    let service = service().await;
    let (listener, url) = Listener::start().await;
    let sent = aero(&service, "sms/send", json!({ "number": PHONE, "text": "x", "callbackUrl": url })).await.1;
    service.advance(Duration::from_secs(10));
    let got = listener.gets(1).await.remove(0);
    assert_eq!(
        (field(&got, "id"), field(&got, "status"), field(&got, "extendStatus")),
        (&*sent["data"]["id"].to_string(), "1", "delivery")
    );
}
