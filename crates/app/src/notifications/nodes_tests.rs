//! Two nodes over one database: deciding is shared by both, each channel is carried by one of them, and what one leaves the other does.

use super::{
    Channel, Line, Wording, cascade,
    decide::distribute,
    deliver::deliver,
    testing::{link, outcomes, queue},
};
use crate::testkit::*;
use emulators::{Max, Running, Telegram};
use serde_json::json;
use std::{sync::Arc, time::Duration};

/// As long as a node that fell silent keeps its duties, and as long as messages are its own.
const SILENCE: i64 = 61_000;

struct Nodes {
    first: TestApp,
    second: TestApp,
    max: Running<Max>,
    telegram: Running,
}

impl Nodes {
    /// Two nodes with MAX, by which the dispatcher is reached, and Telegram, by which Zoya is.
    async fn start(app: &TestApp) -> Self {
        let here = || "127.0.0.1:0".parse().unwrap();
        let (max, telegram) = (Max::start(here()).await.unwrap(), Telegram::start(here()).await.unwrap());
        max.person(1, "Дарья");
        telegram.person(2, "Зоя");
        let first = app
            .with(|config| {
                config.use_max(&max);
                config.use_telegram(&telegram);
            })
            .await;
        let People { dispatcher, zoya, .. } = first.people();
        link(&first, &dispatcher, Channel::Max, "1").await;
        link(&first, &zoya, Channel::Telegram, "2").await;
        Self { second: first.restarted().await, first, max, telegram }
    }

    /// Each node asks for its duties as it does every few seconds.
    async fn ask(app: &TestApp, node: &str, channels: &[Channel]) {
        for channel in channels {
            line(app, *channel).duty.renew(app, crate::web::Choice::code(*channel), node).await;
        }
    }

    /// One turn of a node's sending: it carries what it has the duty for, and nothing else.
    async fn turn(app: &TestApp) -> usize {
        let mut sent = 0;
        for line in app.lines.all().iter().filter(|line| line.duty.is_on(app)) {
            sent += deliver(app, line).await.unwrap();
        }
        while cascade::escalate(app).await.unwrap() > 0 {}
        sent
    }

    fn pass(&self, ms: i64) {
        self.first.advance(ms);
        let by = Duration::from_millis(u64::try_from(ms).unwrap());
        self.max.advance(by);
        self.telegram.advance(by);
    }

    /// How often each order was told to the dispatcher by MAX and to Zoya by Telegram.
    fn came(&self) -> (usize, usize) {
        let new = |texts: Vec<String>| texts.iter().filter(|text| text.contains("Новый")).count();
        (new(self.max.sent_to(1)), new(self.telegram.sent_to(2)))
    }
}

fn line(app: &TestApp, channel: Channel) -> &Arc<Line> {
    app.lines.get(channel).unwrap()
}

db_test!(two_nodes_decide_together_and_each_carries_a_channel, |app| {
    let nodes = Nodes::start(&app).await;
    let (first, second) = (&nodes.first, &nodes.second);
    // More events than a node takes at once.
    for _ in 0..30 {
        let olga = first.people().olga;
        let order = first.order().by(&olga).make().await;
        first.people().dispatcher.post(&format!("/api/v1/orders/{order}/confirmation"), json!({})).await.expect(200);
    }
    let waiting = first.number("SELECT COUNT(*) FROM outbox").await;
    assert!(waiting > 50, "{waiting}");
    // Both at one moment: what one has claimed the other leaves.
    let mut decided = 0;
    while first.number("SELECT COUNT(*) FROM outbox").await > 0 {
        let (by_first, by_second) = tokio::join!(distribute(first), distribute(second));
        decided += by_first.unwrap() + by_second.unwrap();
    }
    assert_eq!(i64::try_from(decided).unwrap(), waiting);
    for node in [first, second] {
        node.order().make().await;
        assert_eq!(distribute(node).await.unwrap(), 1, "either decides by itself");
    }
    assert_eq!(outcomes(first).await.len(), 64, "each of 32 orders is told to two, once");

    // The first is given MAX and the second Telegram; what the other has neither gets.
    Nodes::ask(first, "crm1", &[Channel::Max]).await;
    Nodes::ask(second, "crm2", &[Channel::Telegram, Channel::Max]).await;
    Nodes::ask(first, "crm1", &[Channel::Telegram]).await;
    let carries = |app: &TestApp| [Channel::Max, Channel::Telegram].map(|channel| line(app, channel).duty.is_on(app));
    assert_eq!((carries(first), carries(second)), ([true, false], [false, true]));
    for _ in 0..10 {
        Nodes::ask(first, "crm1", &[Channel::Max, Channel::Telegram]).await;
        Nodes::ask(second, "crm2", &[Channel::Max, Channel::Telegram]).await;
        let (by_first, by_second) = tokio::join!(Nodes::turn(first), Nodes::turn(second));
        assert!(by_first > 0 && by_second > 0, "both are at work");
        nodes.pass(1000);
    }
    let (by_max, by_telegram) = nodes.came();
    assert!((10..32).contains(&by_max) && (10..32).contains(&by_telegram), "{by_max} and {by_telegram}: one a second to each");

    // The first dies with a message on its way that nobody heard of.
    first.execute("UPDATE deliveries SET state = 'sending', due_ms = ? WHERE id = (SELECT id FROM (SELECT MIN(id) AS id FROM deliveries WHERE channel = 'max' AND state = 'queued') AS q)", [(first.clock.now_ms() + 60_000).into()]).await;
    nodes.pass(SILENCE);
    for _ in 0..40 {
        Nodes::ask(second, "crm2", &[Channel::Max, Channel::Telegram]).await;
        Nodes::turn(second).await;
        nodes.pass(1000);
    }
    assert_eq!(carries(second), [true, true]);
    assert_eq!(nodes.came(), (32, 32), "nothing lost, nothing doubled: {:?}", outcomes(second).await);
    // The first is back and gets no duty that is not free.
    Nodes::ask(first, "crm1", &[Channel::Max, Channel::Telegram]).await;
    assert_eq!(carries(first), [false, false]);
    app.forget_history().await;
});

db_test!(what_a_node_decided_about_half_the_other_decides_about_anew, |app| {
    let nodes = Nodes::start(&app).await;
    let (first, second) = (&nodes.first, &nodes.second);
    first.order().make().await;
    // The first took the event up and died before it had decided.
    first.execute("UPDATE outbox SET leased_until_ms = ?", [(first.clock.now_ms() + 30_000).into()]).await;
    assert_eq!(distribute(second).await.unwrap(), 0, "it is the first's");
    nodes.pass(30_001);
    assert_eq!(distribute(second).await.unwrap(), 1);
    assert_eq!(distribute(first).await.unwrap(), 0);
    assert_eq!(outcomes(second).await.len(), 2, "the dispatcher and Zoya");
    app.forget_history().await;
});

db_test!(two_nodes_that_both_take_a_channel_for_theirs_send_each_message_once, |app| {
    let nodes = Nodes::start(&app).await;
    let (first, second) = (&nodes.first, &nodes.second);
    let zoya = format!("u{}", first.people().zoya.user_id);
    for turn in 1..=40 {
        let order = first.order().make().await;
        queue(first, turn, (Wording::OfficeNew, Channel::Telegram), &zoya, order).await;
    }
    first.execute("DELETE FROM outbox", []).await;
    // A duty may run out in the middle of a turn, while its holder is still at work.
    for _ in 0..60 {
        let [by_first, by_second] = [first, second].map(|app| deliver(app, line(app, Channel::Telegram)));
        let (by_first, by_second) = tokio::join!(by_first, by_second);
        by_first.unwrap();
        by_second.unwrap();
        nodes.pass(1000);
    }
    assert_eq!(nodes.came().1, 40, "{:?}", outcomes(first).await);
    app.forget_history().await;
});
