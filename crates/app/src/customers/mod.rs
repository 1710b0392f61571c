//! Customers: the people and companies that order work, with or without a login.
//!
//! Their pages and API stand in `orders::customers`: a new name or phone is also found by their orders.

mod form;
mod row;
pub mod search;
mod view;

use crate::{
    accounts::{audit, changes::Changes},
    error::{Error, FieldErrors, Result},
    ids::{CustomerId, UserId},
    text::fold::fold_within,
    web::{Change, Choice, paging::List},
    words::words,
};
use sea_orm::{ActiveValue::Set, IntoActiveModel, QueryOrder, QuerySelect, Select, entity::prelude::*, sea_query::Expr};

pub use form::{CustomerChange, Filter, NewCustomer};
pub use row::Model as Customer;
pub use view::CustomerView;

words! {
    /// A person or a company.
    CustomerKind {
        Person = "person",
        Company = "company",
    }
}

/// Adds a customer.
///
/// # Errors
/// A fault at `phone` naming the customer who has that phone already.
pub async fn create(change: &Change, new: NewCustomer, user_id: Option<UserId>) -> Result<Customer> {
    refuse_twin(change, new.phone.as_deref(), None).await?;
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
    let customer = row.insert(change.tx.conn()).await.map_err(taken_meanwhile)?;
    search::index(&change.tx, &customer).await?;
    audit::record(change, "customer.created", "customer", Some(customer.id.0), &customer.name).await?;
    Ok(customer)
}

/// Changes a customer's card; the orders' search is told by `orders::customers::edit`.
///
/// # Errors
/// A fault at `phone` naming the customer who has that phone already.
pub async fn edit(change: &Change, id: CustomerId, version: Option<i64>, to: CustomerChange) -> Result<Customer> {
    let conn = change.tx.conn();
    let before = row::Entity::find_by_id(id).lock_exclusive().one(conn).await?.ok_or(Error::NotFound)?;
    change.expect_version(version, before.version)?;
    let mut after = before.clone();
    after.kind = to.kind.unwrap_or(before.kind);
    after.name = to.name.unwrap_or(after.name);
    after.name_folded = fold_within(&after.name, 200);
    after.phone = to.phone.unwrap_or(after.phone);
    after.email = to.email.unwrap_or(after.email);
    after.note = to.note.unwrap_or(after.note);
    let changes = differences(&before, &after);
    if changes.is_empty() {
        return Ok(before);
    }
    refuse_twin(change, after.phone.as_deref(), Some(id)).await?;
    after.version += 1;
    let customer = after.into_active_model().reset_all().update(conn).await.map_err(taken_meanwhile)?;
    search::index(&change.tx, &customer).await?;
    audit::record(change, "customer.changed", "customer", Some(id.0), &format!("{}: {changes}", customer.name)).await?;
    Ok(customer)
}

async fn refuse_twin(change: &Change, phone: Option<&str>, except: Option<CustomerId>) -> Result<()> {
    let Some(phone) = phone else { return Ok(()) };
    match with_phone(change.tx.conn(), phone).await? {
        Some(twin) if Some(twin.id) != except => Err(twin_error(&twin)),
        _ => Ok(()),
    }
}

/// Two people typed the same phone at the same moment.
fn taken_meanwhile(error: DbErr) -> Error {
    if store::dialect::is_duplicate(&error) { Error::conflict("customer_taken") } else { error.into() }
}

fn differences(before: &Customer, after: &Customer) -> Changes {
    let mut changes = Changes::default();
    changes.note("kind", &before.kind.code().to_owned(), &after.kind.code().to_owned());
    changes.note("name", &before.name, &after.name);
    changes.note("phone", &before.phone, &after.phone);
    changes.note("email", &before.email, &after.email);
    changes.note("note", &before.note, &after.note);
    changes
}

/// The fault of a phone that another customer has.
pub fn twin_error(twin: &Customer) -> Error {
    let mut errors = FieldErrors::default();
    errors.add_with("phone", "customer_twin", vec![("name", twin.name.clone()), ("id", twin.id.to_string())]);
    errors.into()
}

/// Gives a record without an account to this person.
///
/// # Errors
/// A conflict when it has one already.
pub async fn give_account(change: &Change, id: CustomerId, user_id: UserId) -> Result<()> {
    let update = row::Entity::update_many()
        .col_expr(row::Column::UserId, user_id.into())
        .filter(row::Column::Id.eq(id))
        .filter(row::Column::UserId.is_null());
    if update.exec(change.tx.conn()).await?.rows_affected == 1 { Ok(()) } else { Err(Error::conflict("not_now")) }
}

/// The customer with this phone (E.164).
pub async fn with_phone(conn: &impl ConnectionTrait, phone: &str) -> Result<Option<Customer>> {
    Ok(row::Entity::find().filter(row::Column::Phone.eq(phone)).one(conn).await?)
}

/// A customer by id, for those who may see every customer.
pub async fn find(conn: &impl ConnectionTrait, id: CustomerId) -> Result<Customer> {
    row::Entity::find_by_id(id).one(conn).await?.ok_or(Error::NotFound)
}

/// A page of the customers by name; one statement.
pub async fn list(conn: &impl ConnectionTrait, filter: &Filter) -> Result<List<Customer>> {
    let mut wanted = found_by(&filter.q);
    if let Some(kind) = filter.kind {
        wanted = wanted.filter(row::Column::Kind.eq(kind));
    }
    if let Some([id]) = filter.paging.after::<1>()? {
        // The cursor is the last row's id; its place in the alphabet is looked up again.
        let place = "(SELECT last.name_folded FROM customers last WHERE last.id = ?)";
        let after = format!("customers.name_folded >= {place} AND (customers.name_folded > {place} OR customers.id > ?)");
        wanted = wanted.filter(Expr::cust_with_values(after, [id, id, id]));
    }
    let rows = by_name(wanted).limit(filter.paging.fetch()).all(conn).await?;
    Ok(filter.paging.page(rows, |customer| [customer.id.0]))
}

/// The first customers found by what is typed: the beginning of a name, a fragment of a phone, an e-mail address.
pub async fn suggest(conn: &impl ConnectionTrait, typed: &str, limit: u64) -> Result<Vec<Customer>> {
    if typed.trim().is_empty() {
        return Ok(vec![]);
    }
    Ok(by_name(found_by(typed)).limit(limit).all(conn).await?)
}

fn found_by(typed: &str) -> Select<row::Entity> {
    let (text, values) = search::condition(typed);
    row::Entity::find().filter(Expr::cust_with_values(text, values))
}

fn by_name(customers: Select<row::Entity>) -> Select<row::Entity> {
    customers.order_by_asc(row::Column::NameFolded).order_by_asc(row::Column::Id)
}

/// Whether a user has a customer's record.
pub async fn has_account(conn: &impl ConnectionTrait, user_id: UserId) -> Result<bool> {
    Ok(of_user(conn, user_id).await?.is_some())
}

/// The customer that a user is.
pub async fn of_user(conn: &impl ConnectionTrait, user_id: UserId) -> Result<Option<Customer>> {
    Ok(row::Entity::find().filter(row::Column::UserId.eq(user_id)).one(conn).await?)
}

/// Writes what the account says of its person into their customer's record, if there is one; a phone that another
/// customer has stays with that one. Tells the record as it is now.
pub async fn follow_account(
    change: &Change,
    user_id: UserId,
    name: &str,
    phone: Option<&str>,
    email: Option<&str>,
) -> Result<Option<Customer>> {
    let conn = change.tx.conn();
    let Some(customer) = of_user(conn, user_id).await? else { return Ok(None) };
    let mut to = row::ActiveModel::from(customer.clone());
    if let Some(phone) = phone
        && with_phone(conn, phone).await?.is_none()
    {
        to.phone = Set(Some(phone.to_owned()));
    }
    if let Some(email) = email {
        to.email = Set(Some(email.to_owned()));
    }
    to.name = Set(name.to_owned());
    to.name_folded = Set(fold_within(name, 200));
    to.version = Set(customer.version + 1);
    let customer = to.update(conn).await?;
    search::index(&change.tx, &customer).await?;
    Ok(Some(customer))
}

/// Takes up a record without a login into that of the same person's account: the phone (if the account's has none) and
/// the note go over, and the record is gone. Its orders must have gone over before.
pub async fn absorb(change: &Change, twin: Customer, into: &Customer) -> Result<Customer> {
    let conn = change.tx.conn();
    search::forget(&change.tx, twin.id).await?;
    row::Entity::delete_by_id(twin.id).exec(conn).await?;
    let mut to = row::ActiveModel::from(into.clone());
    to.phone = Set(into.phone.clone().or(twin.phone));
    to.email = Set(into.email.clone().or(twin.email));
    let notes: Vec<&str> = [into.note.trim(), twin.note.trim()].into_iter().filter(|note| !note.is_empty()).collect();
    to.note = Set(notes.join("\n").chars().take(2000).collect());
    to.version = Set(into.version + 1);
    let customer = to.update(conn).await?;
    search::index(&change.tx, &customer).await?;
    Ok(customer)
}
