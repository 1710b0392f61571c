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
    app.keys.derive(&format!("one-time link {} {} {person} {}", row.kind, row.id, row.created_ms))
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
