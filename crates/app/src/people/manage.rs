//! What is done about people who are here already: their contacts, role, block, reset link. Each acts at once.

use super::form::{Contacts, UserChange};
use crate::{
    access::{Actor, Role},
    accounts::{audit, one_time, preferences, row::user, session},
    app::App,
    customers,
    error::{Error, FieldErrors, Result},
    ids::UserId,
    messages,
    orders::search,
    text::fold::fold_within,
    web::Change,
    workers::{self, WorkerKind},
};
use sea_orm::{ActiveValue::Set, QueryOrder, QuerySelect, entity::prelude::*};

impl From<Contacts> for UserChange {
    fn from(contacts: Contacts) -> Self {
        let Contacts { name, login, phone, email } = contacts;
        Self { name: Some(name), login: login.map(Some), phone: Some(phone), email: Some(email), ..Self::default() }
    }
}

/// A user's row, held until the transaction ends.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn hold(change: &Change, id: UserId) -> Result<user::Model> {
    user::Entity::find_by_id(id).lock_exclusive().one(change.tx.conn()).await?.ok_or(Error::NotFound)
}

/// An administrator corrects what is known of a person.
pub async fn update(change: &Change, id: UserId, version: Option<i64>, to: UserChange) -> Result<()> {
    let user = hold(change, id).await?;
    change.expect_version(version, user.version)?;
    let fields = write_contacts(change, &user, to).await?;
    if fields.is_empty() {
        return Ok(());
    }
    audit::record(change, "user.changed", "user", Some(id.0), &fields.join(" ")).await
}

/// A person corrects their own data; `proved` once they gave their password.
///
/// # Errors
/// A fault at `current_password` when what they sign in by changes and they did not prove themselves.
pub async fn update_own(app: &App, actor: &Actor, version: Option<i64>, to: UserChange) -> Result<()> {
    let account = crate::accounts::own::account(app, actor).await?;
    let differs = |to: &Option<Option<String>>, is: &Option<String>| to.as_ref().is_some_and(|to| to != is);
    if differs(&to.phone, &account.phone) || differs(&to.email, &account.email) || differs(&to.login, &account.login) {
        if to.current_password.is_empty() {
            return Err(Error::field("current_password", "password_to_change"));
        }
        crate::accounts::own::prove(app, actor, &account, &to.current_password).await?;
    }
    change!(app, actor => |change| {
        let user = hold(change, account.id).await?;
        change.expect_version(version, user.version)?;
        preferences::save(change, user.id, preferences::Wishes { language: to.language, theme: to.theme }).await?;
        if let Some(zone) = to.zone.clone() {
            preferences::choose_zone(change, user.id, zone).await?;
        }
        let fields = write_contacts(change, &user, to.clone()).await?;
        if !fields.is_empty() {
            audit::record(change, "profile.changed", "user", Some(user.id.0), &fields.join(" ")).await?;
        }
        Ok(())
    })
}

/// Writes the name and contacts, and those of the customer's record that goes with the account; tells what changed.
pub(super) async fn write_contacts(change: &Change, user: &user::Model, to: UserChange) -> Result<Vec<&'static str>> {
    let mut row = <user::ActiveModel as Default>::default();
    let mut fields = vec![];
    if let Some(name) = to.name.filter(|name| *name != user.name) {
        row.name_folded = Set(fold_within(&name, 200));
        row.name = Set(name);
        fields.push("name");
    }
    for (field, to, is, column) in [
        ("login", to.login, &user.login, user::Column::Login),
        ("phone", to.phone, &user.phone, user::Column::Phone),
        ("email", to.email, &user.email, user::Column::Email),
    ] {
        if let Some(to) = to.filter(|to| to != is) {
            row.set(column, to.into());
            fields.push(field);
        }
    }
    if fields.is_empty() {
        return Ok(fields);
    }
    row.version = Set(user.version + 1);
    refuse_unreachable(user, &row)?;
    refuse_taken(change, user.id, &row).await?;
    let written = user::Entity::update_many().set(row).filter(user::Column::Id.eq(user.id)).exec(change.tx.conn()).await;
    written.map_err(|e| if store::dialect::is_duplicate(&e) { Error::field(fields[0], "taken") } else { e.into() })?;
    let now = hold(change, user.id).await?;
    if let Some(customer) = customers::follow_account(change, user.id, &now.name, now.phone.as_deref(), now.email.as_deref()).await? {
        search::index_customer(&change.tx, &customer).await?;
    }
    Ok(fields)
}

/// Somebody without login, phone and e-mail could never sign in again.
fn refuse_unreachable(user: &user::Model, row: &user::ActiveModel) -> Result<()> {
    let stays = |to: &sea_orm::ActiveValue<Option<String>>, is: &Option<String>| match to {
        Set(to) => to.is_some(),
        _ => is.is_some(),
    };
    if stays(&row.login, &user.login) || stays(&row.phone, &user.phone) || stays(&row.email, &user.email) {
        Ok(())
    } else {
        Err(Error::field("phone", "contact_required"))
    }
}

/// Refuses a login, phone or e-mail that somebody else has.
async fn refuse_taken(change: &Change, id: UserId, row: &user::ActiveModel) -> Result<()> {
    let mut faults = FieldErrors::default();
    for (field, column, value) in
        [("login", user::Column::Login, &row.login), ("phone", user::Column::Phone, &row.phone), ("email", user::Column::Email, &row.email)]
    {
        if let Set(Some(value)) = value {
            let other = user::Entity::find().filter(column.eq(value)).filter(user::Column::Id.ne(id)).one(change.tx.conn()).await?;
            if other.is_some() {
                faults.add(field, "taken");
            }
        }
    }
    Ok(faults.into_result()?)
}

/// Gives a person another role, with the worker's or customer's record that it needs.
///
/// # Errors
/// A conflict when nobody would be left to administer the system.
pub async fn change_role(change: &Change, id: UserId, version: Option<i64>, role: Role) -> Result<()> {
    let user = hold_with_administrators(change, id, role == Role::Administrator).await?;
    change.expect_version(version, user.version)?;
    if user.role() == role {
        return Ok(());
    }
    let update = user::Entity::update_many()
        .col_expr(user::Column::Role, role.code().into())
        .col_expr(user::Column::Version, (user.version + 1).into());
    update.filter(user::Column::Id.eq(id)).exec(change.tx.conn()).await?;
    workers::follow_role(&change.tx, user.id, worker_kind(role), user.phone.clone()).await?;
    if !role.is_staff() {
        messages::give_back(change, id).await?;
    }
    if role == Role::Customer && !customers::has_account(change.tx.conn(), user.id).await? {
        super::create_customer(change, &user, user.phone.clone(), user.email.clone()).await?;
    }
    session::cut_streams(change, id, None);
    audit::record(change, "user.role_changed", "user", Some(id.0), &format!("{} {}", user.role, role.code())).await
}

/// Which kind of worker somebody of this role is.
pub(super) fn worker_kind(role: Role) -> Option<WorkerKind> {
    match role {
        Role::Specialist => Some(WorkerKind::Specialist),
        Role::Contractor => Some(WorkerKind::Contractor),
        _ => None,
    }
}

/// Shuts a person out: they are signed out everywhere, no link of theirs works any more.
///
/// # Errors
/// A conflict when nobody would be left to administer the system.
pub async fn block(change: &Change, id: UserId, version: Option<i64>, reason: &str) -> Result<()> {
    let user = hold_with_administrators(change, id, false).await?;
    change.expect_version(version, user.version)?;
    if user.blocked_ms.is_some() {
        return Ok(());
    }
    set_block(change, &user, Some(reason)).await?;
    session::sign_out_everywhere(change, id, None).await?;
    messages::give_back(change, id).await?;
    for kind in [one_time::Kind::Invitation, one_time::Kind::Reset] {
        one_time::end(change, kind, Some(id)).await?;
    }
    audit::record(change, "user.blocked", "user", Some(id.0), reason).await
}

/// Lets a blocked person in again.
pub async fn unblock(change: &Change, id: UserId, version: Option<i64>) -> Result<()> {
    let user = hold(change, id).await?;
    change.expect_version(version, user.version)?;
    if user.blocked_ms.is_none() {
        return Ok(());
    }
    set_block(change, &user, None).await?;
    audit::record(change, "user.unblocked", "user", Some(id.0), "").await
}

async fn set_block(change: &Change, user: &user::Model, reason: Option<&str>) -> Result<()> {
    let update = user::Entity::update_many()
        .col_expr(user::Column::BlockedMs, reason.map(|_| change.now).into())
        .col_expr(user::Column::BlockedReason, reason.map(str::to_owned).into())
        .col_expr(user::Column::Version, (user.version + 1).into());
    update.filter(user::Column::Id.eq(user.id)).exec(change.tx.conn()).await?;
    Ok(())
}

/// Holds the person's row, and first those of all acting administrators: two of them who block or demote each other at
/// the same moment come one after the other, and the second is refused.
async fn hold_with_administrators(change: &Change, id: UserId, stays_administrator: bool) -> Result<user::Model> {
    let acting = user::Entity::find()
        .filter(user::Column::Role.eq(Role::Administrator.code()))
        .filter(user::Column::BlockedMs.is_null())
        .filter(user::Column::PasswordHash.is_not_null())
        .order_by_asc(user::Column::Id)
        .lock_exclusive()
        .all(change.tx.conn())
        .await?;
    let user = hold(change, id).await?;
    let last = acting.iter().all(|administrator| administrator.id == id);
    if last && !stays_administrator && acting.iter().any(|administrator| administrator.id == id) {
        return Err(Error::conflict("last_administrator"));
    }
    Ok(user)
}

/// The person whom somebody in the office may help: administrators help everybody, dispatchers customers and workers.
///
/// # Errors
/// [`Error::NotFound`] for anybody else.
pub fn may_help(actor: &Actor, user: &user::Model) -> Result<()> {
    let helps = actor.is_administrator() || (actor.is_staff() && !user.role().is_staff());
    if helps { Ok(()) } else { Err(Error::NotFound) }
}

/// Makes a link by which the person chooses a new password, or the first one if they never did; for the office to hand over.
pub async fn issue_reset(change: &Change, id: UserId) -> Result<(one_time::Kind, one_time::LinkId)> {
    let user = hold(change, id).await?;
    may_help(&change.actor, &user)?;
    if user.blocked_ms.is_some() {
        return Err(Error::conflict("user_blocked"));
    }
    let kind = if user.is_invited() { one_time::Kind::Invitation } else { one_time::Kind::Reset };
    let link = one_time::make(change, kind, Some(id)).await?;
    audit::record(change, "user.reset_issued", "user", Some(id.0), "").await?;
    Ok((kind, link))
}

/// Signs a person out everywhere, in messengers too.
pub async fn end_sessions(change: &Change, id: UserId) -> Result<()> {
    hold(change, id).await?;
    session::sign_out_everywhere(change, id, None).await?;
    audit::record(change, "user.sessions_ended", "user", Some(id.0), "").await
}
