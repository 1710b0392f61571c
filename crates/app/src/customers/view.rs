//! A customer as programs get one.

use super::{Customer, CustomerKind};
use crate::{ids::CustomerId, web::api::HasVersion};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A customer as the API gives one to the office.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CustomerView {
    #[schema(value_type = i64)]
    pub id: CustomerId,
    pub kind: CustomerKind,
    pub name: String,
    /// E.164.
    pub phone: Option<String>,
    pub email: Option<String>,
    pub note: String,
    /// The account by which they sign in, if they have one.
    pub user_id: Option<i64>,
    pub created_at: String,
    pub version: i64,
}

impl HasVersion for CustomerView {
    fn version(&self) -> i64 {
        self.version
    }
}

impl From<&Customer> for CustomerView {
    fn from(customer: &Customer) -> Self {
        Self {
            id: customer.id,
            kind: customer.kind,
            name: customer.name.clone(),
            phone: customer.phone.clone(),
            email: customer.email.clone(),
            note: customer.note.clone(),
            user_id: customer.user_id.map(|id| id.0),
            created_at: jiff::Timestamp::from_millisecond(customer.created_ms).map(|at| at.to_string()).unwrap_or_default(),
            version: customer.version,
        }
    }
}
