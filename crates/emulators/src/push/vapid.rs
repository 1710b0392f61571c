//! Who sends, checked: <https://www.rfc-editor.org/rfc/rfc8292>.

use crate::clock::Clock;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::ecdsa::{Signature, VerifyingKey, signature::Verifier};
use serde_json::Value;

const DAY: i64 = 24 * 3600;

/// The sender's public key in an `Authorization`, or status and words of why it is not taken.
pub fn check(authorization: Option<&str>, origin: &str) -> Result<String, (u16, &'static str)> {
    let parts = authorization.and_then(|header| header.strip_prefix("vapid ")).ok_or((401, "no VAPID authorization"))?;
    let find = |name: &str| parts.split(',').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='));
    let (token, key) = find("t").zip(find("k")).ok_or((401, "VAPID without t or k"))?;
    let (signed, signature) = token.rsplit_once('.').ok_or((403, "no token"))?;
    let (head, claims) = signed.split_once('.').ok_or((403, "no token"))?;
    let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap_or_default();
    let json = |text: &str| serde_json::from_slice::<Value>(&bytes(text)).unwrap_or_default();
    if json(head)["alg"] != "ES256" {
        return Err((403, "not ES256"));
    }
    let verifier = VerifyingKey::from_sec1_bytes(&bytes(key)).map_err(|_| (403, "k is no key"))?;
    let signature = Signature::from_slice(&bytes(signature)).map_err(|_| (403, "no signature"))?;
    verifier.verify(signed.as_bytes(), &signature).map_err(|_| (403, "a wrong signature"))?;
    let claims = json(claims);
    // The real time: senders do not know that this clock was put forward.
    let now = Clock::default().now_ms() / 1000;
    if claims["aud"] != origin {
        return Err((403, "aud is another origin"));
    }
    if !claims["exp"].as_i64().is_some_and(|exp| (now..=now + DAY).contains(&exp)) {
        return Err((403, "exp is over or more than a day ahead"));
    }
    if !claims["sub"].as_str().is_some_and(|sub| sub.starts_with("mailto:") || sub.starts_with("https://")) {
        return Err((403, "sub is no contact"));
    }
    Ok(key.to_owned())
}
