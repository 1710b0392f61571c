//! SMS through a gateway: SMSC, SMS.RU or SMS Aero.
//!
//! A message costs money and nobody gets it twice gladly, so a try that may have been taken is [`Failure::Unclear`].

mod gate;
mod parts;
pub mod sms_aero;
pub mod sms_ru;
pub mod smsc;

use crate::{Channel, Failure, Fate, Letter, Pace, Sent};
use async_trait::async_trait;
use gate::Gate;
use std::{fmt, time::Duration};

pub use parts::parts;

/// Who sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    /// <https://smsc.ru/api>
    Smsc,
    /// <https://sms.ru/api>
    SmsRu,
    /// <https://smsaero.ru/integration>
    SmsAero,
}

impl Provider {
    /// By its name in settings: `smsc`, `sms_ru`, `sms_aero`.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "smsc" => Some(Self::Smsc),
            "sms_ru" => Some(Self::SmsRu),
            "sms_aero" => Some(Self::SmsAero),
            _ => None,
        }
    }

    fn public_address(self) -> &'static str {
        match self {
            Self::Smsc => "https://smsc.ru",
            Self::SmsRu => "https://sms.ru",
            Self::SmsAero => "https://gate.smsaero.ru",
        }
    }
}

/// The way out by SMS.
pub struct Sms {
    provider: Provider,
    gate: Gate,
}

impl Sms {
    /// A gateway with its token: for SMSC the API key or `login:password`, for SMS.RU the `api_id`, for SMS Aero `email:key`. The
    /// sender's name is one that the operators know; `address` is where the gateway is, unless at its public one.
    ///
    /// # Errors
    /// When the token or the address has another form; the words name no secret.
    pub fn new(provider: Provider, token: &str, sender: Option<&str>, address: Option<&str>, patience: Duration) -> Result<Self, String> {
        let is_pair = token.split_once(':').is_some_and(|(name, secret)| !name.is_empty() && !secret.is_empty());
        match provider {
            _ if token.trim().is_empty() => return Err("the token is empty".into()),
            Provider::Smsc if token.contains(':') && !is_pair => return Err("the token is neither a key nor login:password".into()),
            Provider::SmsAero if !is_pair => return Err("the token is not email:key".into()),
            _ => {}
        }
        let address = address.unwrap_or(provider.public_address());
        Ok(Self { provider, gate: Gate::new(address, token, sender, patience)? })
    }

    /// The same, reaching the gateway through a proxy (`http://…`, `socks5h://…`).
    ///
    /// # Errors
    /// When the proxy is no address.
    pub fn through(self, proxy: &str) -> Result<Self, String> {
        Ok(Self { gate: self.gate.through(proxy)?, ..self })
    }

    /// Has SMS Aero report each message's fate to this address, which should hold a secret, for the reports are not signed. The other
    /// gateways have the address in their settings.
    #[must_use]
    pub fn reporting_to(mut self, address: &str) -> Self {
        self.gate.reports = Some(address.to_owned());
        self
    }
}

#[async_trait]
impl Channel for Sms {
    async fn send(&self, letter: &Letter) -> Result<Sent, Failure> {
        let phone = digits(&letter.to).ok_or(Failure::Dead { why: "no phone".into() })?;
        let text = parts::fitting(letter);
        if text.is_empty() {
            return Err(Failure::Refused { why: "no text".into() });
        }
        match self.provider {
            Provider::Smsc => smsc::send(&self.gate, &letter.key, &phone, &text).await,
            Provider::SmsRu => sms_ru::send(&self.gate, &phone, &text).await,
            Provider::SmsAero => sms_aero::send(&self.gate, &phone, &text).await,
        }
    }

    async fn fate(&self, id: &str, to: &str) -> Result<Option<Fate>, Failure> {
        match self.provider {
            Provider::Smsc => smsc::fate(&self.gate, id, to).await,
            Provider::SmsRu => sms_ru::fate(&self.gate, id).await,
            Provider::SmsAero => sms_aero::fate(&self.gate, id, to).await,
        }
        .map(Some)
    }

    async fn found(&self, id: &str, to: &str) -> Option<Sent> {
        match self.provider {
            Provider::Smsc => smsc::found(&self.gate, id, to).await,
            Provider::SmsRu => None,
            Provider::SmsAero => sms_aero::found(&self.gate, id, to).await,
        }
    }

    fn known_as(&self, letter: &Letter) -> Option<String> {
        match self.provider {
            Provider::Smsc => digits(&letter.to).map(|_| smsc::known_as(&letter.key)),
            Provider::SmsRu | Provider::SmsAero => None,
        }
    }

    async fn greet(&self) -> Result<String, Failure> {
        match self.provider {
            Provider::Smsc => smsc::greet(&self.gate).await,
            Provider::SmsRu => sms_ru::greet(&self.gate).await,
            Provider::SmsAero => sms_aero::greet(&self.gate).await,
        }?;
        Ok(self.gate.sender.clone().unwrap_or_default())
    }

    fn pace(&self) -> Pace {
        Pace { every: Duration::from_millis(100), every_to_one: Duration::from_secs(5) }
    }
}

impl fmt::Debug for Sms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sms").field("provider", &self.provider).finish_non_exhaustive()
    }
}

/// The phone that a message went to: in ids of former versions it was a part of the id, in hexadecimal.
fn phone_of(in_id: Option<&str>, to: &str) -> Result<String, Failure> {
    match in_id {
        Some(phone) => u64::from_str_radix(phone, 16).ok().map(|phone| phone.to_string()),
        None => digits(to),
    }
    .ok_or(Failure::Refused { why: "no phone to ask about".into() })
}

/// A phone as gateways write it: +7 916 123-45-67 is 79161234567.
fn digits(phone: &str) -> Option<String> {
    let is_phone = phone.chars().all(|c| c.is_ascii_digit() || "+-() ".contains(c));
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    (is_phone && (7..=15).contains(&digits.len())).then_some(digits)
}
