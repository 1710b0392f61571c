//! Users as the API and the pages show them: the account with the worker's or customer's record that belongs to it.

use super::row::user;
use crate::{
    access::Role,
    error::{Error, Result},
    ids::{CustomerId, UserId},
    web::api::HasVersion,
};
use sea_orm::{FromQueryResult, entity::prelude::*};

/// The columns and tables of [`Known`]; conditions follow.
pub const KNOWN: &str = "SELECT u.*, w.id AS worker_id, c.id AS customer_id FROM users u \
    LEFT JOIN workers w ON w.user_id = u.id LEFT JOIN customers c ON c.user_id = u.id";

/// A user with the ids of the records that belong to the account.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Known {
    #[sea_orm(nested)]
    pub user: user::Model,
    pub worker_id: Option<i64>,
    pub customer_id: Option<i64>,
}

/// A user by id, whoever asks.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find(conn: &impl ConnectionTrait, engine: store::Engine, id: UserId) -> Result<Known> {
    let statement = store::sql(engine, &format!("{KNOWN} WHERE u.id = ?"), [id.into()]);
    Known::find_by_statement(statement).one(conn).await?.ok_or(Error::NotFound)
}

impl user::Model {
    /// The role; customers have the fewest rights, so a word of another version counts as theirs.
    pub fn role(&self) -> Role {
        Role::parse(&self.role).unwrap_or(Role::Customer)
    }

    /// What the person signs in by: the login name, otherwise the phone, otherwise the e-mail.
    pub fn known_by(&self) -> Option<String> {
        self.login.clone().or_else(|| self.phone.clone()).or_else(|| self.email.clone())
    }

    /// Invited, and has not chosen a password yet.
    pub fn is_invited(&self) -> bool {
        self.password_hash.is_none()
    }
}

/// A user as the API gives one.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct UserView {
    #[schema(value_type = i64)]
    pub id: UserId,
    pub name: String,
    pub role: Role,
    /// The login name; for those without one the phone or e-mail that they sign in by.
    pub login: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub language: String,
    /// `light`, `dark` or empty for the device's own.
    pub theme: String,
    /// The IANA time zone that the person chose for their quiet hours and their morning; nothing where the company's holds.
    pub zone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worker_id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>)]
    pub customer_id: Option<CustomerId>,
    /// No password chosen yet.
    pub invited: bool,
    pub blocked: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked_reason: Option<String>,
    pub created_at: String,
    pub last_seen_at: Option<String>,
    pub version: i64,
}

impl HasVersion for UserView {
    fn version(&self) -> i64 {
        self.version
    }
}

impl From<&Known> for UserView {
    fn from(known: &Known) -> Self {
        let user = &known.user;
        let role = user.role();
        Self {
            id: user.id,
            name: user.name.clone(),
            role,
            login: user.known_by(),
            phone: user.phone.clone(),
            email: user.email.clone(),
            language: user.language.clone(),
            theme: user.theme.clone(),
            zone: user.zone.clone(),
            worker_id: known.worker_id.filter(|_| role.is_worker()),
            customer_id: known.customer_id.filter(|_| role == Role::Customer).map(CustomerId),
            invited: user.is_invited(),
            blocked: user.blocked_ms.is_some(),
            blocked_reason: user.blocked_reason.clone(),
            created_at: rfc3339(user.created_ms),
            last_seen_at: user.last_seen_ms.map(rfc3339),
            version: user.version,
        }
    }
}

/// A moment as RFC 3339 in UTC.
pub fn rfc3339(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).map(|t| t.to_string()).unwrap_or_default()
}
