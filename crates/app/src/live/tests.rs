use std::time::Duration;

use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use futures_util::{FutureExt, StreamExt};
use http_body_util::BodyExt;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use super::*;

const STAFF: Viewer = Viewer { user_id: 1, session_id: Some(10), is_staff: true, order: None };
const ANNA: Viewer = Viewer { user_id: 2, session_id: Some(20), is_staff: false, order: None };

fn signal(topic: &str, staff: bool, users: &[i64]) -> Signal {
    Signal::changed(vec![topic.into()], Audience { staff, users: users.to_vec(), order: None })
}

/// What the stream has brought so far, and whether it has ended.
async fn text(response: &mut Response) -> (String, bool) {
    let mut text = String::new();
    loop {
        // Everything published is there at once; nothing is waited for.
        match tokio::task::unconstrained(response.body_mut().frame()).now_or_never() {
            Some(Some(frame)) => text.push_str(std::str::from_utf8(&frame.unwrap().into_data().unwrap()).unwrap()),
            Some(None) => return (text, true),
            None => return (text, false),
        }
    }
}

fn last_id(text: &str) -> String {
    text.lines().rev().find_map(|line| line.strip_prefix("id: ")).expect("an id").to_owned()
}

async fn heard(subscription: &mut Subscription) -> Delivery {
    timeout(Duration::from_secs(10), subscription.next()).await.expect("heard within ten seconds").unwrap()
}

#[tokio::test]
async fn a_viewer_sees_only_what_is_meant_for_them() {
    let hub = Hub::alone();
    let (mut staff, mut anna) = (hub.sse(STAFF, None), hub.sse(ANNA, None));
    hub.publish(signal("orders", true, &[]));
    hub.publish(signal("order:12", false, &[2, 3]));
    hub.publish(signal("order:13", true, &[2]));
    let (staff, anna) = (text(&mut staff).await.0, text(&mut anna).await.0);
    assert!(staff.contains(r#"data: {"topics":["orders"]}"#) && !staff.contains("order:12") && staff.contains("order:13"), "{staff}");
    assert!(!anna.contains("orders") && anna.contains("order:12") && anna.contains("order:13"), "{anna}");
    assert!(anna.starts_with("event: hello\n") && anna.contains("\nretry: "), "{anna}");
}

#[tokio::test]
async fn the_others_see_who_types_and_nobody_is_told_later() {
    let hub = Hub::alone();
    let (mut staff, mut anna, start) = (hub.sse(STAFF, None), hub.sse(ANNA, None), hub.position());
    let typist = Typist { user_id: ANNA.user_id, name: "Анна".into() };
    hub.type_in("chat-1-customer".into(), typist, Audience { staff: true, users: vec![ANNA.user_id], order: None }, 0);
    let (staff, anna) = (text(&mut staff).await.0, text(&mut anna).await.0);
    assert!(staff.contains("event: typing") && staff.contains(r#"{"topic":"chat-1-customer","who":"Анна"}"#), "{staff}");
    assert!(!anna.contains("typing"), "{anna}");
    assert_eq!(hub.position(), start);
    assert!(!text(&mut hub.sse(STAFF, Some(&start))).await.0.contains("typing"));
}

#[tokio::test]
async fn the_answer_is_an_event_stream_nobody_may_keep() {
    let answer = Hub::alone().sse(ANNA, None);
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert_eq!(answer.headers()["x-accel-buffering"], "no");
}

#[tokio::test]
async fn a_returning_browser_gets_what_it_missed() {
    let hub = Hub::alone();
    let mut first = hub.sse(ANNA, None);
    let hello = last_id(&text(&mut first).await.0);
    drop(first);
    hub.publish(signal("order:1", false, &[2]));
    hub.publish(signal("order:2", false, &[3]));
    hub.publish(Signal::revoked(2, Some(99)));
    hub.publish(signal("order:3", false, &[2]));

    let back = text(&mut hub.sse(ANNA, Some(&hello))).await.0;
    assert!(back.contains("order:1") && !back.contains("order:2") && back.contains("order:3"), "{back}");
    assert!(!back.contains("reload"), "{back}");
    let again = text(&mut hub.sse(ANNA, Some(&last_id(&back)))).await.0;
    assert!(!again.contains("signal") && !again.contains("reload"), "{again}");
    assert_eq!(last_id(&again), hub.position());
}

#[test]
fn a_page_says_where_its_first_stream_begins_and_the_browser_where_it_goes_on() {
    let uri: Uri = "/live?x=1&after=a-7".parse().unwrap();
    let mut headers = HeaderMap::new();
    assert_eq!(last_event_id(&headers, &uri), Some("a-7"));
    headers.insert("last-event-id", "a-9".parse().unwrap());
    assert_eq!(last_event_id(&headers, &uri), Some("a-9"));
    assert_eq!(last_event_id(&HeaderMap::new(), &Uri::from_static("/live")), None);
}

#[tokio::test]
async fn an_id_that_is_too_old_or_of_another_process_means_reload() {
    let hub = Hub::alone();
    let old = hub.position();
    for n in 0..2000 {
        hub.publish(signal(&format!("order:{n}"), false, &[2]));
    }
    let foreign = Hub::alone().position();
    let future = format!("{}9", hub.position());
    for id in [old.as_str(), &foreign, &future, "", "x-1"] {
        let back = text(&mut hub.sse(ANNA, Some(id))).await.0;
        assert!(back.contains("event: reload") && !back.contains("signal"), "{id}: {back}");
        assert_eq!(last_id(&back), hub.position());
    }
}

#[tokio::test]
async fn a_subscriber_that_lags_is_told_to_reload() {
    let hub = Hub::alone();
    let mut slow = hub.sse(ANNA, None);
    for n in 0..3000 {
        hub.publish(signal(&format!("order:{n}"), false, &[2]));
    }
    let text = text(&mut slow).await.0;
    assert!(text.contains("event: reload") && !text.contains("order:0\"") && text.contains("order:2999"));
}

#[tokio::test]
async fn a_revocation_ends_the_streams_it_names_and_no_other() {
    let hub = Hub::alone();
    let other_session = Viewer { session_id: Some(21), ..ANNA };
    let mut streams = [STAFF, ANNA, other_session].map(|viewer| hub.sse(viewer, None));
    hub.publish(Signal::revoked(2, Some(20)));
    let mut ended = Vec::new();
    for stream in &mut streams {
        ended.push(text(stream).await.1);
    }
    assert_eq!(ended, [false, true, false]);
    hub.publish(Signal::revoked(2, None));
    let (last_words, ended) = text(&mut streams[2]).await;
    assert!(ended && last_words.contains("event: over"));
    assert!(!text(&mut streams[0]).await.1);
}

#[tokio::test(start_paused = true)]
async fn a_stream_lives_ten_minutes_and_says_so_meanwhile() {
    let body = timeout(Duration::from_secs(700), Hub::alone().sse(ANNA, None).into_body().collect()).await.expect("it ends");
    let text = String::from_utf8(body.unwrap().to_bytes().to_vec()).unwrap();
    assert!(text.matches("\n:").count() >= 39, "keep-alive comments: {text}");
}

fn redis_url() -> String {
    std::env::var("TEST_REDIS_URL").expect("TEST_REDIS_URL names a Redis server for the tests; `make test` starts one")
}

fn channel() -> String {
    format!("test:{:x}", rand::random::<u64>())
}

/// Publishes until the other node is connected and hears.
async fn meet(from: &Hub, to: &mut Subscription) {
    for _ in 0..200 {
        from.publish(signal("ping", false, &[]));
        if timeout(Duration::from_millis(50), to.next()).await.is_ok() {
            while to.next().now_or_never().is_some() {}
            return;
        }
    }
    panic!("the nodes have not met");
}

async fn until(subscription: &mut Subscription, wanted: impl Fn(&Delivery) -> bool) {
    while !wanted(&heard(subscription).await) {}
}

fn is(delivery: &Delivery, wanted: &Signal) -> bool {
    matches!(delivery, Delivery::Signal { signal, .. } if signal == wanted)
}

fn is_topic(delivery: &Delivery, topic: &str) -> bool {
    matches!(delivery, Delivery::Signal { signal: Signal::Changed { topics, .. }, .. } if *topics == [topic])
}

#[tokio::test]
async fn two_nodes_work_as_one() {
    let channel = channel();
    let one = Hub::on_channel(&redis_url(), &channel).unwrap();
    let two = Hub::on_channel(&redis_url(), &channel).unwrap();
    let (mut at_one, mut at_two) = (one.subscribe(), two.subscribe());
    meet(&one, &mut at_two).await;
    meet(&two, &mut at_one).await;

    one.publish(signal("order:1", true, &[7]));
    until(&mut at_two, |delivery| is_topic(delivery, "order:1")).await;
    two.publish(Signal::revoked(5, Some(50)));
    until(&mut at_one, |delivery| is(delivery, &Signal::revoked(5, Some(50)))).await;
    one.publish(signal("order:2", true, &[]));
    until(&mut at_one, |delivery| is_topic(delivery, "order:2")).await;
    two.publish(signal("order:3", true, &[]));
    assert!(is_topic(&heard(&mut at_one).await, "order:3"), "the own signal came once, not again as an echo");
}

#[tokio::test]
async fn what_others_said_before_a_node_heard_them_is_fetched_anew() {
    let hub = Hub::on_channel(&redis_url(), &channel()).unwrap();
    let (early, mut at_hub) = (hub.position(), hub.subscribe());
    until(&mut at_hub, |delivery| is(delivery, &Signal::Gap)).await;
    assert!(text(&mut hub.sse(ANNA, Some(&early))).await.0.contains("event: reload"));
}

/// A way to Redis that can be cut.
async fn cuttable(target: String) -> (u16, tokio::sync::watch::Sender<bool>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (cut, is_cut) = tokio::sync::watch::channel(false);
    tokio::spawn(async move {
        while let Ok((mut here, _)) = listener.accept().await {
            let (mut is_cut, target) = (is_cut.clone(), target.clone());
            if *is_cut.borrow() {
                continue;
            }
            tokio::spawn(async move {
                let mut there = TcpStream::connect(target).await.unwrap();
                tokio::select! {
                    _ = copy_bidirectional(&mut here, &mut there) => {}
                    _ = is_cut.wait_for(|cut| *cut) => {}
                }
            });
        }
    });
    (port, cut)
}

#[tokio::test]
async fn a_node_works_on_alone_and_begins_anew_when_redis_is_back() {
    let url = redis_url();
    let target = url.trim_start_matches("redis://").trim_end_matches('/').to_owned();
    let (port, cut) = cuttable(target).await;
    let channel = channel();
    let near = Hub::on_channel(&url, &channel).unwrap();
    let far = Hub::on_channel(&format!("redis://127.0.0.1:{port}/"), &channel).unwrap();
    let (mut at_near, mut at_far) = (near.subscribe(), far.subscribe());
    meet(&near, &mut at_far).await;
    meet(&far, &mut at_near).await;

    cut.send_replace(true);
    // The last receiver belongs to the listener, the others to connections.
    timeout(Duration::from_secs(10), async {
        while cut.receiver_count() > 1 {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("the connections are cut");
    far.publish(signal("alone", true, &[]));
    until(&mut at_far, |delivery| is_topic(delivery, "alone")).await;
    near.publish(signal("lost", true, &[]));

    cut.send_replace(false);
    until(&mut at_far, |delivery| is(delivery, &Signal::Gap)).await;
    until(&mut at_near, |delivery| is(delivery, &Signal::Gap) || is_topic(delivery, "alone")).await;
    near.publish(signal("again", true, &[]));
    until(&mut at_far, |delivery| is_topic(delivery, "again")).await;
    far.publish(signal("and again", true, &[]));
    until(&mut at_near, |delivery| is_topic(delivery, "and again")).await;
}

#[tokio::test]
async fn without_any_redis_the_hub_still_delivers() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let hub = Hub::on_channel(&format!("redis://{closed}/"), "x").unwrap();
    let mut here = hub.subscribe();
    for n in 0..2000 {
        hub.publish(signal("busy", false, &[n]));
        assert!(is_topic(&heard(&mut here).await, "busy"));
    }
    assert!(Hub::new(Some("http://x")).is_err());
}
