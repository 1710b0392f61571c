//! Consent to the processing of personal data: a text of its own, and on record which one, when and from where.

use super::{audit, row::consent};
use crate::{
    company::Company,
    error::{Error, Result},
    ids::UserId,
    text::i18n::{Lang, t, ta},
    web::Change,
};
use sea_orm::{ActiveValue::Set, QueryOrder, entity::prelude::*};

pub use consent::Model as Consent;

/// The text that a person is asked to agree to: the company's own, or one that fits most companies.
pub fn text(company: &Company, lang: Lang) -> String {
    if !company.consent_text.trim().is_empty() {
        return company.consent_text.clone();
    }
    let named = Some(company.name.trim()).filter(|name| !name.is_empty());
    let name = named.map_or_else(|| t(lang, "consent-company").into_owned(), str::to_owned);
    ta(lang, "consent-text", &[("company", name.as_str().into())])
}

/// Records that a person agreed to today's text.
pub async fn give(change: &Change, user_id: UserId, lang: Lang) -> Result<()> {
    let company = change.app.company();
    let row = consent::ActiveModel {
        user_id: Set(user_id),
        text_version: Set(company.consent_version),
        text: Set(text(&company, lang)),
        given_ms: Set(change.now),
        address: Set(change.actor.address.clone()),
        withdrawn_ms: Set(None),
        ..Default::default()
    };
    consent::Entity::insert(row).exec_without_returning(change.tx.conn()).await?;
    audit::record_of(change, user_id, "consent.given", "").await
}

/// A person's consents, newest first.
pub async fn of_user(conn: &impl ConnectionTrait, user_id: UserId) -> Result<Vec<Consent>> {
    Ok(consent::Entity::find().filter(consent::Column::UserId.eq(user_id)).order_by_desc(consent::Column::Id).all(conn).await?)
}

/// Takes one of the person's own consents back; the record stays.
///
/// # Errors
/// [`Error::NotFound`] for another person's, or one taken back already.
pub async fn withdraw(change: &Change, user_id: UserId, id: i64) -> Result<()> {
    let taken = consent::Entity::update_many()
        .col_expr(consent::Column::WithdrawnMs, change.now.into())
        .filter(consent::Column::Id.eq(id))
        .filter(consent::Column::UserId.eq(user_id))
        .filter(consent::Column::WithdrawnMs.is_null())
        .exec(change.tx.conn())
        .await?;
    if taken.rows_affected == 0 {
        return Err(Error::NotFound);
    }
    audit::record(change, "consent.withdrawn", "user", Some(user_id.0), "").await
}
