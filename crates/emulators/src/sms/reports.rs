//! What the gateways report of messages of their own accord: in order, one after the other, again until it is taken.

use super::{
    Sms, sms_aero, sms_ru, smsc,
    state::{Gateway, Message, Stage, State},
};
use sha1::{Digest, Sha1};
use sha2::Sha256;
use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};

const ANSWER: Duration = Duration::from_secs(30);
const FIRST_PAUSE_MS: i64 = 5_000;
const LONGEST_PAUSE_MS: i64 = 3_600_000;
const GIVEN_UP_MS: i64 = 24 * 3_600_000;

#[derive(Debug, Default)]
pub struct Reports {
    /// Where a gateway reports to, and the secret with which it signs.
    pub addresses: HashMap<Gateway, (String, String)>,
    waiting: VecDeque<Report>,
}

#[derive(Clone, Debug)]
struct Report {
    gateway: Gateway,
    url: String,
    form: Vec<(String, String)>,
    since_ms: i64,
    not_before_ms: i64,
    failures: u32,
    in_flight: bool,
}

impl Reports {
    pub fn are_taken(&self) -> bool {
        self.waiting.is_empty()
    }

    pub fn failures(&self) -> u32 {
        self.waiting.iter().map(|report| report.failures).sum()
    }
}

/// Brings reports until the emulator ends.
pub async fn run(sms: Arc<Sms>, client: reqwest::Client) {
    loop {
        let changed = sms.changed.notified();
        let now = sms.clock.now_ms();
        let (due, next_ms) = {
            let mut state = sms.state();
            collect(&mut state, now);
            take_due(&mut state, now)
        };
        for report in due {
            tokio::spawn(bring(sms.clone(), client.clone(), report));
        }
        sms.rest(changed, next_ms).await;
    }
}

/// Writes a report for each message that is further than was reported of it.
fn collect(state: &mut State, now: i64) {
    for index in 0..state.messages.len() {
        let message = &state.messages[index];
        let stage = state.stage(message, now);
        if stage == message.reported {
            continue;
        }
        if let Some(report) = written(state, message, stage, now) {
            state.reports.waiting.push_back(report);
        }
        state.messages[index].reported = stage;
    }
}

fn written(state: &State, message: &Message, stage: Stage, now: i64) -> Option<Report> {
    let gateway = message.gateway;
    let address = state.reports.addresses.get(&gateway);
    let (url, form) = match gateway {
        Gateway::SmsAero => (message.report_to.clone()?, sms_aero::report(message, stage)),
        Gateway::Smsc => {
            let (url, secret) = address?;
            let mut form = smsc::report(message, stage, now);
            let signature = hex::encode(Sha1::digest(smsc::signed(&form, secret)));
            form.push(("sha1".to_owned(), signature));
            (url.clone(), form)
        }
        Gateway::SmsRu => {
            let mut form = sms_ru::report(message, stage, now);
            let signature = hex::encode(Sha256::digest(sms_ru::signed(&form, &message.token)));
            form.push(("hash".to_owned(), signature));
            (address?.0.clone(), form)
        }
    };
    Some(Report { gateway, url, form, since_ms: now, not_before_ms: 0, failures: 0, in_flight: false })
}

/// The oldest of each gateway, unless it is on its way or has to wait; and when there is something to do again.
fn take_due(state: &mut State, now: i64) -> (Vec<Report>, Option<i64>) {
    let mut next: Vec<i64> = state.messages.iter().filter_map(|message| state.next_step_ms(message, now)).collect();
    state.reports.waiting.retain(|report| report.in_flight || report.since_ms + GIVEN_UP_MS > now);
    let (mut due, mut gateways) = (vec![], vec![]);
    for report in &mut state.reports.waiting {
        if gateways.contains(&report.gateway) {
            continue;
        }
        gateways.push(report.gateway);
        if report.not_before_ms > now {
            next.push(report.not_before_ms);
        } else if !report.in_flight {
            report.in_flight = true;
            due.push(report.clone());
        }
    }
    (due, next.into_iter().min())
}

async fn bring(sms: Arc<Sms>, client: reqwest::Client, report: Report) {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&report.form).finish();
    let request = client.post(&report.url).timeout(ANSWER).header("content-type", "application/x-www-form-urlencoded");
    let is_taken = match request.body(body).send().await {
        // SMS.RU wants to read that it was understood.
        Ok(answer) if report.gateway == Gateway::SmsRu => answer.text().await.is_ok_and(|text| text.trim() == "100"),
        Ok(answer) => answer.status().is_success(),
        Err(_) => false,
    };
    let now = sms.clock.now_ms();
    let mut state = sms.state();
    let waiting = &mut state.reports.waiting;
    if let Some(index) = waiting.iter().position(|other| other.in_flight && other.gateway == report.gateway) {
        if is_taken {
            waiting.remove(index);
        } else if let Some(again) = waiting.get_mut(index) {
            again.in_flight = false;
            again.not_before_ms = now + LONGEST_PAUSE_MS.min(FIRST_PAUSE_MS << again.failures.min(10));
            again.failures += 1;
        }
    }
    drop(state);
    sms.changed.notify_waiters();
}
