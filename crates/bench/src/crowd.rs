//! The crowded company: more workers than a server ever sees at a time, each linked to two messengers, with one password for all.

use crate::{
    measure::Plan,
    seeded::{Engine, LOGIN, PASSWORD, Seeded, count},
};
use anyhow::{Context, Result, bail, ensure};
use hyper::Method;
use rig::{Client, Program};
use serde_json::json;
use std::time::Duration;
use store::sea_orm::{ConnectionTrait, DatabaseConnection, Statement};

/// So many sign in at a time, as passwords are looked at four at a time.
const ABREAST: usize = 4;

/// The company's database, and a connection of our own to it.
pub struct Crowd {
    seeded: Seeded,
    conn: DatabaseConnection,
}

/// One worker, whose number is that of their chats with the bots too.
#[derive(Clone)]
pub struct Worker {
    pub id: i64,
    pub user_id: i64,
    login: String,
}

/// Access tokens of people who signed in, for ten minutes.
pub struct SignedIn {
    pub dispatcher: String,
    pub workers: Vec<(Worker, String)>,
}

impl Crowd {
    pub async fn of(plan: &Plan, engine: &Engine) -> Result<Self> {
        let seeded = Seeded::crowd(&plan.program, &plan.kept, engine).await?;
        let crowd = Self { conn: seeded.look().await?, seeded };
        let password = format!(
            "UPDATE users SET password_hash = (SELECT own.hash FROM (SELECT password_hash AS hash FROM users WHERE login = '{LOGIN}') own)"
        );
        let linked = |channel: &str| {
            format!(
                "INSERT INTO ways (user_id, channel, address, name, state, linked_ms) \
                 SELECT user_id, '{channel}', CONCAT(user_id, ''), '', 'alive', 0 FROM workers"
            )
        };
        // Nobody sleeps, whatever hour it is.
        let awake = "UPDATE company SET quiet_from = 0, quiet_to = 0".to_owned();
        // Some of the made-up people wrote by Telegram last, where they would be answered.
        let nowhere = "UPDATE chat_messages SET channel = NULL".to_owned();
        for sql in [password, "DELETE FROM ways".into(), linked("max"), linked("telegram"), nowhere, awake] {
            crowd.run(&sql).await?;
        }
        crowd.empty_queue().await?;
        Ok(crowd)
    }

    /// Starts the program on it, with these settings besides.
    pub async fn start(&self, plan: &Plan, more: &[(&str, String)]) -> Result<Program> {
        let more = more.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        Program::start(&plan.program, &self.seeded.settings().into_iter().chain(more).collect::<Vec<_>>()).await
    }

    /// An access token of the dispatcher who measures.
    pub async fn dispatcher(&self, program: &Program) -> Result<String> {
        self.seeded.sign_in(program).await
    }

    pub async fn workers(&self) -> Result<Vec<Worker>> {
        let sql = "SELECT w.id, w.user_id, u.login FROM workers w JOIN users u ON u.id = w.user_id ORDER BY w.id";
        let rows = self.conn.query_all_raw(Statement::from_string(self.conn.get_database_backend(), sql)).await?;
        let worker = |row: &store::sea_orm::QueryResult| {
            Ok(Worker { id: row.try_get_by_index(0)?, user_id: row.try_get_by_index(1)?, login: row.try_get_by_index(2)? })
        };
        rows.iter().map(worker).collect()
    }

    /// Signs the dispatcher and so many workers in, by a program of its own: what that takes must not stand in the memory of the one
    /// that is measured.
    pub async fn sign_in(&self, plan: &Plan, workers: usize) -> Result<SignedIn> {
        let program = self.start(plan, &[]).await?;
        let dispatcher = self.dispatcher(&program).await?;
        let workers: Vec<Worker> = self.workers().await?.into_iter().take(workers).collect();
        let mut tasks = vec![];
        for part in workers.chunks(workers.len().div_ceil(ABREAST)) {
            let (client, part) = (program.client().await?, part.to_vec());
            tasks.push(tokio::spawn(tokens(client, part)));
        }
        let mut signed_in = SignedIn { dispatcher, workers: vec![] };
        for task in tasks {
            signed_in.workers.extend(task.await??);
        }
        program.stop().await?;
        Ok(signed_in)
    }

    /// Puts so many messages into the queue of a line, due at once and not pressing: the morning's list, for workers behind the first
    /// `spared`. It names no day, so it goes out whatever the worker's day is.
    pub async fn queue(&self, channel: &str, messages: usize, spared: &[Worker]) -> Result<()> {
        let behind = spared.last().map_or(0, |worker| worker.id);
        let now = now_ms();
        self.run(&format!(
            "INSERT INTO deliveries (turn, wording, channel, person, user_id, thread, facts, rest, state, attempts, due_ms, provider_id, \
             answer, parts, created_ms) SELECT 0, 'crew-day', '{channel}', CONCAT('u', user_id), user_id, 0, \
             '{{}}', '', 'queued', 0, {now}, '', '', 0, {now} \
             FROM workers WHERE id > {behind} ORDER BY id LIMIT {messages}"
        ))
        .await?;
        let there = self.queued(channel).await?;
        ensure!(there >= i64::try_from(messages)?, "{there} messages are queued instead of {messages}");
        Ok(())
    }

    /// How many messages wait on a line.
    pub async fn queued(&self, channel: &str) -> Result<i64> {
        count(&self.conn, &format!("deliveries WHERE channel = '{channel}' AND due_ms IS NOT NULL")).await
    }

    /// Throws away what waits, and what is left of the queues before.
    pub async fn empty_queue(&self) -> Result<()> {
        self.run("DELETE FROM deliveries WHERE due_ms IS NOT NULL OR turn = 0").await
    }

    /// Waits until nothing is left to decide about or to send.
    pub async fn idle(&self) -> Result<()> {
        for _ in 0..240 {
            if count(&self.conn, "outbox").await? + count(&self.conn, "deliveries WHERE due_ms IS NOT NULL").await? == 0 {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        bail!("the program does not come to rest")
    }

    async fn run(&self, sql: &str) -> Result<()> {
        self.conn.execute_unprepared(sql).await.map(drop).with_context(|| sql.to_owned())
    }
}

/// One after another, each from an address of their own, as a proxy in front of the program tells it.
async fn tokens(mut client: Client, workers: Vec<Worker>) -> Result<Vec<(Worker, String)>> {
    let mut found = vec![];
    for worker in workers {
        let [.., high, low] = worker.id.to_be_bytes();
        let from = ("x-forwarded-for", format!("10.67.{high}.{low}"));
        let body = json!({ "login": worker.login, "password": PASSWORD }).to_string();
        let answer = client.send(Method::POST, "/api/v1/auth/sessions", &[from], body.into()).await?;
        ensure!(answer.status == 201, "signing in: {} {}", answer.status, answer.text());
        let token = answer.json()["access_token"].as_str().context("an answer without a token")?.to_owned();
        found.push((worker, token));
    }
    Ok(found)
}

/// Milliseconds since 1970, as the emulators' clocks tell them.
pub fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}
