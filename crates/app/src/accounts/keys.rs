use crate::{
    error::{Error, Result},
    ids::{SessionId, UserId},
};
use anyhow::Context;
use ed25519_dalek::{
    SigningKey,
    pkcs8::{EncodePrivateKey, spki::der::pem::LineEnding},
};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    fs,
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::Path,
    sync::{PoisonError, RwLock},
};

/// How long an access token lives, in seconds.
pub const ACCESS_SECONDS: i64 = 600;
const ISSUER: &str = "maxmontaj67";
const TYPE: &str = "at+jwt";
/// Signatures that were found good are remembered, up to so many.
const MOST_KNOWN: usize = 10_000;

/// Signs and checks access tokens.
pub struct Keys {
    secret: SigningKey,
    kid: String,
    signing: EncodingKey,
    checking: DecodingKey,
    /// Tokens whose signature was found good, by their digest; when they end is asked each time.
    known: RwLock<HashMap<[u8; 32], Claims>>,
}

/// What an access token says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Claims {
    iss: String,
    aud: String,
    sub: String,
    /// The session, which is looked up on each request: a revoked one ends the token.
    sid: i64,
    iat: i64,
    nbf: i64,
    exp: i64,
}

impl Claims {
    pub fn user_id(&self) -> Option<UserId> {
        self.sub.parse().ok()
    }
    pub fn session_id(&self) -> SessionId {
        SessionId(self.sid)
    }
}

impl Keys {
    /// Opens the signing key in the data folder, or makes one on the first start.
    pub fn open(data_dir: &Path) -> Result<Self> {
        let folder = data_dir.join("keys");
        let file = folder.join("access-token.pem");
        let secret = match fs::read_to_string(&file) {
            Ok(pem) => <SigningKey as ed25519_dalek::pkcs8::DecodePrivateKey>::from_pkcs8_pem(&pem)
                .context("the key of access tokens cannot be read")?,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => make(&folder, &file)?,
            Err(e) => return Err(e.into()),
        };
        Self::of(&secret)
    }

    fn of(secret: &SigningKey) -> Result<Self> {
        use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
        let public = URL_SAFE_NO_PAD.encode(secret.verifying_key().as_bytes());
        let der = secret.to_pkcs8_der().context("the key of access tokens")?;
        Ok(Self {
            secret: secret.clone(),
            kid: public.chars().take(16).collect(),
            signing: EncodingKey::from_ed_der(der.as_bytes()),
            checking: DecodingKey::from_ed_components(&public).context("the key of access tokens")?,
            known: RwLock::default(),
        })
    }

    /// A token for this session, valid for [`ACCESS_SECONDS`] from `now_ms`.
    pub fn sign(&self, user_id: UserId, session_id: SessionId, now_ms: i64) -> Result<String> {
        let now = now_ms / 1000;
        let claims = Claims {
            iss: ISSUER.into(),
            aud: ISSUER.into(),
            sub: user_id.to_string(),
            sid: session_id.0,
            iat: now,
            nbf: now,
            exp: now + ACCESS_SECONDS,
        };
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(self.kid.clone());
        header.typ = Some(TYPE.into());
        Ok(jsonwebtoken::encode(&header, &claims, &self.signing).context("signing an access token")?)
    }

    /// A secret that only this installation can work out for `purpose`, the same each time.
    pub fn derive(&self, purpose: &str) -> String {
        use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
        use ed25519_dalek::Signer;
        // Ed25519 signs the same text alike each time; the digest keeps the signature itself from getting out.
        let signature = self.secret.sign(format!("derived secret: {purpose}").as_bytes());
        URL_SAFE_NO_PAD.encode(Sha256::digest(signature.to_bytes()))
    }

    /// What a token says, if it is ours, of the right kind and alive at `now_ms`.
    pub fn check(&self, token: &str, now_ms: i64) -> Result<Claims> {
        let (digest, now) = (Sha256::digest(token.as_bytes()).into(), now_ms / 1000);
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner).get(&digest).cloned();
        let is_new = known.is_none();
        let claims = known.map_or_else(|| self.verify(token), Ok)?;
        if claims.exp <= now || claims.nbf > now + 60 {
            return Err(Error::Unauthenticated);
        }
        if is_new {
            self.remember(digest, claims.clone(), now);
        }
        Ok(claims)
    }

    fn remember(&self, digest: [u8; 32], claims: Claims, now: i64) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_KNOWN {
            known.retain(|_, claims| claims.exp > now);
        }
        if known.len() >= MOST_KNOWN {
            known.clear();
        }
        known.insert(digest, claims);
    }

    /// What a token says whose signature is ours.
    fn verify(&self, token: &str) -> Result<Claims> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| Error::Unauthenticated)?;
        if header.typ.as_deref() != Some(TYPE) || header.kid.as_deref() != Some(&self.kid) {
            return Err(Error::Unauthenticated);
        }
        let mut rules = Validation::new(Algorithm::EdDSA);
        rules.set_issuer(&[ISSUER]);
        rules.set_audience(&[ISSUER]);
        // The clock is ours (tests hold it still), so the times are compared by the caller.
        rules.validate_exp = false;
        rules.validate_nbf = false;
        Ok(jsonwebtoken::decode::<Claims>(token, &self.checking, &rules).map_err(|_| Error::Unauthenticated)?.claims)
    }
}

fn make(folder: &Path, file: &Path) -> Result<SigningKey> {
    fs::create_dir_all(folder)?;
    let secret = SigningKey::from_bytes(&rand::random());
    let pem = secret.to_pkcs8_pem(LineEnding::LF).context("making the key of access tokens")?;
    let mut out = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    out.write_all(pem.as_bytes())?;
    out.sync_all()?;
    Ok(secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: i64 = 1_764_000_000_000;

    fn keys() -> Keys {
        Keys::of(&SigningKey::from_bytes(&[7; 32])).unwrap()
    }

    #[test]
    fn a_known_token_still_ends() {
        let keys = keys();
        let token = keys.sign(UserId(5), SessionId(9), NOW_MS).unwrap();
        for _ in 0..2 {
            assert_eq!(keys.check(&token, NOW_MS).unwrap().session_id(), SessionId(9));
        }
        keys.check(&token, NOW_MS + ACCESS_SECONDS * 1000).unwrap_err();
        keys.check(&token, NOW_MS - 61_000).unwrap_err();
    }

    #[test]
    fn a_changed_token_is_not_known() {
        let keys = keys();
        let token = keys.sign(UserId(5), SessionId(9), NOW_MS).unwrap();
        keys.check(&token, NOW_MS).unwrap();
        let other = keys.sign(UserId(6), SessionId(9), NOW_MS).unwrap();
        let (body, _) = other.rsplit_once('.').unwrap();
        let (_, signature) = token.rsplit_once('.').unwrap();
        keys.check(&format!("{body}.{signature}"), NOW_MS).unwrap_err();
    }

    #[test]
    fn only_so_many_are_remembered() {
        let keys = keys();
        let claims = keys.verify(&keys.sign(UserId(5), SessionId(9), NOW_MS).unwrap()).unwrap();
        let remember = |number: usize, now_ms: i64| {
            let mut digest = [0; 32];
            digest[..8].copy_from_slice(&number.to_le_bytes());
            keys.remember(digest, claims.clone(), now_ms / 1000);
            keys.known.read().unwrap().len()
        };
        for number in 0..MOST_KNOWN {
            assert_eq!(remember(number, NOW_MS), number + 1);
        }
        assert_eq!(remember(MOST_KNOWN, NOW_MS), 1, "all are alive: it begins anew");
    }
}
