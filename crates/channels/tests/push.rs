//! The sender of web push against the emulated push service, which can open what arrives.
#![expect(clippy::unwrap_used, reason = "a step that fails ends the test")]

use axum::{Router, response::Redirect};
use channels::{
    Channel, Failure, Letter, Link, Push,
    push::{check_subscription, new_key},
};
use emulators::{Running, Trouble};
use serde_json::{Value, json};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(20);

fn here() -> Vec<String> {
    vec!["127.0.0.1".to_owned()]
}

fn sender() -> Push {
    Push::new(&new_key().0, "mailto:admin@crm.test", &here(), PATIENCE).unwrap()
}

/// The service, a sender, and a browser that subscribed to this sender.
async fn service() -> (Running<emulators::Push>, Push, String) {
    let service = emulators::Push::start("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let push = sender();
    let subscription = service.subscribe_for(push.public_key());
    (service, push, subscription)
}

fn letter(to: &str) -> Letter {
    Letter {
        key: "outbox-1".into(),
        to: to.into(),
        title: "Заявка 12".into(),
        text: "Мастер выехал".into(),
        link: Some(Link { label: "Открыть".into(), url: "/orders/12".into() }),
        ..Letter::default()
    }
}

fn received(service: &emulators::Push, subscription: &str) -> Vec<Value> {
    service.received(subscription).iter().map(|text| serde_json::from_str(text).unwrap()).collect()
}

#[tokio::test]
async fn the_browser_alone_reads_what_it_is_sent() {
    let (service, push, subscription) = service().await;
    let sent = push.send(&letter(&subscription)).await.unwrap();
    assert_eq!(sent.id, "1");
    let expected = json!({ "id": "outbox-1", "title": "Заявка 12", "text": "Мастер выехал", "url": "/orders/12" });
    assert_eq!(received(&service, &subscription), [expected]);
    let long = Letter { title: "я".repeat(200), text: "ю".repeat(5000), link: None, ..letter(&subscription) };
    push.send(&long).await.unwrap();
    let cut = &received(&service, &subscription)[1];
    let text = cut["text"].as_str().unwrap();
    assert_eq!((text.chars().count(), text.ends_with("ю…"), cut["title"].as_str().unwrap().chars().count()), (300, true, 100));
    assert_eq!(cut.get("url"), None);
    assert_eq!((push.greet().await.unwrap().as_str(), push.fate("1", "").await), (push.public_key(), Ok(None)));
}

#[tokio::test]
async fn a_second_try_takes_the_place_of_the_first_in_a_closed_browser() {
    let (service, push, subscription) = service().await;
    service.away(&subscription);
    push.send(&letter(&subscription)).await.unwrap();
    push.send(&letter(&subscription)).await.unwrap();
    push.send(&Letter { key: "outbox-2".into(), ..letter(&subscription) }).await.unwrap();
    // A key that can be no topic goes without one.
    push.send(&Letter { key: "a key: not fit".into(), ..letter(&subscription) }).await.unwrap();
    assert_eq!(received(&service, &subscription).len(), 0);
    service.back(&subscription);
    let ids: Vec<_> = received(&service, &subscription).iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids, ["outbox-1", "outbox-2", "a key: not fit"]);
    service.away(&subscription);
    push.send(&letter(&subscription)).await.unwrap();
    service.advance(Duration::from_secs(24 * 3600));
    service.back(&subscription);
    assert_eq!(received(&service, &subscription).len(), 3, "yesterday's news is not shown");
}

#[tokio::test]
async fn each_refusal_is_told_apart() {
    let (service, push, subscription) = service().await;
    let other = sender();
    assert_eq!(other.send(&letter(&subscription)).await, Err(Failure::Shut { why: "403".into() }));
    let long = Letter { link: Some(Link { label: String::new(), url: "x".repeat(4000) }), ..letter(&subscription) };
    assert!(matches!(push.send(&long).await, Err(Failure::Refused { why }) if why.contains("too long")));
    let refuse = |status| Trouble::Refuse { status, description: "refused for https://secret.test".into() };
    for (trouble, failure) in [
        (refuse(404), Failure::Dead { why: "404".into() }),
        (refuse(401), Failure::Shut { why: "401".into() }),
        (refuse(413), Failure::Refused { why: "413".into() }),
        (refuse(400), Failure::Refused { why: "400".into() }),
        (refuse(302), Failure::Refused { why: "302".into() }),
        (refuse(503), Failure::Again { why: "503".into() }),
        (refuse(429), Failure::Wait { after: Duration::from_secs(60), why: "429".into() }),
        (Trouble::Page { status: 502 }, Failure::Again { why: "502".into() }),
        (Trouble::Reset, Failure::Again { why: "the connection broke".into() }),
        (Trouble::Wait { seconds: 7 }, Failure::Wait { after: Duration::from_secs(7), why: "429".into() }),
    ] {
        service.fault(trouble);
        assert_eq!(push.send(&letter(&subscription)).await, Err(failure));
    }
    service.advance(Duration::from_secs(7));
    service.expire(&subscription);
    assert_eq!(push.send(&letter(&subscription)).await, Err(Failure::Dead { why: "410".into() }));
    assert_eq!(service.received(&subscription).len(), 0);
}

#[tokio::test]
async fn an_answer_that_never_comes_is_not_waited_for() {
    let (service, _, _) = service().await;
    let push = Push::new(&new_key().0, "mailto:a@b.test", &here(), Duration::from_secs(3)).unwrap();
    let subscription = service.subscribe();
    service.fault(Trouble::Silent);
    assert_eq!(push.send(&letter(&subscription)).await, Err(Failure::Again { why: "no answer in time".into() }));
    assert_eq!(service.received(&subscription).len(), 1);
}

/// A subscription of a real browser but for its address.
async fn subscription_at(endpoint: &str) -> String {
    let service = emulators::Push::start("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let mut subscription: Value = serde_json::from_str(&service.subscribe()).unwrap();
    subscription["endpoint"] = endpoint.into();
    subscription.to_string()
}

#[tokio::test]
async fn nothing_is_sent_but_to_push_services() {
    for endpoint in [
        "https://fcm.googleapis.com/fcm/send/x:y",
        "https://updates.push.services.mozilla.com/wpush/v2/x",
        "https://web.push.apple.com/Qx",
        "https://wns2-par02p.notify.windows.com/w/?token=x",
    ] {
        assert_eq!(check_subscription(&subscription_at(endpoint).await, &[]), Ok(()), "{endpoint}");
    }
    for endpoint in [
        "http://fcm.googleapis.com/fcm/send/x",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com.evil.test/x",
        "https://evil-fcm.googleapis.com/x",
        "https://evilnotify.windows.com/x",
        "https://user:pass@fcm.googleapis.com/x",
        "https://fcm.googleapis.com@evil.test/x",
        "https://fcm.googleapis.com./x",
        "http://127.0.0.1:1/push/x",
        "http://[::1]/x",
        "https://169.254.169.254/x",
        "ftp://127.0.0.1/x",
        "x",
    ] {
        let subscription = subscription_at(endpoint).await;
        let error = check_subscription(&subscription, &[]).unwrap_err();
        assert!(!error.contains("evil"), "{error}");
        let push = Push::new(&new_key().0, "mailto:a@b.test", &[], PATIENCE).unwrap();
        assert_eq!(push.send(&letter(&subscription)).await, Err(Failure::Refused { why: error }), "{endpoint}");
    }
}

#[tokio::test]
async fn a_push_service_cannot_send_us_elsewhere() {
    let (service, push, subscription) = service().await;
    let endpoint = serde_json::from_str::<Value>(&subscription).unwrap()["endpoint"].as_str().unwrap().to_owned();
    let router = Router::new().fallback(move || async move { Redirect::temporary(&endpoint) });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let moved = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let sent = push.send(&letter(&subscription_at(&moved).await)).await;
    assert_eq!((sent, service.journal().len()), (Err(Failure::Refused { why: "307".into() }), 0));
}

#[tokio::test]
async fn a_subscription_is_looked_through_before_it_is_kept() {
    let service = emulators::Push::start("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let good = service.subscribe();
    assert_eq!(check_subscription(&good, &here()), Ok(()));
    assert!(check_subscription(&good, &[]).is_err(), "only where it was allowed");
    let spoilt = |part: &str, value: Value| {
        let mut subscription: Value = serde_json::from_str(&good).unwrap();
        subscription["keys"][part] = value;
        subscription.to_string()
    };
    for bad in [
        String::new(),
        "{}".to_owned(),
        spoilt("auth", json!("AAAA")),
        spoilt("auth", json!(null)),
        spoilt("p256dh", json!("AAAA")),
        spoilt("p256dh", json!(format!("BA{}", "A".repeat(85)))),
        format!("{good}{}", " ".repeat(5000)),
    ] {
        assert!(check_subscription(&bad, &here()).is_err(), "{bad}");
    }
}

#[test]
fn a_key_makes_the_same_sender_each_time_and_is_not_shown() {
    let (private, public) = new_key();
    let push = Push::new(&private, "mailto:a@b.test", &[], PATIENCE).unwrap();
    assert_eq!(push.public_key(), public);
    assert!(!format!("{push:?}").contains(&private));
    for (key, contact) in [("", "mailto:a@b.test"), ("AAAA", "mailto:a@b.test"), (private.as_str(), "a@b.test")] {
        assert!(Push::new(key, contact, &[], PATIENCE).is_err());
    }
}
