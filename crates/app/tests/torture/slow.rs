//! Clients that come, and then do next to nothing: a thousand of each kind leave the others alone and are sent away.
//!
//! How long the others wait is always measured. It is held to a bound in `make torture` alone: a plain test run shares its
//! machine with whatever else runs there, and there only whether everybody is answered counts.

use crate::{QUIET, company::Company, is_long, report};
use anyhow::{Context, Result, ensure};
use rig::{Place, Program};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::{
    net::{Ipv4Addr, SocketAddr},
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    task::JoinSet,
    time::{sleep, timeout},
};

const MANY: usize = 1000;
/// Fewer than one address may hold, were it not this machine's own.
const PER_ADDRESS: usize = 200;
/// The others: so many, and so many requests of each in one measurement.
const OTHERS: usize = 2;
const REQUESTS: usize = 150;
/// How often it is measured with and without the slow ones, by turns, where it is held to a bound; the best of each counts. What
/// else the machine does only adds.
const TURNS: usize = 5;
/// A p99 below this is as good as any: what a busy machine adds by chance would be more than twice of it.
const UNNOTICED: Duration = Duration::from_millis(10);
/// A processor that works less than this in a span has come to rest.
const REST: (Duration, Duration) = (Duration::from_millis(10), Duration::from_millis(100));
/// Between two bytes of a slow client.
const TRICKLE: Duration = Duration::from_secs(3);
const PATIENCE: Duration = Duration::from_secs(30);

/// What such a client does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Sends a head that never ends.
    Head,
    /// Sends a body that never ends.
    Body,
    /// Asks for much and reads none of it.
    Reader,
    /// Not slow at all: it asks for the heaviest page again and again. The plant.
    Busy,
}

impl Kind {
    /// How long the program bears it, and a little more for a busy machine.
    fn borne(self) -> Duration {
        Duration::from_secs(match self {
            Self::Head => 10 + 5,
            Self::Body => 20 + 10,
            Self::Reader => 60 + 15,
            Self::Busy => u64::MAX,
        })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_slow_clients_of_each_kind_slow_nobody_and_are_sent_away() {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }).unwrap();
    prove().await.unwrap();
}

async fn prove() -> Result<()> {
    let alone = QUIET.write().await;
    let place = Place::sqlite(None)?;
    let company = Company::found(&place, None).await?;
    let program = company.start().await?;
    let token = company.dispatcher(&program).await?;
    // Warm.
    measure(&program, &token).await?;
    let turns = if is_long() { TURNS } else { 1 };
    for kind in [Kind::Head, Kind::Body, Kind::Reader] {
        let (without, with) = compare(kind, MANY, turns, &program, &token).await?;
        report(&format!("{MANY} slow clients ({kind:?}): p99 of the others {without:?} without them, {with:?} with them"));
        let is_slower = with > without.max(UNNOTICED) * 2;
        ensure!(!is_slower || !is_long(), "{kind:?}: p99 {without:?} without them, {with:?} with them");
    }
    if is_long() {
        let (without, with) = compare(Kind::Busy, 40, turns, &program, &token).await?;
        ensure!(with > without.max(UNNOTICED) * 2, "a slow-down is not found: p99 {without:?} without, {with:?} with busy clients");
    }
    drop(alone);

    let _busy = QUIET.read().await;
    let mut kinds = JoinSet::new();
    for kind in [Kind::Head, Kind::Body, Kind::Reader] {
        let mut crowd = crowd(kind, MANY, program.address(), &token, false).await?;
        kinds.spawn(async move {
            let began = Instant::now();
            let gone = timeout(kind.borne(), async { while crowd.join_next().await.is_some() {} }).await;
            gone.with_context(|| format!("{} slow clients ({kind:?}) are still there", crowd.len()))?;
            report(&format!("{MANY} slow clients ({kind:?}): all sent away within {:?}", began.elapsed()));
            anyhow::Ok(())
        });
    }
    while let Some(kind) = kinds.join_next().await {
        kind??;
    }
    program.stop().await?;
    place.leave().await
}

/// The best p99 of the others, without and with such a crowd.
async fn compare(kind: Kind, many: usize, turns: usize, program: &Program, token: &str) -> Result<(Duration, Duration)> {
    let (mut without, mut with) = (Duration::MAX, Duration::MAX);
    for _ in 0..turns {
        at_rest(program).await?;
        without = without.min(measure(program, token).await?);
        let mut crowd = crowd(kind, many, program.address(), token, true).await?;
        if kind == Kind::Reader {
            // Making what they asked for is not what is measured.
            at_rest(program).await?;
        }
        with = with.min(measure(program, token).await?);
        ensure!(crowd.try_join_next().is_none(), "{kind:?}: somebody was not let in again");
        crowd.shutdown().await;
    }
    Ok((without, with))
}

/// The p99 of ordinary requests of people who are not slow.
async fn measure(program: &Program, token: &str) -> Result<Duration> {
    let mut others = JoinSet::new();
    for _ in 0..OTHERS {
        let (mut client, token) = (program.client().await?, token.to_owned());
        others.spawn(async move {
            let mut times = vec![];
            for _ in 0..REQUESTS {
                let began = Instant::now();
                let answer = client.get("/api/v1/orders/1", &token).await?;
                ensure!(answer.status == 200, "{} {}", answer.status, answer.text());
                times.push(began.elapsed());
            }
            Ok(times)
        });
    }
    let mut times = vec![];
    while let Some(other) = others.join_next().await {
        times.extend(other??);
    }
    times.sort_unstable();
    Ok(times[times.len() * 99 / 100])
}

/// Waits until the program does next to nothing.
async fn at_rest(program: &Program) -> Result<()> {
    let began = Instant::now();
    loop {
        let before = program.cost()?.cpu;
        sleep(REST.1).await;
        if program.cost()?.cpu - before <= REST.0 {
            return Ok(());
        }
        ensure!(began.elapsed() < PATIENCE, "the program does not come to rest");
    }
}

/// Clients of a kind, all connected. Each ends when it is sent away, or `returns` at once, as an attacker's does.
async fn crowd(kind: Kind, many: usize, address: &str, token: &str, returns: bool) -> Result<JoinSet<()>> {
    let (server, mut crowd): (SocketAddr, _) = (address.parse()?, JoinSet::new());
    for number in 0..many {
        let token = token.to_owned();
        let mut stream = arrive(kind, number, server, &token).await?;
        // They do not come in step, nor do anything later in step.
        sleep(Duration::from_millis(1)).await;
        crowd.spawn(async move {
            loop {
                stay(kind, stream).await;
                if !returns {
                    break;
                }
                let Ok(again) = arrive(kind, number, server, &token).await else { break };
                stream = again;
            }
        });
    }
    Ok(crowd)
}

async fn arrive(kind: Kind, number: usize, server: SocketAddr, token: &str) -> Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    let own = Ipv4Addr::from_bits(Ipv4Addr::new(127, 0, 1, 0).to_bits() + u32::try_from(number / PER_ADDRESS)?);
    socket.bind(SocketAddr::from((own, 0)))?;
    if kind == Kind::Reader {
        socket.set_recv_buffer_size(4096)?;
    }
    let mut stream = socket.connect(server).await?;
    stream.write_all(beginning(kind, token).as_bytes()).await?;
    Ok(stream)
}

/// Until it is sent away.
async fn stay(kind: Kind, stream: TcpStream) {
    match kind {
        Kind::Head | Kind::Body => trickle(stream).await,
        Kind::Reader => stalled(stream).await,
        Kind::Busy => devour(stream).await,
    }
}

fn beginning(kind: Kind, token: &str) -> String {
    match kind {
        Kind::Head => "GET / HTTP/1.1\r\nhost: x\r\nx-slow: ".to_owned(),
        Kind::Body => {
            "POST /sign-in HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 5000\r\n\r\nlogin="
                .to_owned()
        }
        Kind::Reader => "GET /api/openapi.json HTTP/1.1\r\nhost: x\r\n\r\n".repeat(20),
        Kind::Busy => format!("GET /orders HTTP/1.1\r\nhost: x\r\ncookie: access={token}\r\n\r\n").repeat(1000),
    }
}

/// One byte now and then, until the other side closes.
async fn trickle(stream: TcpStream) {
    let (mut from, mut to) = stream.into_split();
    let sending = async {
        sleep(TRICKLE.mul_f64(rand::random())).await;
        while to.write_all(b"x").await.is_ok() {
            sleep(TRICKLE).await;
        }
    };
    tokio::select! {
        () = sending => {}
        () = read_out(&mut from) => {}
    }
}

/// Reads nothing; that the other side has closed shows when writing.
async fn stalled(mut stream: TcpStream) {
    while stream.write_all(b"x").await.is_ok() {
        sleep(TRICKLE).await;
    }
}

async fn devour(mut stream: TcpStream) {
    read_out(&mut stream).await;
}

async fn read_out(from: &mut (impl AsyncReadExt + Unpin)) {
    let mut buffer = [0; 64 * 1024];
    while from.read(&mut buffer).await.is_ok_and(|bytes| bytes > 0) {}
}
