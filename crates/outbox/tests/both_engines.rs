//! What the outbox promises, on both engines.
#![expect(clippy::unwrap_used, reason = "a test stops where something fails")]

#[macro_use]
#[path = "../../store/tests/fresh/mod.rs"]
mod fresh;

use fresh::Fresh;
use outbox::{claim, postpone, publish, settle, waiting};
use sea_orm::DbErr;
use std::collections::HashSet;
use store::{
    Db, Engine, Migration,
    columns::{id, instant, table, text, whole},
};

/// The table as the product makes it.
fn outbox_table(engine: Engine) -> Vec<String> {
    let columns = [
        id(),
        text("topic", 64),
        text("payload", 8000),
        instant("created_ms"),
        instant("not_before_ms"),
        instant("leased_until_ms").null(),
        whole("attempts").default(0),
        text("last_error", 500),
    ];
    table("outbox", columns).index(&["not_before_ms", "id"]).create(engine)
}

fn lease_table(engine: Engine) -> Vec<String> {
    table("leases", [text("name", 40), text("holder", 200), instant("until_ms")]).primary(&["name"]).create(engine)
}

const MIGRATIONS: &[Migration] =
    &[Migration { name: "0001_outbox", statements: outbox_table }, Migration { name: "0002_leases", statements: lease_table }];

async fn put(db: &Db, topic: &str, now: i64) {
    db.write(async |tx| publish(tx, topic, &serde_json::json!({"n": 1}), now).await).await.unwrap();
}

on_both!(MIGRATIONS, an_entry_leaves_with_its_transaction_or_not_at_all, |db| {
    let lost: Result<(), DbErr> = db
        .write(async |tx| {
            publish(tx, "lost", &1, 10).await?;
            Err(DbErr::Custom("the change failed".into()))
        })
        .await;
    lost.unwrap_err();
    assert_eq!(waiting(db).await.unwrap(), 0);
    put(db, "kept", 10).await;
    let taken = claim(db, 10, 1000, 10).await.unwrap();
    assert_eq!((taken.len(), taken[0].topic.as_str(), taken[0].payload.as_str(), taken[0].attempts), (1, "kept", "{\"n\":1}", 1));
});

on_both!(MIGRATIONS, a_leased_entry_is_nobody_elses_until_the_lease_is_over, |db| {
    put(db, "a", 0).await;
    let first = claim(db, 0, 1000, 10).await.unwrap();
    assert_eq!(first.len(), 1);
    assert!(claim(db, 999, 1000, 10).await.unwrap().is_empty());
    let again = claim(db, 1001, 1000, 10).await.unwrap();
    assert_eq!((again.len(), again[0].id, again[0].attempts), (1, first[0].id, 2));
    db.write(async |tx| settle(tx, first[0].id).await).await.unwrap();
    assert_eq!(waiting(db).await.unwrap(), 0);
});

on_both!(MIGRATIONS, a_failed_entry_comes_again_in_its_time, |db| {
    put(db, "a", 0).await;
    let entry = claim(db, 0, 1000, 10).await.unwrap().remove(0);
    db.write(async |tx| postpone(tx, entry.id, 5000, &"502 ".repeat(500)).await).await.unwrap();
    assert!(claim(db, 4999, 1000, 10).await.unwrap().is_empty());
    assert_eq!(claim(db, 5000, 1000, 10).await.unwrap()[0].attempts, 2);
});

on_both!(MIGRATIONS, workers_at_once_share_without_doubles, |db| {
    for n in 0..40 {
        put(db, &format!("t{n}"), 0).await;
    }
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let db = db.clone();
        workers.spawn(async move {
            let mut mine = vec![];
            loop {
                let taken = claim(&db, 1, 60_000, 3).await.unwrap();
                if taken.is_empty() {
                    return mine;
                }
                mine.extend(taken.into_iter().map(|entry| entry.id));
            }
        });
    }
    let all: Vec<i64> = workers.join_all().await.into_iter().flatten().collect();
    assert_eq!(all.len(), 40);
    assert_eq!(all.iter().collect::<HashSet<_>>().len(), 40);
});

on_both!(MIGRATIONS, a_duty_has_one_holder_until_it_stops_renewing, |db| {
    let take = async |holder: &str, now| outbox::lease::take(db, "telegram", holder, now, 1000).await.unwrap();
    assert!(take("a", 0).await && take("a", 900).await, "taken and renewed");
    assert!(!take("b", 1900).await, "it is held until 1900");
    assert!(take("b", 1901).await && !take("a", 1902).await, "taken over, and the old holder knows it");
    assert!(outbox::lease::take(db, "another", "a", 1902, 1000).await.unwrap(), "duties are apart");
});

on_both!(MIGRATIONS, of_many_who_reach_for_a_duty_one_has_it, |db| {
    for round in 0..5 {
        let mut nodes = tokio::task::JoinSet::new();
        for node in 0..8 {
            let db = db.clone();
            nodes.spawn(async move { outbox::lease::take(&db, "telegram", &format!("{round}-{node}"), round * 2000, 1000).await.unwrap() });
        }
        let holders = nodes.join_all().await.into_iter().filter(|has| *has).count();
        assert_eq!(holders, 1, "round {round}");
    }
});
