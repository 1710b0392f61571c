//! People: an account together with what its role brings along, a worker's or a customer's record.
//!
//! In the order of life: [`arrive`] (set-up, invitation, registration), [`manage`] (contacts, role, block, reset link),
//! [`twins`] (a customer whom the office had recorded before they signed up).

mod api;
pub mod arrive;
mod console;
pub mod form;
pub mod manage;
mod pages;
pub mod query;
#[cfg(test)]
mod tests;
pub mod twins;

use crate::{
    access::Role,
    accounts::{audit, row::user},
    customers::{self, CustomerKind, NewCustomer},
    error::{Error, Result},
    text::{
        fold::{fold, fold_within},
        phone::Phone,
    },
    web::{Change, Routes},
    workers::{self, WorkerKind},
};
use sea_orm::{ActiveValue::Set, entity::prelude::*};

pub use console::{create_by_console, setup_link};

/// Coming in, the list of users and each of them, one's own profile.
pub fn routes() -> Routes {
    api::routes().merge(pages::routes())
}

/// A person to be created.
#[derive(Clone, Debug)]
pub struct NewPerson {
    pub role: Role,
    pub name: String,
    pub login: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    /// The hash of the password; none until the person chooses one by a one-time link.
    pub password_hash: Option<String>,
    pub language: String,
}

impl NewPerson {
    /// A person known by one login: a phone, an e-mail address or a login name.
    pub fn with_login(role: Role, name: &str, login: &str) -> Self {
        let (mut phone, mut email, mut name_login) = (None, None, None);
        if login.contains('@') {
            email = Some(login.trim().to_lowercase());
        } else if let Ok(number) = Phone::parse(login) {
            phone = Some(number.as_str().to_owned());
        } else {
            name_login = Some(fold(login));
        }
        Self { role, name: name.trim().to_owned(), login: name_login, phone, email, password_hash: None, language: "ru".into() }
    }
}

/// Creates the account and the worker's or customer's record that its role needs.
///
/// # Errors
/// A fault at the login, phone or e-mail that somebody else has.
pub async fn create(change: &Change, new: NewPerson) -> Result<user::Model> {
    let (user, contacts) = insert(change, new).await?;
    match user.role() {
        Role::Specialist => drop(workers::create(&change.tx, user.id, WorkerKind::Specialist, contacts.0).await?),
        Role::Contractor => drop(workers::create(&change.tx, user.id, WorkerKind::Contractor, contacts.0).await?),
        Role::Customer => drop(create_customer(change, &user, contacts.0, contacts.1).await?),
        Role::Administrator | Role::Dispatcher => {}
    }
    audit::record(change, "user.created", "user", Some(user.id.0), user.role().code()).await?;
    Ok(user)
}

/// [`create`] for a customer's record that has no account yet, and whose phone is proved to be this person's.
pub(in crate::people) async fn create_for_record(change: &Change, new: NewPerson, record: crate::ids::CustomerId) -> Result<user::Model> {
    let (user, _) = insert(change, new).await?;
    customers::give_account(change, record, user.id).await?;
    audit::record(change, "user.created", "user", Some(user.id.0), user.role().code()).await?;
    Ok(user)
}

/// The account alone, and the phone and mailbox for what belongs to it.
async fn insert(change: &Change, new: NewPerson) -> Result<(user::Model, (Option<String>, Option<String>))> {
    refuse_taken(change, &new).await?;
    let role = new.role;
    let row = user::ActiveModel {
        role: Set(role.code().to_owned()),
        name_folded: Set(fold_within(&new.name, 200)),
        name: Set(new.name.clone()),
        login: Set(new.login),
        phone: Set(new.phone.clone()),
        email: Set(new.email.clone()),
        password_hash: Set(new.password_hash),
        language: Set(new.language),
        theme: Set(String::new()),
        created_ms: Set(change.now),
        blocked_ms: Set(None),
        blocked_reason: Set(None),
        last_seen_ms: Set(None),
        version: Set(1),
        zone: Set(None),
        ..Default::default()
    };
    let user = row
        .insert(change.tx.conn())
        .await
        .map_err(|e| if store::dialect::is_duplicate(&e) { Error::field("login", "taken") } else { e.into() })?;
    Ok((user, (new.phone, new.email)))
}

/// A phone that a customer without a login has already is not proved to be this person's, so the records stay apart
/// until the office joins them.
async fn create_customer(change: &Change, user: &user::Model, phone: Option<String>, email: Option<String>) -> Result<customers::Customer> {
    let taken = match &phone {
        Some(phone) => customers::with_phone(change.tx.conn(), phone).await?.is_some(),
        None => false,
    };
    let new =
        NewCustomer { kind: CustomerKind::Person, name: user.name.clone(), phone: phone.filter(|_| !taken), email, note: String::new() };
    customers::create(change, new, Some(user.id)).await
}

async fn refuse_taken(change: &Change, new: &NewPerson) -> Result<()> {
    let mut faults = crate::error::FieldErrors::default();
    for (field, column, value) in
        [("login", user::Column::Login, &new.login), ("phone", user::Column::Phone, &new.phone), ("email", user::Column::Email, &new.email)]
    {
        if let Some(value) = value
            && user::Entity::find().filter(column.eq(value)).one(change.tx.conn()).await?.is_some()
        {
            faults.add(field, "taken");
        }
    }
    Ok(faults.into_result()?)
}
