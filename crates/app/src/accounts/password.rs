//! Passwords: Argon2id, and which ones are refused.

use crate::error::{FieldErrors, Result};
use anyhow::anyhow;
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc},
};
use std::sync::{LazyLock, OnceLock};
use tokio::sync::Semaphore;

/// The shortest password, in characters.
pub const SHORTEST: usize = 12;
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
/// Hashes worked out at once: each takes 19 MiB and a core.
static AT_ONCE: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(4));

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).expect("the parameters are constants within Argon2's limits");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Hashes a password for storage.
pub async fn hash(password: String) -> Result<String> {
    off_thread(move || hash_now(&password)).await
}

fn hash_now(password: &str) -> Result<String> {
    argon2().hash_password(password.as_bytes()).map(|hash| hash.to_string()).map_err(|e| anyhow!("hashing a password: {e}").into())
}

/// Whether the password is the one that was hashed; takes as long when there is no hash, so that
/// the time does not tell whether the account exists.
pub async fn verify(password: String, stored: Option<String>) -> Result<bool> {
    static NOBODYS: OnceLock<String> = OnceLock::new();
    off_thread(move || {
        let exists = stored.is_some();
        let stored = match stored {
            Some(hash) => hash,
            None => match NOBODYS.get() {
                Some(hash) => hash.clone(),
                None => NOBODYS.get_or_init(|| hash_now("nobody has this password").unwrap_or_default()).clone(),
            },
        };
        let parsed = phc::PasswordHash::new(&stored).map_err(|e| anyhow!("a stored password hash: {e}"))?;
        Ok(argon2().verify_password(password.as_bytes(), &parsed).is_ok() && exists)
    })
    .await
}

async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let _turn = AT_ONCE.acquire().await.map_err(anyhow::Error::from)?;
    tokio::task::spawn_blocking(work).await.map_err(anyhow::Error::from)?
}

/// Refuses a password that is too short, among those everybody tries, or made of the person's own data.
pub fn check(field: &str, password: &str, about: &[&str]) -> Result<(), FieldErrors> {
    let mut errors = FieldErrors::default();
    let lower = password.to_lowercase();
    if password.chars().count() < SHORTEST {
        errors.add_with(field, "password_too_short", vec![("min", SHORTEST.to_string())]);
    } else if is_common(&lower) || about.iter().any(|word| word.chars().count() >= 4 && lower.contains(&word.to_lowercase())) {
        errors.add(field, "password_common");
    }
    errors.into_result()
}

/// A few stems repeated or counted up make nearly all of the long passwords in the lists of leaked ones.
fn is_common(lower: &str) -> bool {
    const STEMS: [&str; 24] = [
        "password",
        "qwerty",
        "йцукен",
        "пароль",
        "123456",
        "654321",
        "111111",
        "000000",
        "abc123",
        "iloveyou",
        "admin",
        "maxmontaj",
        "letmein",
        "welcome",
        "monkey",
        "dragon",
        "asdfgh",
        "zxcvbn",
        "1q2w3e",
        "qazwsx",
        "любовь",
        "россия",
        "монтаж",
        "наташа",
    ];
    let mut rest = lower.to_owned();
    for stem in STEMS {
        rest = rest.replace(stem, "");
    }
    let mut kinds: Vec<char> = rest.chars().collect();
    kinds.sort_unstable();
    kinds.dedup();
    rest.chars().count() < 6 || kinds.len() < 3
}
