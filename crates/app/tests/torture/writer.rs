//! Somebody at work: creates orders, confirms them, offers visits and accepts them, and remembers what was acknowledged.

use crate::company::Company;
use anyhow::{Result, ensure};
use hyper::Method;
use rig::{Client, Program};
use serde_json::{Value, json};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::task::JoinHandle;
use uuid::Uuid;

/// What is done to an order, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Create,
    Confirm,
    Offer,
    Accept,
}

/// A command that was sent, with the answer if one came.
#[derive(Clone, Debug)]
pub struct Deed {
    pub step: Step,
    pub key: String,
    pub path: String,
    pub body: Value,
    pub answer: Option<(u16, Value)>,
}

/// One of several who write at the same time; each has customers and workers of their own.
pub struct Writer {
    number: usize,
    of: usize,
    company: Company,
    pub journal: Vec<Deed>,
}

impl Writer {
    pub fn new(number: usize, of: usize, company: &Company) -> Self {
        Self { number, of, company: company.clone(), journal: vec![] }
    }

    /// Works until the connection breaks or the system refuses for reasons of its own (5xx); what was cut off is sent again first.
    ///
    /// # Errors
    /// When a command is refused for what it says: nothing of the kind is ever sent.
    async fn work(&mut self, client: &mut Client, token: &str, acknowledged: &AtomicUsize) -> Result<()> {
        while self.one(client, token).await? {
            acknowledged.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Sends again what was cut off, and nothing more.
    ///
    /// # Errors
    /// When it is not acknowledged now.
    pub async fn finish(&mut self, client: &mut Client, token: &str) -> Result<()> {
        if self.journal.last().is_some_and(|deed| deed.answer.is_none()) {
            ensure!(self.one(client, token).await?, "a command is not acknowledged: {:?}", self.journal.last());
        }
        Ok(())
    }

    async fn one(&mut self, client: &mut Client, token: &str) -> Result<bool> {
        if self.journal.last().is_none_or(|deed| deed.answer.is_some()) {
            self.journal.push(self.next());
        }
        let Some(deed) = self.journal.last_mut() else { return Ok(false) };
        match send(client, token, deed).await? {
            Some(answer) => deed.answer = Some(answer),
            None => return Ok(false),
        }
        Ok(true)
    }

    /// The next command, from what came of the last.
    fn next(&self) -> Deed {
        let key = Uuid::new_v4().to_string();
        let last = self.journal.last();
        let id = last.and_then(|deed| deed.answer.as_ref()).map_or(Value::Null, |(_, answer)| answer["id"].clone());
        let (step, path, body) = match last.map(|deed| deed.step) {
            None | Some(Step::Accept) => (Step::Create, "/api/v1/orders".into(), self.order(&key)),
            Some(Step::Create) => (Step::Confirm, format!("/api/v1/orders/{id}/confirmation"), json!({})),
            Some(Step::Confirm) => (Step::Offer, format!("/api/v1/orders/{id}/visits"), self.visit()),
            Some(Step::Offer) => (Step::Accept, format!("/api/v1/visits/{id}/acceptance"), json!({ "reason": "По телефону" })),
        };
        Deed { step, key, path, body, answer: None }
    }

    fn order(&self, key: &str) -> Value {
        let customer = self.own(&self.company.customers);
        json!({ "service_id": self.company.service, "customer_id": customer, "description": key, "address": { "text": "Ленина, 5" } })
    }

    /// At a time when nobody else wants this worker.
    fn visit(&self) -> Value {
        let hour = self.journal.len();
        let starts =
            format!("{}-{:02}-{:02}T{:02}:00:00Z", 2030 + hour / 24 / 28 / 12, hour / 24 / 28 % 12 + 1, hour / 24 % 28 + 1, hour % 24);
        let ends = starts.replace(":00:00Z", ":30:00Z");
        json!({ "worker_ids": [self.own(&self.company.workers)], "starts_at": starts, "ends_at": ends, "offer": true })
    }

    /// One of this writer's own share, another each time.
    fn own(&self, all: &[i64]) -> i64 {
        let share: Vec<i64> = all.iter().copied().skip(self.number).step_by(self.of).collect();
        share[self.journal.len() / 4 % share.len()]
    }
}

/// Sends a command under its key. Nothing when no answer came, or one that promises nothing.
///
/// # Errors
/// When it is refused for what it says.
pub async fn send(client: &mut Client, token: &str, deed: &Deed) -> Result<Option<(u16, Value)>> {
    let headers = [("authorization", format!("Bearer {token}")), ("idempotency-key", deed.key.clone())];
    let Ok(answer) = client.send(Method::POST, &deed.path, &headers, deed.body.to_string().into()).await else { return Ok(None) };
    if answer.status >= 500 {
        return Ok(None);
    }
    ensure!(answer.status < 300, "{deed:?} is refused: {} {}", answer.status, answer.text());
    Ok(Some((answer.status, answer.json())))
}

/// The acknowledged commands of all writers.
pub fn acknowledged(writers: &[Writer]) -> Vec<Deed> {
    writers.iter().flat_map(|writer| &writer.journal).filter(|deed| deed.answer.is_some()).cloned().collect()
}

/// Writers at work, each over a connection of its own.
pub struct Working {
    tasks: Vec<JoinHandle<Result<Writer>>>,
    acknowledged: Arc<AtomicUsize>,
}

/// How long so many commands may take on the busiest machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// Sets all writers to work, until the program ends or refuses.
pub async fn work(writers: Vec<Writer>, program: &Program, token: &str) -> Result<Working> {
    let (mut tasks, acknowledged) = (vec![], Arc::<AtomicUsize>::default());
    for mut writer in writers {
        let (mut client, token, count) = (program.client().await?, token.to_owned(), acknowledged.clone());
        tasks.push(tokio::spawn(async move { writer.work(&mut client, &token, &count).await.map(|()| writer) }));
    }
    Ok(Working { tasks, acknowledged })
}

impl Working {
    /// Waits until so many commands are acknowledged in this spell of work.
    pub async fn until(&self, commands: usize) -> Result<()> {
        let began = Instant::now();
        while self.acknowledged.load(Ordering::Relaxed) < commands {
            ensure!(began.elapsed() < PATIENCE, "fewer than {commands} commands in {PATIENCE:?}");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Ok(())
    }

    /// Waits until all have stopped.
    pub async fn end(self) -> Result<Vec<Writer>> {
        let mut writers = vec![];
        for task in self.tasks {
            writers.push(task.await??);
        }
        Ok(writers)
    }
}
