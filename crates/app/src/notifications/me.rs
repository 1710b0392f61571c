//! One's own channels: linking and unlinking, which kind of message comes where, and the hours of quiet; for both doors.

use super::{
    Channel, Kind, Side, WayState,
    rules::{self, Choices, NewChoice, QuietChange, Rule},
    ways::{self, Link, NewDevice},
};
use crate::{
    access::{Access, Actor},
    app::App,
    company::zones,
    error::{Error, Result},
    text::{form_time::time_of, i18n},
    web::{
        ApiBody, Choice, Fields, Input, Page, Posted, Routes, Shell, doc,
        page::{Form, Refused, see_other_with},
        paging::List,
    },
};
use askama::Template;
use axum::{
    Json,
    extract::{Path, State as Extract},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

pub fn routes() -> Routes {
    Routes::new()
        .get("/me/channels", Access::SignedIn, show)
        .post("/me/channels", Access::SignedIn, link)
        .post("/me/channels/{channel}/removal", Access::SignedIn, unlink)
        .post("/me/notices/{kind}", Access::SignedIn, choose)
        .post("/me/quiet-hours", Access::SignedIn, quiet)
        .post("/me/devices", Access::SignedIn, subscribe)
        .get("/api/v1/me/channels", Access::SignedIn, doc("List the channels you can be reached through", api_index))
        .post("/api/v1/me/channels", Access::SignedIn, doc("Get a code that links a messenger", api_link))
        .delete("/api/v1/me/channels/{channel}", Access::SignedIn, doc("Unlink a channel", api_unlink))
        .get("/api/v1/me/notices", Access::SignedIn, doc("Show which messages come to you through which channels", api_choices))
        .put("/api/v1/me/notices/{kind}", Access::SignedIn, doc("Choose the channels for one kind of message", api_choose))
        .put("/api/v1/me/quiet-hours", Access::SignedIn, doc("Choose the hours in which only what cannot wait comes", api_quiet))
        .post("/api/v1/me/devices", Access::SignedIn, doc("Let a browser show messages", api_subscribe))
}

/// To which side the person belongs.
fn side(actor: &Actor) -> Side {
    match actor.role() {
        Some(role) if role.is_staff() => Side::Office,
        Some(role) if role.is_worker() => Side::Worker,
        _ => Side::Customer,
    }
}

/// How a channel stands for a person.
struct Stand {
    channel: Channel,
    is_on: bool,
    /// The name by which people find the company there; until the provider has told it, nothing can be linked.
    company: String,
    name: Option<String>,
    is_dead: bool,
    devices: i64,
}

impl Stand {
    /// The company's phone there, which stands before its name, in one line.
    fn number(&self) -> String {
        let number: String = self.company.chars().take_while(|c| !c.is_alphabetic()).collect();
        number.trim().replace(' ', "\u{a0}")
    }
}

async fn stands(app: &App, actor: &Actor) -> Result<Vec<Stand>> {
    let ways = ways::own(app, actor).await?;
    let devices = i64::try_from(ways::devices(app, actor).await?).unwrap_or(i64::MAX);
    let stand = |channel: &Channel| {
        let way = ways.iter().find(|way| way.channel == *channel);
        Stand {
            channel: *channel,
            is_on: app.lines.has(*channel),
            company: app.lines.get(*channel).and_then(|line| line.name()).unwrap_or_default(),
            name: way.map(|way| way.name.clone()),
            is_dead: way.is_some_and(|way| way.state == WayState::Dead),
            devices: if *channel == Channel::Push { devices } else { 0 },
        }
    };
    Ok(Channel::ALL.iter().map(stand).collect())
}

#[derive(Serialize, ToSchema)]
struct ChannelView {
    channel: Channel,
    /// Whether the company has set it up.
    available: bool,
    /// Nothing when it is not linked.
    state: Option<WayState>,
    /// The name there.
    name: Option<String>,
}

async fn api_index(Extract(app): Extract<App>, actor: Actor) -> Result<Json<List<ChannelView>>> {
    let view = |stand: Stand| {
        let state = if stand.is_dead { WayState::Dead } else { WayState::Alive };
        let is_linked = stand.name.is_some() || stand.devices > 0;
        ChannelView { channel: stand.channel, available: stand.is_on, state: is_linked.then_some(state), name: stand.name }
    };
    Ok(Json(List { items: stands(&app, &actor).await?.into_iter().map(view).collect(), next_cursor: None }))
}

/// Which channel is to be linked.
#[derive(Clone, Copy)]
struct Wanted(Option<Channel>);

impl Input for Wanted {
    fn read(fields: &mut Fields) -> Self {
        let channel = fields.optional_choice::<Channel>("channel");
        if channel.is_none() && !fields.is_faulty("channel") {
            fields.error("channel", "required_choice");
        }
        Self(channel)
    }
}

async fn api_link(Extract(app): Extract<App>, actor: Actor, body: ApiBody<Wanted>) -> Result<(StatusCode, Json<Link>)> {
    let channel = body.input.0.ok_or(Error::NotFound)?;
    Ok((StatusCode::CREATED, Json(ways::link(&app, &actor, channel).await?)))
}

async fn api_unlink(Extract(app): Extract<App>, actor: Actor, Path(channel): Path<String>) -> Result<StatusCode> {
    let channel = Channel::parse(&channel).ok_or(Error::NotFound)?;
    change!(app, &actor => |change| ways::unlink(change, channel).await)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Through which channels one kind of message comes.
#[derive(Serialize, ToSchema)]
struct NoticeView {
    kind: Kind,
    /// In the order in which they are tried.
    channels: Vec<Channel>,
    /// Whether you have chosen them, or the company.
    chosen: bool,
    /// Whether it cannot be switched off.
    must_reach: bool,
}

/// Which messages come, where, and when not.
#[derive(Serialize, ToSchema)]
struct NoticesView {
    notices: Vec<NoticeView>,
    /// `22:00`, in your zone.
    quiet_from: String,
    quiet_to: String,
    /// Whether you have chosen the hours, or the company.
    quiet_chosen: bool,
    /// The IANA time zone that you chose; nothing where the company's holds, or for a customer that of the order's address.
    zone: Option<String>,
}

struct Chosen {
    rules: Vec<Rule>,
    choices: Choices,
}

async fn chosen(app: &App, actor: &Actor) -> Result<Chosen> {
    let side = side(actor);
    let rules = rules::all(app).await?.into_iter().filter(|rule| rule.side == side).collect();
    Ok(Chosen { rules, choices: rules::own(app, actor).await? })
}

impl Chosen {
    fn of(&self, kind: Kind) -> Option<&Vec<Channel>> {
        self.choices.kinds.iter().find(|(known, _)| *known == kind).map(|(_, channels)| channels)
    }
}

async fn api_choices(Extract(app): Extract<App>, actor: Actor) -> Result<Json<NoticesView>> {
    let chosen = chosen(&app, &actor).await?;
    let notice = |rule: &Rule| NoticeView {
        kind: rule.kind,
        channels: rule.order_for(chosen.of(rule.kind).map(Vec::as_slice)),
        chosen: chosen.of(rule.kind).is_some(),
        must_reach: rule.must_reach,
    };
    let company = app.company();
    let (from, to) = chosen.choices.quiet.unwrap_or((company.quiet_from, company.quiet_to));
    Ok(Json(NoticesView {
        notices: chosen.rules.iter().map(notice).collect(),
        quiet_from: time_of(from),
        quiet_to: time_of(to),
        quiet_chosen: chosen.choices.quiet.is_some(),
        zone: chosen.choices.zone,
    }))
}

async fn api_choose(Extract(app): Extract<App>, actor: Actor, Path(kind): Path<String>, body: ApiBody<NewChoice>) -> Result<StatusCode> {
    let kind = Kind::parse(&kind).ok_or(Error::NotFound)?;
    once!(app, &actor, &body.command => |change| rules::choose(change, side(&actor), kind, body.input.clone()).await)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn api_quiet(Extract(app): Extract<App>, actor: Actor, body: ApiBody<QuietChange>) -> Result<StatusCode> {
    once!(app, &actor, &body.command => |change| rules::set_quiet(change, body.input.clone()).await)?;
    Ok(StatusCode::NO_CONTENT)
}

fn device_name(headers: &HeaderMap) -> String {
    headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

async fn api_subscribe(Extract(app): Extract<App>, actor: Actor, headers: HeaderMap, body: ApiBody<NewDevice>) -> Result<StatusCode> {
    let name = device_name(&headers);
    once!(app, &actor, &body.command => |change| ways::subscribe(change, &body.input, &name).await)?;
    Ok(StatusCode::NO_CONTENT)
}

/// A channel's card.
struct Card {
    channel: Channel,
    title: String,
    stand: Stand,
    link: Option<Link>,
    /// A picture of the address, for the phone's camera.
    is_by_code: bool,
}

/// A line of choices.
struct Line {
    kind: Kind,
    title: String,
    must_reach: bool,
    is_chosen: bool,
    places: Vec<Place>,
    error: String,
}

/// Where a channel stands in the order; empty for off.
pub(super) struct Place {
    pub channel: Channel,
    pub title: String,
    pub place: String,
}

/// The places of the channels that are set up and can be had by this side.
pub(super) fn places(app: &App, shell: &Shell, side: Side, order: &[Channel]) -> Vec<Place> {
    let is_there = |channel: &&Channel| app.lines.has(**channel) && (**channel != Channel::Push || side != Side::Customer);
    let order: Vec<&Channel> = order.iter().filter(is_there).collect();
    let place = |channel: &Channel| Place {
        channel: *channel,
        title: shell.t(&format!("channel-{channel}")).into_owned(),
        place: order.iter().position(|one| *one == channel).map(|at| (at + 1).to_string()).unwrap_or_default(),
    };
    Channel::ALL.iter().filter(is_there).map(place).collect()
}

struct Parts {
    cards: Vec<Card>,
    lines: Vec<Line>,
    quiet: Form,
    quiet_chosen: bool,
    /// The zones to choose from with their names.
    zones: Vec<(String, String)>,
    /// What it is to choose none: «Как у компании: Москва (UTC+3)».
    usual_zone: String,
    /// The key by which push services know us, where browsers may show messages.
    push_key: Option<String>,
}

#[derive(Template)]
#[template(path = "notifications/channels_office.html")]
struct Office {
    shell: Shell,
    p: Parts,
}

#[derive(Template)]
#[template(path = "notifications/channels_phone.html")]
struct Phone {
    shell: Shell,
    p: Parts,
}

/// What a form that was refused said, and where.
#[derive(Default)]
struct Wrong {
    quiet: Option<Form>,
    kind: Option<(Kind, String)>,
}

async fn page(app: &App, actor: &Actor, shell: Shell, link: Option<(Channel, Link)>, wrong: Wrong) -> Result<Page> {
    let chosen = chosen(app, actor).await?;
    let is_customer = side(actor) == Side::Customer;
    let mut link = link;
    let mut cards = vec![];
    for stand in stands(app, actor).await? {
        let channel = stand.channel;
        // Who has nothing to do with it need not read that it is off.
        if !stand.is_on && channel != Channel::Telegram || channel == Channel::Push && is_customer {
            continue;
        }
        let title = shell.t(&format!("channel-{channel}")).into_owned();
        let link = link.take_if(|(wanted, _)| *wanted == channel).map(|(_, link)| link);
        cards.push(Card { channel, title, stand, link, is_by_code: channel.is_linked_by_code() });
    }
    let line = |rule: &Rule| Line {
        kind: rule.kind,
        title: shell.t(&format!("notice-kind-{}-{}", rule.side, rule.kind)).into_owned(),
        must_reach: rule.must_reach,
        is_chosen: chosen.of(rule.kind).is_some(),
        places: places(app, &shell, rule.side, &rule.order_for(chosen.of(rule.kind).map(Vec::as_slice))),
        error: wrong.kind.as_ref().filter(|(kind, _)| *kind == rule.kind).map(|(_, error)| error.clone()).unwrap_or_default(),
    };
    let lines = chosen.rules.iter().map(line).filter(|line| !line.places.is_empty()).collect();
    let company = app.company();
    let (from, to) = chosen.choices.quiet.unwrap_or((company.quiet_from, company.quiet_to));
    let zone = chosen.choices.zone.clone().unwrap_or_default();
    let quiet = wrong
        .quiet
        .unwrap_or_else(|| Form::filled(shell.language, [("quiet_from", time_of(from)), ("quiet_to", time_of(to)), ("zone", zone)]));
    let zones = zones::choices(&shell, &quiet.value("zone"));
    let usual_zone = match is_customer {
        true => shell.t("notice-zone-usual-customer").into_owned(),
        false => shell.ta("notice-zone-usual", &[("zone", &zones::name(&shell, &company.time_zone))]),
    };
    let push_key = app.lines.get(Channel::Push).and_then(|line| line.name());
    let p = Parts { cards, lines, quiet, quiet_chosen: chosen.choices.quiet.is_some(), zones, usual_zone, push_key };
    if shell.is_staff() { Page::of(&Office { shell, p }) } else { Page::of(&Phone { shell, p }) }
}

async fn show(Extract(app): Extract<App>, actor: Actor, shell: Shell) -> Result<Page> {
    page(&app, &actor, shell, None, Wrong::default()).await
}

async fn link(Extract(app): Extract<App>, actor: Actor, shell: Shell, posted: Posted<Wanted>) -> Result<Page> {
    let (wanted, _) = posted.input()?;
    let channel = wanted.0.ok_or(Error::NotFound)?;
    let link = ways::link(&app, &actor, channel).await?;
    page(&app, &actor, shell, Some((channel, link)), Wrong::default()).await
}

async fn unlink(Extract(app): Extract<App>, actor: Actor, Path(channel): Path<String>, posted: Posted<()>) -> Result<Response> {
    let ((), command) = posted.input()?;
    let channel = Channel::parse(&channel).ok_or(Error::NotFound)?;
    once!(app, &actor, &command => |change| ways::unlink(change, channel).await)?;
    Ok(see_other_with("/me/channels", "flash-channel-unlinked"))
}

async fn choose(
    Extract(app): Extract<App>,
    actor: Actor,
    shell: Shell,
    Path(kind): Path<String>,
    posted: Posted<NewChoice>,
) -> Result<Response> {
    let kind = Kind::parse(&kind).ok_or(Error::NotFound)?;
    let (input, form, command) = posted.into_parts();
    let result = match input {
        Ok(choice) => once!(app, &actor, &command => |change| rules::choose(change, side(&actor), kind, choice.clone()).await),
        Err(error) => Err(error),
    };
    let Err(error) = result else { return Ok(see_other_with("/me/channels", "flash-notices-saved")) };
    let refused = Refused::of(error, form)?;
    let status = refused.status();
    let error = i18n::t(shell.language, "error-must-reach").into_owned();
    Ok((status, page(&app, &actor, shell, None, Wrong { kind: Some((kind, error)), ..Wrong::default() }).await?).into_response())
}

async fn quiet(Extract(app): Extract<App>, actor: Actor, shell: Shell, posted: Posted<QuietChange>) -> Result<Response> {
    let (input, form, command) = posted.into_parts();
    let result = match input {
        Ok(to) => once!(app, &actor, &command => |change| rules::set_quiet(change, to.clone()).await),
        Err(error) => Err(error),
    };
    let Err(error) = result else { return Ok(see_other_with("/me/channels", "flash-notices-saved")) };
    let refused = Refused::of(error, form)?;
    let status = refused.status();
    Ok((status, page(&app, &actor, shell, None, Wrong { quiet: Some(refused.form), ..Wrong::default() }).await?).into_response())
}

async fn subscribe(Extract(app): Extract<App>, actor: Actor, headers: HeaderMap, posted: Posted<NewDevice>) -> Result<Response> {
    let (device, command) = posted.input()?;
    let name = device_name(&headers);
    once!(app, &actor, &command => |change| ways::subscribe(change, &device, &name).await)?;
    Ok(see_other_with("/me/channels", "flash-device-linked"))
}
