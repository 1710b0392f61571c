//! One-time links: to set the system up, to come in by invitation, to choose a new password.

use super::{
    row::one_time_link,
    session::{digest, secret as random_secret},
};
use crate::{
    app::App,
    error::{Error, Result},
    ids::UserId,
    web::Change,
};
use sea_orm::{ActiveValue::Set, QuerySelect, entity::prelude::*};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

const MINUTE_MS: i64 = 60_000;
/// The answer to every link that opens nothing.
pub const GONE: Error = Error::Request(410, "link_expired");

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// Creates the first administrator.
    Setup,
    /// Lets an invited person choose a password.
    Invitation,
    /// Lets a person choose a new password.
    Reset,
    /// Links a messenger to a person; it opens no page, the bot takes it.
    Messenger,
}

impl Kind {
    fn code(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Invitation => "invitation",
            Self::Reset => "reset",
            Self::Messenger => "messenger",
        }
    }

    /// The page that such a link opens.
    fn folder(self) -> Option<&'static str> {
        match self {
            Self::Setup => Some("setup"),
            Self::Invitation => Some("invitations"),
            Self::Reset => Some("resets"),
            Self::Messenger => None,
        }
    }

    /// How long such a link lives, in ms.
    pub fn lifetime_ms(self) -> i64 {
        match self {
            Self::Setup => 24 * 60 * MINUTE_MS,
            Self::Invitation => 3 * 24 * 60 * MINUTE_MS,
            Self::Reset => 30 * MINUTE_MS,
            Self::Messenger => 10 * MINUTE_MS,
        }
    }
}

/// A link that was made. The database keeps only the digest of its secret, yet [`address`] can tell it again.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct LinkId(i64);

/// Makes a link; earlier ones of the same kind for the same person end.
pub async fn make(change: &Change, kind: Kind, user_id: Option<UserId>) -> Result<LinkId> {
    use one_time_link::{ActiveModel, Column, Entity};
    end(change, kind, user_id).await?;
    let row = ActiveModel {
        kind: Set(kind.code().to_owned()),
        // Until the id is known that the secret is made of.
        hash: Set(digest(&random_secret())),
        user_id: Set(user_id),
        created_ms: Set(change.now),
        expires_ms: Set(change.now + kind.lifetime_ms()),
        used_ms: Set(None),
        created_by: Set(change.actor.user_id),
        ..Default::default()
    };
    let row = row.insert(change.tx.conn()).await?;
    let hash = digest(&secret_of(&change.app, &row));
    Entity::update_many().col_expr(Column::Hash, hash.into()).filter(Column::Id.eq(row.id)).exec(change.tx.conn()).await?;
    Ok(LinkId(row.id))
}

/// Ends the links of this kind for this person that are still alive.
pub async fn end(change: &Change, kind: Kind, user_id: Option<UserId>) -> Result<()> {
    use one_time_link::{Column, Entity};
    let earlier = Entity::update_many()
        .col_expr(Column::UsedMs, change.now.into())
        .filter(Column::Kind.eq(kind.code()))
        .filter(Column::UsedMs.is_null());
    match user_id {
        Some(id) => earlier.filter(Column::UserId.eq(id)),
        None => earlier.filter(Column::UserId.is_null()),
    }
    .exec(change.tx.conn())
    .await?;
    Ok(())
}

/// The secret of a link alone, for whoever made it.
pub async fn secret(app: &App, LinkId(id): LinkId) -> Result<String> {
    let row = one_time_link::Entity::find_by_id(id).one(app.db.read()).await?.ok_or(Error::NotFound)?;
    Ok(secret_of(app, &row))
}

/// The whole address of a link, for whoever made it.
pub async fn address(app: &App, kind: Kind, LinkId(id): LinkId) -> Result<String> {
    let folder = kind.folder().ok_or(Error::NotFound)?;
    Ok(format!("{}/{folder}/{}", app.config.public_url(), secret(app, LinkId(id)).await?))
}

/// Worked out anew rather than stored, so that a repeated command can answer with the same link while nobody who reads
/// the database can use one. The moment and the person keep a number that a restored backup gives again from giving
/// the same secret.
fn secret_of(app: &App, row: &one_time_link::Model) -> String {
    let person = row.user_id.map_or(0, |id| id.0);
    let secret = app.keys.derive(&format!("one-time link {} {} {person} {}", row.kind, row.id, row.created_ms));
    if row.kind == Kind::Messenger.code() { short(&secret) } else { secret }
}

/// What codes are made of that people type: no two of these look alike, as 0 and O would.
const SYMBOLS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// How many of them: 50 bits, for ten minutes and the few tries that there are.
const SYMBOLS_OF_CODE: usize = 10;

/// A code that can be typed, out of a long secret. It holds a letter, so that no phone is taken for one.
fn short(secret: &str) -> String {
    let digest = Sha256::digest(secret.as_bytes());
    let code = |bytes: &[u8]| bytes.iter().map(|byte| char::from(SYMBOLS[usize::from(*byte) % SYMBOLS.len()])).collect::<String>();
    let codes = digest.windows(SYMBOLS_OF_CODE).map(code);
    codes.into_iter().find(|code| code.bytes().any(|b| b.is_ascii_alphabetic())).unwrap_or_default()
}

/// The code that somebody typed, if it can be one: small letters, spaces and hyphens are as good, and so are Russian letters that look
/// like those meant.
pub fn typed_code(text: &str) -> Option<String> {
    let plain = |c: char| {
        let c = c.to_uppercase().next().unwrap_or(c);
        "АВЕКМНРСТУХ".chars().zip("ABEKMHPCTYX".chars()).find(|(russian, _)| *russian == c).map_or(c, |(_, latin)| latin)
    };
    let code: String = text.trim().chars().filter(|c| !matches!(c, ' ' | '-' | '\u{a0}')).map(plain).collect();
    let is_code =
        code.len() == SYMBOLS_OF_CODE && code.bytes().all(|b| SYMBOLS.contains(&b)) && code.bytes().any(|b| b.is_ascii_alphabetic());
    is_code.then_some(code)
}

/// Whom a live link is for, without using it up.
///
/// # Errors
/// 410 for a link that never was, was used or has run out: the three look alike.
pub async fn peek(conn: &impl ConnectionTrait, kind: Kind, secret: &str, now_ms: i64) -> Result<Option<UserId>> {
    let row = alive(kind, secret, now_ms).one(conn).await?.ok_or(GONE)?;
    Ok(row.user_id)
}

/// Uses a link up and tells whom it is for; of two who come with the same link one gets it.
pub async fn take(change: &Change, kind: Kind, secret: &str) -> Result<Option<UserId>> {
    use one_time_link::{Column, Entity};
    let row = alive(kind, secret, change.now).lock_exclusive().one(change.tx.conn()).await?.ok_or(GONE)?;
    Entity::update_many().col_expr(Column::UsedMs, change.now.into()).filter(Column::Id.eq(row.id)).exec(change.tx.conn()).await?;
    Ok(row.user_id)
}

fn alive(kind: Kind, secret: &str, now_ms: i64) -> sea_orm::Select<one_time_link::Entity> {
    use one_time_link::{Column, Entity};
    Entity::find()
        .filter(Column::Hash.eq(digest(secret)))
        .filter(Column::Kind.eq(kind.code()))
        .filter(Column::UsedMs.is_null())
        .filter(Column::ExpiresMs.gt(now_ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_can_be_typed_as_people_type() {
        let code = short("a long secret");
        assert_eq!((code.len(), typed_code(&code).as_ref()), (10, Some(&code)));
        assert_ne!(code, short("another long secret"));
        assert_eq!(typed_code(" k7qm4-xpd92\n").as_deref(), Some("K7QM4XPD92"));
        assert_eq!(typed_code("К7QМ4 ХРD92").as_deref(), Some("K7QM4XPD92"), "К, М, Х and Р are Russian");
        for text in ["", "9223456789", "+79223456789", "K7QM4XPD9", "K7QM4XPD921", "K7QM4XPD90", "Добрый день"] {
            assert!(typed_code(text).is_none(), "{text}");
        }
    }

    #[test]
    fn symbols_of_codes_are_all_as_likely() {
        let mut seen = [0_u32; 32];
        for n in 0..3200 {
            for symbol in short(&n.to_string()).bytes() {
                seen[SYMBOLS.iter().position(|one| *one == symbol).unwrap()] += 1;
            }
        }
        assert!(seen.iter().all(|count| (800..1200).contains(count)), "{seen:?}");
    }
}
