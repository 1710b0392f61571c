//! Numbers for monitoring, in Prometheus' text format: what was answered, how fast, what waits.

use super::client::ClientIp;
use crate::{
    app::App,
    error::{Error, Result},
};
use axum::{
    extract::{Request, State},
    http::header,
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::{
    fmt::Write,
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};

/// Upper bounds of the buckets of answer times, in milliseconds.
const BOUNDS_MS: [u64; 8] = [5, 10, 25, 50, 100, 250, 1000, 5000];

/// Counts since the start of this process.
#[derive(Debug, Default)]
pub struct Metrics {
    /// Answers by class of status: 1xx … 5xx.
    answers: [AtomicU64; 5],
    /// Answers that took at most the bound; the last place is for slower ones.
    buckets: [AtomicU64; 9],
    total_us: AtomicU64,
}

impl Metrics {
    fn note(&self, status: u16, took: std::time::Duration) {
        let class = usize::from(status / 100).clamp(1, 5) - 1;
        self.answers[class].fetch_add(1, Ordering::Relaxed);
        let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let bucket = BOUNDS_MS.iter().position(|bound| ms <= *bound).unwrap_or(BOUNDS_MS.len());
        self.buckets[bucket].fetch_add(1, Ordering::Relaxed);
        self.total_us.fetch_add(u64::try_from(took.as_micros()).unwrap_or(0), Ordering::Relaxed);
    }

    fn text(&self) -> String {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let mut text = String::from("# TYPE http_answers_total counter\n");
        for (class, counter) in self.answers.iter().enumerate() {
            line(&mut text, &format!("http_answers_total{{status=\"{}xx\"}}", class + 1), read(counter));
        }
        text.push_str("# TYPE http_answer_seconds histogram\n");
        let mut sum = 0;
        for (bound, counter) in BOUNDS_MS.iter().map(|ms| format!("{}", *ms as f64 / 1000.0)).chain(["+Inf".into()]).zip(&self.buckets) {
            sum += read(counter);
            line(&mut text, &format!("http_answer_seconds_bucket{{le=\"{bound}\"}}"), sum);
        }
        line(&mut text, "http_answer_seconds_count", sum);
        line(&mut text, "http_answer_seconds_sum", read(&self.total_us) as f64 / 1e6);
        text
    }
}

fn line(text: &mut String, name: &str, value: impl std::fmt::Display) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{name} {value}");
}

/// Layer: counts every answer.
pub async fn count(State(app): State<App>, request: Request, next: Next) -> Response {
    let start = Instant::now();
    let response = next.run(request).await;
    app.metrics.note(response.status().as_u16(), start.elapsed());
    response
}

/// GET `/metrics`: for this machine alone; from elsewhere there is nothing here.
pub async fn show(State(app): State<App>, ClientIp(address): ClientIp) -> Result<Response> {
    if !address.is_loopback() {
        return Err(Error::NotFound);
    }
    let mut text = app.metrics.text();
    text.push_str("# TYPE db_statements_total counter\n");
    line(&mut text, "db_statements_total", app.db.statements_sent());
    text.push_str("# TYPE outbox_waiting gauge\n");
    line(&mut text, "outbox_waiting", outbox::waiting(&app.db).await?);
    text.push_str("# TYPE orders_needing_attention gauge\n");
    line(&mut text, "orders_needing_attention", app.attention());
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn answers_fall_into_their_classes_and_buckets() {
        let metrics = Metrics::default();
        metrics.note(200, Duration::from_millis(3));
        metrics.note(404, Duration::from_millis(30));
        metrics.note(503, Duration::from_secs(60));
        let text = metrics.text();
        for expected in [
            "{status=\"2xx\"} 1\n",
            "{status=\"4xx\"} 1\n",
            "{status=\"5xx\"} 1\n",
            "{le=\"0.005\"} 1\n",
            "{le=\"0.05\"} 2\n",
            "{le=\"+Inf\"} 3\n",
            "_count 3\n",
        ] {
            assert!(text.contains(expected), "{expected} is missing in\n{text}");
        }
    }
}
