//! What the gateways know: messages and how far they are, the purse, the phones.

use super::reports::Reports;
use std::collections::BTreeSet;

/// What a part costs, in kopecks.
pub const PART_PRICE: i64 = 250;
const FIRST_BALANCE: i64 = 100_000;
/// How old a message is when it is with the operator, when it arrives, and when it is given up.
const SENT_MS: i64 = 2_000;
const ARRIVES_MS: i64 = 10_000;
const EXPIRES_MS: i64 = 24 * 3_600_000;
/// Within this the same text to the same phone is a repeat.
const REPEAT_MS: i64 = 60_000;

/// One of the three.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Gateway {
    Smsc,
    SmsRu,
    SmsAero,
}

/// How far a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Queued,
    Sent,
    Delivered,
    Failed,
    Expired,
    /// The operator knows no such phone.
    Nobody,
}

impl Stage {
    pub fn is_last(self) -> bool {
        !matches!(self, Self::Queued | Self::Sent)
    }
}

#[derive(Clone, Debug)]
pub struct Message {
    pub gateway: Gateway,
    /// As the gateway names it.
    pub id: String,
    pub phone: String,
    pub sender: String,
    pub text: String,
    pub cost: i64,
    pub at_ms: i64,
    /// Where SMS Aero is to report to.
    pub report_to: Option<String>,
    /// With which token it was sent: SMS.RU signs with it.
    pub token: String,
    pub reported: Stage,
    settled: Option<Stage>,
}

#[derive(Debug)]
pub struct State {
    pub messages: Vec<Message>,
    /// In kopecks.
    pub balance: i64,
    pub undeliverable: BTreeSet<String>,
    pub switched_off: BTreeSet<String>,
    pub nobody: BTreeSet<String>,
    /// Phones that nobody has, which is found out only when a message is on its way.
    pub unused: BTreeSet<String>,
    pub senders: Option<BTreeSet<String>>,
    pub refuses_repeats: bool,
    pub reports: Reports,
}

impl Default for State {
    fn default() -> Self {
        Self {
            messages: vec![],
            balance: FIRST_BALANCE,
            undeliverable: BTreeSet::new(),
            switched_off: BTreeSet::new(),
            nobody: BTreeSet::new(),
            unused: BTreeSet::new(),
            senders: None,
            refuses_repeats: false,
            reports: Reports::default(),
        }
    }
}

/// Why a message is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum No {
    Phone,
    Text,
    Sender,
    Money,
    Repeat,
}

/// A message that a gateway is asked to take.
pub struct Draft<'a> {
    pub gateway: Gateway,
    pub id: Option<String>,
    pub phone: &'a str,
    pub sender: &'a str,
    pub text: &'a str,
    pub report_to: Option<String>,
    pub token: &'a str,
}

impl State {
    /// Whether a message would be taken: what it costs.
    pub fn price(&self, draft: &Draft, now_ms: i64) -> Result<i64, No> {
        // Russian numbers, as far as these gateways go without a contract for others.
        if draft.phone.len() != 11 || !draft.phone.starts_with('7') || self.nobody.contains(draft.phone) {
            return Err(No::Phone);
        }
        if draft.text.is_empty() {
            return Err(No::Text);
        }
        if !draft.sender.is_empty() && self.senders.as_ref().is_some_and(|known| !known.contains(draft.sender)) {
            return Err(No::Sender);
        }
        let is_repeat =
            |message: &Message| message.phone == draft.phone && message.text == draft.text && message.at_ms + REPEAT_MS > now_ms;
        if self.refuses_repeats && self.messages.iter().any(is_repeat) {
            return Err(No::Repeat);
        }
        let cost = PART_PRICE * parts(draft.text);
        if cost > self.balance { Err(No::Money) } else { Ok(cost) }
    }

    /// Takes a message and pays for it.
    pub fn take(&mut self, draft: Draft, now_ms: i64) -> Result<&Message, No> {
        let cost = self.price(&draft, now_ms)?;
        self.balance -= cost;
        let number = self.messages.len() + 1;
        let id = draft.id.unwrap_or_else(|| match draft.gateway {
            Gateway::Smsc => number.to_string(),
            Gateway::SmsRu => format!("202647-{:07}", 1_000_000 + number),
            Gateway::SmsAero => (500_000_000 + number).to_string(),
        });
        self.messages.push(Message {
            gateway: draft.gateway,
            id,
            phone: draft.phone.to_owned(),
            sender: draft.sender.to_owned(),
            text: draft.text.to_owned(),
            cost,
            at_ms: now_ms,
            report_to: draft.report_to,
            token: draft.token.to_owned(),
            reported: Stage::Queued,
            settled: None,
        });
        Ok(&self.messages[number - 1])
    }

    /// The last message with this id.
    pub fn find(&self, gateway: Gateway, id: &str) -> Option<&Message> {
        self.messages.iter().rev().find(|message| message.gateway == gateway && message.id == id)
    }

    pub fn stage(&self, message: &Message, now_ms: i64) -> Stage {
        let age = now_ms - message.at_ms;
        match message.settled {
            Some(stage) => stage,
            None if age < SENT_MS => Stage::Queued,
            None if self.unused.contains(&message.phone) && age >= ARRIVES_MS => Stage::Nobody,
            None if self.undeliverable.contains(&message.phone) && age >= ARRIVES_MS => Stage::Failed,
            None if self.switched_off.contains(&message.phone) && age >= EXPIRES_MS => Stage::Expired,
            None if !self.switched_off.contains(&message.phone) && age >= ARRIVES_MS => Stage::Delivered,
            None => Stage::Sent,
        }
    }

    /// Whether there is nothing to report, or all of it was taken.
    pub fn is_reported(&self, now_ms: i64) -> bool {
        self.reports.are_taken() && self.messages.iter().all(|message| message.reported == self.stage(message, now_ms))
    }

    /// When a message is a step further, at the latest.
    pub fn next_step_ms(&self, message: &Message, now_ms: i64) -> Option<i64> {
        if self.stage(message, now_ms).is_last() {
            return None;
        }
        [SENT_MS, ARRIVES_MS, EXPIRES_MS].map(|age| message.at_ms + age).into_iter().find(|at| *at > now_ms)
    }

    /// Ends the way of all messages to a phone that are still on it.
    pub fn settle(&mut self, phone: &str, stage: Stage, now_ms: i64) {
        let open: Vec<_> = self.messages.iter().map(|message| message.phone == phone && !self.stage(message, now_ms).is_last()).collect();
        for (message, is_open) in self.messages.iter_mut().zip(open) {
            if is_open {
                message.settled = Some(stage);
            }
        }
    }
}

pub fn digits(phone: &str) -> String {
    phone.chars().filter(char::is_ascii_digit).collect()
}

/// In how many parts a text is paid for. Rougher than operators count: what is not ASCII takes the room of Cyrillic.
pub fn parts(text: &str) -> i64 {
    let (one, each) = if text.is_ascii() { (160, 153) } else { (70, 67) };
    let length = text.encode_utf16().count();
    let parts = if length <= one { 1 } else { length.div_ceil(each) };
    i64::try_from(parts).unwrap_or(i64::MAX)
}

/// Kopecks as gateways write roubles: 2.5.
pub fn roubles(kopecks: i64) -> String {
    let text = format!("{}.{:02}", kopecks / 100, kopecks % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
