//! What the database says of the writers' orders, and where that differs from what was acknowledged.

use crate::{
    company::{numbers, rows},
    writer::{Deed, Step},
};
use anyhow::Result;
use rig::Client;
use sea_orm::DatabaseConnection;
use std::collections::{BTreeMap, BTreeSet};

/// The writers' orders by the key of their creation, as they are stored.
#[derive(Clone, Debug, Default)]
pub struct Record {
    pub orders: Vec<Stored>,
    /// How many lines of history of each kind an order has.
    pub events: BTreeMap<(i64, String), i64>,
    pub visits: Vec<Visit>,
    /// The keys that have an answer for repeats.
    pub answers: BTreeSet<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    pub id: i64,
    pub key: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    pub id: i64,
    pub order: i64,
    pub status: String,
}

impl Record {
    /// Reads everything that is not from the seed: ids above `seeded`.
    pub async fn read(conn: &DatabaseConnection, seeded: i64) -> Result<Self> {
        let mut record = Self::default();
        for row in rows(conn, &format!("SELECT id, description FROM orders WHERE id > {seeded}")).await? {
            record.orders.push(Stored { id: row.try_get_by_index(0)?, key: row.try_get_by_index(1)? });
        }
        let events = format!("SELECT order_id, kind, COUNT(*) FROM events WHERE order_id > {seeded} GROUP BY order_id, kind");
        for row in rows(conn, &events).await? {
            record.events.insert((row.try_get_by_index(0)?, row.try_get_by_index(1)?), row.try_get_by_index(2)?);
        }
        for row in rows(conn, &format!("SELECT id, order_id, status FROM visits WHERE order_id > {seeded}")).await? {
            let (id, order) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
            record.visits.push(Visit { id, order, status: row.try_get_by_index(2)? });
        }
        for row in rows(conn, "SELECT command_key FROM commands WHERE answer <> ''").await? {
            record.answers.insert(row.try_get_by_index(0)?);
        }
        Ok(record)
    }

    /// What was acknowledged and is not there, or is there twice.
    pub fn faults(&self, acknowledged: &[Deed]) -> Vec<String> {
        let mut faults = vec![];
        let mut expect = |ok: bool, deed: &Deed, what: &str| {
            if !ok {
                faults.push(format!("{what}: {deed:?}"));
            }
        };
        for deed in acknowledged {
            let id = deed.answer.as_ref().and_then(|(_, answer)| answer["id"].as_i64()).unwrap_or_default();
            expect(self.answers.contains(&deed.key), deed, "no answer is kept");
            match deed.step {
                Step::Create => {
                    let found: Vec<i64> = self.orders.iter().filter(|order| order.key == deed.key).map(|order| order.id).collect();
                    expect(found == [id], deed, &format!("expected order {id} once, found {found:?}"));
                    expect(self.happened(id, "order.created") == 1, deed, "not created once");
                }
                Step::Confirm => expect(self.happened(id, "order.confirmed") == 1, deed, "not confirmed once"),
                Step::Offer | Step::Accept => {
                    let visit = self.visits.iter().find(|visit| visit.id == id);
                    let order = visit.map_or(0, |visit| visit.order);
                    expect(self.visits.iter().filter(|visit| visit.order == order).count() == 1, deed, "not one visit");
                    expect(self.happened(order, "visit.offered") == 1, deed, "not offered once");
                    if deed.step == Step::Accept {
                        expect(visit.is_some_and(|visit| visit.status == "accepted"), deed, "not accepted");
                        expect(self.happened(order, "visit.accepted") == 1, deed, "not accepted once");
                    }
                }
            }
        }
        let mut seen = BTreeSet::new();
        let twice = self.orders.iter().filter(|order| !seen.insert(&order.key));
        faults.extend(twice.map(|order| format!("an order is there twice: {order:?}")));
        faults
    }

    fn happened(&self, order: i64, kind: &str) -> i64 {
        self.events.get(&(order, kind.to_owned())).copied().unwrap_or_default()
    }

    /// Plants a loss and a duplicate, each of which must be found.
    pub fn prove_eyesight(&self, acknowledged: &[Deed]) {
        assert!(self.faults(acknowledged).is_empty());
        let mut lost = self.clone();
        lost.orders.pop();
        assert!(!lost.faults(acknowledged).is_empty(), "a lost order is not found");
        let mut lost = self.clone();
        lost.visits.pop();
        assert!(!lost.faults(acknowledged).is_empty(), "a lost visit is not found");
        let mut twice = self.clone();
        twice.orders.extend(self.orders.first().map(|order| Stored { id: i64::MAX, ..order.clone() }));
        assert!(!twice.faults(acknowledged).is_empty(), "an order made twice is not found");
        let mut twice = self.clone();
        if let Some(count) = twice.events.iter_mut().find(|((_, kind), _)| kind == "order.confirmed") {
            *count.1 += 1;
        }
        assert!(!twice.faults(acknowledged).is_empty(), "an order confirmed twice is not found");
    }
}

/// Where the API tells something else than it acknowledged.
pub async fn untold(client: &mut Client, token: &str, acknowledged: &[Deed]) -> Result<Vec<String>> {
    let mut faults = vec![];
    for deed in acknowledged {
        let Some((_, answer)) = &deed.answer else { continue };
        let (kind, fields): (_, &[&str]) = match deed.step {
            Step::Create | Step::Confirm => ("orders", &["number", "customer", "description", "created_at"]),
            Step::Offer | Step::Accept => ("visits", &["order_id", "starts_at", "ends_at"]),
        };
        let told = client.get(&format!("/api/v1/{kind}/{}", answer["id"]), token).await?;
        let now = told.json();
        if told.status != 200 || fields.iter().any(|field| now[field] != answer[field]) {
            faults.push(format!("the API tells {} {now} of {deed:?}", told.status));
        }
    }
    Ok(faults)
}

/// The highest order of the seed.
pub async fn last_order(conn: &DatabaseConnection) -> Result<i64> {
    Ok(numbers(conn, "SELECT COALESCE(MAX(id), 0) FROM orders").await?[0])
}

/// What SQLite itself finds wrong with its file.
pub async fn damage(conn: &DatabaseConnection) -> Result<Vec<String>> {
    let mut damage = vec![];
    for row in rows(conn, "PRAGMA integrity_check").await? {
        damage.extend(Some(row.try_get_by_index::<String>(0)?).filter(|said| said != "ok"));
    }
    damage.extend(rows(conn, "PRAGMA foreign_key_check").await?.iter().map(|row| format!("{row:?}")));
    Ok(damage)
}
