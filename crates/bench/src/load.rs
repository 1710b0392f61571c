//! Load: a few connections that ask one thing after another, and what came of it.

use anyhow::{Result, ensure};
use bytes::Bytes;
use hyper::Method;
use rig::{Client, Program};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// One request and the status that it must be answered with.
#[derive(Clone)]
pub struct Ask {
    pub method: Method,
    pub path: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Bytes,
    pub status: u16,
}

impl Ask {
    pub fn get(path: impl Into<String>, headers: Vec<(&'static str, String)>) -> Self {
        Self { method: Method::GET, path: path.into(), headers, body: Bytes::new(), status: 200 }
    }

    /// Sends it once; any other status than the expected one is an error.
    pub async fn send(&self, client: &mut Client) -> Result<rig::Answer> {
        let answer = client.send(self.method.clone(), &self.path, &self.headers, self.body.clone()).await?;
        ensure!(answer.status == self.status, "{} {}: {} {}", self.method, self.path, answer.status, answer.text());
        Ok(answer)
    }
}

/// What the connections ask next; nothing when there is nothing left to ask.
pub type Next = Arc<dyn Fn() -> Option<Ask> + Send + Sync>;

/// What came of a load.
#[derive(Clone, Default)]
pub struct Sample {
    /// How long each answer took.
    times: Vec<Duration>,
    took: Duration,
    /// Processor time of the server process.
    cpu: Duration,
}

impl Sample {
    pub fn add(&mut self, other: Self) {
        self.times.extend(other.times);
        self.took += other.took;
        self.cpu += other.cpu;
    }

    /// Notes one more time.
    pub fn note(&mut self, time: Duration) {
        self.times.push(time);
    }

    pub fn per_second(&self) -> f64 {
        self.times.len() as f64 / self.took.as_secs_f64()
    }

    /// Processor time of the server for one answer, in microseconds.
    pub fn cpu_us(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / self.times.len() as f64
    }

    /// The time within which this share of the answers came, in milliseconds.
    pub fn within_ms(&self, share: f64) -> f64 {
        let mut times = self.times.clone();
        times.sort_unstable();
        let place = (times.len() as f64 * share).ceil() as usize;
        times.get(place.saturating_sub(1)).map_or(f64::NAN, |time| time.as_secs_f64() * 1e3)
    }
}

/// A server under load over connections that stay open.
pub struct Load<'a> {
    program: &'a Program,
    clients: Vec<Client>,
    next: Next,
}

impl<'a> Load<'a> {
    pub async fn over(program: &'a Program, connections: usize, next: Next) -> Result<Self> {
        let mut clients = vec![];
        for _ in 0..connections {
            clients.push(program.client().await?);
        }
        Ok(Self { program, clients, next })
    }

    /// Asks on all connections for so long.
    pub async fn press(&mut self, duration: Duration) -> Result<Sample> {
        let (began, cpu) = (Instant::now(), self.program.cost()?.cpu);
        let tasks: Vec<_> =
            self.clients.drain(..).map(|client| tokio::spawn(ask_until(client, self.next.clone(), began + duration))).collect();
        let mut sample = Sample::default();
        for task in tasks {
            let (client, times) = task.await??;
            self.clients.push(client);
            sample.times.extend(times);
        }
        sample.took = began.elapsed();
        sample.cpu = self.program.cost()?.cpu - cpu;
        Ok(sample)
    }
}

async fn ask_until(mut client: Client, next: Next, end: Instant) -> Result<(Client, Vec<Duration>)> {
    let mut times = vec![];
    while Instant::now() < end
        && let Some(ask) = next()
    {
        let began = Instant::now();
        ask.send(&mut client).await?;
        times.push(began.elapsed());
    }
    Ok((client, times))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_tells_its_figures() {
        let sample =
            Sample { times: (1..=200).map(Duration::from_millis).collect(), took: Duration::from_secs(4), cpu: Duration::from_millis(100) };
        assert_eq!((sample.per_second(), sample.cpu_us()), (50.0, 500.0));
        assert_eq!((sample.within_ms(0.5), sample.within_ms(0.99)), (100.0, 198.0));
    }
}
