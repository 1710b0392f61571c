//! What the administrator sets: how the channels stand, which messages go where, and in which words; for both doors.

use super::{
    Channel, Kind, Side, Wording, answers,
    decide::TrialWanted,
    health::{self, Health},
    me::had,
    picks::{self, Picks},
    reach::{self, Lack},
    reminders,
    rules::{self, Rule, RuleChange, RulesChange},
    texts::{self, TextChange},
    ways,
};
use crate::{
    access::{Access, Actor},
    accounts::api::own_id,
    app::App,
    error::{Error, Result},
    orders::view::rfc3339,
    text::{format::When, i18n::Lang},
    web::{
        ApiBody, Choice, Page, Posted, Routes, Shell, doc,
        page::{Form, Refused, see_other_with},
        paging::List,
    },
};
use askama::Template;
use axum::{
    Json,
    extract::{Path, State as Extract},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

pub fn routes() -> Routes {
    use Access::Administrator;
    Routes::new()
        .get("/channels", Administrator, page)
        .post("/channels/{channel}/trial", Administrator, page_trial)
        .post("/channels/dead-addresses/removal", Administrator, page_forgive)
        .post("/channels/rules", Administrator, page_rules)
        .get("/channels/texts", Administrator, page_texts)
        .get("/channels/texts/{wording}/{channel}/{language}", Administrator, page_text)
        .post("/channels/texts/{wording}/{channel}/{language}", Administrator, page_set_text)
        .post("/channels/texts/{wording}/{channel}/{language}/preview", Administrator, page_preview)
        .post("/channels/texts/{wording}/{channel}/{language}/trial", Administrator, page_text_trial)
        .get("/api/v1/channels", Administrator, doc("Show how the channels stand", api_channels))
        .post("/api/v1/channels/{channel}/trial", Administrator, doc("Send yourself a message through a channel", api_trial))
        .delete("/api/v1/channels/dead-addresses", Administrator, doc("Try phones and mailboxes again that took nothing", api_forgive))
        .get("/api/v1/channels/rules", Administrator, doc("List which messages go through which channels", api_rules))
        .put("/api/v1/channels/rules/{side}/{kind}", Administrator, doc("Set the channels for one kind of message", api_rule))
        .get("/api/v1/channels/texts/{wording}/{channel}/{language}", Administrator, doc("Show the words of a message", api_text))
        .put("/api/v1/channels/texts/{wording}/{channel}/{language}", Administrator, doc("Write the words of a message", api_set_text))
        .post(
            "/api/v1/channels/texts/{wording}/{channel}/{language}/trial",
            Administrator,
            doc("Send yourself a message in these words", api_text_trial),
        )
}

/// How a channel stands with its provider.
#[derive(Serialize, ToSchema)]
struct HealthView {
    channel: Channel,
    /// Whether it is set up.
    available: bool,
    /// The name by which people find the company there.
    name: Option<String>,
    /// Since when messages do not go, or what people answer does not come.
    trouble_since: Option<String>,
    /// What the provider or the network said.
    trouble: Option<String>,
    /// Until when the provider wants to be left alone.
    waits_until: Option<String>,
    /// What is wrong with the settings of a channel that somebody tried to set up.
    wrong_settings: Option<String>,
}

async fn api_channels(Extract(app): Extract<App>) -> Result<Json<List<HealthView>>> {
    let view = |(channel, health): (Channel, Health)| {
        let (since, why) = health.troubles.into_iter().next().map(|trouble| (trouble.since_ms, trouble.why)).unzip();
        HealthView {
            channel,
            available: app.lines.has(channel),
            name: app.lines.get(channel).and_then(|line| line.name()),
            trouble_since: since.map(rfc3339),
            trouble: why,
            waits_until: health.waits_until.map(rfc3339),
            wrong_settings: health.wrong,
        }
    };
    Ok(Json(List { items: health::all(&app).await?.into_iter().map(view).collect(), next_cursor: None }))
}

/// Sends the person who asks a message through this channel, in their language unless in another.
///
/// # Errors
/// A conflict when the channel is off or does not lead to them.
async fn try_channel(change: &crate::web::Change, channel: Channel, wording: Wording, language: Option<Lang>) -> Result<()> {
    if change.app.lines.get(channel).is_none() {
        return Err(Error::conflict("channel_off"));
    }
    if reach::own(&change.app, &change.actor).await?.lack(channel).is_some() {
        return Err(Error::conflict("no_way_to_you"));
    }
    reminders::try_out(change, &TrialWanted { user_id: own_id(&change.actor)?, channel, wording, language }).await
}

async fn api_trial(Extract(app): Extract<App>, actor: Actor, Path(channel): Path<String>, body: ApiBody<()>) -> Result<StatusCode> {
    let channel = Channel::parse(&channel).ok_or(Error::NotFound)?;
    once!(app, &actor, &body.command => |change| try_channel(change, channel, Wording::Trial, None).await)?;
    Ok(StatusCode::ACCEPTED)
}

async fn api_forgive(Extract(app): Extract<App>, actor: Actor, body: ApiBody<()>) -> Result<StatusCode> {
    once!(app, &actor, &body.command => |change| ways::forgive(change).await)?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Serialize, ToSchema)]
struct RuleView {
    side: Side,
    kind: Kind,
    /// In the order in which they are tried.
    channels: Vec<Channel>,
    /// Whether people cannot switch it off, and the next channel is tried when it has not arrived.
    must_reach: bool,
    /// How long is waited for the arrival.
    wait_minutes: i64,
    version: i64,
}

impl From<Rule> for RuleView {
    fn from(rule: Rule) -> Self {
        let Rule { side, kind, channels, must_reach, wait_minutes, version } = rule;
        Self { side, kind, channels, must_reach, wait_minutes, version }
    }
}

async fn api_rules(Extract(app): Extract<App>) -> Result<Json<List<RuleView>>> {
    Ok(Json(List { items: rules::all(&app).await?.into_iter().map(RuleView::from).collect(), next_cursor: None }))
}

fn side_and_kind((side, kind): (String, String)) -> Result<(Side, Kind)> {
    Side::parse(&side).zip(Kind::parse(&kind)).ok_or(Error::NotFound)
}

async fn api_rule(
    Extract(app): Extract<App>,
    actor: Actor,
    Path(which): Path<(String, String)>,
    body: ApiBody<RuleChange>,
) -> Result<StatusCode> {
    let (side, kind) = side_and_kind(which)?;
    let version = body.command.version;
    once!(app, &actor, &body.command => |change| rules::set(change, side, kind, version, body.input.clone()).await.map(drop))?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which words, in which channel and language.
type Which = (Lang, Wording, Channel);

fn which((wording, channel, language): (String, String, String)) -> Result<Which> {
    let lang = Lang::ALL.into_iter().find(|lang| lang.code() == language).ok_or(Error::NotFound)?;
    let wording = Wording::parse(&wording).ok_or(Error::NotFound)?;
    Ok((lang, wording, Channel::parse(&channel).ok_or(Error::NotFound)?))
}

#[derive(Serialize, ToSchema)]
struct TextView {
    wording: Wording,
    channel: Channel,
    language: String,
    body: String,
    /// Whether these are the company's own words.
    own: bool,
    version: i64,
}

async fn api_text(Extract(app): Extract<App>, Path(path): Path<(String, String, String)>) -> Result<Json<TextView>> {
    let (lang, wording, channel) = which(path)?;
    let own = texts::own(&app, lang, wording, channel).await?;
    let (is_own, version) = (own.is_some(), own.as_ref().map_or(0, |own| own.1));
    let body = own.map_or_else(|| texts::usual(lang, wording), |own| own.0);
    Ok(Json(TextView { wording, channel, language: lang.code().into(), body, own: is_own, version }))
}

async fn api_set_text(
    Extract(app): Extract<App>,
    actor: Actor,
    Path(path): Path<(String, String, String)>,
    body: ApiBody<TextChange>,
) -> Result<StatusCode> {
    let which = which(path)?;
    let version = body.command.version;
    once!(app, &actor, &body.command => |change| texts::set(change, which, version, body.input.clone()).await)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn api_text_trial(
    Extract(app): Extract<App>,
    actor: Actor,
    Path(path): Path<(String, String, String)>,
    body: ApiBody<()>,
) -> Result<StatusCode> {
    let (lang, wording, channel) = which(path)?;
    once!(app, &actor, &body.command => |change| try_channel(change, channel, wording, Some(lang)).await)?;
    Ok(StatusCode::ACCEPTED)
}

/// A channel on the page.
struct Card {
    channel: Channel,
    title: String,
    about: String,
    is_on: bool,
    name: String,
    /// How it stands, in a word.
    mark: String,
    tone: &'static str,
    /// What keeps it from carrying messages, and what is still to be set up at the provider's.
    stands: Vec<String>,
    /// Where the provider is to bring news, where somebody has to tell it.
    hook: String,
    /// Why a trial message cannot come to whoever looks.
    lack: Option<Lack>,
}

impl Card {
    /// The chapter of the manual that tells how it is set up.
    fn help(&self) -> &'static str {
        match self.channel {
            Channel::Max => "/help/channels#включить-max",
            Channel::Telegram => "/help/channels#включить-telegram",
            Channel::WhatsApp => "/help/channels#включить-whatsapp",
            Channel::Push => "/help/channels#включить-сообщения-в-браузере",
            Channel::Sms => "/help/channels#включить-sms",
            Channel::Mail => "/help/channels#включить-электронную-почту",
        }
    }
}

/// A rule in the form of all of them.
struct RuleForm {
    /// With this begin the names of its fields.
    name: String,
    title: String,
    rows: Vec<picks::Row>,
    must_reach: bool,
    wait_minutes: String,
    version: String,
    stood: String,
    no_channel: String,
    wrong_wait: String,
}

impl RuleForm {
    fn of(app: &App, shell: &Shell, rule: &Rule, typed: Option<&Typed>) -> Self {
        let name = rules::name(rule.side, rule.kind);
        let field = |part: &str| format!("{name}.{part}");
        let picks = Picks::of(&rule.channels, &had(app, rule.side));
        let mut form = Self {
            title: shell.t(&format!("notice-kind-{}-{}", rule.side, rule.kind)).into_owned(),
            must_reach: rule.must_reach,
            wait_minutes: rule.wait_minutes.to_string(),
            version: rule.version.to_string(),
            stood: rules::stood(&picks.channels(), rule.must_reach, rule.wait_minutes),
            rows: picks.rows(shell),
            no_channel: String::new(),
            wrong_wait: String::new(),
            name: name.clone(),
        };
        let Some(typed) = typed.filter(|typed| typed.form.values.contains_key(&field("wait_minutes"))) else { return form };
        form.rows = Picks::typed(&typed.form, &name).rows(shell);
        form.must_reach = typed.form.has(&field("must_reach"), "on");
        form.wait_minutes = typed.form.value(&field("wait_minutes"));
        form.stood = typed.form.value(&field("stood"));
        // Once they have been told that it is another by now, what they send goes over it.
        if typed.problem.is_empty() {
            form.version = typed.form.value(&field("version"));
        }
        form.no_channel = typed.form.error(&field("on"));
        form.wrong_wait = typed.form.error(&field("wait_minutes"));
        form
    }
}

/// The form of the rules as it was typed, with what is wrong with it as a whole.
struct Typed {
    form: Form,
    problem: String,
}

/// A phone or mailbox that takes nothing.
struct DeadEnd {
    who: String,
    channel: String,
    since: String,
    why: String,
}

/// The rules of one side.
struct Group {
    title: String,
    rules: Vec<RuleForm>,
}

#[derive(Template)]
#[template(path = "notifications/manage.html")]
struct Manage {
    shell: Shell,
    cards: Vec<Card>,
    groups: Vec<Group>,
    dead_ends: Vec<DeadEnd>,
    is_any_on: bool,
    problem: String,
}

async fn manage(app: &App, actor: &Actor, shell: Shell, typed: Option<Typed>) -> Result<Page> {
    let own = reach::own(app, actor).await?;
    let when = When::new(shell.language, app.company().zone(), app.clock.now_ms());
    let card = |(channel, health): (Channel, Health)| {
        let line = app.lines.get(channel);
        let lacks = line.map(|line| line.lacks()).unwrap_or_default();
        let (mark, tone) = match &health {
            Health { wrong: Some(_), .. } => ("channels-wrong", "red"),
            _ if line.is_none() => ("channels-is-off", "grey"),
            health if !health.troubles.is_empty() => ("channels-troubled", "red"),
            _ if !lacks.is_empty() => ("channels-half", "amber"),
            Health { waits_until: Some(_), .. } => ("channels-is-waiting", "amber"),
            _ => ("channels-on", "green"),
        };
        let mut stands = answers::stands(&shell, &when, &health);
        if !lacks.is_empty() {
            stands.push(shell.ta("channels-lacks", &[("templates", &lacks.join(", "))]));
        }
        let is_told = matches!(channel, Channel::WhatsApp | Channel::Sms) && line.is_some();
        let name = line.filter(|_| channel != Channel::Push).and_then(|line| line.name());
        Card {
            channel,
            title: shell.t(&format!("channel-{channel}")).into_owned(),
            about: shell.t(&format!("channel-{channel}-about")).into_owned(),
            is_on: line.is_some(),
            name: name.unwrap_or_default(),
            mark: shell.t(mark).into_owned(),
            tone,
            stands,
            lack: own.lack(channel),
            hook: if is_told { format!("{}/hooks/{channel}", app.config.public_url()) } else { String::new() },
        }
    };
    let cards = health::all(app).await?.into_iter().map(card).collect();
    let mut groups: Vec<Group> = vec![];
    let mut last = None;
    for rule in rules::all(app).await? {
        if last != Some(rule.side) {
            groups.push(Group { title: shell.t(&format!("notice-side-{}", rule.side)).into_owned(), rules: vec![] });
            last = Some(rule.side);
        }
        let form = RuleForm::of(app, &shell, &rule, typed.as_ref());
        if let Some(group) = groups.last_mut() {
            group.rules.push(form);
        }
    }
    let dead_end = |end: ways::DeadEnd| DeadEnd {
        who: end.who.unwrap_or_else(|| shell.t("channels-somebody").into_owned()),
        channel: shell.t(&format!("channel-{}", end.channel)).into_owned(),
        since: when.day_time(end.since_ms),
        why: answers::answer_words(shell.language, &end.why),
    };
    let dead_ends = ways::dead_ends(app).await?.into_iter().map(dead_end).collect();
    let problem = typed.map(|typed| typed.problem).unwrap_or_default();
    Page::of(&Manage { cards, groups, dead_ends, is_any_on: !app.lines.all().is_empty(), problem, shell })
}

async fn page(Extract(app): Extract<App>, actor: Actor, shell: Shell) -> Result<Page> {
    manage(&app, &actor, shell, None).await
}

async fn page_trial(Extract(app): Extract<App>, actor: Actor, Path(channel): Path<String>, posted: Posted<()>) -> Result<Response> {
    let ((), command) = posted.input()?;
    let channel = Channel::parse(&channel).ok_or(Error::NotFound)?;
    once!(app, &actor, &command => |change| try_channel(change, channel, Wording::Trial, None).await)?;
    Ok(see_other_with("/channels", "flash-trial-sent"))
}

async fn page_forgive(Extract(app): Extract<App>, actor: Actor, posted: Posted<()>) -> Result<Response> {
    let ((), command) = posted.input()?;
    once!(app, &actor, &command => |change| ways::forgive(change).await)?;
    Ok(see_other_with("/channels", "flash-notices-saved"))
}

async fn page_rules(Extract(app): Extract<App>, actor: Actor, shell: Shell, posted: Posted<RulesChange>) -> Result<Response> {
    let (input, mut form, command) = posted.into_parts();
    if picks::shift(&mut form) {
        return Ok(manage(&app, &actor, shell, Some(Typed { form, problem: String::new() })).await?.into_response());
    }
    let result = match input {
        Ok(to) => once!(app, &actor, &command => |change| rules::set_all(change, &to).await),
        Err(error) => Err(error),
    };
    let Err(error) = result else { return Ok(see_other_with("/channels#rules", "flash-notices-saved")) };
    let refused = Refused::of(error, form)?;
    let status = refused.status();
    let typed = Typed { form: refused.form, problem: refused.problem };
    Ok((status, manage(&app, &actor, shell, Some(typed)).await?).into_response())
}

/// A message whose words can be changed.
struct TextLine {
    wording: Wording,
    title: String,
    words: String,
    /// In which channels the company has words of its own.
    changed: String,
}

#[derive(Template)]
#[template(path = "notifications/texts.html")]
struct Texts {
    shell: Shell,
    groups: Vec<(String, Vec<TextLine>)>,
    first: Channel,
}

async fn page_texts(Extract(app): Extract<App>, shell: Shell) -> Result<Page> {
    let changed = texts::changed(&app).await?;
    let line = |wording: &Wording| TextLine {
        wording: *wording,
        title: shell.t(&format!("notify-{wording}-about")).into_owned(),
        words: texts::usual(Lang::Ru, *wording),
        changed: changed
            .iter()
            .filter(|(known, ..)| known == wording)
            .map(|(_, channel, language)| format!("{} ({language})", shell.t(&format!("channel-{channel}"))))
            .collect::<Vec<_>>()
            .join(", "),
    };
    let group = |side: &Side| {
        let lines = Wording::ALL.iter().filter(|wording| wording.side() == *side && !wording.is_of_account()).map(line).collect();
        (shell.t(&format!("notice-side-{side}")).into_owned(), lines)
    };
    let groups = Side::ALL.iter().map(group).collect();
    let first = app.lines.all().first().map_or(Channel::Telegram, |line| line.channel);
    Page::of(&Texts { groups, first, shell })
}

#[derive(Template)]
#[template(path = "notifications/text.html")]
struct Text {
    shell: Shell,
    title: String,
    here: String,
    form: Form,
    problem: String,
    version: i64,
    usual: String,
    preview: String,
    is_own: bool,
    is_on: bool,
    lack: Option<Lack>,
    /// The other channels and languages of the same message.
    channels: Vec<(String, String, bool)>,
    languages: Vec<(String, String, bool)>,
    places: Vec<(&'static str, String)>,
    /// Whether personal things leave the country by these words.
    tells_names: bool,
    /// The template that is sent instead of words, where one is.
    template: Option<String>,
}

fn text_url(wording: Wording, channel: Channel, lang: Lang) -> String {
    format!("/channels/texts/{wording}/{channel}/{}", lang.code())
}

/// `typed` is a form that is shown again as it came, with what there is to say of it.
async fn text_page(app: &App, actor: &Actor, shell: Shell, (lang, wording, channel): Which, typed: Option<(Form, String)>) -> Result<Page> {
    let own = texts::own(app, lang, wording, channel).await?;
    let (is_own, version) = (own.is_some(), own.as_ref().map_or(0, |own| own.1));
    let usual = texts::usual(lang, wording);
    let body = own.map_or_else(|| usual.clone(), |own| own.0);
    let (form, problem) = typed.unwrap_or_else(|| (Form::filled(shell.language, [("body", body)]), String::new()));
    let typed = form.value("body");
    let channels = Channel::ALL
        .iter()
        .map(|other| (shell.t(&format!("channel-{other}")).into_owned(), text_url(wording, *other, lang), *other == channel));
    let languages = Lang::ALL
        .iter()
        .map(|other| (shell.t(&format!("language-{}", other.code())).into_owned(), text_url(wording, channel, *other), *other == lang));
    let places = texts::PLACES.iter().map(|place| (*place, shell.t(&format!("notice-place-{place}")).into_owned())).collect();
    let is_foreign = matches!(channel, Channel::Telegram | Channel::WhatsApp | Channel::Push);
    Page::of(&Text {
        title: shell.t(&format!("notify-{wording}-about")).into_owned(),
        here: text_url(wording, channel, lang),
        preview: texts::fill(&typed, |place| texts::example(app, lang, place)),
        template: (channel == Channel::WhatsApp).then(|| wording.template()),
        tells_names: is_foreign && texts::PERSONAL.iter().any(|place| typed.contains(&format!("{{{place}}}"))),
        is_on: app.lines.get(channel).is_some(),
        lack: reach::own(app, actor).await?.lack(channel),
        channels: channels.collect(),
        languages: languages.collect(),
        form,
        problem,
        version,
        usual,
        is_own,
        places,
        shell,
    })
}

async fn page_text(Extract(app): Extract<App>, actor: Actor, shell: Shell, Path(path): Path<(String, String, String)>) -> Result<Page> {
    text_page(&app, &actor, shell, which(path)?, None).await
}

async fn page_set_text(
    Extract(app): Extract<App>,
    actor: Actor,
    shell: Shell,
    Path(path): Path<(String, String, String)>,
    posted: Posted<TextChange>,
) -> Result<Response> {
    let which = which(path)?;
    let (input, form, command) = posted.into_parts();
    let result = match input {
        Ok(to) => once!(app, &actor, &command => |change| texts::set(change, which, command.version, to.clone()).await),
        Err(error) => Err(error),
    };
    let Err(error) = result else { return Ok(see_other_with(&text_url(which.1, which.2, which.0), "flash-notices-saved")) };
    let refused = Refused::of(error, form)?;
    let status = refused.status();
    Ok((status, text_page(&app, &actor, shell, which, Some((refused.form, refused.problem))).await?).into_response())
}

/// How the words look that were typed; they are not kept.
async fn page_preview(
    Extract(app): Extract<App>,
    actor: Actor,
    shell: Shell,
    Path(path): Path<(String, String, String)>,
    posted: Posted<TextChange>,
) -> Result<Response> {
    let which = which(path)?;
    let (input, form, _) = posted.into_parts();
    let (form, status) = match input {
        Ok(_) => (form, StatusCode::OK),
        Err(error) => (Refused::of(error, form)?.form, StatusCode::UNPROCESSABLE_ENTITY),
    };
    Ok((status, text_page(&app, &actor, shell, which, Some((form, String::new()))).await?).into_response())
}

async fn page_text_trial(
    Extract(app): Extract<App>,
    actor: Actor,
    Path(path): Path<(String, String, String)>,
    posted: Posted<()>,
) -> Result<Response> {
    let (lang, wording, channel) = which(path)?;
    let ((), command) = posted.input()?;
    once!(app, &actor, &command => |change| try_channel(change, channel, wording, Some(lang)).await)?;
    Ok(see_other_with(&text_url(wording, channel, lang), "flash-trial-sent"))
}
