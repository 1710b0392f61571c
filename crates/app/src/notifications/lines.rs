//! The lines to the providers: a client for each channel that is set up, and how it stands with us.

use super::Channel;
use crate::{clock::Clock, config::Config};
use channels::{
    Failure, Messenger, Pace, Sent, mail,
    max::Max,
    push::Push,
    sms,
    telegram::Telegram,
    whatsapp::{NO_TEMPLATE, WhatsApp},
};
use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// One channel with its provider.
#[derive(Debug)]
pub struct Line {
    pub channel: Channel,
    pub client: Arc<dyn channels::Channel>,
    /// The same, where people answer in it.
    pub messenger: Option<Arc<dyn Messenger>>,
    pub(super) duty: super::duty::Duty,
    name: Mutex<Option<String>>,
    /// Templates that the provider was asked for and does not have, as this node knows it.
    lacks: Mutex<BTreeSet<String>>,
    held: Mutex<Held>,
}

/// What holds messages back.
#[derive(Debug, Default)]
struct Held {
    /// Until when the provider is left alone, ms UTC.
    until_ms: i64,
    /// By provider: a channel may have several.
    failures_in_a_row: HashMap<String, u32>,
    /// When each address was last written to, by [`Clock::paced_ms`].
    last: HashMap<String, i64>,
    /// When the next message may leave.
    next: Option<Instant>,
}

/// The lines of one node.
#[derive(Debug, Default)]
pub struct Lines {
    all: Vec<Arc<Line>>,
    /// Channels that stay off, and why.
    wrong: Vec<(Channel, String)>,
}

impl Line {
    /// A line to this provider.
    pub fn new(channel: Channel, client: Arc<dyn channels::Channel>) -> Self {
        Self {
            channel,
            client,
            messenger: None,
            duty: super::duty::Duty::default(),
            name: Mutex::default(),
            lacks: Mutex::default(),
            held: Mutex::default(),
        }
    }

    /// A line to this messenger.
    pub fn of_messenger<M: Messenger + 'static>(channel: Channel, messenger: Arc<M>) -> Self {
        Self { messenger: Some(messenger.clone()), ..Self::new(channel, messenger) }
    }

    /// The name by which people find us there, once the provider has told it.
    pub fn name(&self) -> Option<String> {
        lock(&self.name).clone()
    }

    /// Notes by what came of a message whether the provider has its template.
    pub(super) fn note_template(&self, template: &str, sent: &Result<Sent, Failure>) {
        match sent {
            Ok(_) => _ = lock(&self.lacks).remove(template),
            Err(failure) if failure.why().starts_with(NO_TEMPLATE) => _ = lock(&self.lacks).insert(template.to_owned()),
            Err(_) => {}
        }
    }

    /// The templates that the provider lacks.
    pub(super) fn lacks(&self) -> Vec<String> {
        lock(&self.lacks).iter().cloned().collect()
    }

    pub(super) fn note_name(&self, name: String) {
        *lock(&self.name) = Some(name);
    }

    /// Until when the provider is left alone, ms UTC.
    pub fn held_until(&self) -> i64 {
        lock(&self.held).until_ms
    }

    pub(super) fn hold(&self, until_ms: i64) {
        let mut held = lock(&self.held);
        held.until_ms = held.until_ms.max(until_ms);
    }

    /// Counts a failure that may be the provider's: how many there were in a row.
    pub(super) fn count_failure(&self, provider: &str) -> u32 {
        let mut held = lock(&self.held);
        let failures = held.failures_in_a_row.entry(provider.to_owned()).or_default();
        *failures += 1;
        *failures
    }

    pub(super) fn forget_failures(&self, provider: &str) {
        lock(&self.held).failures_in_a_row.remove(provider);
    }

    /// The most failures in a row that one of the providers has now.
    pub(super) fn most_failures(&self) -> u32 {
        lock(&self.held).failures_in_a_row.values().copied().max().unwrap_or_default()
    }

    /// Takes the turn to write to this address, or gives for how long, ms, it is not there yet.
    pub(super) fn turn_to(&self, address: &str, clock: &Clock) -> Result<(), i64> {
        let now = clock.paced_ms();
        let every = i64::try_from(self.pace().every_to_one.as_millis()).unwrap_or(i64::MAX);
        let mut held = lock(&self.held);
        // A clock that was put back holds nobody up.
        held.last.retain(|_, last| (0..every).contains(&(now - *last)));
        match held.last.get(address) {
            Some(last) => Err(last + every - now),
            None => {
                held.last.insert(address.to_owned(), now);
                Ok(())
            }
        }
    }

    /// Waits for the turn to write to this address: whoever talks with us is answered, be it a second or two later.
    pub async fn await_turn_to(&self, address: &str, clock: &Clock) {
        while let Err(rest_ms) = self.turn_to(address, clock) {
            clock.rest(Duration::from_millis(u64::try_from(rest_ms).unwrap_or_default())).await;
        }
    }

    /// Waits until the next message may leave, whomever it is for.
    pub async fn turn(&self) {
        let at = {
            let mut held = lock(&self.held);
            let at = held.next.map_or_else(Instant::now, |next| next.max(Instant::now()));
            held.next = Some(at + self.pace().every);
            at
        };
        tokio::time::sleep_until(at).await;
    }

    fn pace(&self) -> Pace {
        self.client.pace()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Lines {
    /// A line for each channel that is set up. One whose settings make no sense stays off.
    pub fn of(config: &Config, push_key: &str) -> Self {
        let mut lines = Self::default();
        for channel in <Channel as crate::web::Choice>::ALL {
            let needs = channel.needs(config);
            let made = match needs.iter().find(|(_, is_given)| !is_given) {
                Some(_) if needs.iter().all(|(_, is_given)| !is_given) => continue,
                Some((name, _)) => Err(not_set(name)),
                None => line(*channel, config, push_key),
            };
            match made {
                Ok(line) => lines.all.push(Arc::new(line)),
                Err(why) => {
                    tracing::error!(%channel, why, "a channel stays off");
                    lines.wrong.push((*channel, why));
                }
            }
        }
        lines
    }

    pub fn all(&self) -> &[Arc<Line>] {
        &self.all
    }

    /// Why a channel stays off that somebody tried to set up.
    pub fn wrong(&self, channel: Channel) -> Option<&str> {
        self.wrong.iter().find(|(other, _)| *other == channel).map(|(_, why)| why.as_str())
    }

    /// Whether a channel is set up.
    pub fn has(&self, channel: Channel) -> bool {
        self.get(channel).is_some()
    }

    pub fn get(&self, channel: Channel) -> Option<&Arc<Line>> {
        self.all.iter().find(|line| line.channel == channel)
    }
}

const PATIENCE: Duration = Duration::from_secs(20);

/// With this ends why a channel stays off that lacks a setting.
pub(super) const NOT_SET: &str = " is not set";

fn not_set(name: &str) -> String {
    format!("{name}{NOT_SET}")
}

fn line(channel: Channel, config: &Config, push_key: &str) -> Result<Line, String> {
    let text = |setting: &Option<String>| setting.clone().unwrap_or_default();
    Ok(match channel {
        Channel::Telegram => {
            let (token, address, proxy) =
                (text(&config.telegram_bot_token), config.telegram_api_url.as_deref(), config.telegram_proxy.as_deref());
            Line::of_messenger(channel, Arc::new(Telegram::new(&token, address, proxy)?))
        }
        Channel::Max => {
            let (token, address, root) =
                (text(&config.max_bot_token), config.max_api_url.as_deref(), config.max_root_certificate.as_deref());
            let max = Max::new(&token, address, root)?;
            Line::of_messenger(channel, Arc::new(through(max, config.max_proxy.as_deref(), Max::through)?))
        }
        Channel::WhatsApp => {
            let (token, id) = (text(&config.whatsapp_token), text(&config.whatsapp_phone_id));
            let whatsapp = WhatsApp::new(&token, &id, config.whatsapp_api_url.as_deref(), PATIENCE)?;
            Line::new(channel, Arc::new(through(whatsapp, config.whatsapp_proxy.as_deref(), WhatsApp::through)?))
        }
        Channel::Push => {
            let push = Push::new(push_key, &text(&config.push_contact), &config.push_hosts(), PATIENCE)?;
            Line::new(channel, Arc::new(through(push, config.push_proxy.as_deref(), Push::through)?))
        }
        Channel::Sms => {
            let provider = config.sms_provider.as_deref().and_then(sms::Provider::parse).ok_or("SMS_PROVIDER names no provider")?;
            let (token, sender, address) = (text(&config.sms_token), config.sms_sender.as_deref(), config.sms_api_url.as_deref());
            let sms = sms::Sms::new(provider, &token, sender, address, PATIENCE)?;
            let mut sms = through(sms, config.sms_proxy.as_deref(), sms::Sms::through)?;
            if config.is_https() {
                sms = sms.reporting_to(&format!("{}/hooks/sms", config.public_url()));
            }
            Line::new(channel, Arc::new(sms))
        }
        Channel::Mail => {
            let dkim = match (&config.smtp_dkim_key, &config.smtp_dkim_selector) {
                (Some(file), Some(selector)) => {
                    let key_pem = std::fs::read_to_string(file).map_err(|error| format!("the DKIM key cannot be read: {error}"))?;
                    let domain = text(&config.smtp_from).rsplit_once('@').map(|(_, domain)| domain.trim_end_matches('>').to_owned());
                    Some(mail::Dkim { selector: selector.clone(), domain: domain.unwrap_or_default(), key_pem })
                }
                (Some(_), None) => return Err(not_set("SMTP_DKIM_SELECTOR")),
                (None, Some(_)) => return Err(not_set("SMTP_DKIM_KEY")),
                (None, None) => None,
            };
            let settings = mail::Settings {
                url: text(&config.smtp_url),
                from: text(&config.smtp_from),
                dkim,
                bounces: config.smtp_bounces.clone(),
                patience: PATIENCE,
            };
            Line::new(channel, Arc::new(mail::Mail::new(&settings)?))
        }
    })
}

/// The client, behind a proxy where there is one.
fn through<T>(client: T, proxy: Option<&str>, go: impl FnOnce(T, &str) -> Result<T, String>) -> Result<T, String> {
    match proxy {
        Some(proxy) => go(client, proxy),
        None => Ok(client),
    }
}
