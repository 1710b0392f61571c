//! One-time links: to set the system up, to come in by invitation, to choose a new password.

use super::{
    row::one_time_link,
    session::{digest, secret},
};
use crate::{
    error::{Error, Result},
    ids::UserId,
    web::Change,
};
use sea_orm::{ActiveValue::Set, QuerySelect, entity::prelude::*};

const MINUTE_MS: i64 = 60_000;

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Creates the first administrator.
    Setup,
    /// Lets an invited person choose a password.
    Invitation,
    /// Lets a person choose a new password.
    Reset,
}

impl Kind {
    fn code(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Invitation => "invitation",
            Self::Reset => "reset",
        }
    }

    /// How long such a link lives, in ms.
    fn lifetime_ms(self) -> i64 {
        match self {
            Self::Setup => 24 * 60 * MINUTE_MS,
            Self::Invitation => 3 * 24 * 60 * MINUTE_MS,
            Self::Reset => 30 * MINUTE_MS,
        }
    }
}

/// Makes a link's secret; earlier ones of the same kind for the same person end.
pub async fn make(change: &Change, kind: Kind, user_id: Option<UserId>) -> Result<String> {
    use one_time_link::{ActiveModel, Column, Entity};
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
    let secret = secret();
    let row = ActiveModel {
        kind: Set(kind.code().to_owned()),
        hash: Set(digest(&secret)),
        user_id: Set(user_id),
        created_ms: Set(change.now),
        expires_ms: Set(change.now + kind.lifetime_ms()),
        used_ms: Set(None),
        created_by: Set(change.actor.user_id),
        ..Default::default()
    };
    Entity::insert(row).exec_without_returning(change.tx.conn()).await?;
    Ok(secret)
}

/// Whom a live link is for, without using it up.
///
/// # Errors
/// [`Error::NotFound`] for a link that never was, was used or has run out.
pub async fn peek(conn: &impl ConnectionTrait, kind: Kind, secret: &str, now_ms: i64) -> Result<Option<UserId>> {
    let row = alive(kind, secret, now_ms).one(conn).await?.ok_or(Error::NotFound)?;
    Ok(row.user_id)
}

/// Uses a link up and tells whom it is for; of two who come with the same link one gets it.
pub async fn take(change: &Change, kind: Kind, secret: &str) -> Result<Option<UserId>> {
    use one_time_link::{Column, Entity};
    let row = alive(kind, secret, change.now).lock_exclusive().one(change.tx.conn()).await?.ok_or(Error::NotFound)?;
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
