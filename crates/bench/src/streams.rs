//! A thousand open pages: what each stream costs, and how soon a line of chat is in another person's browser.

use crate::{
    crowd::{Crowd, SignedIn, Worker},
    load::{Ask, Sample},
    measure::{Plan, calm},
    seeded::Engine,
};
use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::{Method, Request, body::Incoming, client::conn::http1::handshake, header};
use hyper_util::rt::TokioIo;
use rig::Program;
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::{
    net::TcpStream,
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::JoinSet,
    time::{sleep, timeout},
};

/// So many people have a page open, one stream each.
pub const STREAMS: usize = 1_000;
/// So many lines are written, each to another one of them.
const LINES: usize = 120;
/// Between two lines.
const GAP: Duration = Duration::from_millis(150);
/// How long a page gathers signals before it fetches what changed: `GATHER_MS` of `live.ts`.
const GATHER: Duration = Duration::from_millis(200);
/// After so long the memory of what was done before is as free as it gets.
const REST: Duration = Duration::from_secs(2);
const PATIENCE: Duration = Duration::from_secs(30);

/// What was measured with the pages open.
pub struct Watched {
    pub engine: &'static str,
    /// Memory of one stream, in bytes: after opening all, and after the lines were told as well.
    pub at_rest: f64,
    pub after_lines: f64,
    /// From sending a line until the other one's stream has told of it.
    pub told: Sample,
    /// The same until their page has got the line.
    pub shown: Sample,
}

pub async fn measure(plan: &Plan, engine: &Engine) -> Result<Watched> {
    let crowd = Crowd::of(plan, engine).await?;
    let people = crowd.sign_in(plan, STREAMS).await?;
    let product = crowd.start(plan, &[]).await?;
    calm(&product).await?;
    // Everybody has the page before the stream: what that leaves behind is no stream's.
    let mut client = product.client().await?;
    for (_, token) in &people.workers {
        page(token).send(&mut client).await?;
    }
    let before = resident(&product).await?;
    let (heard, mut hears) = unbounded_channel();
    let mut streams = JoinSet::new();
    for (worker, token) in &people.workers {
        let mut stream = Stream::open(product.address(), token).await?;
        stream.next().await?;
        streams.spawn(stream.tell(worker.id, heard.clone()));
    }
    let opened = resident(&product).await?;
    let (told, shown) = lines(&product, &people, &mut hears).await?;
    let after = resident(&product).await?;
    ensure!(streams.try_join_next().is_none(), "a stream has ended");
    drop(streams);
    product.stop().await?;
    let of_one = |bytes: u64| bytes.saturating_sub(before) as f64 / STREAMS as f64;
    let watched = Watched { engine: engine.name(), at_rest: of_one(opened), after_lines: of_one(after), told, shown };
    eprintln!(
        "{STREAMS} streams on {}: {:.1} KB each, {:.1} KB after the lines; told p95 {:.1} ms, shown p95 {:.1} ms",
        watched.engine,
        watched.at_rest / 1024.0,
        watched.after_lines / 1024.0,
        watched.told.within_ms(0.95),
        watched.shown.within_ms(0.95),
    );
    Ok(watched)
}

/// Memory that the program holds when it rests, in bytes.
async fn resident(product: &Program) -> Result<u64> {
    sleep(REST).await;
    Ok(product.cost()?.resident)
}

/// The dispatcher writes to one after another of those who have a page open.
async fn lines(product: &Program, people: &SignedIn, hears: &mut UnboundedReceiver<Heard>) -> Result<(Sample, Sample)> {
    let (mut told, mut shown) = (Sample::default(), Sample::default());
    let mut client = product.client().await?;
    for (number, (worker, token)) in people.workers.iter().step_by(STREAMS / LINES).take(LINES).enumerate() {
        let text = format!("Ключи у консьержа, подъезд {number}");
        let line = line(worker, &people.dispatcher, &text);
        let began = Instant::now();
        let (sent, seen) = tokio::join!(line.send(&mut client), seen(product, worker, token, hears));
        sent?;
        let (heard, page) = seen?;
        ensure!(page.contains(&text), "the page does not show the line «{text}»");
        told.note(heard - began);
        shown.note(began.elapsed());
        sleep(GAP).await;
    }
    Ok((told, shown))
}

/// What the other one's page does: hears of the line, gathers, fetches itself. When it heard, and what it got.
async fn seen(product: &Program, worker: &Worker, token: &str, hears: &mut UnboundedReceiver<Heard>) -> Result<(Instant, String)> {
    let topic = format!("\"chat-worker-{}-direct\"", worker.id);
    let heard = async {
        loop {
            let heard = hears.recv().await.context("all streams have ended")?;
            if heard.worker == worker.id && heard.event.contains(&topic) {
                return anyhow::Ok(heard.at);
            }
        }
    };
    let at = timeout(PATIENCE, heard).await.context("the stream does not tell of a line")??;
    sleep(GATHER).await;
    let page = page(token).send(&mut product.client().await?).await?.text();
    Ok((at, page))
}

/// A line of chat from the dispatcher to a worker, outside any order.
pub fn line(worker: &Worker, dispatcher: &str, text: &str) -> Ask {
    let headers = vec![("authorization", format!("Bearer {dispatcher}"))];
    let body = json!({ "text": text }).to_string().into();
    Ask { method: Method::POST, body, status: 201, ..Ask::get(format!("/api/v1/workers/{}/messages", worker.id), headers) }
}

/// A worker's page of the chat with the office.
fn page(token: &str) -> Ask {
    Ask::get("/messages", vec![("cookie", format!("access={token}")), ("accept", "text/html".into())])
}

/// An event that came by somebody's stream.
struct Heard {
    worker: i64,
    at: Instant,
    event: String,
}

/// A page's stream of events.
struct Stream {
    body: Incoming,
    text: String,
}

impl Stream {
    /// Over a connection of its own, as a browser opens it.
    async fn open(address: &str, token: &str) -> Result<Self> {
        let (mut sender, connection) = handshake(TokioIo::new(TcpStream::connect(address).await?)).await?;
        tokio::spawn(connection);
        let request = Request::get("/live")
            .header(header::HOST, address)
            .header(header::COOKIE, format!("access={token}"))
            .header(header::ACCEPT, "text/event-stream");
        let answer = sender.send_request(request.body(Empty::<Bytes>::new())?).await?;
        ensure!(answer.status() == 200, "a stream is answered with {}", answer.status());
        Ok(Self { body: answer.into_body(), text: String::new() })
    }

    /// The next event, or what keeps the connection alive.
    async fn next(&mut self) -> Result<String> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let event = event.to_owned();
                self.text = rest.to_owned();
                return Ok(event);
            }
            let frame = self.body.frame().await.context("the stream has ended")??;
            self.text.push_str(&String::from_utf8_lossy(&frame.into_data().unwrap_or_default()));
        }
    }

    /// Tells what comes, until the stream ends.
    async fn tell(mut self, worker: i64, to: UnboundedSender<Heard>) {
        while let Ok(event) = self.next().await {
            let _ = to.send(Heard { worker, at: Instant::now(), event });
        }
    }
}
