//! Sends to the browsers of one person. Each make of browser has a service of its own, which may be down by itself.

use super::{
    Line,
    deliver::{CHANNEL_PAUSE_MS, FAILURES_IN_A_ROW},
    health::{self, Direction},
    pauses, ways,
};
use crate::{app::App, error::Result};
use channels::{Failure, Letter, Sent, push};
use futures_util::future;
use std::time::Duration;

const LONGEST_PAUSE_MS: i64 = 300_000;

/// Sends to all of these browsers: it has arrived when one of them took it. Browsers that are gone are forgotten, and a service that
/// wants to be left alone or does not answer is left alone, the others not.
pub(super) async fn send(app: &App, line: &Line, letter: Letter, devices: Vec<String>) -> Result<Result<Sent, Failure>> {
    let services: Vec<String> = devices.iter().map(|device| push::service(device).unwrap_or_default()).collect();
    let paused = pauses::of(app, &services).await?;
    let letters: Vec<Letter> = devices.into_iter().map(|to| Letter { to, ..letter.clone() }).collect();
    // All at once: each may answer late, and the message is ours for a while only.
    let answers = letters.iter().zip(&services).map(|(letter, service)| async {
        match paused.get(service) {
            Some(until) => Err(wait(until - app.clock.now_ms(), "its service is left alone")),
            None => line.client.send(letter).await,
        }
    });
    let answers = future::join_all(answers).await;
    let mut outcome = Err(Failure::Dead { why: "no browser is left".into() });
    for ((letter, service), answer) in letters.iter().zip(&services).zip(answers) {
        let answer = match answer {
            Err(failure) if !paused.contains_key(service) => Err(heed(app, line, service, failure).await?),
            other => other,
        };
        match answer {
            Ok(sent) => {
                line.forget_failures(service);
                line.forget_failures(&refusals(service));
                if line.most_failures() < FAILURES_IN_A_ROW {
                    health::note(app, line.channel, Direction::Out, None).await;
                }
                outcome = Ok(sent);
            }
            Err(Failure::Dead { .. }) => ways::forget_device(app, &letter.to).await?,
            // This browser listens to another sender: that says nothing of the other browsers and their services.
            Err(Failure::Shut { why }) if outcome.is_err() => outcome = Err(Failure::Refused { why }),
            Err(failure) if outcome.is_err() => outcome = Err(failure),
            Err(_) => {}
        }
    }
    Ok(outcome)
}

/// Leaves a service alone that asks for it or fails again and again, the longer the more often; what becomes of the message then.
async fn heed(app: &App, line: &Line, service: &str, failure: Failure) -> Result<Failure> {
    let (after_ms, why) = match &failure {
        Failure::Wait { after, why } => (i64::try_from(after.as_millis()).unwrap_or(i64::MAX), why),
        Failure::Shut { why } => {
            // One browser may listen to another sender. When each refuses us, the service does not know our key.
            if line.count_failure(&refusals(service)) >= FAILURES_IN_A_ROW {
                health::note(app, line.channel, Direction::Out, Some(why)).await;
            }
            return Ok(failure);
        }
        Failure::Again { why } => {
            let failures = line.count_failure(service);
            if failures < FAILURES_IN_A_ROW {
                return Ok(failure);
            }
            health::note(app, line.channel, Direction::Out, Some(why)).await;
            (LONGEST_PAUSE_MS.min(CHANNEL_PAUSE_MS << (failures - FAILURES_IN_A_ROW).min(8)), why)
        }
        _ => return Ok(failure),
    };
    tracing::warn!(service, why, "a push service takes nothing at the moment");
    pauses::keep(app, service, app.clock.now_ms().saturating_add(after_ms)).await?;
    Ok(wait(after_ms, why))
}

/// Under which name it is counted how often a service did not take our key.
fn refusals(service: &str) -> String {
    format!("{service} refuses")
}

fn wait(after_ms: i64, why: &str) -> Failure {
    Failure::Wait { after: Duration::from_millis(u64::try_from(after_ms).unwrap_or_default()), why: why.to_owned() }
}
