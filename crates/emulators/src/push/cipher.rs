//! The browser's keys, and how it opens what came: <https://www.rfc-editor.org/rfc/rfc8291>.

use aes_gcm::{Aes128Gcm, KeyInit, aead::Aead};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hkdf::Hkdf;
use p256::{
    PublicKey, SecretKey,
    ecdh::diffie_hellman,
    elliptic_curve::{
        rand_core::{OsRng, RngCore},
        sec1::ToEncodedPoint,
    },
};
use sha2::Sha256;
use std::fmt;

pub struct Keys {
    own: SecretKey,
    auth: [u8; 16],
    /// What nobody can guess of the endpoint.
    token: [u8; 16],
}

impl Keys {
    pub fn new() -> Self {
        let (mut auth, mut token) = ([0; 16], [0; 16]);
        OsRng.fill_bytes(&mut auth);
        OsRng.fill_bytes(&mut token);
        Self { own: SecretKey::random(&mut OsRng), auth, token }
    }

    pub fn token(&self, number: i64) -> String {
        format!("{}-{number}", hex::encode(self.token))
    }

    pub fn public(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.own.public_key().to_encoded_point(false))
    }

    pub fn auth(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.auth)
    }

    /// The message in a body: one record, whose head says salt, size and the sender's key.
    pub fn open(&self, body: &[u8]) -> Option<Vec<u8>> {
        let (salt, rest) = body.split_at_checked(16)?;
        let (size, rest) = rest.split_at_checked(4)?;
        let (length, rest) = rest.split_first()?;
        let (point, sealed) = rest.split_at_checked(usize::from(*length))?;
        let size = usize::try_from(u32::from_be_bytes(size.try_into().ok()?)).ok()?;
        if sealed.len() > size {
            return None;
        }
        let sender = PublicKey::from_sec1_bytes(point).ok()?;
        let shared = diffie_hellman(self.own.to_nonzero_scalar(), sender.as_affine());
        let own = self.own.public_key().to_encoded_point(false);
        let info = [b"WebPush: info\0", own.as_bytes(), point].concat();
        let mut secret = [0; 32];
        Hkdf::<Sha256>::new(Some(&self.auth), shared.raw_secret_bytes()).expand(&info, &mut secret).ok()?;
        let derived = Hkdf::<Sha256>::new(Some(salt), &secret);
        let (mut key, mut nonce) = ([0; 16], [0; 12]);
        derived.expand(b"Content-Encoding: aes128gcm\0", &mut key).ok()?;
        derived.expand(b"Content-Encoding: nonce\0", &mut nonce).ok()?;
        let mut plain = Aes128Gcm::new(&key.into()).decrypt(&nonce.into(), sealed).ok()?;
        // Nothing but zeros may follow the mark of the last record.
        let end = plain.iter().rposition(|byte| *byte != 0).filter(|end| plain[*end] == 2)?;
        plain.truncate(end);
        Some(plain)
    }

    #[cfg(test)]
    pub fn of(own: &[u8], auth: &[u8]) -> Self {
        Self { own: SecretKey::from_slice(own).unwrap(), auth: auth.try_into().unwrap(), token: [0; 16] }
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the standard, appendix A.
    #[test]
    fn a_message_is_opened_as_the_standard_shows() {
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
        let keys = Keys::of(&bytes("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"), &bytes("BTBZMqHH6r4Tts7J_aSIgg"));
        let body = bytes(
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_\
             yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN",
        );
        assert_eq!(keys.open(&body).unwrap(), b"When I grow up, I want to be a watermelon");
        let mut spoilt = body.clone();
        *spoilt.last_mut().unwrap() ^= 1;
        assert_eq!((keys.open(&spoilt), keys.open(&body[..50])), (None, None));
    }
}
