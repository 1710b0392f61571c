//! The administrator's pages of users, and what the whole office may do for a customer or worker: a link for a new
//! password, and joining a customer recorded twice.

use crate::{
    access::{Access, Actor, Role},
    accounts::{
        audit::{Line, latest_about},
        one_time,
        row::user,
        session,
        user::{self as account, Known},
    },
    app::App,
    customers::Customer,
    error::{Error, Result},
    ids::UserId,
    people::{
        arrive,
        form::{Block, Invitation, RoleChange, UserChange},
        manage,
        query::{self, Filter, Standing},
        twins,
    },
    text::{format::When, phone::Phone},
    web::{
        Choice, Fields, Input, Page, Posted, Routes, Shell,
        input::{Query, form_values},
        page::{Form, form_again, see_other_with, unprocessable},
        shell::{hue, initials},
    },
};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::Uri,
    response::{IntoResponse, Response},
};

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/users", Access::Administrator, index)
        .get("/users/new", Access::Administrator, new)
        .post("/users", Access::Administrator, create)
        .get("/users/{id}", Access::Administrator, show)
        .post("/users/{id}", Access::Administrator, update)
        .post("/users/{id}/role", Access::Administrator, update_role)
        .post("/users/{id}/block", Access::Administrator, block)
        .post("/users/{id}/unblock", Access::Administrator, unblock)
        .post("/users/{id}/sessions", Access::Administrator, end_sessions)
        .get("/users/{id}/reset", Access::Staff, reset_new)
        .post("/users/{id}/reset", Access::Staff, reset)
        .get("/users/{id}/customer", Access::Staff, twin)
        .post("/users/{id}/customer", Access::Staff, join)
}

/// A phone as people write it; empty for none.
pub(super) fn phone_text(stored: Option<&str>) -> String {
    stored.map(|phone| Phone::stored(phone).to_string()).unwrap_or_default()
}

/// A user as a row of the list shows them.
struct Row {
    id: UserId,
    name: String,
    initials: String,
    hue: i64,
    role: &'static str,
    contact: String,
    contact_more: String,
    standing: &'static str,
    seen: String,
}

impl Row {
    fn of(known: &Known, when: &When) -> Self {
        let user = &known.user;
        let mut contacts = [Some(phone_text(user.phone.as_deref())), user.email.clone(), user.login.clone()]
            .into_iter()
            .flatten()
            .filter(|c| !c.is_empty());
        Self {
            id: user.id,
            name: user.name.clone(),
            initials: initials(&user.name),
            hue: hue(user.id.0),
            role: user.role().code(),
            contact: contacts.next().unwrap_or_default(),
            contact_more: contacts.collect::<Vec<_>>().join(" · "),
            standing: standing(user).code(),
            seen: user.last_seen_ms.map(|ms| when.ago(ms)).unwrap_or_default(),
        }
    }
}

fn standing(user: &user::Model) -> Standing {
    match (user.blocked_ms, user.is_invited()) {
        (Some(_), _) => Standing::Blocked,
        (None, true) => Standing::Invited,
        (None, false) => Standing::Active,
    }
}

#[derive(Template)]
#[template(path = "people/users.html")]
struct Index {
    shell: Shell,
    form: Form,
    rows: Vec<Row>,
    next: Option<String>,
    narrowed: bool,
}

async fn index(State(app): State<App>, shell: Shell, uri: Uri, Query(filter): Query<Filter>) -> Result<Page> {
    let page = query::list(&app, &filter).await?;
    let when = When::new(shell.language, app.company().zone(), app.clock.now_ms());
    let mut form = Form::empty(shell.language);
    form.values = form_values(uri.query().unwrap_or("").as_bytes());
    Page::of(&Index {
        rows: page.items.iter().map(|known| Row::of(known, &when)).collect(),
        next: page.next_cursor.map(|cursor| crate::accounts::audit::next_page(&uri, &cursor)),
        narrowed: ["q", "role", "standing"].iter().any(|name| !form.value(name).is_empty()),
        form,
        shell,
    })
}

#[derive(Template)]
#[template(path = "people/new.html")]
struct New {
    shell: Shell,
    form: Form,
}

/// The role that the page of workers or of customers asks for.
struct Wanted {
    role: Option<Role>,
}

impl Input for Wanted {
    fn read(fields: &mut Fields) -> Self {
        Self { role: fields.optional_choice("role") }
    }
}

async fn new(shell: Shell, Query(Wanted { role }): Query<Wanted>) -> Result<Page> {
    let form = Form::filled(shell.language, [("role", role.unwrap_or(Role::Specialist).code().to_owned())]);
    Page::of(&New { shell, form })
}

/// A one-time link, shown once to hand over.
#[derive(Template)]
#[template(path = "people/link.html")]
struct Link {
    shell: Shell,
    name: String,
    link: String,
    invitation: bool,
    back: String,
}

async fn create(State(app): State<App>, actor: Actor, shell: Shell, posted: Posted<Invitation>) -> Result<Response> {
    let (input, form, command) = posted.into_parts();
    let result = match input {
        Ok(invitation) => once!(app, &actor, &command => |change| arrive::invite(change, invitation.clone()).await),
        Err(e) => Err(e),
    };
    match result {
        Ok((id, made)) => link_page(&app, &actor, shell, id, (one_time::Kind::Invitation, made)).await,
        Err(e) => Ok(unprocessable(Page::of(&New { form: form_again(e, form)?, shell })?)),
    }
}

async fn link_page(app: &App, actor: &Actor, shell: Shell, id: UserId, made: (one_time::Kind, one_time::LinkId)) -> Result<Response> {
    let known = account::find(app.db.read(), app.db.engine(), id).await?;
    let page = Link {
        link: one_time::address(app, made.0, made.1).await?,
        invitation: made.0 == one_time::Kind::Invitation,
        back: if actor.is_administrator() { format!("/users/{id}") } else { "/".into() },
        name: known.user.name,
        shell,
    };
    Ok(Page::of(&page)?.into_response())
}

#[derive(Template)]
#[template(path = "people/show.html")]
struct Show {
    shell: Shell,
    form: Form,
    role_form: Form,
    block_form: Form,
    user: user::Model,
    phone: String,
    role: &'static str,
    standing: &'static str,
    blocked: Option<String>,
    created: String,
    seen: String,
    worker_id: Option<i64>,
    customer_id: Option<i64>,
    sessions: usize,
    twin: Option<Customer>,
    lines: Vec<Line>,
    is_self: bool,
}

/// The three forms of a user's page, of which one may come back with faults.
#[derive(Default)]
struct Forms {
    contacts: Option<Form>,
    role: Option<Form>,
    block: Option<Form>,
}

async fn page(app: &App, actor: &Actor, shell: Shell, id: UserId, forms: Forms) -> Result<Page> {
    let known = account::find(app.db.read(), app.db.engine(), id).await?;
    let lang = shell.language;
    let when = When::new(lang, app.company().zone(), app.clock.now_ms());
    let user = known.user;
    let role = user.role();
    let sessions = session::list(app.db.read(), id, app.clock.now_ms()).await?.len();
    let lines = latest_about(app, id, 12).await?;
    let twin = if role == Role::Customer { twins::twin_of(app, user.phone.as_deref()).await? } else { None };
    Page::of(&Show {
        form: forms.contacts.unwrap_or_else(|| contacts_form(&shell, &user)),
        role_form: forms.role.unwrap_or_else(|| Form::filled(lang, [("role", role.code().to_owned())])),
        block_form: forms.block.unwrap_or_else(|| Form::empty(lang)),
        phone: phone_text(user.phone.as_deref()),
        role: role.code(),
        standing: standing(&user).code(),
        blocked: user.blocked_ms.map(|ms| when.day_time(ms)),
        created: when.date(user.created_ms),
        seen: user.last_seen_ms.map(|ms| when.ago(ms)).unwrap_or_default(),
        worker_id: known.worker_id.filter(|_| role.is_worker()),
        customer_id: known.customer_id.filter(|_| role == Role::Customer),
        sessions,
        twin,
        lines: lines.iter().map(|row| Line::of(row, lang, &when)).collect(),
        is_self: actor.user_id == Some(id),
        user,
        shell,
    })
}

/// The form of a person's contacts as they are.
pub(super) fn contacts_form(shell: &Shell, user: &user::Model) -> Form {
    Form::filled(
        shell.language,
        [
            ("name", user.name.clone()),
            ("login", user.login.clone().unwrap_or_default()),
            ("phone", phone_text(user.phone.as_deref())),
            ("email", user.email.clone().unwrap_or_default()),
        ],
    )
}

async fn show(State(app): State<App>, actor: Actor, shell: Shell, Path(id): Path<UserId>) -> Result<Page> {
    page(&app, &actor, shell, id, Forms::default()).await
}

async fn update(
    State(app): State<App>,
    actor: Actor,
    shell: Shell,
    Path(id): Path<UserId>,
    posted: Posted<UserChange>,
) -> Result<Response> {
    let (input, form, command) = posted.into_parts();
    let result = match input {
        Ok(to) => once!(app, &actor, &command => |change| manage::update(change, id, command.version, to.clone()).await),
        Err(e) => Err(e),
    };
    match result {
        Ok(()) => Ok(see_other_with(&format!("/users/{id}"), "flash-saved")),
        Err(e) => {
            let forms = Forms { contacts: Some(form_again(e, form)?), ..Forms::default() };
            Ok(unprocessable(page(&app, &actor, shell, id, forms).await?))
        }
    }
}

async fn update_role(
    State(app): State<App>,
    actor: Actor,
    shell: Shell,
    Path(id): Path<UserId>,
    posted: Posted<RoleChange>,
) -> Result<Response> {
    let (input, form, command) = posted.into_parts();
    let result = match input {
        Ok(to) => once!(app, &actor, &command => |change| manage::change_role(change, id, command.version, to.role).await),
        Err(e) => Err(e),
    };
    match result {
        Ok(()) => Ok(see_other_with(&format!("/users/{id}"), "flash-role-changed")),
        Err(e) => {
            let forms = Forms { role: Some(form_again(e, form)?), ..Forms::default() };
            Ok(unprocessable(page(&app, &actor, shell, id, forms).await?))
        }
    }
}

async fn block(State(app): State<App>, actor: Actor, shell: Shell, Path(id): Path<UserId>, posted: Posted<Block>) -> Result<Response> {
    let (input, form, command) = posted.into_parts();
    let result = match input {
        Ok(to) => once!(app, &actor, &command => |change| manage::block(change, id, command.version, &to.reason).await),
        Err(e) => Err(e),
    };
    match result {
        Ok(()) => Ok(see_other_with(&format!("/users/{id}"), "flash-blocked")),
        Err(e) => {
            let forms = Forms { block: Some(form_again(e, form)?), ..Forms::default() };
            Ok(unprocessable(page(&app, &actor, shell, id, forms).await?))
        }
    }
}

async fn unblock(State(app): State<App>, actor: Actor, Path(id): Path<UserId>, posted: Posted<()>) -> Result<Response> {
    let ((), command) = posted.input()?;
    once!(app, &actor, &command => |change| manage::unblock(change, id, command.version).await)?;
    Ok(see_other_with(&format!("/users/{id}"), "flash-unblocked"))
}

async fn end_sessions(State(app): State<App>, actor: Actor, Path(id): Path<UserId>, posted: Posted<()>) -> Result<Response> {
    let ((), command) = posted.input()?;
    once!(app, &actor, &command => |change| manage::end_sessions(change, id).await)?;
    Ok(see_other_with(&format!("/users/{id}"), "flash-sessions-ended"))
}

#[derive(Template)]
#[template(path = "people/reset.html")]
struct ResetPage {
    shell: Shell,
    id: UserId,
    name: String,
}

/// The person whom this member of the office may help.
async fn helped(app: &App, actor: &Actor, id: UserId) -> Result<Known> {
    let known = account::find(app.db.read(), app.db.engine(), id).await?;
    manage::may_help(actor, &known.user)?;
    Ok(known)
}

async fn reset_new(State(app): State<App>, actor: Actor, shell: Shell, Path(id): Path<UserId>) -> Result<Page> {
    let name = helped(&app, &actor, id).await?.user.name;
    Page::of(&ResetPage { shell, id, name })
}

async fn reset(State(app): State<App>, actor: Actor, shell: Shell, Path(id): Path<UserId>, posted: Posted<()>) -> Result<Response> {
    let ((), command) = posted.input()?;
    let made = once!(app, &actor, &command => |change| manage::issue_reset(change, id).await)?;
    link_page(&app, &actor, shell, id, made).await
}

#[derive(Template)]
#[template(path = "people/join.html")]
struct JoinPage {
    shell: Shell,
    form: Form,
    id: UserId,
    name: String,
    phone: String,
    twin: Option<Customer>,
}

async fn join_page(app: &App, actor: &Actor, shell: Shell, id: UserId, form: Option<Form>) -> Result<Page> {
    let known = helped(app, actor, id).await?;
    if known.user.role() != Role::Customer {
        return Err(Error::NotFound);
    }
    let twin = twins::twin_of(app, known.user.phone.as_deref()).await?;
    let form = form.unwrap_or_else(|| Form::empty(shell.language));
    let phone = phone_text(known.user.phone.as_deref());
    Page::of(&JoinPage { shell, form, id, name: known.user.name, phone, twin })
}

async fn twin(State(app): State<App>, actor: Actor, shell: Shell, Path(id): Path<UserId>) -> Result<Page> {
    join_page(&app, &actor, shell, id, None).await
}

async fn join(State(app): State<App>, actor: Actor, shell: Shell, Path(id): Path<UserId>, posted: Posted<twins::Join>) -> Result<Response> {
    let (input, form, command) = posted.into_parts();
    let result = match input {
        Ok(to) => once!(app, &actor, &command => |change| Ok(twins::join(change, id, to).await?.id)),
        Err(e) => Err(e),
    };
    match result {
        Ok(customer) => Ok(see_other_with(&format!("/customers/{customer}"), "flash-joined")),
        Err(e) => Ok(unprocessable(join_page(&app, &actor, shell, id, Some(form_again(e, form)?)).await?)),
    }
}
