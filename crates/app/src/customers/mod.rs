//! Customers: the people and companies that order work, with or without a login.

mod row;

use crate::{
    error::{Error, Result},
    ids::{CustomerId, UserId},
    text::fold::fold_within,
    web::{Change, Fields, Input},
    words::words,
};
use sea_orm::{ActiveValue::Set, QueryOrder, QuerySelect, entity::prelude::*};

pub use row::Model as Customer;

words! {
    /// A person or a company.
    CustomerKind {
        Person = "person",
        Company = "company",
    }
}

/// A new customer as typed.
#[derive(Clone, Debug)]
pub struct NewCustomer {
    pub kind: CustomerKind,
    pub name: String,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub note: String,
}

impl Input for NewCustomer {
    fn read(fields: &mut Fields) -> Self {
        Self {
            kind: fields.optional_choice("kind").unwrap_or(CustomerKind::Person),
            name: fields.text("name", 200),
            phone: fields.optional_phone("phone"),
            email: fields.optional_email("email"),
            note: fields.optional_text("note", 2000),
        }
    }
}

/// Adds a customer.
///
/// # Errors
/// A fault at `phone` naming the customer who has that phone already.
pub async fn create(change: &Change, new: NewCustomer, user_id: Option<UserId>) -> Result<Customer> {
    if let Some(phone) = &new.phone
        && let Some(twin) = with_phone(change.tx.conn(), phone).await?
    {
        return Err(twin_error(&twin));
    }
    let row = row::ActiveModel {
        kind: Set(new.kind),
        name_folded: Set(fold_within(&new.name, 200)),
        name: Set(new.name),
        phone: Set(new.phone),
        email: Set(new.email),
        note: Set(new.note),
        user_id: Set(user_id),
        created_ms: Set(change.now),
        version: Set(1),
        ..Default::default()
    };
    row.insert(change.tx.conn())
        .await
        .map_err(|e| if store::dialect::is_duplicate(&e) { Error::conflict("customer_taken") } else { e.into() })
}

/// The fault of a phone that another customer has.
pub fn twin_error(twin: &Customer) -> Error {
    let mut errors = crate::error::FieldErrors::default();
    errors.add_with("phone", "customer_twin", vec![("name", twin.name.clone()), ("id", twin.id.to_string())]);
    errors.into()
}

/// The customer with this phone (E.164).
pub async fn with_phone(conn: &impl ConnectionTrait, phone: &str) -> Result<Option<Customer>> {
    Ok(row::Entity::find().filter(row::Column::Phone.eq(phone)).one(conn).await?)
}

/// A customer by id, for those who may see every customer.
pub async fn find(conn: &impl ConnectionTrait, id: CustomerId) -> Result<Customer> {
    row::Entity::find_by_id(id).one(conn).await?.ok_or(Error::NotFound)
}

/// The first customers whose name begins with `words` or whose phone contains `digits`.
pub async fn suggest(conn: &impl ConnectionTrait, typed: &str, limit: u64) -> Result<Vec<Customer>> {
    let folded = fold_within(typed, 100);
    if folded.is_empty() {
        return Ok(vec![]);
    }
    let digits = crate::text::fold::digits(typed);
    let name = row::Column::NameFolded.starts_with(&folded);
    let condition = if digits.len() >= 3 {
        // 8 912… and +7 912… are the same number.
        let national = digits.strip_prefix(['7', '8']).unwrap_or(&digits).to_owned();
        sea_orm::Condition::any()
            .add(name)
            .add(row::Column::Phone.starts_with(format!("+7{national}")))
            .add(row::Column::Phone.starts_with(format!("+{digits}")))
    } else {
        sea_orm::Condition::any().add(name)
    };
    Ok(row::Entity::find().filter(condition).order_by_asc(row::Column::NameFolded).limit(limit).all(conn).await?)
}
