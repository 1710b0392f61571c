//! What a customer may do with an order: edit it while it is new, cancel, accept, return, review.

use super::{Frame, create, door::AtOrder};
use crate::{
    app::App,
    error::{Error, Result},
    messages,
    orders::{self, Deed, Order, OrderAction, OrderChange, Problem, policy, query, visits::Wish},
    reviews::{self, ReviewForm},
    text::form_time::time_input_value,
    web::{
        Command, Fields, Input, Page, Posted, Shell,
        page::{Form, form_again, see_other, see_other_with, unprocessable},
    },
};
use askama::Template;
use axum::{extract::State, response::Response};

/// Why.
#[derive(Clone, Debug)]
pub struct Reason(String);

impl Input for Reason {
    fn read(fields: &mut Fields) -> Self {
        Self(fields.text("reason", 1000))
    }
}

#[derive(Template)]
#[template(path = "portal/reason.html")]
struct Ask {
    shell: Shell,
    frame: Frame,
    form: Form,
    /// `cancellation` or `return`.
    deed: &'static str,
    /// A worker is on the way: it will be a request.
    request: bool,
    version: i64,
    key: String,
}

impl Ask {
    /// The key of a text: `portal-cancel-title` and the like.
    fn key(&self, part: &str) -> String {
        let about = match self.deed {
            "return" => "return",
            _ if self.request => "request",
            _ => "cancel",
        };
        format!("portal-{about}-{part}")
    }
}

pub async fn new_cancellation(State(app): State<App>, at: AtOrder) -> Result<Page> {
    ask(&app, at, OrderAction::Cancel).await
}

pub async fn new_return(State(app): State<App>, at: AtOrder) -> Result<Page> {
    ask(&app, at, OrderAction::Return).await
}

async fn ask(app: &App, at: AtOrder, action: OrderAction) -> Result<Page> {
    let form = Form::empty(at.shell.language);
    let key = at.shell.key("reason");
    page_of_reason(app, at, action, form, key).await
}

async fn page_of_reason(app: &App, at: AtOrder, action: OrderAction, form: Form, key: String) -> Result<Page> {
    let order = query::find(app.db.read(), &at.actor, at.id).await?;
    let request = action == OrderAction::Cancel && is_request(app, &at, &order).await?;
    if !request && !action.from().contains(&order.status) {
        return Err(Error::conflict("not_now"));
    }
    let deed = if action == OrderAction::Cancel { "cancellation" } else { "return" };
    Page::of(&Ask { frame: at.frame(app, &order.number), shell: at.shell, form, deed, request, version: order.version, key })
}

/// Whether a cancellation would only be a request, because a worker is on the way or at work.
pub(super) async fn is_request(app: &App, at: &AtOrder, order: &Order) -> Result<bool> {
    let visits = orders::visits::of_order(app.db.read(), &at.actor, at.id).await?;
    Ok(order.status.is_open() && visits.iter().any(|visit| visit.status.is_under_way()))
}

pub async fn create_cancellation(State(app): State<App>, at: AtOrder, posted: Posted<Reason>) -> Result<Response> {
    let (input, form, mut command) = posted.into_parts();
    // Whatever else has changed meanwhile, who wants to cancel wants to cancel.
    command.version = None;
    match with_reason(&app, &at, OrderAction::Cancel, input, &command).await {
        Ok(requested) => Ok(see_other_with(&at.base, if requested { "flash-cancellation-asked" } else { "flash-order-cancelled" })),
        Err(e) => again(&app, at, OrderAction::Cancel, e, form, command).await,
    }
}

pub async fn create_return(State(app): State<App>, at: AtOrder, posted: Posted<Reason>) -> Result<Response> {
    let (input, form, command) = posted.into_parts();
    match with_reason(&app, &at, OrderAction::Return, input, &command).await {
        Ok(_) => Ok(see_other_with(&at.base, "flash-work-returned")),
        Err(e) => again(&app, at, OrderAction::Return, e, form, command).await,
    }
}

/// Does it and tells whether it became a request.
async fn with_reason(app: &App, at: &AtOrder, action: OrderAction, input: Result<Reason>, command: &Command) -> Result<bool> {
    let deed = Deed { version: command.version, reason: input?.0, ..Deed::new(action) };
    once!(app, &at.actor, command => |change| {
        let order = orders::act(change, at.id, &deed).await?;
        Ok(order.problem == Some(Problem::CancellationRequested))
    })
}

async fn again(app: &App, at: AtOrder, action: OrderAction, e: Error, form: Form, command: Command) -> Result<Response> {
    let form = form_again(e, form)?;
    let key = command.key.unwrap_or_else(|| at.shell.key("reason"));
    Ok(unprocessable(page_of_reason(app, at, action, form, key).await?))
}

pub async fn create_acceptance(State(app): State<App>, at: AtOrder, posted: Posted<()>) -> Result<Response> {
    let ((), command) = posted.input()?;
    let deed = Deed { version: command.version, ..Deed::new(OrderAction::Accept) };
    once!(app, &at.actor, &command => |change| Ok(orders::act(change, at.id, &deed).await?.version))?;
    Ok(see_other_with(&at.base, "flash-work-accepted"))
}

pub async fn update_review(State(app): State<App>, at: AtOrder, posted: Posted<ReviewForm>) -> Result<Response> {
    let (input, form, command) = posted.into_parts();
    let result = match input {
        Ok(review) => once!(app, &at.actor, &command => |change| Ok(reviews::put(change, at.id, None, &review).await?.stars)),
        Err(e) => Err(e),
    };
    match result {
        Ok(_) => Ok(see_other_with(&at.base, "flash-review-kept")),
        Err(e) => {
            let form = form_again(e, form)?;
            Ok(unprocessable(super::show::page(&app, at, Some(form)).await?))
        }
    }
}

#[derive(Template)]
#[template(path = "portal/edit.html")]
struct Edit {
    shell: Shell,
    frame: Frame,
    form: Form,
    services: Vec<create::Choice>,
    version: String,
    key: String,
}

pub async fn edit(State(app): State<App>, at: AtOrder) -> Result<Page> {
    let order = query::find(app.db.read(), &at.actor, at.id).await?;
    if !policy::may_edit(&at.actor, &order) {
        return Err(Error::conflict("not_now"));
    }
    let zone = crate::company::zone_named(&order.zone);
    let moment = |ms: Option<i64>| ms.map(|ms| time_input_value(ms, &zone)).unwrap_or_default();
    let form = Form::filled(
        at.shell.language,
        [
            ("service_id", order.service_id.to_string()),
            ("address.text", order.address.clone()),
            ("address.entrance", order.entrance.clone()),
            ("address.floor", order.floor.clone()),
            ("address.flat", order.flat.clone()),
            ("address.intercom", order.intercom.clone()),
            ("address.district", order.district.clone()),
            ("_zone", order.zone.clone()),
            ("desired_from", moment(order.desired_from_ms)),
            ("desired_to", moment(order.desired_to_ms)),
            ("description", order.description.clone()),
        ],
    );
    let services = create::choices(&app, at.shell.language).await?;
    let key = at.shell.key("edit");
    Page::of(&Edit { frame: at.frame(&app, &order.number), form, services, version: order.version.to_string(), key, shell: at.shell })
}

pub async fn update(State(app): State<App>, at: AtOrder, posted: Posted<OrderChange>) -> Result<Response> {
    let (input, form, command) = posted.into_parts();
    let result = match input {
        Ok(to) => once!(app, &at.actor, &command => |change| Ok(orders::edit(change, at.id, command.version, to.clone()).await?.version)),
        Err(e) => Err(e),
    };
    match result {
        Ok(_) => Ok(see_other(&at.base)),
        Err(e) => {
            let form = form_again(e, form)?;
            let order = query::find(app.db.read(), &at.actor, at.id).await?;
            let services = create::choices(&app, at.shell.language).await?;
            let key = command.key.unwrap_or_else(|| at.shell.key("edit"));
            let version = form.value("_version");
            Ok(unprocessable(Page::of(&Edit { frame: at.frame(&app, &order.number), form, services, version, key, shell: at.shell })?))
        }
    }
}

/// The visit's time suits the customer.
pub async fn confirm_time(State(app): State<App>, at: AtOrder, posted: Posted<()>) -> Result<Response> {
    let ((), command) = posted.input()?;
    once!(app, &at.actor, &command => |change| messages::time_fits(change, at.id).await)?;
    Ok(see_other_with(&at.base, "flash-time-confirmed"))
}

/// The customer asks for another time.
pub async fn request_time(State(app): State<App>, at: AtOrder, posted: Posted<Wish>) -> Result<Response> {
    let (input, form, command) = posted.into_parts();
    let result = match input {
        Ok(wish) => once!(app, &at.actor, &command => |change| messages::ask_for_time(change, at.id, &wish.wish).await),
        Err(error) => Err(error),
    };
    match result {
        Ok(()) => Ok(see_other_with(&at.base, "flash-time-asked")),
        Err(error) => Ok(unprocessable(super::show::page(&app, at, Some(form_again(error, form)?)).await?)),
    }
}
