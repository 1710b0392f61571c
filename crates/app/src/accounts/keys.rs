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
use std::{fs, io::Write, os::unix::fs::OpenOptionsExt, path::Path};

/// How long an access token lives, in seconds.
pub const ACCESS_SECONDS: i64 = 600;
const ISSUER: &str = "maxmontaj67";
const TYPE: &str = "at+jwt";

/// Signs and checks access tokens.
pub struct Keys {
    secret: SigningKey,
    kid: String,
    signing: EncodingKey,
    checking: DecodingKey,
}

/// What an access token says.
#[derive(Debug, Serialize, Deserialize)]
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
        let header = jsonwebtoken::decode_header(token).map_err(|_| Error::Unauthenticated)?;
        if header.typ.as_deref() != Some(TYPE) || header.kid.as_deref() != Some(&self.kid) {
            return Err(Error::Unauthenticated);
        }
        let mut rules = Validation::new(Algorithm::EdDSA);
        rules.set_issuer(&[ISSUER]);
        rules.set_audience(&[ISSUER]);
        // The clock is ours (tests hold it still), so the times are compared below.
        rules.validate_exp = false;
        rules.validate_nbf = false;
        let claims = jsonwebtoken::decode::<Claims>(token, &self.checking, &rules).map_err(|_| Error::Unauthenticated)?.claims;
        let now = now_ms / 1000;
        if claims.exp <= now || claims.nbf > now + 60 { Err(Error::Unauthenticated) } else { Ok(claims) }
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
