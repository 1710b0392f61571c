//! Who sends, signed: <https://www.rfc-editor.org/rfc/rfc8292>.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::{
    SecretKey,
    ecdsa::{Signature, SigningKey, signature::Signer},
    elliptic_curve::{rand_core::OsRng, sec1::ToEncodedPoint},
};
use serde_json::json;
use std::time::{SystemTime, UNIX_EPOCH};

const HOUR: u64 = 3600;

/// The key by which services know the sender.
pub struct Sender {
    key: SigningKey,
    pub public: String,
    contact: String,
}

impl Sender {
    pub fn new(private: &str, contact: &str) -> Result<Self, String> {
        let bytes = URL_SAFE_NO_PAD.decode(private.trim().trim_end_matches('=')).unwrap_or_default();
        let secret = SecretKey::from_slice(&bytes).map_err(|_| "the key for web push is none")?;
        if !contact.starts_with("mailto:") && !contact.starts_with("https://") {
            return Err("the contact for web push is neither mailto: nor https:".into());
        }
        Ok(Self { public: public_of(&secret), key: secret.into(), contact: contact.to_owned() })
    }

    /// What stands in the header for the service at this origin.
    pub fn authorization(&self, origin: &str) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        format!("vapid t={}, k={}", self.token(origin, now), self.public)
    }

    /// Good for half a day and the same for an hour, so that services need not check each one.
    fn token(&self, origin: &str, now: u64) -> String {
        let expires = (now / HOUR + 12) * HOUR;
        let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let head = part(json!({ "typ": "JWT", "alg": "ES256" }));
        let signed = format!("{head}.{}", part(json!({ "aud": origin, "exp": expires, "sub": self.contact })));
        let signature: Signature = self.key.sign(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }
}

/// A new private key with its public one.
pub fn new_key() -> (String, String) {
    let secret = SecretKey::random(&mut OsRng);
    (URL_SAFE_NO_PAD.encode(secret.to_bytes()), public_of(&secret))
}

fn public_of(secret: &SecretKey) -> String {
    URL_SAFE_NO_PAD.encode(secret.public_key().to_encoded_point(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_lasts_less_than_a_day_and_is_the_same_for_an_hour() {
        let sender = Sender::new(&new_key().0, "mailto:a@b.test").unwrap();
        let token = |now| sender.token("https://push.test", now);
        assert_eq!(token(100 * HOUR), token(100 * HOUR + 3599));
        assert_ne!(token(100 * HOUR), token(101 * HOUR));
        let claims = token(100 * HOUR).split('.').nth(1).map(|part| URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
        let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
        assert_eq!(claims, json!({ "aud": "https://push.test", "exp": 112 * HOUR, "sub": "mailto:a@b.test" }));
    }
}
