//! One's own channels: linking and unlinking, which kind of message comes where, and the hours of quiet; for both doors.

use super::{
    Channel, Kind, Side, WayState,
    picks::{self, Picks},
    qr,
    reach::{self, Addresses, Lack},
    rules::{self, Choices, ChoicesChange, NewChoice, QuietChange, Rule},
    ways::{self, Link, NewDevice},
};
use crate::{
    access::{Access, Actor},
    app::App,
    company::zones,
    error::{Error, Result},
    text::{form_time::time_of, phone::Phone},
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
        .post("/me/notices", Access::SignedIn, choose)
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
    /// Why nothing comes to them there.
    lack: Option<Lack>,
    devices: i64,
    /// The phone or mailbox that it goes to.
    address: String,
}

impl Stand {
    fn is_dead(&self) -> bool {
        self.lack == Some(Lack::Blocked)
    }

    /// The company's phone there, which stands before its name, in one line.
    fn number(&self) -> String {
        let number: String = self.company.chars().take_while(|c| !c.is_alphabetic()).collect();
        number.trim().replace(' ', "\u{a0}")
    }
}

fn address(addresses: &Addresses, channel: Channel) -> String {
    match channel {
        Channel::Sms => addresses.phone.as_deref().map(|phone| Phone::stored(phone).to_string()).unwrap_or_default(),
        Channel::Mail => addresses.email.clone().unwrap_or_default(),
        _ => String::new(),
    }
}

async fn stands(app: &App, actor: &Actor) -> Result<Vec<Stand>> {
    let ways = ways::own(app, actor).await?;
    let addresses = reach::own(app, actor).await?;
    let stand = |channel: &Channel| Stand {
        channel: *channel,
        is_on: app.lines.has(*channel),
        company: app.lines.get(*channel).and_then(|line| line.name()).unwrap_or_default(),
        name: ways.iter().find(|way| way.channel == *channel).map(|way| way.name.clone()),
        lack: addresses.lack(*channel),
        devices: if *channel == Channel::Push { addresses.devices } else { 0 },
        address: address(&addresses, *channel),
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
        let state = if stand.is_dead() { WayState::Dead } else { WayState::Alive };
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
    /// The link for the phone's camera.
    picture: Option<qr::Picture>,
    is_by_code: bool,
}

impl Card {
    /// The code of the link in two halves, as it is easier to type.
    fn code(&self) -> String {
        let code = self.link.as_ref().map(|link| link.code.as_str()).unwrap_or_default();
        code.split_at_checked(code.len() / 2).map(|(first, second)| format!("{first}-{second}")).unwrap_or_default()
    }
}

/// One kind of message in the form of all of them.
struct Line {
    kind: Kind,
    title: String,
    must_reach: bool,
    rows: Vec<picks::Row>,
    stood: String,
    error: String,
}

impl Line {
    fn of(app: &App, shell: &Shell, rule: &Rule, chosen: Option<&Vec<Channel>>, typed: Option<&Form>) -> Self {
        let picks = Picks::of(chosen.unwrap_or(&rule.channels), &had(app, rule.side));
        let (name, field) = (rule.kind.code(), format!("{}.order", rule.kind));
        let typed = typed.filter(|form| form.values.contains_key(&field));
        Self {
            kind: rule.kind,
            title: shell.t(&format!("notice-kind-{}-{}", rule.side, rule.kind)).into_owned(),
            must_reach: rule.must_reach,
            rows: typed.map_or_else(|| picks.rows(shell), |form| Picks::typed(form, name).rows(shell)),
            stood: typed.map_or_else(|| Channel::stored(&picks.channels()), |form| form.value(&format!("{name}.stood"))),
            error: typed.map(|form| form.error(&format!("{name}.on"))).unwrap_or_default(),
        }
    }
}

/// The channels that are set up and can be had by this side.
pub(super) fn had(app: &App, side: Side) -> Vec<Channel> {
    let is_had = |channel: &Channel| app.lines.has(*channel) && (*channel != Channel::Push || side != Side::Customer);
    Channel::ALL.iter().copied().filter(is_had).collect()
}

struct Parts {
    cards: Vec<Card>,
    /// The channels that the company does not have, for whoever can set them up.
    off: String,
    lines: Vec<Line>,
    is_chosen: bool,
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
struct OnPhone {
    shell: Shell,
    p: Parts,
}

/// The forms as they were typed.
#[derive(Default)]
struct Typed {
    quiet: Option<Form>,
    kinds: Option<Form>,
}

async fn page(app: &App, actor: &Actor, shell: Shell, link: Option<(Channel, Link)>, typed: Typed) -> Result<Page> {
    let chosen = chosen(app, actor).await?;
    let had = had(app, side(actor));
    let mut link = link;
    let card = |stand: Stand| {
        let channel = stand.channel;
        let title = shell.t(&format!("channel-{channel}")).into_owned();
        let link = link.take_if(|(wanted, _)| *wanted == channel).map(|(_, link)| link);
        let picture = link.as_ref().and_then(|link| qr::of(&link.url));
        Card { channel, title, stand, link, picture, is_by_code: channel.is_linked_by_code() }
    };
    let cards = stands(app, actor).await?.into_iter().filter(|stand| had.contains(&stand.channel)).map(card).collect();
    // Who has nothing to do with it need not read what is off.
    let off = Channel::ALL.iter().filter(|channel| shell.is_administrator() && !app.lines.has(**channel));
    let off = off.map(|channel| shell.t(&format!("channel-{channel}")).into_owned()).collect::<Vec<_>>().join(", ");
    let line = |rule: &Rule| Line::of(app, &shell, rule, chosen.of(rule.kind), typed.kinds.as_ref());
    let lines = if had.is_empty() { vec![] } else { chosen.rules.iter().map(line).collect() };
    let company = app.company();
    let (from, to) = chosen.choices.quiet.unwrap_or((company.quiet_from, company.quiet_to));
    let zone = chosen.choices.zone.clone().unwrap_or_default();
    let quiet = typed
        .quiet
        .unwrap_or_else(|| Form::filled(shell.language, [("quiet_from", time_of(from)), ("quiet_to", time_of(to)), ("zone", zone)]));
    let zones = zones::choices(&shell, &quiet.value("zone"));
    let usual_zone = match side(actor) {
        Side::Customer => shell.t("notice-zone-usual-customer").into_owned(),
        Side::Office | Side::Worker => shell.ta("notice-zone-usual", &[("zone", &zones::name(&shell, &company.time_zone))]),
    };
    let push_key = app.lines.get(Channel::Push).and_then(|line| line.name());
    let is_chosen = !chosen.choices.kinds.is_empty();
    let quiet_chosen = chosen.choices.quiet.is_some();
    let p = Parts { cards, off, lines, is_chosen, quiet, quiet_chosen, zones, usual_zone, push_key };
    if shell.is_staff() { Page::of(&Office { shell, p }) } else { Page::of(&OnPhone { shell, p }) }
}

async fn show(Extract(app): Extract<App>, actor: Actor, shell: Shell) -> Result<Page> {
    page(&app, &actor, shell, None, Typed::default()).await
}

async fn link(Extract(app): Extract<App>, actor: Actor, shell: Shell, posted: Posted<Wanted>) -> Result<Page> {
    let (wanted, _) = posted.input()?;
    let channel = wanted.0.ok_or(Error::NotFound)?;
    let link = ways::link(&app, &actor, channel).await?;
    page(&app, &actor, shell, Some((channel, link)), Typed::default()).await
}

async fn unlink(Extract(app): Extract<App>, actor: Actor, Path(channel): Path<String>, posted: Posted<()>) -> Result<Response> {
    let ((), command) = posted.input()?;
    let channel = Channel::parse(&channel).ok_or(Error::NotFound)?;
    once!(app, &actor, &command => |change| ways::unlink(change, channel).await)?;
    Ok(see_other_with("/me/channels", "flash-channel-unlinked"))
}

async fn choose(Extract(app): Extract<App>, actor: Actor, shell: Shell, posted: Posted<ChoicesChange>) -> Result<Response> {
    let (input, mut form, command) = posted.into_parts();
    if picks::shift(&mut form) {
        return Ok(page(&app, &actor, shell, None, Typed { kinds: Some(form), ..Typed::default() }).await?.into_response());
    }
    let result = match input {
        Ok(to) => once!(app, &actor, &command => |change| rules::choose_all(change, side(&actor), &to).await),
        Err(error) => Err(error),
    };
    let Err(error) = result else { return Ok(see_other_with("/me/channels", "flash-notices-saved")) };
    let refused = Refused::of(error, form)?;
    let status = refused.status();
    Ok((status, page(&app, &actor, shell, None, Typed { kinds: Some(refused.form), ..Typed::default() }).await?).into_response())
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
    Ok((status, page(&app, &actor, shell, None, Typed { quiet: Some(refused.form), ..Typed::default() }).await?).into_response())
}

async fn subscribe(Extract(app): Extract<App>, actor: Actor, headers: HeaderMap, posted: Posted<NewDevice>) -> Result<Response> {
    let (device, command) = posted.input()?;
    let name = device_name(&headers);
    once!(app, &actor, &command => |change| ways::subscribe(change, &device, &name).await)?;
    Ok(see_other_with("/me/channels", "flash-device-linked"))
}
