//! The emulated push service: what it refuses, who may send, what its page does. That what is sent well arrives is tested with the sender.
#![expect(clippy::unwrap_used, reason = "a step that fails ends the test")]

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use emulators::{Fault, Push, Running, Trouble};
use p256::{
    SecretKey,
    ecdsa::{Signature, SigningKey, signature::Signer},
    elliptic_curve::{rand_core::OsRng, sec1::ToEncodedPoint},
};
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

async fn service() -> Running<Push> {
    Push::start("127.0.0.1:0".parse().unwrap()).await.unwrap()
}

/// A sender's key.
struct Sender(SecretKey);

impl Sender {
    fn new() -> Self {
        Self(SecretKey::random(&mut OsRng))
    }

    fn public(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0.public_key().to_encoded_point(false))
    }

    fn authorization(&self, claims: &Value) -> String {
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(json!({ "typ": "JWT", "alg": "ES256" })), part(claims.clone()));
        let signature: Signature = SigningKey::from(&self.0).sign(signed.as_bytes());
        format!("vapid t={signed}.{}, k={}", URL_SAFE_NO_PAD.encode(signature.to_bytes()), self.public())
    }
}

fn in_seconds(seconds: i64) -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap() + seconds
}

fn claims(service: &Push) -> Value {
    json!({ "aud": service.url(), "exp": in_seconds(3600), "sub": "mailto:a@b.test" })
}

/// A message that the browser cannot open, with these headers in place of good ones; the answer's status.
async fn push(subscription: &str, authorization: &str, headers: &[(&str, Option<&str>)], size: usize) -> u16 {
    let subscription: Value = serde_json::from_str(subscription).unwrap();
    let mut all = vec![("ttl", Some("60")), ("content-encoding", Some("aes128gcm")), ("authorization", Some(authorization))];
    all.retain(|(name, _)| headers.iter().all(|(other, _)| other != name));
    let mut request = reqwest::Client::new().post(subscription["endpoint"].as_str().unwrap()).body(vec![b'x'; size]);
    for (name, value) in all.iter().chain(headers) {
        if let Some(value) = value {
            request = request.header(*name, *value);
        }
    }
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn what_is_no_message_is_refused() {
    let service = service().await;
    let (subscription, authorization) = (service.subscribe(), Sender::new().authorization(&claims(&service)));
    for (name, value, status) in [
        ("ttl", None, 400),
        ("ttl", Some("soon"), 400),
        ("content-encoding", Some("aesgcm"), 400),
        ("urgency", Some("now"), 400),
        ("urgency", Some("high"), 201),
        ("topic", Some("no topic"), 400),
        ("topic", Some("order-12_a"), 201),
        ("authorization", None, 401),
    ] {
        assert_eq!(push(&subscription, &authorization, &[(name, value)], 100).await, status, "{name} {value:?}");
    }
    assert_eq!((push(&subscription, &authorization, &[], 4096).await, push(&subscription, &authorization, &[], 4097).await), (201, 413));
    // A service cannot tell, but the browser showed nothing.
    assert!(service.received(&subscription).is_empty() && service.journal().iter().all(|call| !call.taken));
    assert_eq!(service.journal().last().unwrap().said, "more than 4096 bytes");
    service.expire(&subscription);
    assert_eq!(push(&subscription, &authorization, &[], 100).await, 410);
    let other = json!({ "endpoint": format!("{}/push/guess-1", service.url()) }).to_string();
    assert_eq!(push(&other, &authorization, &[], 100).await, 404);
}

#[tokio::test]
async fn a_sender_shows_who_it_is() {
    let service = service().await;
    let sender = Sender::new();
    let subscription = service.subscribe_for(&sender.public());
    let with = |name: &str, value: Value| {
        let mut claims = claims(&service);
        claims[name] = value;
        sender.authorization(&claims)
    };
    let good = sender.authorization(&claims(&service));
    let (token, _) = good.split_once(", ").unwrap();
    let someone = Sender::new();
    for (authorization, status) in [
        (good.clone(), 201),
        ("Bearer x".to_owned(), 401),
        (token.to_owned(), 401),
        (format!("{token}, k={}", someone.public()), 403),
        (someone.authorization(&claims(&service)), 403),
        (with("aud", json!("https://fcm.googleapis.com")), 403),
        (with("exp", json!(in_seconds(-60))), 403),
        (with("exp", json!(in_seconds(25 * 3600))), 403),
        (with("exp", json!(null)), 403),
        (with("sub", json!("me")), 403),
    ] {
        assert_eq!(push(&subscription, &authorization, &[], 100).await, status, "{authorization}");
    }
}

#[tokio::test]
async fn faults_befall_the_browser_they_mean() {
    let service = service().await;
    let (first, second) = (service.subscribe(), service.subscribe());
    let authorization = Sender::new().authorization(&claims(&service));
    service.fault(Fault::new(Trouble::Refuse { status: 503, description: "busy".into() }).to(2).times(2));
    for (to, status) in [(&first, 201), (&second, 503), (&second, 503), (&second, 201)] {
        assert_eq!(push(to, &authorization, &[], 100).await, status);
    }
}

#[tokio::test]
async fn it_is_worked_by_its_page_and_over_http() {
    let service = service().await;
    let post = async |path: &str, kind: &str, body: String| {
        let request = reqwest::Client::new().post(format!("{}{path}", service.url())).header("content-type", kind.to_owned());
        request.body(body).send().await.unwrap().text().await.unwrap()
    };
    let subscription = post("/_/subscriptions", "application/json", "{}".to_owned()).await;
    assert_eq!(post("/_/received", "text/plain", subscription.clone()).await, "[]");
    post("/_/expire", "text/plain", subscription.clone()).await;
    let page = post("/browsers", "application/x-www-form-urlencoded", String::new()).await;
    assert!(page.contains("Браузер 1, подписка отозвана") && page.contains("Браузер 2</h3>"), "{page}");
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("subscription", &service.subscribe())
        .append_pair("what", "away")
        .finish();
    let page = post("/browsers/deeds", "application/x-www-form-urlencoded", body).await;
    assert!(page.contains("Браузер 3, закрыт") && !page.contains("<script"), "{page}");
}
